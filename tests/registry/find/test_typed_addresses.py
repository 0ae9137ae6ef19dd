"""Postcodes and addresses among the words of a need: neither swallows the need, both are places."""

import pytest

from registry.find.phrase import understand
from tests.registry.find.reading import notation

_PROCEDURES = "services/aide-aux-demarches-administratives"
_ACCESS = "services/acces-internet-et-materiel-informatique"

# What is typed | a concept that is declared | the place | what of it is said not to be used
ROWS = f"""
impots 83300 | {_PROCEDURES} | cp:83038|83050 |
aide impots 83300 | {_PROCEDURES} | cp:83038|83050 |
mes impots 83300 | {_PROCEDURES} | cp:83038|83050 |
aide pour les impots 83300 | {_PROCEDURES} | cp:83038|83050 |
rendez vous impots 83300 | {_PROCEDURES} | cp:83038|83050 |
impots 83300 merci | {_PROCEDURES} | cp:83038|83050 |
mairie 83300 impots | {_PROCEDURES} | cp:83038|83050 |
impots 83300 Var | {_PROCEDURES} | cp:83038|83050 |
aide impots 83300 Draguignan | {_PROCEDURES} | 83050 |
impots Draguignan 83300 | {_PROCEDURES} | 83050 |
impots 83300 draguinan | {_PROCEDURES} | 83050 |
aide caf 13015 | typologie/caf | 13215 |
aide caf marseille 13015 | typologie/caf | 13215 |
besoin d'aide caf 59000 | typologie/caf | 59350 |
aide retraite 24000 | {_PROCEDURES} | 24322 |
aide titre de séjour 97300 | {_PROCEDURES} | 97302 |
carte d'identité 97 400 | {_PROCEDURES} | 97411 |
aide imprimer 75011 | {_ACCESS} | 75111 |
wifi 44000 NANTES CEDEX 1 | {_ACCESS} | 44109 |
aide smartphone 35000 | services/maitrise-des-outils-numeriques-du-quotidien | 35238 |
changer adresse carte grise 18000 | {_PROCEDURES} | 18033 |
ou refaire sa carte vitale 59300 | {_PROCEDURES} | cp:59032|59221|59606 |
code de la route 83300 | {_PROCEDURES} | cp:83038|83050 |
impots Nantes 75001 | {_PROCEDURES} | ask:44109|75101 |
caf 12 rue de Paris 83300 | typologie/caf | cp:83038|83050 | 12 rue de Paris
imprimer 12 bis avenue Foch 83300 | {_ACCESS} | cp:83038|83050 | 12 bis avenue Foch
imprimer 12 rue de Paris 83300 Draguignan | {_ACCESS} | 83050 | 12 rue de Paris
caf rue Gambetta Toulouse | typologie/caf | 31555 | rue Gambetta
12 rue de la République 69001 Lyon | | 69381 | 12 rue de la République
5 place de la mairie 35000 Rennes | | 35238 | 5 place de la mairie
98 rue de Rivoli Paris | | 75056 | 98 rue de Rivoli
12 rue de Paris | | none |
mot de passe 12345 | {_PROCEDURES} | none |
"""


@pytest.mark.parametrize("row", ROWS.strip().split("\n"))
def test_the_words_of_an_address_are_its_own(row: str) -> None:
    typed, concept, meant, unused = (cell.strip() for cell in f"{row} ".split(" |"))
    found = understand(typed)
    assert notation(found.located) == meant
    assert not concept or concept in found.declared
    assert (found.located.unused if found.located else "") == unused
