"""What makes a pole of a request: given to the application by who composes the node."""

from typing import Protocol

from registry.settings.config import Pole

REGISTRAR = "maillage-registrar"


class Registrar(Protocol):
    """Hosts poles, as ``maillage pole add`` does."""

    def free_name(self, name: str) -> str:
        """Return a short name for an organisation, that nothing bears here.

        Args:
            name: of the organisation, as people write it.
        """
        ...

    def host(self, slug: str, pole: Pole, by: str, reason: str) -> None:
        """Host a pole.

        Args:
            slug: its short name.
            pole: what it says of itself.
            by: number of the account that decides.
            reason: why; kept for good.

        Raises:
            MaillageError: the name is taken, or the contract refuses what the pole says.
        """
        ...
