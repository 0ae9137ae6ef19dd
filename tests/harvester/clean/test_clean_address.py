"""Address fields, each mended by the others; and coordinates."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.clean.address import clean_address
from harvester.clean.coordinates import clean_position
from harvester.clean.lambert import is_lambert93, to_wgs84
from harvester.clean.row import clean_row
from vocab.mapping import PoleIdentity, place_record

# commune, postcode, INSEE code, street -> the same four, cleaned
ADDRESSES = [
    (("Reims", "51100", "51454", "12 BIS RUE X"), ("Reims", "51100", "51454", "12 BIS RUE X")),
    (("MARSEILLE 11", "13011", "", "4 AV X"), ("Marseille", "13011", "13211", "4 AV X")),
    (("LYON 9EME", "69009", "", "1 rue X"), ("Lyon", "69009", "69389", "1 rue X")),
    (("Paris 15e", "75015", "", "22 Rue X"), ("Paris", "75015", "75115", "22 Rue X")),
    (("st michel sur orge", "91240", "", "x"), ("Saint-Michel-sur-Orge", "91240", "91570", "x")),
    (("AURILLAC CEDEX", "15000", "", "x"), ("Aurillac", "15000", "15014", "x")),
    (("GRENOBLE CEDEX 1 CS 50053", "38031", "", "x"), ("Grenoble", "38031", "38185", "x")),
    (("Biot", "6410", "", "x"), ("Biot", "06410", "06018", "x")),
    (("Paris", "75001.0", "", "x"), ("Paris", "75001", "75101", "x")),
    (("Reims", "51100 CEDEX", "51454", "x"), ("Reims", "51100", "51454", "x")),
    (("49490 NOYANT-VILLAGES", "", "", "x"), ("Noyant-Villages", "49490", "49228", "x")),
    (("GUERET 23000", "23000", "", "x"), ("Guéret", "23000", "23096", "x")),
    (("Gannat", "", "", "x"), ("Gannat", "03800", "03118", "x")),
    (
        ("SAINT PAUL TROIS CH╢TEAUX", "26130", "", "x"),
        ("Saint-Paul-Trois-Châteaux", "26130", "26324", "x"),
    ),
    (("Arbignieu", "01300", "", "x"), ("Arbignieu", "01300", "01015", "x")),
    (
        ("", "33270", "", "6 av. Pasteur\n33270 Floirac"),
        ("Floirac", "33270", "33167", "6 av. Pasteur"),
    ),
    (("", "29490", "", "10 Rue X 29490 Guipavas"), ("Guipavas", "29490", "29075", "10 Rue X")),
    (("", "", "", "Mairie de X 20224 Calacuccia"), ("Calacuccia", "20224", "2B047", "Mairie de X")),
    (("", "", "97213", "x"), ("Le Lamentin", "97232", "97213", "x")),
    (("", "5470", "", "Place X"), ("Aiguilles", "05470", "05003", "Place X")),
    (
        ("", "2820", "", "2 Bis Route X, Montaigu"),
        ("Montaigu", "02820", "02498", "2 Bis Route X, Montaigu"),
    ),
    (("Nouméa", "98800", "", "x"), ("Nouméa", "98800", "98818", "x")),
    (("ajaccio", "20000", "20004", "x"), ("Ajaccio", "20000", "2A004", "x")),
    (("Bourg", "01000", "1053", "x"), ("Bourg-en-Bresse", "01000", "01053", "x")),
    (("Vitry", "94400", "", "x"), ("Vitry-sur-Seine", "94400", "94081", "x")),
    (("Saint-Géréon", "44150", "", "x"), ("Ancenis-Saint-Géréon", "44150", "44003", "x")),
    (("Chalon s/ Saône", "71100", "", "x"), ("Chalon-sur-Saône", "71100", "71076", "x")),
    (("VILLEURBA", "69100", "", "x"), ("Villeurbanne", "69100", "69266", "x")),
    (("Saint-Barthélemy", "97133", "97123", "x"), ("Saint-Barthélemy", "97133", "97701", "x")),
    (("Saint-Martin", "97150", "97127", "x"), ("Saint-Martin", "97150", "97801", "x")),
    (("Reims", "51100", "51999", "x"), ("Reims", "51100", "51454", "x")),
    (("Reims", "51100", "69001", "x"), ("Reims", "51100", "51454", "x")),
    (("Saint-Denis", "97400", "93066", "x"), ("Saint-Denis", "97400", "97411", "x")),
    (("Limoges", "87000", "", "0 Rue X, 87000 Limoges"), ("Limoges", "87000", "87085", "Rue X")),
    (
        ("Épernay", "51200", "", "1 Rue X, 51200, Épernay, Marne, Grand Est, FRA"),
        ("Épernay", "51200", "51230", "1 Rue X"),
    ),
    (("Isle", "87170", "", "null 2 rue X"), ("Isle", "87170", "87075", "2 rue X")),
    (("PRECHEUR", "97250", "", "x"), ("Le Prêcheur", "97250", "97219", "x")),
    (("Isle", "87170", "0", "0"), ("Isle", "87170", "87075", "")),
    (("Isle", "87170", "", "Rue"), ("Isle", "87170", "87075", "")),
]


@pytest.mark.parametrize(("cells", "cleaned"), ADDRESSES)
def test_addresses(cells: tuple[str, ...], cleaned: tuple[str, ...]) -> None:
    found = clean_address(*cells)
    assert (found.commune, found.postcode, found.insee, found.street) == cleaned
    assert found.refusals == ()
    again = clean_address(*cleaned)
    assert [note for note in again.notes if note.level in ("repair", "loss")] == []


@pytest.mark.parametrize(
    "cells",
    [
        ("", "", "", ""),
        ("", "02140", "", "Rue Raoul de Coucy"),  # the postcode serves many communes
        ("", "02820", "", "2 Bis Route de Montaigu"),  # a street named after one of them
        ("", "42000", "", "11 place X 42000 Blois"),  # the address contradicts the postcode
        ("", "", "", "38000 Grenoble et 87000 Limoges"),  # two places
    ],
)
def test_a_commune_is_never_guessed(cells: tuple[str, ...]) -> None:
    found = clean_address(*cells)
    assert found.commune == ""
    # Nothing is in the cell: what is said of the street elsewhere is no value to mend here.
    assert [(note.rule, note.before) for note in found.refusals] == [("commune-missing", "")]


@pytest.mark.parametrize(
    ("cells", "rule"),
    [
        (("Trifouilly", "51100", "", "x"), "commune-unknown"),
        (("Sainte-Laure", "63350", "", "x"), "commune-unknown"),
        (("Reims", "01000", "51454", "x"), "postcode-commune-mismatch"),
        (("Lyon", "69400", "51454", "x"), "insee-commune-mismatch"),
        (("Paris", "75011", "75112", "x"), "postcode-arrondissement-mismatch"),
        (("Trifouilly", "51100", "51999", "x"), "insee-unknown"),
        (("Buchy", "76440", "", "x"), "postcode-commune-mismatch"),
        (("Bourg", "01000", "", "x"), "commune-unknown"),  # two communes end or begin so
        (("Saint", "42000", "", "x"), "commune-unknown"),
        (("Ville", "42000", "", "x"), "commune-elsewhere"),
    ],
)
def test_what_disagrees_is_kept_and_said(cells: tuple[str, ...], rule: str) -> None:
    found = clean_address(*cells)
    assert (found.commune, found.postcode) == cells[:2]
    assert (rule, "warning") in [(note.rule, note.level) for note in found.notes]


@pytest.mark.parametrize(
    ("cells", "departement"),
    [
        (("Saint-Barthélemy", "97133", "97123", "x"), "977"),
        (("", "", "97127", "x"), "978"),
        (("Saint-Denis", "97400", "93066", "x"), "974"),
        (("Vitry", "94400", "", "x"), "94"),
        (("Trifouilly", "97122", "97103", "x"), "971"),
    ],
)
def test_c4_the_territory_is_that_of_the_commune(cells: tuple[str, ...], departement: str) -> None:
    assert clean_address(*cells).departement == departement


def test_c4_a_false_code_is_told_as_one() -> None:
    notes = clean_address("Reims", "51100", "69001", "x").notes
    assert [(n.column, n.rule, n.level, n.before, n.after) for n in notes] == [
        ("code_insee", "insee-replaced", "warning", "69001", "51454")
    ]


def test_a_cedex_of_the_same_departement_is_no_mismatch() -> None:
    assert clean_address("Nancy", "54042", "54395", "10 rue X").notes == ()


# Columns, then département -> latitude, longitude
DMS = "coordinates-sexagesimal"
POSITIONS = [
    (("49.2583", "4.0317", "51"), ("49.2583", "4.0317"), []),
    (("49,2583", "4,0317", "51"), ("49.2583", "4.0317"), ["coordinates-decimal-comma"] * 2),
    (("4.0317", "49.2583", "51"), ("49.2583", "4.0317"), ["coordinates-swapped"] * 2),
    (("-52.3135", "4.9224", "973"), ("4.9224", "-52.3135"), ["coordinates-swapped"] * 2),
    (("49.2583, 4.0317", "", "51"), ("49.2583", "4.0317"), ["coordinates-split"]),
    (("0", "0", "51"), ("", ""), ["coordinates-zero"] * 2),
    (("49.2583", "0", "51"), ("", ""), ["coordinates-zero"] * 2),
    (("44.5", "0.0", "33"), ("44.5", "0.0"), []),  # Greenwich runs through Gironde
    (("49.2583", "", "51"), ("", ""), ["coordinates-incomplete"]),
    (("nan", "4.0", "51"), ("", ""), ["coordinates-unreadable"] * 2),
    (("1e400", "4.0", "51"), ("", ""), ["coordinates-unreadable"] * 2),
    (("495.2", "4.0", "51"), ("", ""), ["coordinates-impossible"] * 2),
    (("43.52609", "5.41423", "51"), ("43.52609", "5.41423"), ["coordinates-outside-departement"]),
    (("40.7", "-74.0", None), ("40.7", "-74.0"), ["coordinates-outside-france"]),
    (("-22.2758", "166.458", "988"), ("-22.2758", "166.458"), []),
    (("", "", "51"), ("", ""), []),
    (("44°50'16\"N", "0°34'44\"W", "33"), ("44.837778", "-0.578889"), [DMS] * 2),
    (("44° 50′ 16″ N", "0° 34′ 44″ Ouest", "33"), ("44.837778", "-0.578889"), [DMS] * 2),
    (("N 44°50.27'", "O 0°34.73'", "33"), ("44.837833", "-0.578833"), [DMS] * 2),
    (("0°34'44\"O", "44°50'16\"N", "33"), ("44.837778", "-0.578889"), [DMS] * 2),
    (("44°50'16\"", "0°34'44\"", "33"), ("", ""), ["coordinates-unreadable"] * 2),
    (("44°70'16\"N", "0°34'44\"W", "33"), ("", ""), ["coordinates-unreadable"] * 2),
    (("44.839.574", "-0.580.238", "33"), ("", ""), ["coordinates-unreadable"] * 2),
    (
        ("5594000", "-64565", "33"),
        ("44.824915", "-0.579997"),
        ["coordinates-web-mercator"] * 2,
    ),
    (("5594000", "-64565", "51"), ("", ""), ["coordinates-impossible"] * 2),
    (("5594000", "-64565", None), ("", ""), ["coordinates-impossible"] * 2),
]


@pytest.mark.parametrize(("cells", "position", "rules"), POSITIONS)
def test_positions(
    cells: tuple[str, str, str | None], position: tuple[str, str], rules: list[str]
) -> None:
    found = clean_position(*cells)
    assert (found.latitude, found.longitude) == position
    assert [note.rule for note in found.notes] == rules


@pytest.mark.parametrize("swap", [False, True])
def test_lambert_93_becomes_degrees_in_either_order(swap: bool) -> None:
    east, north = "432800,12", "6713600,50"
    cells = (north, east) if swap else (east, north)
    found = clean_position(*cells, "49")
    assert float(found.latitude) == pytest.approx(47.47, abs=0.05)
    assert float(found.longitude) == pytest.approx(-0.55, abs=0.05)
    assert found.notes[-1].rule == "coordinates-lambert93"


@pytest.mark.parametrize("cells", [("6325300", "448800"), ("448800", "6325300")])
def test_web_mercator_is_read_where_it_alone_lies_in_the_departement(
    cells: tuple[str, str],
) -> None:
    found = clean_position(*cells, "51")
    assert float(found.latitude) == pytest.approx(49.26, abs=0.05)
    assert float(found.longitude) == pytest.approx(4.03, abs=0.05)
    assert found.notes[-1].rule == "coordinates-web-mercator"


@pytest.mark.parametrize(
    "pair", ["(49.26, 4.03)", "49,26 ; 4,03", "49,26 4,03", "49,26, 4,03", "49.26/4.03"]
)
def test_both_coordinates_in_one_cell_are_parted(pair: str) -> None:
    found = clean_position(pair, "", "51")
    assert (found.latitude, found.longitude) == ("49.26", "4.03")


def test_what_is_no_number_alone_is_not_told_as_half_a_position() -> None:
    (note,) = clean_position("51N 12 34 56", "", "51").notes
    assert note.rule == "coordinates-unreadable"


@pytest.mark.parametrize(
    ("east", "north", "latitude", "longitude"),
    [
        (700_000.0, 6_600_000.0, 46.5, 3.0),  # the origin of the projection
        (668_832.5384, 6_950_138.7285, 49.64961111, 2.56865278),  # IGN's own worked example
    ],
)
def test_lambert_93_of_known_points(
    east: float, north: float, latitude: float, longitude: float
) -> None:
    assert is_lambert93(east, north)
    assert not is_lambert93(latitude, longitude)
    assert to_wgs84(east, north) == pytest.approx((latitude, longitude), abs=1e-6)


def _forward(latitude: float, longitude: float) -> tuple[float, float]:
    """The direct projection (IGN NT/G 71, ALG0001 and ALG0003), to come back from."""
    e, n, c = 0.081819191042815791, 0.7256077650532670, 11_754_255.4261
    phi = math.radians(latitude)
    sine = e * math.sin(phi)
    growth = math.tan(math.pi / 4 + phi / 2) * ((1 - sine) / (1 + sine)) ** (e / 2)
    radius, angle = c * growth**-n, n * math.radians(longitude - 3)
    return 700_000 + radius * math.sin(angle), 12_655_612.0499 - radius * math.cos(angle)


@given(st.floats(42, 51), st.floats(-4.7, 8.2))
def test_lambert_93_is_undone_to_a_millimetre(latitude: float, longitude: float) -> None:
    east, north = _forward(latitude, longitude)
    assert to_wgs84(east, north) == pytest.approx((latitude, longitude), abs=1e-8)


@pytest.mark.parametrize(
    ("name", "written", "postcode", "rule"),
    [
        ("Geneve", "1201", "", "postcode-cut"),
        ("Bruxelles", "1000", "", "postcode-cut"),
        ("Lyon", "6900", "", "postcode-cut"),
        ("Nice", "6000", "06000", "postcode-zero-restored"),
        ("Bourg", "1000", "", "postcode-cut"),
    ],
)
def test_c4_a_zero_is_put_back_only_where_it_makes_the_commune_s_postcode(
    name: str, written: str, postcode: str, rule: str
) -> None:
    found = clean_address(name, written, "", "")
    assert found.postcode == postcode
    assert [one.rule for one in found.notes if one.column == "code_postal"][-1] == rule
    assert found.departement == {"Lyon": "69", "Nice": "06"}.get(name)


@pytest.mark.parametrize(
    ("name", "postcode", "rule", "departement"),
    [
        ("Lyon", "33000", "commune-elsewhere", None),
        ("Xyzville", "33000", "commune-unknown", "33"),
        ("Saint-Denis", "", "commune-ambiguous", None),
        ("Saint-Denis", "97400", None, "974"),
    ],
)
def test_c4_a_commune_that_fits_no_territory_is_put_in_none_and_told(
    name: str, postcode: str, rule: str | None, departement: str | None
) -> None:
    found = clean_address(name, postcode, "", "")
    assert [one.rule for one in found.notes if one.column == "commune"] == [rule] * bool(rule)
    values = {"id": "a", "nom": "n", "commune": name, "code_postal": postcode}
    body = place_record(clean_row(values).values, PoleIdentity("p", "https://p.example/")).body
    assert ("/geo/departement/" in body) == (departement is not None)
    assert departement is None or f"/geo/departement/{departement}>" in body
