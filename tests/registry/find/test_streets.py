"""Addresses without a postcode: the town beside the street, however small."""

import pytest

from registry.find.phrase import understand
from registry.find.places import locate
from tests.registry.find.reading import notation


@pytest.mark.parametrize(
    ("where", "expected", "unused"),
    [
        ("5 rue de la Paix, Lorgues", "83072", "5 rue de la Paix"),
        ("5 rue de la Paix Lorgues", "83072", "5 rue de la Paix"),
        ("Rue de la Paix Lorgues", "83072", "Rue de la Paix"),
        ("2 rue de la Poste, Mirecourt", "88304", "2 rue de la Poste"),
        ("2 rue de la Poste Mirecourt", "88304", "2 rue de la Poste"),
        ("Mirecourt, 2 rue de la Poste", "88304", "2 rue de la Poste"),
        ("Mirecourt 2 rue de la Poste", "88304", "2 rue de la Poste"),
        ("2 rue de la Poste, Mirecourt, Vosges", "88304", "2 rue de la Poste"),
        ("14 Grande Rue, Mirecourt", "88304", "14 Grande Rue"),
        ("12, rue des Lilas, Lorgues", "83072", "rue des Lilas"),
        (
            "3 bis chemin des Vignes, Saint-Antonin-Noble-Val", "82155",
            "3 bis chemin des Vignes",
        ),
        (
            "3 bis chemin des Vignes Saint Antonin Noble Val", "82155",
            "3 bis chemin des Vignes",
        ),
        ("8 avenue Jean Jaurès, Le Luc", "83073", "8 avenue Jean Jaurès"),
        ("4 lotissement les Pins Lorgues", "83072", "4 lotissement les Pins"),
        ("5 place de l'Église, Die", "26113", "5 place de l'Église"),
        ("98 avenue de la République, Brignolles", "83023", "98 avenue de la République"),
        ("5 route de Nice, Lorgues", "83072", "5 route de Nice"),
        ("ZA des Chênes, Lorgues", "83072", "ZA des Chênes"),
        ("Le Bourg, Lorgues", "83072", "Le Bourg"),
        ("12 avenue du Général de Gaulle Sarlat", "24520", "12 avenue du Général de Gaulle"),
        ("place de la mairie Mirecourt", "88304", "place de la mairie"),
        ("chemin du Lavoir Oô", "31404", "chemin du Lavoir"),
        ("route de Paris Vierzon", "18279", "route de Paris"),
        ("10 rue des Martyrs 38000 Grenoble", "38185", "10 rue des Martyrs"),
    ],
)  # fmt: skip
def test_the_town_beside_a_street_is_read(where: str, expected: str, unused: str) -> None:
    found = locate(where)
    assert notation(found) == expected
    assert found
    assert found.unused == unused


@pytest.mark.parametrize(
    "where", ["12 rue Paul Bert", "rue Jean Macé", "3 rue Jean Bart", "rue du Vieux Moulin"]
)
def test_a_name_in_a_street_is_no_town(where: str) -> None:
    assert locate(where) is None


@pytest.mark.parametrize(
    ("need", "expected"),
    [
        ("imprimer 5 rue de la Paix, Lorgues", "83072"),
        ("aide caf 2 rue de la Poste Mirecourt", "88304"),
        ("wifi près du 3 bis chemin des Vignes, Saint-Antonin-Noble-Val", "82155"),
    ],
)
def test_the_same_beside_a_need(need: str, expected: str) -> None:
    assert notation(understand(need).located) == expected
