"""The lists hold the national values, and a text names a value whole or not at all."""

import csv
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from vocab.properties import FIELDS, field_of_scheme
from vocab.schemes import Scheme, concept, concepts, former, match, migrate, scheme, schemes
from vocab.text import fold

CLOSED = [each for each in schemes() if each.field and each.slug != "typologie"]


def test_the_nine_closed_lists_hold_the_57_values() -> None:
    assert len(CLOSED) == 9
    assert sum(len(concepts(each.slug)) for each in CLOSED) == 57


def test_the_typology_holds_the_92_codes() -> None:
    codes = [value.notation for value in concepts("typologie")]
    assert len(codes) == len(set(codes)) == 92
    assert "Autre" in codes
    assert [code for code in codes if code != code.upper()] == ["Autre"]


def test_the_former_lists_hold_the_46_values_of_v0_1() -> None:
    assert sum(len(concepts(each.slug)) for each in schemes() if each.former_field) == 46


def test_every_closed_field_has_its_list_and_every_list_its_field() -> None:
    for field in FIELDS:
        if field.scheme:
            found = scheme(field.scheme)
            assert found is not None
            assert found.field == field.name
    for each in schemes():
        assert (field_of_scheme(each.slug) is not None) == bool(each.field)


@pytest.mark.parametrize("each", schemes(), ids=lambda each: each.slug)
def test_a_list_is_whole_and_unambiguous(each: Scheme) -> None:
    assert all((each.title_fr, each.title_en, each.definition_fr, each.definition_en, each.source))
    assert len({value.iri for value in concepts(each.slug)}) == len(concepts(each.slug))
    names = defaultdict(set)
    for value in concepts(each.slug):
        assert value.label_fr
        assert value.label_en
        assert bool(value.definition_fr) == bool(value.definition_en)
        assert concept(value.iri) is value
        assert bool(value.national) == bool(each.field or each.former_field)
        for text in (value.notation, value.label_fr, value.label_en, *value.also):
            names[fold(text)].add(value.slug)
            assert match(each.slug, text) is value
    assert {name: slugs for name, slugs in names.items() if len(slugs) > 1} == {}


@pytest.mark.parametrize("each", schemes(), ids=lambda each: each.slug)
def test_values_point_only_at_values_that_exist(each: Scheme) -> None:
    for value in concepts(each.slug):
        ties = (*value.close, *value.broad, *value.narrow, *value.replaced_by)
        assert [iri for iri in ties if concept(iri) is None] == []


SAME = {
    "exact": ("publics", "Familles et/ou enfants", "familles-et-ou-enfants"),
    "capitals without accents": ("publics", "ETUDIANTS", "etudiants"),
    "decomposed accents": ("prises-en-charge", "De\u0301ficience visuelle", "deficience-visuelle"),
    "typographic apostrophe": (
        "programmes", "Point d’accès numérique CAF", "point-d-acces-numerique-caf",
    ),
    "no-break spaces": (
        "formations-labels", "Formé à «\u00a0Mon Espace Santé\u202f»", "forme-a-mon-espace-sante",
    ),
    "runs of spaces": ("frais", "  gratuit   sous\tcondition ", "gratuit-sous-condition"),
    "schema without the space": (
        "formations-labels", "Étapes numériques(La Poste)", "etapes-numeriques-la-poste",
    ),
    "library with the space": (
        "formations-labels", "Etapes numériques (La Poste)", "etapes-numeriques-la-poste",
    ),
    "slip of the schema's description": (
        "services", "Comprehension du monde numérique", "comprehension-du-monde-numerique",
    ),
    "long form of the schema's description": (
        "modalites-accompagnement", "À distance (par téléphone ou en visioconférence)",
        "a-distance",
    ),
    "code of a place": ("typologie", "ccas", "ccas"),
    "code in mixed case": ("typologie", "AUTRE", "autre"),
    "label of a place": ("typologie", "centres communaux d'action sociale", "ccas"),
    "label that two codes share": ("typologie", "Entreprise adaptée", "ea"),
    "code of the time before": ("typologie", "PE", "ft"),
    "name of the time before": ("typologie", "Pôle Emploi", "ft"),
    "three dots in one": (
        "v0-1-conditions-acces",
        "Gratuit sous condition : La gratuité est conditionnée à des critères (situation "
        "familiale, convention avec un organisme social…)",
        "gratuit-sous-condition",
    ),
    "network by its acronym": ("network-kinds", "EPN", "epn"),
}  # fmt: skip


