"""What a pole without a server says of itself in the feed that its host publishes."""

from registry.publish.pole import PoleDescription
from registry.settings.config import Config, Pole
from registry.sources.hosted import hosted_namespace, hosted_root


def hosted_description(
    config: Config, slug: str, pole: Pole, generation: str = ""
) -> PoleDescription:
    """Return what a hosted pole says of itself.

    Args:
        config: settings of the host.
        slug: short name of the pole.
        pole: what it says.
        generation: of the host's stream; empty where only its record is made.

    Raises:
        UsageError: an address is no address.
    """
    said = {name: getattr(pole, name) for name in Pole.__slots__}
    return PoleDescription(
        **said,
        slug=slug,
        namespace=hosted_namespace(config, slug),
        feed_url=f"{hosted_root(config, slug)}feed/",
        sample=config.sample_notice,
        generation=generation,
    )
