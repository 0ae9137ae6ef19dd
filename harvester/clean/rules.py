"""The catalogue of cleaning rules: what each does, why, and how to correct the value at its source.

The sentences live in ``rules.toml``, one table a rule, in English.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from types import MappingProxyType

from vocab.messages import translate


@dataclass(frozen=True, slots=True)
class Rule:
    """One cleaning rule.

    Attributes:
        code: stable kebab-case code, carried by the notes.
        en: what was done, why, and how to correct it at the source, in English.
    """

    code: str
    en: str

    def sentence(self, lang: str) -> str:
        """Return the sentence in a language."""
        return translate(self.en, lang)


def _read() -> Mapping[str, Rule]:
    text = resources.files("harvester.clean").joinpath("rules.toml").read_text(encoding="utf-8")
    return MappingProxyType(
        {code: Rule(code, **each) for code, each in tomllib.loads(text).items()}
    )


RULES: Mapping[str, Rule] = _read()
