"""The log of a serving node is read beside those of others."""

import io
import logging
import re
import time
from collections.abc import Iterator

import pytest

from maillage.serving.log import begin_log


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    root, stream = logging.getLogger(), io.StringIO()
    monkeypatch.setattr(root, "handlers", [])
    monkeypatch.setattr(root, "level", root.level)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    begin_log(stream)
    yield stream
    monkeypatch.undo()
    time.tzset()


def test_a_line_says_when_in_utc_which_part_and_what(log: io.StringIO) -> None:
    before = time.strftime("%Y-%m-%dT%H", time.gmtime())
    logging.getLogger("maillage.security").info("signed in: account %s", "12")
    after = time.strftime("%Y-%m-%dT%H", time.gmtime())
    found = re.fullmatch(r"(\S+)Z maillage\.security signed in: account 12\n", log.getvalue())
    assert found
    assert found[1][:13] in {before, after}


def test_what_tells_each_step_is_quiet(log: io.StringIO) -> None:
    logging.getLogger("apscheduler.scheduler").info("step")
    assert log.getvalue() == ""
