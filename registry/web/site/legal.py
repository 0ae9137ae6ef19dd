"""Who answers for the site, and how accessible the law says that it is, in words."""

from registry.settings.config import Config
from registry.settings.legal import Conformity
from registry.web.site.i18n import gettext as _
from registry.web.site.node import current_node


def publisher(config: Config) -> list[str]:
    """Return the publisher of the site and its seat; of a pole's site, the pole; else nothing."""
    if config.legal_publisher:
        return [one for one in (config.legal_publisher, config.legal_address) if one]
    pole = config.pole
    if pole is None:
        return []
    town = f"{pole.postcode} {pole.locality}".strip()
    return [one for one in (pole.name, pole.legal_form, pole.street, town) if one]


def conformity() -> str:
    """Return what the law has a site say of its accessibility: one of three wordings."""
    words = {
        Conformity.NONE: _("not compliant"),
        Conformity.PARTIAL: _("partially compliant"),
        Conformity.FULL: _("fully compliant"),
    }
    return words[Conformity(current_node().config.legal_accessibility)]


def is_audited() -> bool:
    """Whether the level is that of an audit: who says nothing has had none."""
    return current_node().config.legal_accessibility != Conformity.NONE
