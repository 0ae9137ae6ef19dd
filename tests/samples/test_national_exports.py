"""The national exports in the sample: what they add, and that they double nothing."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from samples.exports import EXPORTS, Place, join_exports
from samples.matching import is_same, spot_of
from tests.samples.conftest import Imported
from vocab.export import national_row
from vocab.namespaces import MED
from vocab.records import Record

SHIPPED = Path(__file__).resolve().parents[2] / "samples" / "poles"
ADDED = {
    ("arsenic", "hub-du-sud"): 307,
    ("medias-cite", "charente"): 175,
    ("zinc", "hub-du-sud"): 334,
    ("zinc", "nouvelle-caledonie"): 88,
}
"""Places of each file; 215 of them were in another file of their pole."""

_LAND = re.compile(rf"<{re.escape(MED)}(departement|overseasCollectivity)> <[^>]*>")


def is_joined(record: Record) -> bool:
    """Whether a place of an export's file came from one of the lists, where some are twice."""
    return record.iri.rpartition("/")[2].startswith(("bib-", "fs-", "tl-"))


def land_of(record: Record) -> str:
    """Return the département or overseas territory of a place: the search within it is quick."""
    found = _LAND.search(record.body)
    return found[0] if found else ""


@pytest.mark.slow
def test_each_source_gives_its_places(real: Imported) -> None:
    counts = {key: len(records) for key, records in real.items()}
    assert {key: counts[key] for key in ADDED} == ADDED
    lists = ("bibliotheques", "france-services", "tiers-lieux", "lieux")
    assert sum(n for (_, source), n in counts.items() if source in lists) == 19_920


@pytest.mark.slow
def test_no_place_is_stated_twice(real: Imported) -> None:
    iris = Counter(record.iri for records in real.values() for record in records)
    assert [iri for iri, count in iris.items() if count > 1] == []


@pytest.mark.slow
def test_nothing_real_is_marked_or_says_what_invented_places_alone_say(real: Imported) -> None:
    alone = ("med:need", "med:permanence", "med:mediatorKind", "med:memberOfNetwork")
    marks = [f"<{MED}isExample>", *(f"<{one.replace('med:', MED)}>" for one in alone)]
    places = (one for found in real.values() for one in found)
    assert [one.iri for one in places if any(mark in one.body for mark in marks)] == []


@pytest.mark.slow
def test_no_place_of_an_export_is_in_another_file_too(real: Imported) -> None:
    places = [
        (source in EXPORTS and not is_joined(record), record)
        for (_, source), records in real.items()
        for record in records
    ]
    lands = {land_of(record) for exported, record in places if exported}
    near = [
        (exported, record.iri, spot_of(national_row(record)))
        for exported, record in places
        if land_of(record) in lands
    ]
    doubled = [
        (iri, other)
        for exported, iri, spot in near
        for from_export, other, found in near
        if exported and not from_export and spot.commune == found.commune
        if is_same(spot, found)
    ]
    assert doubled == []


@pytest.mark.parametrize("name", sorted({f"{pole}/{export}.json" for pole, export in ADDED}))
def test_what_names_somebody_or_is_masked_is_left_out(name: str) -> None:
    text = (SHIPPED / name).read_text(encoding="utf-8")
    assert not re.search(r"prenom.?nom", text, re.IGNORECASE)
    assert not re.search(r"\+33[67]\d{8}|\+687[789]\d{5}", text)
    joined = {"bib-", "fs-", "tl-"}
    for row in json.loads(text):
        if not row["id"].startswith(tuple(joined)):
            assert not {"presentation_resume", "presentation_detail"} & row.keys()


def test_a_place_keeps_what_its_own_file_says_and_takes_what_that_lacks() -> None:
    place = {
        "id": "fs-1", "nom": "France services Oraison", "commune": "Oraison", "source": "ANCT",
        "code_postal": "04700", "latitude": "43.91", "longitude": "5.91", "telephone": "0492",
        "services": "Aide aux démarches administratives", "date_maj": "2024-08-01",
        "pivot": "00000000000000",
    }  # fmt: skip
    row = {
        "id": "x", "nom": "Espace France Services", "commune": "ORAISON", "code_postal": "04700",
        "latitude": "43.91", "longitude": "5.91", "telephone": "+33499", "source": "dora",
        "services": "Aide aux démarches administratives|Loisirs et créations numériques",
        "horaires": "Mo 09:00-12:00", "date_maj": "2022-01-01", "pivot": "43493312300029",
    }  # fmt: skip
    house = row | {"id": "mediation-numerique-france-services-1", "commune": "Gap", "nom": "?"}
    elsewhere = row | {"id": "y", "commune": "Manosque", "code_postal": "04100"}
    again = elsewhere | {"id": "z", "horaires": "Tu 09:00-12:00", "site_web": "https://a.example"}
    done = join_exports(
        {"hub-du-sud": [dict(row), dict(house), dict(elsewhere), dict(again)]},
        [Place("arsenic", "france-services", place)],
    )
    assert (done.matched, done.repeated, done.apart) == (
        {"hub-du-sud": 2},
        {"hub-du-sud": 1},
        {"hub-du-sud": 1},
    )
    assert done.moved == {("arsenic", "france-services", "fs-1")}
    joined, apart = done.rows["arsenic", "hub-du-sud"]
    assert joined == place | {
        "services": row["services"],
        "horaires": "Mo 09:00-12:00",
        "source": "ANCT, dora",
        "pivot": "43493312300029",
    }
    assert (joined["telephone"], joined["date_maj"]) == ("0492", "2024-08-01")
    assert apart == elsewhere | {"site_web": "https://a.example"}
