"""Hours of web pages: each specification is translated whole, or all of them are kept as text."""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opening_hours import OpeningHours

from harvester.clean.hours.clean import clean_hours
from harvester.sources.catalogue import Facts
from harvester.sources.schema_hours import hours_of
from vocab.namespaces import RDF, SCHEMA

PLACE = "https://site.example/place"
TEXT = ""


def facts(place: dict[str, Any], vocabulary: str = SCHEMA) -> Facts:
    """Arrange a JSON object as a page's statements are arranged."""
    found: Facts = defaultdict(list)

    def tell(node: str, document: dict[str, Any]) -> None:
        found[node] = found[node] or []
        for term, values in document.items():
            for value in values if isinstance(values, list) else [values]:
                if term == "@id":
                    continue
                path = f"{RDF}type" if term == "@type" else vocabulary + term
                found[node].append((path, refer(value)))

    def refer(value: Any) -> str:
        if not isinstance(value, dict):
            return str(value)
        name = value.get("@id") or f"{PLACE}#b-{len(found)}-{sum(map(len, found.values()))}"
        if set(value) != {"@id"}:
            found[name] = []
            tell(name, value)
        return str(name)

    tell(PLACE, place)
    return dict(found)


def spec(days: Any = None, opens: Any = None, closes: Any = None, **more: Any) -> dict[str, Any]:
    document = {"@type": "OpeningHoursSpecification", "dayOfWeek": days, "opens": opens}
    document |= {"closes": closes, **more}
    return {term: value for term, value in document.items() if value is not None}


def usual(*specifications: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"openingHoursSpecification": list(specifications), **more}


def special(*specifications: dict[str, Any]) -> dict[str, Any]:
    return {"specialOpeningHoursSpecification": list(specifications)}


