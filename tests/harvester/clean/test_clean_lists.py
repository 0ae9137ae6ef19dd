"""Closed lists: whole values only."""

import pytest

from harvester.clean.lists import choose, without_artefacts
from vocab.properties import property_named

# column -> field, cell -> (field, value)…, rules
LISTS = [
    (
        "services",
        "services",
        "Maîtrise des outils numériques du quotidien|Loisirs et créations numériques",
        [
            ("services", "Maîtrise des outils numériques du quotidien"),
            ("services", "Loisirs et créations numériques"),
        ],
        [],
    ),
    (
        "services",
        "services",
        "COMPREHENSION DU MONDE NUMERIQUE",
        [("services", "Compréhension du monde numérique")],
        ["value-exact-spelling"],
    ),
    (
        "publics_accueillis",
        "publics_specifiquement_adresses",
        "Familles/enfants;Surdité;Adultes",
        [
            ("publics_specifiquement_adresses", "Familles et/ou enfants"),
            ("prise_en_charge_specifique", "Surdité"),
        ],
        ["value-carried-to-v1", "value-carried-to-v1", "value-without-equivalent"],
    ),
    (
        "publics_accueillis",
        "publics_specifiquement_adresses",
        "Public langues étrangères",
        [
            ("prise_en_charge_specifique", "Langues étrangères (anglais)"),
            ("prise_en_charge_specifique", "Langues étrangères (autres)"),
        ],
        ["value-carried-to-v1"],
    ),
    (
        "publics_specifiquement_adresses",
        "publics_specifiquement_adresses",
        "Jeunes|Illettrisme",
        [
            ("publics_specifiquement_adresses", "Jeunes"),
            ("prise_en_charge_specifique", "Illettrisme"),
        ],
        ["value-carried-to-v1"],
    ),
    (
        "publics_specifiquement_adresses",
        "publics_specifiquement_adresses",
        "Tout public|Femmes",
        [("publics_specifiquement_adresses", "Femmes")],
        ["everyone-is-no-specific-audience"],
    ),
    (
        "labels_nationaux",
        "dispositif_programmes_nationaux",
        "CNFS;Fabriques de Territoire;APTIC",
        [
            ("dispositif_programmes_nationaux", "Conseillers numériques"),
            ("formations_labels", "Fabriques de Territoire"),
        ],
        ["value-carried-to-v1", "value-carried-to-v1", "value-without-equivalent"],
    ),
    (
        "formations_labels",
        "formations_labels",
        "Étapes numériques (La Poste)",
        [("formations_labels", "Étapes numériques(La Poste)")],
        ["value-exact-spelling"],
    ),
    (
        "modalites_acces",
        "modalites_acces",
        "Ce lieu n’accueille pas de public",
        [("modalites_acces", "Ce lieu n'accueille pas de public")],
        ["value-exact-spelling"],
    ),
    (
        "modalites_accompagnement",
        "modalites_accompagnement",
        "Seul : j’ai accès à du matériel et une connexion"
        " / Dans un atelier : j’apprends collectivement à utiliser le numérique",
        [
            ("modalites_accompagnement", "En autonomie"),
            ("modalites_accompagnement", "Dans un atelier collectif"),
        ],
        ["value-carried-to-v1"] * 2,
    ),
    (
        "modalites_acces",
        "modalites_acces",
        "Se présenter,\nTéléphoner",
        [("modalites_acces", "Se présenter"), ("modalites_acces", "Téléphoner")],
        [],
    ),
    (
        "frais_a_charge",
        "frais_a_charge",
        "Gratuit, Payant",
        [("frais_a_charge", "Gratuit"), ("frais_a_charge", "Payant")],
        [],
    ),
    ("frais_a_charge", "frais_a_charge", "Gratuit, sauf impressions", [], ["value-not-in-list"]),
    ("frais_a_charge", "frais_a_charge", "Gratuit pour les adhérents", [], ["value-not-in-list"]),
    (
        "frais_a_charge",
        "frais_a_charge",
        "Gratuit sous condition",
        [("frais_a_charge", "Gratuit sous condition")],
        [],
    ),
    ("typologie", "typologie", "CCAS", [("typologie", "CCAS")], []),
    (
        "typologie",
        "typologie",
        "BIB;TIERS_LIEUX;BIB",
        [("typologie", "BIB"), ("typologie", "TIERS_LIEUX")],
        ["repeated-value-removed"],
    ),
    (
        "modalites_accompagnement",
        "modalites_accompagnement",
        "A ma place : une personne habilitée fait les démarches à ma place.",
        [("modalites_accompagnement", "Accompagnement individuel")],
        ["value-carried-to-v1"],
    ),
    (
        "itinerance",
        "itinerance",
        "Itinérant;Fixe",
        [("itinerance", "Itinérant"), ("itinerance", "Fixe")],
        [],
    ),
]


@pytest.mark.parametrize(("column", "field", "text", "values", "rules"), LISTS)
def test_values_are_matched_whole(
    column: str, field: str, text: str, values: list[tuple[str, str]], rules: list[str]
) -> None:
    found = choose(column, property_named(field), text)
    assert list(found.values) == values
    assert [note.rule for note in found.notes] == rules
    assert {note.column for note in found.notes} <= {column}


@pytest.mark.parametrize(
    ("codes", "kept"),
    [
        (("CC", "CCAS"), ("CCAS",)),
        (("PIMMS", "PI"), ("PIMMS",)),
        (("RESSOURCERIE", "ES", "ESS"), ("RESSOURCERIE",)),
        (("CC", "BIB"), ("CC", "BIB")),
        (("CSC", "CC"), ("CSC", "CC")),
    ],
)
def test_codes_that_only_a_substring_search_gives_are_taken_out(
    codes: tuple[str, ...], kept: tuple[str, ...]
) -> None:
    found, notes = without_artefacts("typologie", codes)
    assert found == kept
    assert {note.before for note in notes} == set(codes) - set(kept)


def test_free_and_conditional_are_both_kept_with_a_doubt() -> None:
    both = ("Gratuit", "Gratuit sous condition")
    found, notes = without_artefacts("frais_a_charge", both)
    assert found == both
    assert [(note.rule, note.level) for note in notes] == [
        ("suspect-free-and-conditional", "warning")
    ]
