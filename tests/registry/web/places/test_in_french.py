"""French prepositions before names of départements, régions, lands and communes."""

import pytest

from registry.find.areas import area_of_departement, area_of_region
from registry.find.places import locate
from registry.web.places.in_french import in_place, of_place
from vocab.territory import departements

_IN = """
Rhône                | dans le Rhône
Nord                 | dans le Nord
Ain                  | dans l’Ain
Loire                | dans la Loire
Savoie               | en Savoie
Côtes-d'Armor        | dans les Côtes-d'Armor
Seine-Saint-Denis    | en Seine-Saint-Denis
2A                   | en Corse-du-Sud
75                   | à Paris
La Réunion           | à La Réunion
Mayotte              | à Mayotte
Guadeloupe           | en Guadeloupe
Nouvelle-Calédonie   | en Nouvelle-Calédonie
Île-de-France        | en Île-de-France
Corse                | en Corse
Hauts-de-France      | dans les Hauts-de-France
Grand Est            | dans le Grand Est
PACA                 | en Provence-Alpes-Côte d'Azur
Alsace               | en Alsace
Limousin             | dans le Limousin
pays basque          | au Pays basque
Antilles             | aux Antilles
Le Havre             | au Havre
Les Abymes           | aux Abymes
La Rochelle          | à La Rochelle
L'Haÿ-les-Roses      | à L'Haÿ-les-Roses
Paris                | à Paris
Île-de-Bréhat        | à l’Île-de-Bréhat
"""
_OF = """
Le Havre        | du Havre
Les Abymes      | des Abymes
La Rochelle     | de La Rochelle
Annecy          | d’Annecy
Évry            | d’Évry
Œting           | d’Œting
Hyères          | d’Hyères
Hénin-Beaumont  | d’Hénin-Beaumont
Houilles        | de Houilles
Hautmont        | de Hautmont
Nantes          | de Nantes
L'île de Ré     | de l’île de Ré
L'île d'Oléron  | de l’île d'Oléron
Larzac          | du Larzac
Vercors         | du Vercors
Pays basque     | du Pays basque
Camargue        | de Camargue
Var             | du Var
Loire           | de la Loire
Ain             | de l’Ain
Île-de-Bréhat   | de l’Île-de-Bréhat
Île-de-France   | d’Île-de-France
Vienne (Isère)  | de Vienne (Isère)
L'Haÿ-les-Roses | de L'Haÿ-les-Roses
"""


def rows(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().split("\n")]


@pytest.mark.parametrize(("typed", "said"), rows(_IN))
def test_in_a_place(typed: str, said: str) -> None:
    found = locate(typed)
    assert found is not None
    area = found.areas[0]
    assert in_place(area, area.name) == said


@pytest.mark.parametrize(("name", "said"), rows(_OF))
def test_of_a_commune(name: str, said: str) -> None:
    assert of_place(name) == said


def test_every_departement_and_region_has_its_preposition() -> None:
    areas = [area_of_departement(one) for one in departements()]
    areas += [area_of_region(one) for one in {each.region for each in departements()}]
    bare = [area.name for area in areas if in_place(area, area.name) == f"à {area.name}"]
    assert sorted(bare) == [
        "La Réunion", "La Réunion", "Mayotte", "Mayotte", "Paris",
        "Saint-Barthélemy", "Saint-Barthélemy", "Saint-Martin", "Saint-Martin",
        "Saint-Pierre-et-Miquelon", "Saint-Pierre-et-Miquelon",
        "Wallis et Futuna", "Wallis et Futuna",
    ]  # fmt: skip
