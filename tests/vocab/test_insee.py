"""INSEE's own IRIs for communes, arrondissements, départements and overseas collectivities."""

import pyoxigraph as ox
import pytest

from registry.search.facts import facts_of
from shapes.findings import Severity
from shapes.verdicts import validate
from vocab.insee import arrondissement, code_of, is_collectivity, territory_iri
from vocab.mapping import PoleIdentity, national_row, national_values, place_record
from vocab.namespaces import MED
from vocab.records import Record
from vocab.territory import departement_of_commune, departements

GEO = "http://id.insee.fr/geo/"
PING = PoleIdentity("ping", "https://ping.example/id/")
PLACE = {
    "id": "7",
    "nom": "Médiathèque",
    "adresse": "1 rue du Test",
    "commune": "Une ville",
    "services": "Aide aux démarches administratives",
    "date_maj": "2024-04-02",
}

# code_insee, postcode -> what the place says of its territory
STATED = {
    "a commune": (
        ("51454", "51100"),
        {"commune": "commune/51454", "departement": "departement/51"},
    ),
    "an arrondissement of Paris": (
        ("75119", "75019"),
        {
            "commune": "commune/75056",
            "arrondissement": "arrondissementMunicipal/75119",
            "departement": "departement/75",
        },
    ),
    "an arrondissement of Lyon": (
        ("69387", "69007"),
        {
            "commune": "commune/69123",
            "arrondissement": "arrondissementMunicipal/69387",
            "departement": "departement/69",
        },
    ),
    "an arrondissement of Marseille": (
        ("13203", "13003"),
        {
            "commune": "commune/13055",
            "arrondissement": "arrondissementMunicipal/13203",
            "departement": "departement/13",
        },
    ),
    "the whole of Paris": (
        ("75056", "75001"),
        {"commune": "commune/75056", "departement": "departement/75"},
    ),
    "a code near the arrondissements": (
        ("75121", "75020"),
        {"commune": "commune/75121", "departement": "departement/75"},
    ),
    "a département overseas": (
        ("97411", "97400"),
        {"commune": "commune/97411", "departement": "departement/974"},
    ),
    "Nouvelle-Calédonie": (
        ("98818", "98800"),
        {
            "commune": "commune/98818",
            "overseasCollectivity": "collectiviteDOutreMer/988",
        },
    ),
    "Saint-Martin by its postcode": (
        ("", "97150"),
        {"overseasCollectivity": "collectiviteDOutreMer/978"},
    ),
}
TERRITORY = ("commune", "arrondissement", "departement", "overseasCollectivity")


def stated(record: Record) -> dict[str, str]:
    return {
        triple.predicate.value.removeprefix(MED): triple.object.value.removeprefix(GEO)
        for triple in record.triples()
        if triple.predicate.value.removeprefix(MED) in TERRITORY
        and isinstance(triple.object, ox.NamedNode)
    }


@pytest.mark.parametrize(("codes", "expected"), STATED.values(), ids=STATED)
def test_a_place_names_its_territory_as_insee_does(
    codes: tuple[str, str], expected: dict[str, str]
) -> None:
    insee, postcode = codes
    record = place_record(PLACE | {"code_insee": insee, "code_postal": postcode}, PING)
    assert stated(record) == expected
    assert national_row(record)["code_insee"] == insee
    code = next(c for n in TERRITORY[2:] if (c := expected.get(n, "").rpartition("/")[2]))
    assert facts_of(record).departement == code
    grave = [f for f in validate([record]) if f.severity is Severity.VIOLATION]
    assert grave == []


def test_every_arrondissement_keeps_its_code_and_its_city() -> None:
    codes = [*range(75101, 75121), *range(69381, 69390), *range(13201, 13217)]
    for code in map(str, codes):
        found = arrondissement(code)
        assert found is not None
        record = place_record(PLACE | {"code_insee": code}, PING)
        assert stated(record)["commune"] == f"commune/{found.parent}"
        assert national_values(record)["code_insee"] == code
    assert len(codes) == 45
    assert [arrondissement(code) for code in ("75056", "75100", "51454", "nothing")] == [None] * 4


@pytest.mark.parametrize(
    "lines",
    [
        ("commune> <http://id.insee.fr/geo/commune/75119>",),
        ("arrondissement> <http://id.insee.fr/geo/arrondissementMunicipal/75119>",),
        (
            "commune> <http://id.insee.fr/geo/commune/75056>",
            "arrondissement> <http://id.insee.fr/geo/arrondissementMunicipal/75119>",
        ),
        (
            "commune> <http://id.insee.fr/geo/commune/75056>",
            "arrondissement> <https://other.example/19e>",
            "arrondissement> <http://id.insee.fr/geo/arrondissementMunicipal/75119>",
        ),
    ],
)
def test_the_code_is_read_however_another_pole_states_it(lines: tuple[str, ...]) -> None:
    iri = "https://pole.example/id/place/7"
    record = Record(iri, tuple(sorted(f"<{iri}> <{MED}{line} ." for line in lines)))
    assert national_values(record)["code_insee"] == "75119"


def test_an_arrondissement_that_insee_does_not_name_hides_no_commune() -> None:
    iri = "https://pole.example/id/place/7"
    lines = (
        f"<{iri}> <{MED}arrondissement> <https://other.example/19e> .",
        f"<{iri}> <{MED}commune> <{GEO}commune/75056> .",
    )
    assert national_values(Record(iri, lines))["code_insee"] == "75056"


def test_the_overseas_collectivities_are_those_of_insee() -> None:
    found = [one.code for one in departements() if is_collectivity(one.code)]
    assert found == ["975", "977", "978", "984", "986", "987", "988", "989"]
    assert not is_collectivity("976")
    assert not is_collectivity("99")


def test_the_code_of_a_territory_is_the_same_for_every_kind() -> None:
    for one in departements():
        assert code_of(territory_iri(one.code)) == one.code
    assert departement_of_commune("98818") == "988"
    assert code_of("https://other.example/988") == ""
