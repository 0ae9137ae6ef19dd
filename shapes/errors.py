"""What can go wrong with the contract itself, or with checking it."""

from vocab.errors import MaillageError


class ShapeError(MaillageError):
    """A shapes file is wrong: names the shape, what is wrong there, and what was expected."""


class Refused(ShapeError):  # noqa: N818  # a verdict of the compiler, reads as one at its uses
    """The compiler does not know a construct and says so; the shape goes to the other engine.

    Attributes:
        what: the construct refused, by name.
        where: the shape or node where it stands.
    """

    def __init__(self, what: str, where: str, why: str) -> None:
        super().__init__(f"{what} at {where} {why}: this compiler refuses it")
        self.what = what
        self.where = where
