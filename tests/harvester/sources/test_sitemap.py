"""Web pages behind a sitemap, over real HTTP: what they say comes in, what fails stays."""

import gzip
import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from harvester.errors import DocumentError
from harvester.sources import sitemap
from registry.ledger.types import Outcome
from tests.harvester.conftest import Registry
from tests.simulator import SimulatedPole, status
from vocab.namespaces import MED, SCHEMA

MAP = "/sitemap.xml"
SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
Tables = Callable[..., Registry]
LIBRARY: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "Library",
    "name": "Bibliothèque",
    "telephone": "03 26 77 88 99",
    "url": "https://bib.example/",
    "address": {
        "@type": "PostalAddress",
        "streetAddress": "1 rue de Vesle",
        "postalCode": "51100",
        "addressLocality": "Reims",
    },
    "geo": {"@type": "GeoCoordinates", "latitude": 49.2536, "longitude": 4.0312},
    "openingHoursSpecification": [
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": ["https://schema.org/Monday", "Tuesday"],
            "opens": "09:00",
            "closes": "12:00:00",
        }
    ],
}


def html(*blocks: Any) -> str:
    scripts = "".join(
        f'<script type="application/ld+json">{json.dumps(block)}</script>' for block in blocks
    )
    return f"<!doctype html><html><head><title>x</title>{scripts}</head><body>Bonjour</body></html>"


def listing(pole: SimulatedPole, *paths: str, root: str = "urlset", date: str = "") -> str:
    item = "url" if root == "urlset" else "sitemap"
    stamp = f"<lastmod>{date}</lastmod>" if date else ""
    entries = "".join(f"<{item}><loc>{pole.url(path)}</loc>{stamp}</{item}>" for path in paths)
    return f'<?xml version="1.0" encoding="UTF-8"?><{root} xmlns="{SPACE}">{entries}</{root}>'


PAGES = tuple(f"/id/lieux/{name}" for name in "abc")


@pytest.fixture
def site(pole: SimulatedPole) -> SimulatedPole:
    """Three pages of a place each, and one of none."""
    for path in PAGES:
        pole.put(path, html({"@type": "BreadcrumbList"}, LIBRARY | {"name": path}), "text/html")
    pole.put("/id/contact", html(), "text/html")
    pole.put(MAP, listing(pole, *PAGES, "/id/contact"), "application/xml")
    return pole


@pytest.fixture
def harvested(site: SimulatedPole, tables: Tables) -> Registry:
    registry = tables(MAP, "sitemap")
    assert registry.harvest().outcome is Outcome.COMMITTED
    site.requests.clear()
    return registry


def codes(report: dict[str, Any]) -> set[str]:
    return {group["code"] for group in report["findings"]}


def test_a_page_is_a_record_of_the_vocabulary(site: SimulatedPole, harvested: Registry) -> None:
    iri = site.url("/id/lieux/a")
    record = harvested.ledger.record(iri)
    assert record is not None
    assert harvested.names() == ["a", "b", "c"]
    for said in (
        f'<{iri}> <{SCHEMA}telephone> "+33326778899" .',
        f'<{iri}> <{SCHEMA}openingHours> "Mo,Tu 09:00-12:00" .',
        f"<{iri}> <{MED}commune> <http://id.insee.fr/geo/commune/51454> .",
        f'<{iri}#address> <{SCHEMA}postalCode> "51100" .',
    ):
        assert said in record.lines
    assert any("49.2536" in line for line in record.lines)
    assert record.lines == tuple(sorted(record.lines))
    report = harvested.ledger.harvests("pole")[0].report
    assert (report["expected"], report["counted"]) == (4, 4)


