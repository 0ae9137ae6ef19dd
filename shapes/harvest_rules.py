"""The catalogue of what a harvest may say beside the shapes: read by harvests and by the site.

It stands in this package because findings do: whoever harvests writes them, whoever shows them
explains them, and neither knows the other.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from shapes.findings import Severity
from vocab.messages import Message, translate

_DETAIL = re.compile(r"\{[a-z_]*(?::[^{}]*)?\}")


@dataclass(frozen=True, slots=True)
class HarvestRule:
    """One thing that can be wrong with what a source publishes, or with getting it.

    Attributes:
        code: stable code.
        severity: what breaking it means.
        template: what is wrong and how to correct it; ``{names}`` stand for the details.
    """

    code: str
    severity: Severity
    template: str

    def message(self, lang: str) -> str:
        """Return the sentence in a language with its details left open."""
        return _DETAIL.sub("…", translate(self.template, lang))

    @property
    def family(self) -> "Family":
        """What the rule is about."""
        return families()[self.code[:6]]


@dataclass(frozen=True, slots=True)
class Family:
    """Rules about the same thing: its name, why it matters, how to see it by hand."""

    name: Message
    reason: Message
    check: str


@cache
def harvest_rules() -> dict[str, HarvestRule]:
    """Return every rule by its code, in order."""
    return {
        code: HarvestRule(code, Severity(row.get("severity", "Violation")), row["en"])
        for code, row in _read("harvest_rules.toml").items()
    }


@cache
def families() -> dict[str, Family]:
    """Return the families by the start of their codes."""
    return {
        start: Family(Message(row["name"]), Message(row["why"]), row["check"])
        for start, row in _read("harvest_families.toml").items()
    }


def _read(name: str) -> dict[str, dict[str, str]]:
    return tomllib.loads(files("shapes").joinpath(name).read_text("utf-8"))
