"""A place in the midst of a phrase: « à Lille pour une classe »."""

import pytest

from registry.find.phrase import understand
from tests.registry.find.reading import notation


@pytest.mark.parametrize(
    ("need", "expected"),
    [
        ("atelier à Lille pour une classe", "59350"),
        ("où apprendre l'informatique à Marseille pour une personne âgée de 80 ans", "13055"),
        ("apprendre l'informatique à Toulon pour une personne de 80 ans", "83137"),
        ("aide aux démarches à Montpellier pour une personne seule", "34172"),
        ("atelier à Lyon pour des collégiens de cinquième", "69123"),
        ("atelier au Havre pour quinze retraités motivés", "76351"),
        ("atelier dans le Var pour quinze retraités motivés", "dep:83"),
        ("je cherche près de Rennes quelqu'un de patient pour ma cousine", "35238"),
        ("un atelier sur Bordeaux avec des tablettes prêtées", "33063"),
        ("imprimer à Foix parce que mon imprimante fume", "09122"),
        ("cours à Lorgues donnés par une dame", "83072"),
        ("imprimer à Tours pour un dossier bizarre", "37261"),
        ("aide à Saint-Denis pour une dame", "ask:97411|93066"),
        ("atelier à Marseile pour une classe de CM2", "13055"),
        ("computer lessons in Nice for my grandmother who is deaf", "06088"),
        ("help near Brest with a strange letter from my landlord", "29019"),
        ("je vais à pied avec ma cousine germaine", "none"),
        ("mon père a perdu ses lunettes rouges", "none"),
        ("elle a Alzheimer et ne comprend pas", "none"),
        ("j'apprends à lire avec une dame gentille", "none"),
        ("wifi à volonté pour tous les gourmands", "none"),
        ("un atelier à distance pour mes collègues fatigués", "none"),
        ("mon ordinateur a un virus et fume", "none"),
    ],
)
def test_a_place_is_one_whatever_follows_it(need: str, expected: str) -> None:
    assert notation(understand(need).located) == expected
