"""Poles of requests, hosted as the command hosts them."""

from maillage.steps.hosting import check_free, host_pole
from registry.node import Node
from registry.settings.config import Pole
from vocab.errors import UsageError
from vocab.slugs import MOST, slug_of

_FALLBACK = "pole"
_MOST_ALIKE = 1_000


class NodeRegistrar:
    """The registrar of a node (:class:`registry.web.joining.registrar.Registrar`)."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def free_name(self, name: str) -> str:
        """Return a short name that nothing bears here; empty where all that are alike are taken."""
        start = slug_of(name, _FALLBACK, MOST - 4)
        names = (start if n == 1 else f"{start}-{n}" for n in range(1, _MOST_ALIKE))
        return next(filter(self._is_free, names), "")

    def host(self, slug: str, pole: Pole, by: str, reason: str) -> None:
        """Host a pole.

        Raises:
            MaillageError: the name is taken, or the contract refuses what the pole says.
        """
        host_pole(self._node, slug, pole, by, reason)

    def _is_free(self, slug: str) -> bool:
        try:
            check_free(self._node, slug)
        except UsageError:
            return False
        return True