WEEK = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"]
ALL = [*WEEK, "Saturday", "Sunday"]
SUMMER = {"validFrom": "2026-07-01", "validThrough": "2026-08-31"}
CASES: dict[str, tuple[dict[str, Any], str]] = {
    "plain": (usual(spec(WEEK, "09:00", "17:00")), "Mo-Fr 09:00-17:00"),
    "french-among-english-days": (usual(spec(["Mo", "Di"], "09:00", "12:00")), TEXT),
    "french-beside-english-days": (
        usual(spec("Mo", "09:00", "12:00"), spec("Di", "09:00", "12:00")),
        TEXT,
    ),
    "we-beside-english-days": (
        usual(spec("We", "09:00", "12:00"), spec("Mo", "09:00", "12:00")),
        "Mo,We 09:00-12:00",
    ),
    "we-among-texts": (
        {"openingHours": ["Mo 09:00-12:00", "We 09:00-12:00", "Sa 10:00-12:00"]},
        "Mo,We 09:00-12:00; Sa 10:00-12:00",
    ),
    "we-in-capitals-among-texts": (
        {"openingHours": ["Mo-Fr 09:00-12:00", "WE 10:00-12:00"]},
        TEXT,
    ),
    "two-spans": (
        usual(spec("Monday", "14:00", "17:00"), spec("Monday", "09:00", "12:00")),
        "Mo 09:00-12:00,14:00-17:00",
    ),
    "midnight-both-is-closed": (
        usual(spec(WEEK, "09:00", "17:00"), spec(["Saturday", "Sunday"], "00:00", "00:00")),
        "Mo-Fr 09:00-17:00",
    ),
    "midnight-both-with-seconds": (usual(spec("Sunday", "00:00:00", "00:00:00")), "Su off"),
    "no-times-is-closed": (usual(spec(ALL, None, None)), "Mo-Su off"),
    "closed-and-open": (
        usual(spec("Monday", "09:00", "17:00"), spec("Monday", "00:00", "00:00")),
        TEXT,
    ),
    "all-day": (usual(spec(ALL, "00:00", "23:59:59")), "24/7"),
    "until-24": (usual(spec("Friday", "20:00", "24:00")), "Fr 20:00-24:00"),
    "until-midnight": (usual(spec("Friday", "20:00", "00:00")), "Fr 20:00-24:00"),
    "night": (usual(spec("Friday", "18:00", "02:00")), "Fr 18:00-02:00"),
    "backwards": (usual(spec("Friday", "17:00", "12:00")), TEXT),
    "empty": (usual(spec("Wednesday", "14:00", "14:00")), TEXT),
    "overlap": (usual(spec("Monday", "09:00", "12:00"), spec("Monday", "11:00", "15:00")), TEXT),
    "iri": (usual(spec("https://schema.org/Monday", "09:00", "12:00")), "Mo 09:00-12:00"),
    "old-iri": (usual(spec("http://schema.org/Monday", "09:00", "12:00")), "Mo 09:00-12:00"),
    "goodrelations": (
        usual(spec("http://purl.org/goodrelations/v1#Monday", "09:00", "12:00")),
        "Mo 09:00-12:00",
    ),
    "compact-iri": (
        usual(spec(["schema:Monday", "s:Friday"], "09:00", "12:00")),
        "Mo,Fr 09:00-12:00",
    ),
    "object-with-id": (
        usual(spec({"@id": "schema:Tuesday"}, "09:00", "12:00")),
        "Tu 09:00-12:00",
    ),
    "object-with-type": (
        usual(spec({"@id": "https://schema.org/Tuesday", "@type": "DayOfWeek"}, "09:00", "12:00")),
        "Tu 09:00-12:00",
    ),
    "object-with-name": (
        usual(spec({"@type": "DayOfWeek", "name": "Mardi"}, "09:00", "12:00")),
        "Tu 09:00-12:00",
    ),
    "french": (usual(spec(["Lundi", "jeudi"], "09:00", "12:00")), "Mo,Th 09:00-12:00"),
    "lower-case": (usual(spec(["monday", "TUESDAY"], "09:00", "12:00")), "Mo,Tu 09:00-12:00"),
    "abbreviation": (usual(spec(["Mo", "Tue", "Mer"], "09:00", "12:00")), "Mo-We 09:00-12:00"),
    "range": (usual(spec("Monday-Friday", "09:00", "12:00")), "Mo-Fr 09:00-12:00"),
    "list-in-a-text": (usual(spec("Mo,Tu,Th", "09:00", "12:00")), "Mo,Tu,Th 09:00-12:00"),
    "unknown-day": (usual(spec(["Lundii", "Mardi"], "09:00", "12:00")), TEXT),
    "unknown-day-beside": (
        usual(spec("Monday", "09:00", "12:00"), spec("Weekdays", "14:00", "17:00")),
        TEXT,
    ),
    "no-day": (usual(spec(None, "09:00", "12:00")), TEXT),
    "public-holidays": (
        usual(spec(WEEK, "09:00", "17:00"), spec("PublicHolidays", "10:00", "12:00")),
        "Mo-Fr 09:00-17:00; PH 10:00-12:00",
    ),
    "public-holidays-closed": (
        usual(spec(WEEK, "09:00", "17:00"), spec("PublicHolidays", "00:00", "00:00")),
        "Mo-Fr 09:00-17:00; PH off",
    ),
    "am-pm": (usual(spec("Monday", "9:00 AM", "5:00 PM")), "Mo 09:00-17:00"),
    "am-pm-short": (usual(spec("Monday", "9am", "5 p.m.")), "Mo 09:00-17:00"),
    "french-times": (usual(spec("Lundi", "9h", "12h30")), "Mo 09:00-12:30"),
    "blanks": (usual(spec("Monday", " 9:00 ", "17:00")), "Mo 09:00-17:00"),
    "zone": (usual(spec("Monday", "09:00:00Z", "17:00:00Z")), TEXT),
    "no-time": (usual(spec("Monday", "9 o'clock", "17:00")), TEXT),
    "bare-number": (usual(spec("Monday", "9", "17")), TEXT),
    "sixty": (usual(spec("Monday", "09:60", "17:00")), TEXT),
    "opens-alone": (usual(spec("Monday", "09:00", None)), TEXT),
    "two-openings-in-one": (usual(spec("Monday", ["09:00", "14:00"], "17:00")), TEXT),
    "a-remark": (usual(spec("Monday", "09:00", "12:00", description="sur rendez-vous")), TEXT),
    "dates": (
        usual(spec(WEEK, "09:00", "17:00", **SUMMER)),
        "2026 Jul 01-2026 Aug 31 Mo-Fr 09:00-17:00",
    ),
    "moments": (
        usual(
            spec(
                WEEK,
                "09:00",
                "17:00",
                validFrom="2026-07-01T00:00:00+02:00",
                validThrough="2026-08-31T23:59:59+02:00",
            )
        ),
        "2026 Jul 01-2026 Aug 31 Mo-Fr 09:00-17:00",
    ),
    "from": (
        usual(spec("Monday", "09:00", "12:00", validFrom="2026-09-01")),
        "2026 Sep 01+ Mo 09:00-12:00",
    ),
    "until": (usual(spec("Monday", "09:00", "12:00", validThrough="2026-09-01")), TEXT),
    "dates-backwards": (
        usual(spec("Monday", "09:00", "12:00", validFrom="2026-09-01", validThrough="2026-08-01")),
        TEXT,
    ),
    "no-date": (usual(spec("Monday", "09:00", "12:00", validFrom="été")), TEXT),
    "thirtieth-of-february": (
        usual(spec("Monday", "09:00", "12:00", validFrom="2026-02-30")),
        TEXT,
    ),
    "seasons": (
        usual(
            spec(WEEK, "10:00", "12:00", **SUMMER),
            spec(WEEK, "09:00", "17:00", validFrom="2026-09-01", validThrough="2027-06-30"),
        ),
        "2026 Jul 01-2026 Aug 31 Mo-Fr 10:00-12:00; 2026 Sep 01-2027 Jun 30 Mo-Fr 09:00-17:00",
    ),
    "seasons-that-overlap": (
        usual(
            spec(WEEK, "10:00", "12:00", **SUMMER),
            spec(WEEK, "09:00", "17:00", validFrom="2026-08-15", validThrough="2027-06-30"),
        ),
        TEXT,
    ),
    "summer-says-all-days": (
        usual(spec(WEEK, "09:00", "17:00"), spec(WEEK, "10:00", "12:00", **SUMMER)),
        "Mo-Fr 09:00-17:00; 2026 Jul 01-2026 Aug 31 Mo-Fr 10:00-12:00",
    ),
    "summer-leaves-a-day-out": (
        usual(spec(ALL, "09:00", "17:00"), spec(WEEK, "10:00", "12:00", **SUMMER)),
        TEXT,
    ),
    "special-closure": (
        usual(spec(WEEK, "09:00", "17:00"))
        | special(
            spec(None, "00:00", "00:00", validFrom="2026-12-24", validThrough="2027-01-02"),
            spec(None, None, None, validFrom="2026-05-15", validThrough="2026-05-15"),
        ),
        "Mo-Fr 09:00-17:00; 2026 May 15 off; 2026 Dec 24-2027 Jan 02 off",
    ),
    "special-hours": (
        usual(spec(WEEK, "09:00", "17:00"))
        | special(spec(None, "10:00", "12:00", validFrom="2026-12-24", validThrough="2026-12-24")),
        "Mo-Fr 09:00-17:00; 2026 Dec 24 10:00-12:00",
    ),
    "special-days": (
        usual(spec(WEEK, "09:00", "17:00")) | special(spec("Saturday", None, None, **SUMMER)),
        "Mo-Fr 09:00-17:00; 2026 Jul 01-2026 Aug 31 Sa off",
    ),
    "special-without-dates": (
        usual(spec(WEEK, "09:00", "17:00")) | special(spec("Monday", "10:00", "12:00")),
        TEXT,
    ),
    "special-beside-a-text": (
        {"openingHours": "Mo-Fr 9:00-17:00"}
        | special(spec(None, "00:00", "00:00", validFrom="2026-12-25", validThrough="2026-12-25")),
        "Mo-Fr 09:00-17:00; 2026 Dec 25 off",
    ),
    "text": ({"openingHours": "Mo-Fr 09:00-17:00"}, "Mo-Fr 09:00-17:00"),
    "text-short": ({"openingHours": "Mo-Fr 9:00-17:00"}, "Mo-Fr 9:00-17:00"),
    "text-dashes": ({"openingHours": "Mo,Tu 09:00–12:00"}, "Mo,Tu 09:00-12:00"),
    "text-french": ({"openingHours": "Lundi au vendredi 9h-12h"}, "Mo-Fr 09:00-12:00"),
    "text-empty-range": ({"openingHours": "We 14:00-14:00"}, TEXT),
    "texts": (
        {"openingHours": ["Mo-Fr 9:00-12:00", "Sa 9:00-10:00"]},
        "Mo-Fr 09:00-12:00; Sa 09:00-10:00",
    ),
    "texts-add-up": (
        {"openingHours": ["Mo-Fr 09:00-12:00", "Mo,Fr 14:00-17:00"]},
        "Mo,Fr 09:00-12:00,14:00-17:00; Tu-Th 09:00-12:00",
    ),
    "a-text-that-closes-a-day-of-another": (
        {"openingHours": ["Fermé le mercredi", "lundi au vendredi 9h-17h"]},
        TEXT,
    ),
    "a-text-that-closes-another-day": (
        {"openingHours": ["lundi au vendredi 9h-17h", "Fermé le samedi"]},
        "Mo-Fr 09:00-17:00",
    ),
    "two-days-or-a-range": (usual(spec("lundi/vendredi", "09:00", "17:00")), TEXT),
    "two-days-with-a-comma": (
        usual(spec("lundi, vendredi", "09:00", "17:00")),
        "Mo,Fr 09:00-17:00",
    ),
    "we-among-english-days": (usual(spec(["Mo", "We"], "09:00", "17:00")), "Mo,We 09:00-17:00"),
    "we-among-french-days": (usual(spec(["Lu", "We"], "09:00", "17:00")), TEXT),
    "small-hours": (usual(spec("Monday", "02:00", "05:00")), TEXT),
    "an-evening-that-ends-at-night": (usual(spec("Friday", "20:00", "02:00")), "Fr 20:00-02:00"),
    "texts-that-contradict": ({"openingHours": ["Mo 09:00-17:00", "Mo 10:00-12:00"]}, TEXT),
    "texts-one-unknown": ({"openingHours": ["Mo 09:00-17:00", "Tu sur projet"]}, TEXT),
    "text-in-the-place-of-a-node": (
        {"openingHoursSpecification": "Mo-Fr 09:00-17:00"},
        "Mo-Fr 09:00-17:00",
    ),
    "text-and-the-same": (
        {"openingHours": "Mo-Fr 9:00-17:00"} | usual(spec(WEEK, "09:00", "17:00")),
        "Mo-Fr 09:00-17:00",
    ),
    "text-and-another": (
        {"openingHours": "Mo-Fr 9:00-18:00"} | usual(spec(WEEK, "09:00", "17:00")),
        TEXT,
    ),
    "a-reference-to-nothing": (usual({"@id": "https://site.example/hours"}), TEXT),
}


