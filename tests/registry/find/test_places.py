"""Places as people type them, in the place field."""

import csv
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.find.places import locate
from tests.registry.find.reading import notation

ROWS = """
Saint-Gilles-les-Bains  | 97415
St Gilles les Bains, La Réunion | 97415
97434 Saint-Gilles-les-Bains | 97415
Sainte-Clotilde         | 97411
la Plaine des Cafres    | 97422
Kawéni                  | 97611
Nantes nord             | 44109
Montreuil-sous-Bois     | 93048
Draguignan              | 83050
DRAGUIGNAN              | 83050
  draguignan            | 83050
Draguignan 83300        | 83050
83300 Draguignan        | 83050
83 300 Draguignan       | 83050
83300                   | cp:83038|83050
83 300                  | cp:83038|83050
97200                   | 97209
20000                   | 2A004
51300                   | cp:51
75013                   | 75113
69003                   | 69383
13013                   | 13213
75116                   | 75116
97133                   | 97701
98800                   | 98818
1000                    | ask:10387|01000
7500                    | ask:75056|07102
75000                   | 75056
69000 Lyon              | 69123
13000                   | 13055
83                      | dep:83
2A                      | dep:2A
2b                      | dep:2B
01                      | dep:01
974                     | dep:974
988                     | dep:988
20                      | reg:94
Var                     | dep:83
le Var                  | dep:83
Var (83)                | dep:83
Côte d’Or               | dep:21
cotes d armor           | dep:22
Val-d'Oise              | dep:95
Mayotte                 | dep:976
La Réunion              | dep:974
Nouvelle-Calédonie      | dep:988
Bretagne                | reg:53
en Bretagne             | reg:53
Corse                   | reg:94
PACA                    | reg:93
provence alpes cote d azur | reg:93
Paris                   | 75056
Saint-Martin            | 97801
le havre                | 76351
havre                   | 76351
au Havre                | 76351
nante                   | 44109
Nantes, 44000           | 44109
près de Nantes          | 44109
à Nantes                | 44109
autour de Nantes        | 44109
autour de moi           | gps
près de chez moi        | gps
44000 NANTES CEDEX 1    | 44109
44035 NANTES CEDEX 1    | 44109
Nantes cedex            | 44109
Paris CEDEX 13          | 75113
75640 PARIS CEDEX 13    | 75113
13331 Marseille Cedex 03 | 13203
Rennes Cedex 7          | 35238
Paris 13                | 75113
Paris 13e arrondissement | 75113
13e arrondissement de Paris | 75113
Paris 1er               | 75101
lyon 3e                 | 69383
Lyon 3ème               | 69383
Lyon 03                 | 69383
Marseille 13            | 13213
Paris 75                | 75056
Lyon 69                 | 69123
paris20                 | 75120
75 Paris                | 75056
Fort de France          | 97209
FORT-DE-FRANCE          | 97209
Saint-Denis             | ask:97411|93066
st denis                | ask:97411|93066
St-Denis (93)           | 93066
saint denis 974         | 97411
974 saint denis         | 97411
Saint-Denis, La Réunion | 97411
saint denis de la réunion | 97411
Saint-Denis Île-de-France | 93066
93200 Saint Denis       | 93066
Saint-Pierre            | 97416
Saint-Pierre 974        | 97416
Saint-Pierre Martinique | 97225
Saint-Paul              | 97415
St Pierre Martinique    | 97225
montreuil               | 93048
Montreuil 62            | 62588
chalon 71               | 71076
boulogne pas de calais  | 62160
Sainte-Marie            | ask:97418|97228
Cherbourg-Octeville     | 50129
Cherbourg               | 50129
Annecy le Vieux         | 74010
Bellegarde sur Valserine | 01033
Château-d’Olonne        | 85194
Olonne sur Mer          | 85194
Courcouronnes           | 91228
l hay les roses         | 94038
L’HAŸ-LES-ROSES         | 94038
Bourg en Bresse         | 01053
Œting                   | 57521
oeting                  | 57521
Ajaccio                 | 2A004
Bastia 2B               | 2B033
porto vecchio           | 2A247
2A247                   | 2A247
Nouméa                  | 98818
Cayenne                 | 97302
Mamoudzou               | 97611
Les Abymes              | 97101
abymes                  | 97101
évian                   | 74119
Villeneuve-d’Ascq       | 59009
neuilly                 | ask:92051|93050|93049
vitry                   | ask:94081|51649
Wallis                  | dep:986
auvergne                | land:auvergne
Draguignan, Var, France | 83050
Tremblay en France      | 93073
Bordeaux centre         | 33063
Lyon Part-Dieu          | 69383
montreuil sous bois     | 93048
lyon 10                 | 69123
Chalon-sur-Saône        | 71076
Y                       | 80829
Eu                      | 76255
draguinan               | 83050
Draguinan 83300         | 83050
draguinan var           | 83050
montpelier              | 34172
Strabourg               | 67482
perpingan               | 66136
Villeurbane             | 69266
clermont ferand         | 63113
Ajacio                  | 2A004
bretange                | reg:53
12 rue de la République 83300 Draguignan | 83050
12 rue de Paris, Draguignan 83300 | 83050
Draguignan 83000        | 83050
Draguignan 75001        | ask:83050|75101
83300 zzyzx             | cp:83038|83050
Zzyzx                   | none
Zz                      | none
99999                   | none
00000                   | none
7                       | none
123456                  | none
...                     | none
🙂                      | none
<script>alert(1)</script> | none
' OR 1=1 --             | none
"""


