"""Which sample pole covers which départements: a sample, not the poles' real territories."""

_SHARES = {
    "arsenic": "01 04 05 06 21 25 38 39 58 69 70 71 73 74 83 89 90",
    "medias-cite": "09 11 12 16 17 19 23 24 30 31 32 33 34 40 46 47 48 64 65 66 79 81 82 86 87",
    "ping": "14 18 22 27 28 29 35 36 37 41 44 45 49 50 53 56 61 72 76 85",
    "recyclage-ecocitoyen": "02 08 10 51 52 54 55 57 59 60 62 67 68 75 77 78 80 88 91 92 93 94 95",
    "zinc": (
        "03 07 13 15 26 2A 2B 20 42 43 63 84 "
        "971 972 973 974 975 976 977 978 984 986 987 988"
    ),
}  # fmt: skip

POLES: dict[str, tuple[str, ...]] = {slug: tuple(t.split()) for slug, t in _SHARES.items()}

_BY_DEPARTEMENT = {code: slug for slug, codes in POLES.items() for code in codes}


def pole_of(departement: str) -> str:
    """Return the slug of the pole that holds a département.

    Raises:
        KeyError: no pole holds it.
    """
    return _BY_DEPARTEMENT[departement]