@pytest.mark.parametrize(("place", "osm"), CASES.values(), ids=[f"A6-{name}" for name in CASES])
def test_hours_of_a_page(place: dict[str, Any], osm: str) -> None:
    for vocabulary in (SCHEMA, "http://schema.org/"):
        told = hours_of(facts(place, vocabulary), PLACE)
        found = clean_hours("horaires", told)
        assert found.osm == osm
        assert (found.verbatim == told) is not bool(osm)
        assert osm or [note.level for note in found.notes] == ["warning"]


def test_a6_what_is_kept_says_every_value() -> None:
    told = hours_of(
        facts(
            usual(
                spec(["schema:Monday", {"name": "Lundii"}], "9:00", "5:00", validFrom="été"),
                openingHours="Mo 10:00-11:00",
            )
        ),
        PLACE,
    )
    assert told == (
        "openingHours Mo 10:00-11:00; openingHoursSpecification closes 5:00, dayOfWeek Lundii, "
        "dayOfWeek Monday, opens 9:00, validFrom été"
    )


def test_a6_a_place_without_hours_has_none() -> None:
    assert hours_of(facts({"name": "Bibliothèque"}), PLACE) == ""


FORMS = ("{}", "https://schema.org/{}", "http://schema.org/{}", "schema:{}")
MONDAY = datetime(2026, 3, 2)  # noqa: DTZ001 - by the clock of the place
Span = tuple[int, int]


