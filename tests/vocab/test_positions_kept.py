"""What a position stands for stays with that position, and with no other."""

import pytest

from vocab.positions import followed

CENTRED = {"latitude": "43.5", "longitude": "6.4", "position_kind": "municipality"}


@pytest.mark.parametrize(
    ("changed", "kind"),
    [
        ({}, "municipality"),
        ({"latitude": "43,50"}, "municipality"),  # the same, written otherwise
        ({"latitude": "43.6"}, ""),
        ({"latitude": "nowhere"}, ""),
        ({"latitude": "", "longitude": ""}, ""),
        ({"latitude": "43.6", "position_kind": "street"}, "street"),
        ({"latitude": "", "longitude": "", "position_kind": "street"}, ""),
        ({"position_kind": ""}, ""),
    ],
)
def test_a_place_that_moves_no_longer_stands_at_the_centre(
    changed: dict[str, str], kind: str
) -> None:
    assert followed(CENTRED | changed, CENTRED).get("position_kind", "") == kind
