"""Every rule that an import report may name: of reading, of mapping and of cleaning."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from harvester.clean.rules import RULES, Rule

_TEXT = Path(__file__).with_name("rules.toml").read_text(encoding="utf-8")
TABULAR_RULES = {code: Rule(code, **texts) for code, texts in tomllib.loads(_TEXT).items()}
REPORT_RULES: Mapping[str, Rule] = MappingProxyType({**RULES, **TABULAR_RULES})