def clock(half_hours: int) -> str:
    return f"{half_hours // 2:02}:{half_hours % 2 * 30:02}:00"


def open_in(osm: str) -> dict[str, Span]:
    """Return the half hours of each day on which hours are open, one span a day."""
    return {
        ALL[(begin - MONDAY).days]: (
            begin.hour * 2 + begin.minute // 30,
            end.hour * 2 + end.minute // 30,
        )
        for begin, end, state, _ in OpeningHours(osm).intervals(MONDAY, MONDAY + timedelta(days=7))
        if str(state) == "open"
    }


@given(
    st.dictionaries(
        st.sampled_from(ALL),
        st.tuples(st.integers(14, 25), st.integers(26, 46), st.sampled_from(FORMS)),
        min_size=1,
    )
)
def test_a_week_of_specifications_is_that_week(week: dict[str, tuple[int, int, str]]) -> None:
    told = [spec(form.format(day), clock(a), clock(b)) for day, (a, b, form) in week.items()]
    osm = hours_of(facts(usual(*told)), PLACE)
    assert open_in(osm) == {day: (a, b) for day, (a, b, _) in week.items()}


@given(st.text(alphabet="bkqxyz", min_size=3, max_size=9), st.sampled_from(("dayOfWeek", "opens")))
def test_a_word_that_is_not_known_is_never_dropped(word: str, term: str) -> None:
    odd = spec("Tuesday", "09:00", "12:00") | {term: word}
    told = hours_of(facts(usual(spec("Monday", "09:00", "12:00"), odd)), PLACE)
    assert word in told
    assert clean_hours("horaires", told).verbatim == told