def rows() -> list[tuple[str, str]]:
    lines = [line.split("|", 1) for line in ROWS.strip().split("\n")]
    return [(typed.removesuffix(" "), meant.strip()) for typed, meant in lines]


@pytest.mark.parametrize(("typed", "meant"), rows())
def test_a_typed_place_is_understood(typed: str, meant: str) -> None:
    assert notation(locate(typed)) == meant


@pytest.mark.parametrize("typed", ["", " ", "\x00", "\n", "cedex", "CEDEX 13", "à", "près de"])
def test_nothing_is_no_place(typed: str) -> None:
    assert locate(typed) is None


def test_homonyms_far_smaller_are_offered() -> None:
    found = locate("Saint-Pierre")
    assert found is not None
    assert found.others[0].departement == "975"
    assert len(found.others) == 8
    assert {area.name for area in found.others} == {"Saint-Pierre"}
    assert all(found.areas[0].population >= 10 * other.population for other in found.others)


def test_homonyms_to_choose_from_come_with_the_villages_apart() -> None:
    found = locate("st denis")
    assert found is not None
    assert found.ask
    assert [area.population > 10_000 for area in found.areas] == [True, True]
    assert found.others
    assert all(area.population < 10_000 for area in found.others)


def test_a_departement_offers_the_communes_of_its_name() -> None:
    found = locate("Vienne")
    assert found is not None
    assert (found.areas[0].kind, found.areas[0].code) == ("departement", "86")
    assert [area.code for area in found.others] == ["38544"]


@pytest.mark.parametrize(
    ("typed", "choices"),
    [
        ("Chalon", ["71076", "38066"]),
        ("Évry", ["91228", "89162"]),
        ("aix", ["13001", "73008", "19002"]),
        ("Bourg", ["01053", "92014", "26058", "33067", "52062"]),
    ],
)
def test_a_village_and_the_towns_whose_names_begin_so_are_offered_the_largest_first(
    typed: str, choices: list[str]
) -> None:
    found = locate(typed)
    assert found is not None
    assert found.ask
    offered = [area.code for area in (*found.areas, *found.others)]
    assert offered[: len(choices)] == choices


