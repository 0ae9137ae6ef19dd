"""``maillage unanswered``: the words of what visitors asked for and nothing answered."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from registry.settings.config import load
from registry.state import NodeState
from tests.maillage.command import maillage


def test_the_operator_reads_and_forgets_what_found_nothing(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    with closing(NodeState(load(None, {}, data=data))) as state:
        for asked in ("Coiffeur", "coiffeur", "piscine 7j/7"):
            state.unanswered.note(asked, datetime.now(UTC).date())
    assert maillage(tmp_path, "--data", str(data), "unanswered") == "2\tcoiffeur\n1\tpiscine\n"
    told = maillage(tmp_path, "--data", str(data), "--lang", "fr", "unanswered", "--forget")
    assert "2 oubliées" in told
    assert maillage(tmp_path, "--data", str(data), "unanswered") == ""


def test_it_can_be_put_off_by_file_and_environment(tmp_path: Path) -> None:
    settings = tmp_path / "maillage.toml"
    settings.write_text("[node]\nunanswered = false\n")
    assert load(None, {}).unanswered
    assert not load(settings, {}).unanswered
    assert not load(None, {"MAILLAGE_UNANSWERED": "false"}).unanswered