def test_the_id_of_a_place_counts_when_it_is_granted(site: SimulatedPole, tables: Tables) -> None:
    ids = (site.url("/id/a#place"), "https://else.example/b", site.url("/id/c"))
    graph = [LIBRARY | {"@id": ids[0]}, LIBRARY | {"@id": ids[2]}]
    site.put(PAGES[0], html({"@context": "http://schema.org/", "@graph": graph}), "text/html")
    site.put(PAGES[1], html(LIBRARY | {"@id": ids[1]}), "text/html")
    site.put(MAP, listing(site, *PAGES[:2]), "application/xml")
    registry = tables(MAP, "sitemap")
    registry.harvest()
    expected = [site.url("/id/a"), site.url("/id/c"), site.url("/id/lieux/b")]
    assert sorted(registry.ledger.known("pole")) == expected


DAYS: dict[str, tuple[Any, str]] = {
    "A6-compact-iri": ({"@id": "schema:Monday"}, "Mo"),
    "A6-prefix": ("schema:Monday", "Mo"),
    "A6-object": ({"@type": "DayOfWeek", "name": "Monday"}, "Mo"),
    "A6-list-of-objects": (
        [{"@type": "DayOfWeek", "@id": "http://schema.org/Monday"}, {"@id": "schema:Tuesday"}],
        "Mo,Tu",
    ),
    "A6-french": (["Lundi", "mardi"], "Mo,Tu"),
    "A6-unknown": (["Lundii", "Mardi"], ""),
}


@pytest.mark.parametrize(("days", "osm"), DAYS.values(), ids=DAYS)
def test_days_of_a_page_as_pages_write_them(
    site: SimulatedPole, tables: Tables, days: Any, osm: str
) -> None:
    hours = {"@type": "OpeningHoursSpecification", "opens": "9:00 AM", "closes": "12:00"}
    place = LIBRARY | {"openingHoursSpecification": [hours | {"dayOfWeek": days, "opens": "09:00"}]}
    site.put(PAGES[0], html(place), "text/html")
    site.put(MAP, listing(site, PAGES[0]), "application/xml")
    registry = tables(MAP, "sitemap")
    report = registry.harvest().report
    record = registry.ledger.record(site.url(PAGES[0]))
    assert record is not None
    iri = record.iri
    said = f'<{iri}> <{SCHEMA}openingHours> "{osm} 09:00-12:00" .' in record.lines
    kept = any(line.startswith(f"<{iri}> <{MED}openingHoursText>") for line in record.lines)
    assert (said, kept) == (bool(osm), not osm)
    assert ("MED-P052" in codes(report)) is not bool(osm)


def test_pages_read_in_an_earlier_way_are_read_anew(
    site: SimulatedPole, harvested: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemap, "READING", sitemap.READING + 1)
    assert harvested.harvest().outcome is not Outcome.FAILED
    asked = [one.status for one in site.requests if one.path in PAGES]
    assert asked == [200, 200, 200]
    site.requests.clear()
    assert harvested.harvest().outcome is Outcome.UNCHANGED
    assert [one.status for one in site.requests if one.path in PAGES] == [304, 304, 304]


def test_nothing_new_is_asked_by_condition(site: SimulatedPole, harvested: Registry) -> None:
    assert harvested.harvest().outcome is Outcome.UNCHANGED
    asked = [(asked.path, asked.status) for asked in site.requests]
    assert [status for path, status in asked if path != "/robots.txt"] == [200, 304, 304, 304, 304]
    assert asked.count(("/robots.txt", 404)) == 1


def test_a_page_whose_date_stands_is_not_asked_for(site: SimulatedPole, tables: Tables) -> None:
    site.put(MAP, listing(site, *PAGES, date="2026-01-01"), "application/xml")
    registry = tables(MAP, "sitemap")
    registry.harvest()
    site.requests.clear()
    assert registry.harvest().outcome is Outcome.UNCHANGED
    assert [asked.path for asked in site.requests] == [MAP]


def test_a_changed_page_changes_its_place_alone(site: SimulatedPole, harvested: Registry) -> None:
    site.put(PAGES[1], html(LIBRARY | {"name": "Autre nom"}), "text/html")
    counts = harvested.harvest().report["counts"]
    assert (counts["changed"], counts["deleted"], counts["unchanged"]) == (1, 0, 2)


