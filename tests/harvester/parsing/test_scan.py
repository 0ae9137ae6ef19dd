"""Measuring the depth of Turtle line by line gives what measuring the whole gives."""

import re
from unittest.mock import patch

import pyoxigraph as ox
from hypothesis import example, given
from hypothesis import strategies as st

from harvester.errors import DocumentError
from harvester.parsing import scan

_PIECES = [
    "[",
    "]",
    "(",
    ")",
    "{",
    "}",
    '"',
    "'",
    "#",
    "\\",
    "\n",
    "\r",
    "<a:b>",
    "<",
    ">",
    " ",
    "a",
]
_GOES_ON = re.compile("\"\"\"|'''|<<|>>|\\\\\n")


def _refused(goes_on: tuple[bytes, ...], data: bytes) -> bool:
    with patch.object(scan, "_MANY_LINES", goes_on):
        try:
            scan.check_shape("https://pole.example/p.ttl", data, ox.RdfFormat.TURTLE)
        except DocumentError:
            return True
        return False


@given(st.lists(st.sampled_from(_PIECES), max_size=30), st.lists(st.sampled_from(_PIECES)))
@example([], ["[", '"', "]", "\n", "]", '"', "\n"])
@example([], ["[", "#", "]", "\r", "[", "]", "\n"])
def test_lines_nest_as_deep_as_the_whole(head: list[str], repeated: list[str]) -> None:
    text = "".join(head) + "".join(repeated) * 200
    data = _GOES_ON.sub("", text).encode()
    if _GOES_ON.search(data.decode()):
        return  # what was taken out made another
    assert _refused(scan._MANY_LINES, data) is _refused((b"",), data)
