"""The fonts as pages load them."""

from fontTools.ttLib import TTFont

from registry.web.dress.build import FONTS, VENDOR

OUTLINE_AND_HOLLOW = 2


def test_no_zero_is_slashed_at_any_weight() -> None:
    for font in FONTS:
        shipped = TTFont(VENDOR / font.name / f"{font.name}.woff2")
        zero = shipped["glyf"]["zero"]
        assert zero.numberOfContours == OUTLINE_AND_HOLLOW, font.name
        moved = len(zero.coordinates) + 4  # with the phantom points
        if "gvar" in shipped:
            for variation in shipped["gvar"].variations["zero"]:
                assert len(variation.coordinates) == moved