@pytest.mark.parametrize(("slug", "text", "expected"), SAME.values(), ids=SAME)
def test_a_text_names_a_value(slug: str, text: str, expected: str) -> None:
    found = match(slug, text)
    assert found is not None
    assert found.slug == expected


OTHER = {
    "part of a value": ("frais", "Gratuit sous"),
    "value with more after it": ("frais", "Gratuit sous condition : famille"),
    "two values in one": ("frais", "Gratuit|Payant"),
    "part of a code": ("typologie", "CCA"),
    "code inside another": ("typologie", "SPE"),
    "code with a mark": ("typologie", "CCAS-CIAS"),
    "plural that is not declared": ("publics", "Femme"),
    "other punctuation": ("programmes", "France-Services"),
    "zero-width space inside": ("frais", "Gra\u200btuit"),
    "empty": ("frais", ""),
    "former value": ("publics", "Familles/enfants"),
    "value of another list": ("frais", "Jeunes"),
}


@pytest.mark.parametrize(("slug", "text"), OTHER.values(), ids=OTHER)
def test_a_near_miss_names_nothing(slug: str, text: str) -> None:
    assert match(slug, text) is None


@pytest.mark.parametrize(
    ("text", "never"),
    [("CCAS", "CC"), ("CSC", "CS"), ("PIMMS", "PI"), ("MSAP", "MSA"), ("PENSION", "FT"),
     ("RESSOURCERIE", "ESS"), ("Gratuit sous condition", "Gratuit")],
)  # fmt: skip
def test_a_longer_value_never_yields_the_shorter_one(text: str, never: str) -> None:
    found = [match(slug, text) for slug in ("typologie", "frais")]
    assert [value.notation for value in found if value] == [text]
    assert never not in [value.notation for value in found if value]


def test_an_unknown_list_is_an_error_not_an_empty_answer() -> None:
    with pytest.raises(KeyError):
        match("no-such-list", "Gratuit")
    assert concept("https://example.org/other") is None


MIGRATED = {
    "one to one": (
        "services", "Créer avec le numérique", [("services", "Loisirs et créations numériques")],
    ),
    "one to two": (
        "publics_accueillis", "Public langues étrangères",
        [("prise_en_charge_specifique", "Langues étrangères (anglais)"),
         ("prise_en_charge_specifique", "Langues étrangères (autres)")],
    ),
    "to another field": (
        "labels_nationaux", "Fabriques de territoire",
        [("formations_labels", "Fabriques de Territoire")],
    ),
    "apostrophe of the file": (
        "modalites_accompagnement", "Seul : j’ai accès à du matériel et une connexion",
        [("modalites_accompagnement", "En autonomie")],
    ),
    "no equivalent": ("labels_nationaux", "APTIC", []),
    "not a v0.1 value": ("services", "Aide aux démarches administratives", []),
    "not a v0.1 list": ("nom", "APTIC", []),
}  # fmt: skip


@pytest.mark.parametrize(("column", "text", "expected"), MIGRATED.values(), ids=MIGRATED)
def test_former_values_migrate(column: str, text: str, expected: list[Any]) -> None:
    assert [(name, value.national) for name, value in migrate(column, text)] == expected


def test_a_value_without_equivalent_is_known_and_kept() -> None:
    known = former("labels_nationaux", "APTIC")
    assert known is not None
    assert known.label_en.startswith("APTIC")
    assert former("labels_nationaux", "APTICS") is None


@pytest.mark.realdata
def test_the_lists_say_what_the_national_files_say(real_data: Path) -> None:
    folder = real_data / "national-standard"
    closed = {(each.field, v.national) for each in CLOSED for v in concepts(each.slug)}
    assert closed == {(row[0], row[1]) for row in _rows(folder / "enumerations_v1.0.2.csv")}
    codes = {value.national for value in concepts("typologie")}
    labels = dict(_rows(folder / "typologies_bibliotheque-2.3.0.csv"))
    assert codes == set(labels)
    by_label = {code: match("typologie", labels[code]) for code in codes}
    assert {code for code, value in by_label.items() if not value or value.national != code} == {
        "EATT"
    }
    for column, old, new_column, new in _rows(folder / "correspondance_v0.1_vers_v1.csv"):
        pairs = [(new_column, text) for text in new.split("|")] if new_column else []
        assert [(name, value.national) for name, value in migrate(column, old)] == pairs


def _rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))[1:]