@pytest.mark.parametrize(
    ("typed", "corrected", "former"),
    [
        ("draguignan", "", ""),
        (" Draguinan ", "Draguinan", ""),
        ("Draguinan 83300", "draguinan", ""),
        ("Annecy le Vieux", "", "Annecy-le-Vieux"),
        ("olonne sur mer", "", "Olonne-sur-Mer"),
        ("havre", "", ""),
        ("Lyon Part-Dieu", "", "Part-Dieu"),
        ("Lyon La Boustifaille", "Lyon La Boustifaille", ""),
    ],
)
def test_one_says_what_was_forgiven(typed: str, corrected: str, former: str) -> None:
    found = locate(typed)
    assert found is not None
    assert (found.corrected, found.former) == (corrected, former)


def test_an_area_says_what_a_search_needs() -> None:
    found = locate("Draguignan")
    assert found is not None
    (area,) = found.areas
    assert (area.kind, area.name, area.departement) == ("commune", "Draguignan", "83")
    assert area.point == pytest.approx((43.537, 6.465), abs=0.01)
    assert area.exact
    assert area.population > 35_000
    assert area.communes == ("83050",)


def test_the_whole_of_a_city_holds_its_arrondissements() -> None:
    city, district = locate("Lyon"), locate("Lyon 3")
    assert city is not None
    assert district is not None
    assert len(city.areas[0].communes) == 10
    assert district.areas[0].kind == "arrondissement"
    assert district.areas[0].communes == ("69383",)
    assert set(district.areas[0].communes) < set(city.areas[0].communes)


def test_a_place_known_by_its_postcode_only_is_about() -> None:
    village, postcode = locate("Y"), locate("51300")
    assert village is not None
    assert postcode is not None
    assert village.areas[0].point is not None
    assert not village.areas[0].exact
    assert postcode.areas[0].point == pytest.approx((48.73, 4.6), abs=0.1)  # Vitry-le-François
    assert postcode.areas[0].communes[0] == "51649"


def test_departements_and_regions_have_people_and_no_point() -> None:
    for typed, least in (("83", 1_000_000), ("Bretagne", 3_000_000)):
        found = locate(typed)
        assert found is not None
        assert found.areas[0].population > least
        assert found.areas[0].point is None
        assert found.areas[0].communes == ()


HOSTILE = (
    "a" * 1_000_000,
    "saint " * 10_000,
    "83300 " * 10_000,
    "paris cedex " * 1_000,
    "ﷺ" * 10_000,
    "é́́́" * 10_000,
    "\u202e\ud800draguignan"[::-1],
    "x" * 43 + " " + "y" * 43,
)


@pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_takes_no_time(typed: str) -> None:
    locate("draguinan")  # the names are read
    begin = time.process_time()
    locate(typed)
    assert time.process_time() - begin < 0.5


def test_nearly_every_place_is_understood_in_thirty_milliseconds() -> None:
    times = []
    for typed, _ in [*rows(), *rows()]:
        begin = time.process_time()
        locate(typed)
        times.append(time.process_time() - begin)
    again = sorted(times[len(times) // 2 :])  # the first time, names are read
    assert again[int(0.99 * len(again))] < 0.03


PIECES = "saint st le la de sur Paris lyon 13 3e 83 83300 cedex Var réunion draguinan - ( près à"


@given(st.text(max_size=60) | st.lists(st.sampled_from(PIECES.split()), max_size=9).map(" ".join))
def test_any_text_gives_areas_that_agree(typed: str) -> None:
    found = locate(typed)
    if found is None or found.here:
        return
    assert found.ask == (len(found.areas) > 1)
    codes = [(area.kind, area.code) for area in (*found.areas, *found.others)]
    assert len(set(codes)) == len(codes)


@pytest.mark.realdata
def test_the_places_of_the_phrases_are_right(real_data: Path) -> None:
    phrases = real_data.parent / "design" / "search-phrases.csv"
    with phrases.open(encoding="utf-8", newline="") as stream:
        lines = [row for row in csv.DictReader(stream, delimiter=";") if row["where"]]
    assert len(lines) > 30
    wrong = [
        (row["where"], found, row["expected_place"])
        for row in lines
        if (found := notation(locate(row["where"]))) != row["expected_place"]
    ]
    assert wrong == []
