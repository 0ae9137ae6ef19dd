"""The SHACL contract: what a record must say to enter the registry, and how it is checked."""

from shapes.verdicts import Verdict, validate, verdicts

__all__ = ["Verdict", "validate", "verdicts"]