def test_a_page_that_left_the_sitemap_deletes_its_place(
    site: SimulatedPole, harvested: Registry
) -> None:
    site.put(MAP, listing(site, *PAGES[:2]), "application/xml")
    harvested.harvest()
    assert harvested.names() == ["a", "b"]


BROKEN = {
    "missing": lambda pole: pole.fail(PAGES[0], status(404)),
    "no JSON": lambda pole: pole.put(
        PAGES[0], '<script type="application/ld+json">{"a</script>', "text/html"
    ),
    "two places of one name": lambda pole: pole.put(PAGES[0], html(LIBRARY, LIBRARY), "text/html"),
    "a context of somebody's": lambda pole: pole.put(
        PAGES[0], html(LIBRARY | {"@context": "https://evil.example/c"}), "text/html"
    ),
    "elsewhere": lambda pole: pole.fail(PAGES[0], status(302, Location="http://127.0.0.2:1/")),
    "too many blocks": lambda pole: pole.put(PAGES[0], html(*[LIBRARY] * 21), "text/html"),
    "too large": lambda pole: pole.put(PAGES[0], "x" * 1_000_001, "text/html"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_page_that_fails_is_named_and_nothing_is_deleted(
    site: SimulatedPole, harvested: Registry, name: str
) -> None:
    BROKEN[name](site)
    site.put(MAP, listing(site, *PAGES[:2]), "application/xml")
    report = harvested.harvest().report
    assert "MED-H533" in codes(report)
    assert (report["expected"], report["counted"]) == (2, 1)
    assert harvested.names() == ["a", "b", "c"]


def test_a_site_that_is_ill_ends_the_harvest(
    site: SimulatedPole, harvested: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemap, "MAX_FAILED", 1)
    for path in PAGES:
        site.fail(path, status(404))
    assert harvested.harvest().outcome is Outcome.FAILED


def test_an_index_and_gzip_are_followed(site: SimulatedPole, tables: Tables) -> None:
    site.put("/index.xml", listing(site, "/part.xml.gz", "/index.xml", root="sitemapindex"))
    site.put("/part.xml.gz", gzip.compress(listing(site, *PAGES).encode()), "application/gzip")
    registry = tables("/index.xml", "sitemap")
    assert registry.harvest().report["expected"] == 3


REFUSED = {
    "a page elsewhere": ("<url><loc>https://else.example/</loc></url>", "MED-H302"),
    "an entity": ("<!DOCTYPE x [<!ENTITY a 'b'>]>", "MED-H204"),
    "no end": ("<url>", "MED-H530"),
    "depth": ("<a>" * 200 + "</a>" * 200, "MED-H203"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_harmful_sitemap_is_refused(pole: SimulatedPole, tables: Tables, name: str) -> None:
    inside, code = REFUSED[name]
    pole.put(MAP, f'<urlset xmlns="{SPACE}">{inside}</urlset>', "application/xml")
    assert tables(MAP, "sitemap").harvest().report["error"]["code"] == code


def test_a_sitemap_without_end_is_left(
    site: SimulatedPole, tables: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sitemap, "MAX_PAGES", 2)
    assert tables(MAP, "sitemap").harvest().report["error"]["code"] == "MED-H532"


def test_another_document_is_no_sitemap() -> None:
    with pytest.raises(DocumentError, match="no sitemap"):
        sitemap.read_xml("https://x.example/", b"<html/>")


@pytest.mark.parametrize("bait", ["<!--", "<![", "<a b=", "</", "<script>", "<a b='", "&a"])
def test_a_page_built_to_keep_us_busy_does_not(
    site: SimulatedPole, tables: Tables, bait: str
) -> None:
    site.put(PAGES[0], (bait * 500_000)[:1_000_000], "text/html")
    started = time.process_time()
    tables(MAP, "sitemap").harvest()
    assert time.process_time() - started < 5
