"""Parts of France that no official code has, and places said by their number or their kind."""

import pytest

from registry.find.areas import area_of_land, departements_in
from registry.find.phrase import understand
from registry.find.places import locate
from registry.find.suggestions import suggest
from tests.registry.find.reading import notation
from vocab.lands import land, lands_by_name, other_names
from vocab.territory import commune, current_communes, departement

SAID = """
département du Nord        | dep:59
departement nord           | dep:59
le Nord                    | dep:59
dépt 83                    | dep:83
dans le 93                 | dep:93
9-3                        | dep:93
9 3                        | dep:93
neuf-trois                 | dep:93
2-A                        | none
région PACA                | reg:93
région Bretagne            | reg:53
région parisienne          | reg:11
Brittany                   | reg:53
ville de Lyon              | 69123
métropole de Lille         | 59350
agglo de Rennes            | 35238
Lyon 3                     | 69383
1er arrondissement de Lyon | 69381
13e arrondissement         | ask:75113|13213
dans le 13e                | ask:75113|13213
13eme                      | ask:75113|13213
1er arrondissement         | ask:13201|69381|75101
20e                        | 75120
21e arrondissement         | none
Saint Étienne 42           | 42218
Béarn                      | dep:64
Périgord                   | dep:24
Alsace                     | land:alsace
en Alsace                  | land:alsace
Auvergne                   | land:auvergne
la Lorraine                | land:lorraine
Limousin                   | land:limousin
Picardie                   | land:picardie
Bourgogne                  | land:bourgogne
Nord-Pas-de-Calais         | land:nord-pas-de-calais
pays basque                | land:pays-basque
DOM                        | land:outre-mer
DOM-TOM                    | land:outre-mer
outre mer                  | land:outre-mer
banlieue parisienne        | land:petite-couronne
12 rue des Lilas Toulon    | 83137
10 avenue Jean Jaurès, Toulouse | 31555
quartier Belleville Paris  | 75056
Croix-Rousse Lyon          | 69384
Bretagne sud               | reg:53
nord Isère                 | dep:38
campagne autour de Limoges | 87085
97                         | land:outre-mer
Lion                       | 69123
Île de Ré                  | land:l-ile-de-re
Oléron                     | land:l-ile-d-oleron
Belle-Île                  | land:belle-ile-en-mer
Marie-Galante              | land:marie-galante
Les Saintes                | land:les-saintes
Saintes                    | 17415
Larzac                     | land:larzac
Vercors                    | land:vercors
Vieux-Port                 | land:le-vieux-port-marseille
le Marais                  | land:le-marais-paris
Bastille                   | land:la-bastille-paris
les quartiers nord de Marseille | land:les-quartiers-nord-de-marseille
Mirail                     | 31555
Neudorf                    | 67482
Saint-Georges-de-l'Oyapock | 97308
Bréhat                     | 22016
Beauce                     | land:la-beauce
la Brie                    | land:la-brie
en Sologne                 | land:la-sologne
Perche                     | land:le-perche
Vexin                      | land:le-vexin
pays de Caux               | land:le-pays-de-caux
Médoc                      | land:le-medoc
Lubéron                    | land:le-luberon
Thiérache                  | land:la-thierache
Santerre                   | land:le-santerre
Gâtinais                   | land:le-gatinais
Chartreuse                 | land:la-chartreuse
Bresse                     | land:bresse
La Bresse                  | 88075
Bigorre                    | dep:65
Roussillon                 | dep:66
Roussillon 84              | 84102
Marne-la-Vallée            | land:marne-la-vallee
Cergy-Pontoise             | land:cergy-pontoise
Sénart                     | land:senart
Val-de-Reuil               | 27701
Saint-Quentin-en-Yvelines  | land:saint-quentin-en-yvelines
"""


@pytest.mark.parametrize("line", SAID.strip().split("\n"))
def test_a_place_is_understood_as_it_is_said(line: str) -> None:
    typed, meant = (cell.strip() for cell in line.split("|", 1))
    assert notation(locate(typed)) == meant


def test_a_land_is_made_of_what_there_is() -> None:
    names = lands_by_name()
    for key, one in names.items():
        assert [bool(one.departements), bool(one.epci), bool(one.communes)].count(True) == 1, key
        assert all(departement(code) for code in one.departements), key
        area = area_of_land(one)
        assert area.population > (100_000 if one.departements else 2_000), key
        assert all(commune(code) for code in (*one.communes, *area.communes)), key
        assert land(area.code) == one
        assert departements_in(area) == one.departements
    assert not set(names) & set(other_names())


def test_the_regions_of_before_2016_cover_what_was_merged() -> None:
    alsace, former = lands_by_name()["alsace"], "champagne ardenne,lorraine"
    parts = [*alsace.departements]
    for name in former.split(","):
        parts += lands_by_name()[name].departements
    region = {one.departement for one in current_communes() if one.region == "44"}
    assert sorted(parts) == sorted(region)


def test_the_basque_country_is_part_of_a_departement() -> None:
    found = locate("pays basque")
    assert found is not None
    (area,) = found.areas
    assert area.communes[0] == "64102"  # Bayonne
    assert len(area.communes) >= 158
    assert 300_000 < area.population < 400_000


def test_lands_are_suggested() -> None:
    assert "Alsace" in [area.name for area in suggest("alsa", 5)]


@pytest.mark.parametrize("typed", ["France", "toute la France", "partout", "n'importe où"])
def test_everywhere_is_no_unknown_place(typed: str) -> None:
    found = understand("wifi", typed)
    assert found.located is None
    assert not found.place_not_found


def test_a_village_that_shares_the_name_of_a_quarter_is_offered() -> None:
    for typed, code in (("Vieux-Port", "27686"), ("Larzac", "24230")):
        found = locate(typed)
        assert found
        assert [one.code for one in found.others] == [code]
    assert notation(understand("Les Saintes").located) == "land:les-saintes"
    assert notation(understand("wifi île de ré").located) == "land:l-ile-de-re"
