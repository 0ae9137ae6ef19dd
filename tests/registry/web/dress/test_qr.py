"""Addresses as QR codes: as ISO/IEC 18004 wants them, or none."""

import re

import pytest
import segno

from registry.web.dress.qr import qr_code

_ADDRESS = "https://maillage.example/pole/ping/place/riche"


@pytest.mark.parametrize("address", [_ADDRESS, "https://x.example/é?q=%C3%A9&a=1", "h" * 300])
def test_the_drawing_is_the_code_with_its_quiet_zone(address: str) -> None:
    drawn = str(qr_code(address))
    matrix = segno.make_qr(address, error="m", mask=0, boost_error=False).matrix
    side = len(matrix) + 8
    assert f'viewBox="0 0 {side} {side}"' in drawn
    assert _dark(drawn) == {
        (x + 4, y + 4) for y, row in enumerate(matrix) for x, is_dark in enumerate(row) if is_dark
    }
    assert 'fill="#fff"' in drawn
    assert "style" not in drawn  # the policy of the site forbids it


@pytest.mark.parametrize("address", ["h" * 301, "é" * 151, "h" * 10_000])
def test_what_no_sheet_could_show_is_not_drawn(address: str) -> None:
    assert qr_code(address) == ""


def _dark(drawn: str) -> set[tuple[int, int]]:
    """Which modules the strokes of the path cover: moves and horizontal lines, one module high."""
    (path,) = re.findall(r'stroke="#000"[^>]* d="([^"]+)"|d="([^"]+)"[^>]* stroke="#000"', drawn)
    x = y = 0.0
    found = set()
    for command, numbers in re.findall(r"([Mmh])([^Mmh]*)", "".join(path)):
        steps = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        if command == "h":
            found |= {(int(x) + step, int(y)) for step in range(int(steps[0]))}
            x += steps[0]
        else:
            x, y = (steps[0], steps[1]) if command == "M" else (x + steps[0], y + steps[1])
    return found
