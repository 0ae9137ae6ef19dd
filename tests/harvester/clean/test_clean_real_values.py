"""Every distinct value of the real files through its cleaner: no crash, no silence, no drift."""

import csv
import json
import re
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from harvester.clean.address import clean_address
from harvester.clean.date import clean_date
from harvester.clean.email import clean_emails
from harvester.clean.hours.clean import clean_hours, is_osm, week_from_days
from harvester.clean.phone import clean_phones
from harvester.clean.row import clean_row
from harvester.clean.site import clean_sites
from harvester.clean.text import clean_text
from harvester.clean.types import Cell, CellList, Note

pytestmark = pytest.mark.realdata

DAY = re.compile("lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche", re.IGNORECASE)
TIME = re.compile(r"\d{1,2}\s*[h:.]|\d{1,2}\s*-\s*\d{1,2}\s*h", re.IGNORECASE)
# What OSM cannot say, or what the text itself leaves open: keeping such hours verbatim is right.
BEYOND = re.compile(
    r"rdv|rendez|semaine|mois|vacances|scolaire|été|hiver|juin|octobre|saison|atelier|permanence"
    r"|sur deux|jours|téléphon|secr[ée]tariat|00:00 - 00:00|\d{1,2}: *(?:$|[-/à])",
    re.IGNORECASE,
)
CLEANERS: dict[str, Callable[[str], Cell | CellList]] = {
    "telephones": partial(clean_phones, "telephone"),
    "courriels": partial(clean_emails, "courriels"),
    "sites-web": partial(clean_sites, "site_web"),
    "dates": partial(clean_date, "date_maj"),
}


def rows_of(real_data: Path, name: str) -> Iterator[dict[str, str]]:
    path = real_data / "places" / "valeurs-brutes" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        yield from csv.DictReader(stream)


def changes(notes: tuple[Note, ...]) -> list[Note]:
    return [note for note in notes if note.level in ("repair", "loss")]


def written(found: Cell | CellList) -> str:
    return found.value if isinstance(found, Cell) else "|".join(found.values)


@pytest.mark.parametrize("name", sorted(CLEANERS))
def test_each_value_is_cleaned_once_and_noted(real_data: Path, name: str) -> None:
    clean = CLEANERS[name]
    for row in rows_of(real_data, name):
        text = clean_text(name, row["valeur"]).value
        found = clean(text)
        assert written(found).split("|") == re.split(r" ?[|;] ?", text) or found.notes, text
        again = clean(written(found))
        assert (written(again), changes(again.notes)) == (written(found), []), text


def test_most_phones_are_kept_in_the_national_form(real_data: Path) -> None:
    texts = [row["valeur"] for row in rows_of(real_data, "telephones")]
    found = [clean_phones("telephone", clean_text("telephone", text).value) for text in texts]
    kept = [number for one in found for number in one.values]
    assert sum(bool(one.values) for one in found) / len(found) > 0.99
    assert not [number for number in kept if re.match(r"\+33(59[046]|69[0-46]|262|639)", number)]


def test_addresses_and_communes(real_data: Path) -> None:
    refused = total = 0
    for row in rows_of(real_data, "codes-postaux-et-communes-anormaux"):
        texts = [clean_text(c, row[c]).value for c in ("commune", "code_postal", "adresse")]
        found = clean_address(texts[0], texts[1], "", texts[2])
        again = clean_address(found.commune, found.postcode, found.insee, found.street)
        assert changes(again.notes) == [], texts
        total += 1
        refused += bool(found.refusals)
    assert refused / total < 0.15  # most are rows with a shared postcode and nothing else


def test_hours_are_kept_translated_or_verbatim(real_data: Path) -> None:
    translatable = translated = 0
    for row in rows_of(real_data, "horaires"):
        text = clean_text("horaires", row["valeur"]).value
        day = DAY.search(row["colonne"])
        if not text or is_osm(text):
            continue
        osm = week_from_days({day[0]: text}) if day else clean_hours("horaires", text).osm
        if osm:
            assert is_osm(osm), text
            assert clean_hours("horaires", osm).osm == osm, text
            assert clean_hours("horaires", osm).notes == (), text
        if len(TIME.findall(text)) > 1 and (day or DAY.search(text)) and not BEYOND.search(text):
            translatable += 1
            translated += bool(osm)
    print(f"hours translated: {translated} of {translatable}")
    assert translated / translatable > 0.9


def test_whole_files_of_the_standard(real_data: Path) -> None:
    files = sorted((real_data / "places" / "exports-standard").glob("*.json"))
    files.append(real_data / "places" / "sources" / "data-inclusion_2023-02-06.json")
    rows = [row for path in files for row in json.loads(path.read_text(encoding="utf-8"))]
    start = time.process_time()
    cleaned = [clean_row({k: str(v) for k, v in row.items() if v is not None}) for row in rows]
    rate = len(rows) / (time.process_time() - start)
    print(f"{len(rows)} rows, {rate:.0f} rows/s")
    assert rate > 1_500
    for row, one in zip(rows, cleaned, strict=True):
        assert "nom" in one.values or one.refusals, row
        cells = {k: v if isinstance(v, str) else "|".join(v) for k, v in one.values.items()}
        assert changes(clean_row(cells).notes) == [], row
