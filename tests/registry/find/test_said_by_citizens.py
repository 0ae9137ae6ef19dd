"""Needs as citizens typed them: administrations in short, declarations, debts, words left aside."""

import pytest

from registry.find.phrase import understand

_PROCEDURES = "services/aide-aux-demarches-administratives"
_ACCESS = "services/acces-internet-et-materiel-informatique"
_SKILLS = "services/maitrise-des-outils-numeriques-du-quotidien"

ADMINISTRATIONS = """
ADA ADIL AEEH AGIRC AJPP ALF AME ANAH ANEF ANTAI ANTS APA APL ASF ASI ASPA ASS BAFA C2S CAF CARSAT
CESU CMG CMU CNAF CNAV CNRACL CPAM CRAM CROUS DALO DDETS DDFIP DDT DGFIP DREETS DRFIP EDF ENIM
FSL HLM MDPH MSA OFII OFPRA ONACVG PAJE PCH RIB RQTH RSI SIAO SIE SIP SPADA SPF SPIP TGI URSSAF
"""


@pytest.mark.parametrize("acronym", ADMINISTRATIONS.split())
@pytest.mark.parametrize("is_small", [False, True])
def test_an_administration_in_short_is_a_procedure(acronym: str, *, is_small: bool) -> None:
    assert _PROCEDURES in understand(acronym.lower() if is_small else acronym).declared


@pytest.mark.parametrize(
    ("need", "declared"),
    [
        ("aide pour ma déclaration", _PROCEDURES),
        ("faire ma déclaration", _PROCEDURES),
        ("aide déclaration en ligne", _PROCEDURES),
        ("déclarer un changement de situation", _PROCEDURES),
        ("j'ai perdu mon code", _PROCEDURES),
        ("mot de passe", _PROCEDURES),
        ("écrire une lettre", _PROCEDURES),
        ("mon compte est bloqué", _PROCEDURES),
        ("inscrire ma fille à l'école", _PROCEDURES),
        ("inscrire mon fils au collège", _PROCEDURES),
        ("ordi", _ACCESS),
        ("cherche ordi pour caf", _ACCESS),
        ("visio avec mes petits enfants", _SKILLS),
    ],
)
def test_what_citizens_say_is_understood(need: str, declared: str) -> None:
    found = understand(need)
    assert declared in found.declared
    assert not found.names


@pytest.mark.parametrize(
    "need",
    [
        "je narrive pas a payer mes impots",
        "je n'arrive pas à payer mes impôts",
        "je ne peux pas payer mon loyer",
        "je n'arrive plus à payer mes factures",
        "j'ai du mal à payer l'électricité",
    ],
)
def test_who_cannot_pay_does_not_ask_for_what_is_free(need: str) -> None:
    found = understand(need)
    assert found.wishes == ()
    assert found.declared == (_PROCEDURES,)


@pytest.mark.parametrize("need", ["cours sans payer", "je ne veux pas payer", "imprimer gratuit"])
def test_who_wants_not_to_pay_does(need: str) -> None:
    assert understand(need).wishes == ("frais/gratuit",)


@pytest.mark.parametrize("need", ["petite fille", "mes petits-enfants", "mon petit-fils"])
def test_grandchildren_are_no_public_of_families(need: str) -> None:
    found = understand(need)
    assert (found.declared, found.wishes) == ((), ())
    assert found.outweighed


@pytest.mark.parametrize(
    ("need", "aside", "outweighed"),
    [
        ("caf en tramway", ("en tramway",), ()),
        ("caf avec téléphone", (), ("téléphone",)),
        ("dossier caf", (), ()),
        ("ouvert pendant les vacances de noël", ("ouvert pendant les vacances de noël",), ()),
        (
            "wifi pendant les vacances de la toussaint",
            ("pendant les vacances de la toussaint",),
            (),
        ),
    ],
)
def test_words_that_are_not_used_are_kept_to_be_said(
    need: str, aside: tuple[str, ...], outweighed: tuple[str, ...]
) -> None:
    found = understand(need)
    assert (found.set_aside, found.outweighed) == (aside, outweighed)
    assert not found.names


@pytest.mark.parametrize(
    ("need", "count"),
    [("imprimante + CAF", 2), ("imprimer ou caf", 2), ("caf et impôts", 0), ("caf", 0)],
)
def test_two_needs_that_have_nothing_in_common_are_told_apart(need: str, count: int) -> None:
    assert len(understand(need).both) == count
