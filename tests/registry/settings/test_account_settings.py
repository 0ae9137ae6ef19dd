"""Who must have a second factor, as the settings say it."""

from pathlib import Path

import pytest

from registry.settings.config import load
from vocab.errors import UsageError


@pytest.mark.parametrize("whom", ["optional", "operators", "everyone"])
def test_one_of_three_words_is_taken(tmp_path: Path, whom: str) -> None:
    file = tmp_path / "maillage.toml"
    file.write_text(f'[accounts]\nenabled = true\nsecond_factor = "{whom}"\n', encoding="utf-8")
    assert load(file).accounts_second_factor == whom
    assert load(None, {"MAILLAGE_ACCOUNTS_SECOND_FACTOR": whom}).accounts.second_factor == whom


def test_nobody_must_unless_it_is_said(tmp_path: Path) -> None:
    file = tmp_path / "maillage.toml"
    file.write_text("[accounts]\nenabled = true\n", encoding="utf-8")
    assert load(file).accounts.second_factor == "optional"


@pytest.mark.parametrize("value", ['""', '"Everyone"', '"all"', '"everyone "', "true", "1", "[]"])
def test_anything_else_is_refused_with_what_there_is(tmp_path: Path, value: str) -> None:
    """Never taken for ``optional``: a node would be open to passwords alone, unnoticed."""
    file = tmp_path / "maillage.toml"
    file.write_text(f"[accounts]\nsecond_factor = {value}\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"\[accounts\] second_factor.*(everyone|a text)"):
        load(file)
