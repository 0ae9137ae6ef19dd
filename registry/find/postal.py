"""What the post makes of places: postcodes, CEDEX, numbered arrondissements."""

import re
from collections.abc import Sequence
from itertools import pairwise

from vocab.territory import (
    Commune,
    arrondissement_of_postcode,
    commune,
    communes_of_postcode,
)

Words = Sequence[str]
_CITIES = {"paris": "750", "lyon": "690", "marseille": "130"}
"""The cities that have arrondissements, and how the postcodes of these begin."""
_WHOLE_CITIES = {"75000": "75056", "69000": "69123", "13000": "13055"}
"""Postcodes that people write for a city of arrondissements, and the INSEE code of the city."""
_ORDINAL = re.compile(r"0?(\d{1,2})(?:er|ere|e|eme|ieme|nd|nde|st|th|rd)?", re.ASCII)
_ROMANS = {
    ten + one: 10 * tens + ones
    for tens, ten in enumerate(("", "x", "xx"))
    for ones, one in enumerate(("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"))
}
_ROMAN = re.compile(r"([ivx]{1,5})(?:er|ere|e|eme|ieme)?", re.ASCII)
_TOGETHER = re.compile(r"(paris|lyon|marseille)(\d{1,2}[a-z]*)", re.ASCII)
_ENDINGS = {"er", "ere", "e", "eme", "ieme", "arrondissement", "arrdt", "ardt", "arr"}
_BETWEEN = {"de", "a", "du", "of"}


def postcode_in(typed: Words) -> tuple[str, Words, Words] | None:
    """Return the postcode among words, what stands before it and what after it.

    A space after the département is forgiven.

    >>> postcode_in(["83", "300", "draguignan"])
    ('83300', [], ['draguignan'])
    """
    for place, word in enumerate(typed):
        if _digits(word, 5):
            return word, typed[:place], typed[place + 1 :]
    for place, (word, following) in enumerate(pairwise(typed)):
        if _digits(word, 2) and _digits(following, 3):
            return word + following, typed[:place], typed[place + 2 :]
    return None


def whole_postcodes(typed: Words) -> tuple[str, ...]:
    """Return what four digits alone may be: without the first zero, as of a spreadsheet, or cut.

    The last digit may be any, but where the code of a whole city begins so.

    >>> whole_postcodes(["7500"]), whole_postcodes(["7501"])[:3]
    (('07500', '75000'), ('07501', '75010', '75011'))
    """
    cut = typed[0] if len(typed) == 1 and _digits(typed[0], 4) else ""
    if not cut:
        return ()
    last = "0" if f"{cut}0" in _WHOLE_CITIES else "0123456789"
    return (f"0{cut}", *(f"{cut}{digit}" for digit in last))


def communes_served(postcode: str) -> tuple[Commune, ...]:
    """Return the communes of a postcode: of 75013 its arrondissement, of 75000 the whole city."""
    one = arrondissement_of_postcode(postcode) or commune(_WHOLE_CITIES.get(postcode, ""))
    return (one,) if one else communes_of_postcode(postcode)


def _digits(word: str, count: int) -> bool:
    return len(word) == count and word.isascii() and word.isdigit()


def without_cedex(typed: Words) -> Words:
    """Return words without CEDEX and its number, which Paris, Lyon and Marseille keep.

    >>> without_cedex(["44000", "nantes", "cedex", "1"]), without_cedex(["paris", "cedex", "13"])
    (['44000', 'nantes'], ['paris', '13'])
    """
    if "cedex" not in typed:
        return typed
    place = list(typed).index("cedex")
    before, after = list(typed[:place]), list(typed[place + 1 :])
    number = after.pop(0) if after and re.fullmatch(r"\d{1,2}", after[0], re.ASCII) else ""
    if number and before and before[-1] in _CITIES:
        before.append(number)
    return [*before, *after]


def district(typed: Words) -> Commune | None:
    """Return the arrondissement of Paris, Lyon or Marseille that words number.

    >>> [district(each.split()).code for each in ("lyon 3e", "13 e arrondissement de marseille")]
    ['69383', '13213']
    """
    together = _TOGETHER.fullmatch(typed[0]) if len(typed) == 1 else None
    if together:
        typed = together.groups()
    said = [word for word in typed if word not in _ENDINGS and word not in _BETWEEN]
    if len(said) != 2:
        return None
    city, number = said if said[0] in _CITIES else reversed(said)
    return _numbered_district(city, number)


def districts(typed: Words) -> tuple[Commune, ...]:
    """Return the arrondissements that a number without a city may mean, the most populated first.

    >>> [one.name[:6] for one in districts(["13e"])], districts(["13"])
    (['Paris ', 'Marsei'], ())
    """
    if typed and not typed[0][:1].isdecimal():
        return ()  # « v » alone is no fifth arrondissement
    said = [word for word in typed if word not in _ENDINGS]
    if len(said) != 1 or (said[0].isdecimal() and len(typed) == 1):
        return ()
    found = [one for city in _CITIES if (one := _numbered_district(city, said[0]))]
    return tuple(sorted(found, key=lambda one: -one.population))


def _numbered_district(city: str, number: str) -> Commune | None:
    found, roman = _ORDINAL.fullmatch(number), _ROMAN.fullmatch(number)
    if city not in _CITIES or not (found or roman):
        return None
    count = int(found[1]) if found else _ROMANS.get(roman[1], 0) if roman else 0
    return arrondissement_of_postcode(f"{_CITIES[city]}{count:02d}")
