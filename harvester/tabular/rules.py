"""The rules of reading and mapping, in words; those of cleaning are in harvester/clean/rules.py."""

import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Sentence:
    """What a rule says, and how to mend it in the file.

    Attributes:
        says_fr: what was found or done, in French.
        says_en: the same in English.
        mend_fr: what to change at the source, in French; empty when there is nothing to do.
        mend_en: the same in English.
    """

    says_fr: str
    says_en: str
    mend_fr: str = ""
    mend_en: str = ""


_TEXT = Path(__file__).with_name("rules.toml").read_text(encoding="utf-8")
TABULAR_RULES = {rule: Sentence(**said) for rule, said in tomllib.loads(_TEXT).items()}
