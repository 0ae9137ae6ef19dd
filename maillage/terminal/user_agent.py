"""How the commands introduce themselves to those they visit."""

from harvester.fetch import Policy, user_agent
from registry.settings.config import Config


def policy_of(config: Config) -> Policy:
    """Give the limits of a fetch, under the name and contact of the node."""
    return Policy(user_agent=user_agent(config.contact))
