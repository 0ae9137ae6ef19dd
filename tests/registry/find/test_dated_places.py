"""Days typed in the field of the place."""

import pytest

from registry.find.phrase import understand


@pytest.mark.parametrize(
    ("where", "moment", "area"),
    [
        ("marseille samedi", "sat", "Marseille"),
        ("Marseille, samedi matin", "sat@10:00", "Marseille"),
        ("demain Lyon", "tomorrow", "Lyon"),
        ("samedi", "sat", None),
        ("Marseille", "None", "Marseille"),
        ("rue du 8 mai", "None", None),
        ("rue du 8 mai 1945, Lyon", "None", "Lyon"),
        ("Midi-Pyrénées", "None", None),
    ],
)
def test_a_day_in_the_field_of_the_place_is_a_day(
    where: str, moment: str, area: str | None
) -> None:
    found = understand("wifi", where)
    assert str(found.moment) == moment
    if area:
        assert found.located
        assert found.located.areas[0].name == area
        assert moment == "None" or not found.located.corrected
    if moment != "None":
        assert not found.place_not_found
        part = next(one for one in found.parts if one.kind == "moment")
        rest = found.without(part)
        assert rest[0] == "wifi"
        assert understand(*rest).moment is None


def test_a_day_of_the_need_goes_before_one_of_the_place() -> None:
    found = understand("wifi demain", "Lyon samedi")
    assert str(found.moment) == "tomorrow"
    assert found.set_aside == ("samedi",)
