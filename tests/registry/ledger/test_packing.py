"""Bodies as the ledger keeps them: any zlib reads them, and they may come from any."""

import subprocess
import sys
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.ledger.packing import DamagedError, packed, unpacked

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


@given(TEXTS)
def test_what_is_packed_is_a_zlib_stream(text: str) -> None:
    assert zlib.decompress(packed(text)).decode() == text
    assert unpacked(packed(text)) == text


@given(TEXTS, st.integers(0, 9))
def test_what_another_zlib_packed_is_read(text: str, level: int) -> None:
    assert unpacked(zlib.compress(text.encode(), level)) == text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no stream",
        packed("médiathèque")[:-1],
        packed("médiathèque" * 9)[:-1] + b"\0",
        zlib.compress(b"\xff"),
    ],
)
def test_damage_is_told(body: bytes) -> None:
    with pytest.raises(DamagedError):
        unpacked(body)


def test_without_isa_l_zlib_does_the_same() -> None:
    program = """
import sys, zlib
sys.modules["isal"] = None
from registry.ledger.packing import DamagedError, packed, unpacked
assert packed("é" * 99) == zlib.compress(("é" * 99).encode(), 3)
assert unpacked(packed("é")) == "é"
try:
    unpacked(b"")
except DamagedError:
    print("imported")
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("imported\n", "")
