"""Records from RDF in the form that the registry keeps: what is read, told, and left alone."""

import re
from collections.abc import Callable, Iterator

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.clean.records.record import looks_normal, normalised
from harvester.decide.compare import findings_beyond_shapes
from harvester.decide.territories import doubts
from harvester.delivery import Arrival
from harvester.parsing import Parser
from harvester.sources.dump import collect
from registry.ledger.types import Outcome
from registry.search.facts import facts_of
from shapes.verdicts import validate
from tests.harvester.conftest import Registry
from tests.simulator import SimulatedPole, place

IRI = "https://pole.example/id/place/1"
HEAD = f"""
@prefix med: <https://w3id.org/mediation-numerique/ns#> . @prefix schema: <https://schema.org/> .
@prefix dct: <http://purl.org/dc/terms/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix locn: <http://www.w3.org/ns/locn#> . @prefix org: <http://www.w3.org/ns/org#> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> . @prefix other: <http://schema.org/> .
<{IRI}> a med:Place, schema:Place ; dct:identifier "1" ; schema:name "Espace"@fr ;
  med:statedBy <https://pole.example/id/pole> ; schema:address <{IRI}#address> .
<{IRI}#address> a schema:PostalAddress ; schema:addressLocality "Reims"@fr .
"""
NORMAL = """<#address> schema:postalCode "51100" ; schema:streetAddress "1 rue de Mars"@fr .
<> dct:modified "2026-10-01"^^xsd:date ; schema:geo <#geometry> ; geo:hasGeometry <#geometry> ;
  schema:description "un \\t tabulateur,\\n une ligne, un \\\\u0000 écrit"@fr .
<#geometry> a schema:GeoCoordinates ; schema:latitude 49.2583 ; schema:longitude 4.0317 ;
  geo:asWKT "POINT(4.0317 49.2583)"^^geo:wktLiteral ."""
WGS = "http://www.opengis.net/def/crs/EPSG/0/4326"


@pytest.fixture(scope="module")
def read() -> Iterator[Callable[[str], Arrival]]:
    with Parser() as parser:

        def arrival(text: str) -> Arrival:
            parsed = parser.parse(IRI, "text/turtle", f"{HEAD}{text}".encode())
            (one,) = collect(IRI, parsed.groups)[0]
            return next(normalised([one], lambda _: None))

        yield arrival


def codes(arrival: Arrival) -> list[str]:
    return [finding.code for finding in arrival.remarks]


def stated(arrival: Arrival, path: str) -> list[str]:
    """The objects of a property, by the end of its IRI."""
    lines = (arrival.body or b"").decode().split("\n")[:-1]
    return sorted(line.split(" ", 2)[2][:-2] for line in lines if f"{path}> " in line)


def test_a_normal_record_stays_byte_for_byte(read: Callable[[str], Arrival]) -> None:
    arrival = read(NORMAL)
    (line,) = [line for line in (arrival.body or b"").split(b"\n") if b"u0000" in line]
    assert arrival.remarks == ()
    assert looks_normal((arrival.body or b"").replace(line, b""))
    assert r"un \\u0000 écrit" in line.decode()


DECIMAL = "^^<http://www.w3.org/2001/XMLSchema#decimal>"
DATE = "^^<http://www.w3.org/2001/XMLSchema#date>"
VALUES = {
    "double": ("<#g> schema:latitude 4.92583E1 .", "latitude", f'"49.2583"{DECIMAL}'),
    "negative double": ("<#g> schema:longitude -2.1E-3 .", "longitude", f'"-0.0021"{DECIMAL}'),
    "float": ('<#g> schema:latitude "49.5"^^xsd:float .', "latitude", f'"49.5"{DECIMAL}'),
    "integer": ("<#g> schema:latitude 49 .", "latitude", f'"49"{DECIMAL}'),
    "string": ('<#g> schema:latitude " 49.2583 " .', "latitude", f'"49.2583"{DECIMAL}'),
    "language": ('<#g> schema:latitude "49.25"@fr .', "latitude", f'"49.25"{DECIMAL}'),
    "comma": ('<#g> schema:latitude "49,25" .', "latitude", f'"49.25"{DECIMAL}'),
    "share": ("<#n> med:share 5.0E1 .", "share", f'"50"{DECIMAL}'),
    "dateTime": (
        '<> dct:modified "2026-10-01T23:30:00+02:00"^^xsd:dateTime .', "modified",
        f'"2026-10-01"{DATE}',
    ),
    "dateTime in parts of seconds": (
        '<> dct:modified "2026-10-01T23:30:00.123456Z"^^xsd:dateTime .', "modified",
        f'"2026-10-01"{DATE}',
    ),
    "date as string": ('<> dct:modified "2026-10-01" .', "modified", f'"2026-10-01"{DATE}'),
    "French date": ('<> dct:modified "01/10/2026" .', "modified", f'"2026-10-01"{DATE}'),
    "French date called a date": (
        '<> dct:modified "01/10/2026"^^xsd:date .', "modified", f'"2026-10-01"{DATE}',
    ),
    "first day": (
        '<> med:availableFrom "2026-10-01T00:00:00"^^xsd:dateTime .', "availableFrom",
        f'"2026-10-01"{DATE}',
    ),
    "postcode": ("<#address> schema:postalCode 51100 .", "postalCode", '"51100"'),
    "postcode of Ain": ("<#address> schema:postalCode 1000 .", "postalCode", '"01000"'),
    "postcode in French": ('<#address> schema:postalCode "01000"@fr .', "postalCode", '"01000"'),
    "identifier": ("<#c> org:identifier 21510454400017 .", "identifier", '"21510454400017"'),
    "telephone": ('<> schema:telephone "+331"^^xsd:anyURI .', "telephone", '"+331"'),
    "C1-blanks in a decimal": (
        '<#g> schema:latitude " 49.2583 "^^xsd:decimal .', "latitude", f'"49.2583"{DECIMAL}',
    ),
    "C1-schema:Number": (
        '<#g> schema:latitude "49.25"^^schema:Number .', "latitude", f'"49.25"{DECIMAL}',
    ),
    "C1-schema:Date": (
        '<> dct:modified "2026-10-01"^^schema:Date .', "modified", f'"2026-10-01"{DATE}',
    ),
    "C1-W3CDTF": (
        '<> dct:modified "2026-10-01T10:00"^^dct:W3CDTF .', "modified", f'"2026-10-01"{DATE}',
    ),
    "C1-address as text": ('<> schema:url "https://a.fr/x" .', "url", "<https://a.fr/x>"),
    "C1-address as anyURI": ('<> schema:url "https://a.fr"^^xsd:anyURI .', "url", "<https://a.fr>"),
    "C1-comma in a decimal": (
        '<#g> schema:latitude "49,25"^^xsd:decimal .', "latitude", f'"49.25"{DECIMAL}',
    ),
    "C1-byte": ('<#g> schema:latitude "49"^^xsd:byte .', "latitude", f'"49"{DECIMAL}'),
    "C1-typographic minus": (
        '<#g> schema:longitude "\u22120.5" .', "longitude", f'"-0.5"{DECIMAL}',
    ),
    "C1-end of a day": (
        '<> dct:modified "2026-12-31T24:00:00Z"^^xsd:dateTime .', "modified",
        f'"2027-01-01"{DATE}',
    ),
    "C1-postcode with a point": (
        "<#address> schema:postalCode 51100.0 .", "postalCode", '"51100"',
    ),
    "C1-tel with separators": (
        "<> schema:telephone <tel:+33-3-26.00.00.00> .", "telephone", '"+33326000000"',
    ),
    "C1-address in a language": ('<> schema:url "https://a.fr"@fr .', "url", "<https://a.fr>"),
    "C1-scheme in capitals": ('<> schema:url "HTTPS://A.fr/X" .', "url", "<https://A.fr/X>"),
    "C1-address of version 6": ('<> schema:url "http://[2001:db8::1]/x" .', "url", "<http://[2001:db8::1]/x>"),
    "C1-a lone %": ('<> schema:url "https://a.fr/100%/x" .', "url", "<https://a.fr/100%25/x>"),
    "C1-brackets": ('<> schema:url "https://a.fr/x[1]" .', "url", "<https://a.fr/x%5B1%5D>"),
    "C1-no character": ('<> schema:url "https://a.fr/\\uFDD0" .', "url", "<https://a.fr/%EF%B7%90>"),
    "C1-private use": ('<> schema:url "https://a.fr/\\uE000" .', "url", "<https://a.fr/%EE%80%80>"),
    "C1-tel": ("<> schema:telephone <tel:+33326000000> .", "telephone", '"+33326000000"'),
    "C1-mailto": ("<> schema:email <mailto:a@b.fr?subject=x> .", "email", '"a@b.fr"'),
    "C1-mailto in text": ('<> schema:email "mailto:a@b.fr" .', "email", '"a@b.fr"'),
    "name": ('<> schema:description "x"^^xsd:normalizedString .', "description", '"x"'),
}  # fmt: skip


@pytest.mark.parametrize("name", VALUES)
def test_c1_a_value_of_another_datatype_is_read_and_told(
    read: Callable[[str], Arrival], name: str
) -> None:
    text, path, expected = VALUES[name]
    arrival = read(text)
    assert expected in stated(arrival, path)
    assert codes(arrival) == ["MED-H011"]
    (told,) = arrival.remarks
    assert told.severity == "Info"
    assert told.path.endswith(path)


LEFT = {
    "NaN": '<#g> schema:latitude "NaN"^^xsd:double .',
    "INF": '<#g> schema:latitude "INF"^^xsd:double .',
    "huge exponent": '<#g> schema:latitude "1E999999999"^^xsd:double .',
    "words": '<#g> schema:latitude "au nord" .',
    "degrees and minutes": '<#g> schema:latitude "49°15" .',
    "gYear": '<> dct:modified "2026"^^xsd:gYear .',
    "gYearMonth": '<> dct:modified "2026-10"^^xsd:gYearMonth .',
    "C5-no hour of the day": '<> dct:modified "2026-10-01T25:61:00"^^xsd:dateTime .',
    "no day of the calendar": '<> dct:modified "2026-02-30"^^xsd:date .',
    "a date with a zone": '<> dct:modified "2026-10-01+02:00"^^xsd:date .',
    "C1-words as an address": '<> schema:url "notre site" .',
    "C1-schema:Number of words": '<#g> schema:latitude "au nord"^^schema:Number .',
    "C1-dates as numbers": "<> dct:modified 46054.5 .",
    "broken postcode": "<#address> schema:postalCode 51100.5 .",
}


@pytest.mark.parametrize("name", LEFT)
def test_c1_what_cannot_be_read_is_left_as_it_is(read: Callable[[str], Arrival], name: str) -> None:
    assert "MED-H011" not in codes(read(LEFT[name]))


FALSE = (
    "between",
    "entre -",
    "too old",
    "trop ancienne",
    "lies outside",
    "hors de France",
    "after",
)


@pytest.mark.parametrize("value", [
    '"NaN"^^xsd:double', '"INF"^^xsd:double', '"-INF"^^xsd:float', '"4.9E1"^^xsd:gYear',
    '"nord"', '"49,5,5"', '"49"@fr', '"1E999"^^xsd:double', '"x"^^<urn:t>', '"2026"^^xsd:gYear',
])  # fmt: skip
def test_c1_nothing_is_said_about_an_order_that_could_not_be_compared(
    read: Callable[[str], Arrival], value: str
) -> None:
    """Without the normal form as well: what relays pass on is judged by the same sentences."""
    text = NORMAL.replace("schema:latitude 49.2583", f"schema:latitude {value}")
    text += f"<> med:availableFrom {value} ; med:availableThrough '2026-01-01'^^xsd:date ."
    text = text.replace('"2026-10-01"^^xsd:date', value)
    arrival = read(text)
    told = list(validate([arrival.record()]))
    assert told
    for finding in told:
        assert not any(words in finding.message("en") + finding.message("fr") for words in FALSE), (
            finding
        )
    named = {finding.code: finding.message("en") for finding in told}
    if "^^xsd" in value:
        assert value.split("^^")[1] in named["MED-P081"]


def test_c1_a_value_out_of_bounds_is_still_told(read: Callable[[str], Arrival]) -> None:
    arrival = read(NORMAL.replace("schema:latitude 49.2583", "schema:latitude 149.2583"))
    assert "MED-G004" in {finding.code for finding in validate([arrival.record()])}
    old = read(NORMAL.replace("2026-10-01", "1970-01-01"))
    assert "MED-P082" in {finding.code for finding in validate([old.record()])}


SPACES = {
    "http": "<> other:openingHours 'Mo' .",
    "www": "<> <https://www.schema.org/openingHours> 'Mo' .",
    "http and www": "<> <http://www.schema.org/openingHours> 'Mo' .",
    "dct in https": "<> <https://purl.org/dc/terms/modified> '2026-10-01'^^xsd:date .",
    "xsd in https": "<> dct:modified '2026-10-01'^^<https://www.w3.org/2001/XMLSchema#date> .",
    "our own in http": "<> <http://w3id.org/mediation-numerique/ns#itinerant> true .",
    "a list of ours": "<> med:placeType <http://w3id.org/mediation-numerique/list/typologie/bib> .",
    "INSEE": "<> med:commune <https://id.insee.fr/geo/commune/51454> .",
    "a class": "<#c> a other:Organization .",
    "no end": "<> <https://schema.orgopeningHours> 'Mo' .",
    "no end, in http": "<> <http://schema.orgopeningHours> 'Mo' .",
    "a hash": "<> <http://schema.org#openingHours> 'Mo' .",
    "a hash and a slash": "<> <https://schema.org/#openingHours> 'Mo' .",
    "two slashes": "<> <https://schema.org//openingHours> 'Mo' .",
    "two slashes, in http": "<> <http://schema.org//openingHours> 'Mo' .",
    "our own with a slash": "<> <https://w3id.org/mediation-numerique/ns/itinerant> true .",
    "our own without end": "<> <https://w3id.org/mediation-numerique/nsitinerant> true .",
    "dct with a hash": "<> <http://purl.org/dc/terms#modified> '2026-10-01'^^xsd:date .",
    "xsd without end": "<> dct:modified '2026-10-01'^^<http://www.w3.org/2001/XMLSchemadate> .",
    "a class without end": "<#c> a <https://schema.orgOrganization> .",
}


@pytest.mark.parametrize("name", SPACES)
def test_c1_the_other_spelling_of_a_namespace_is_read_and_told(
    read: Callable[[str], Arrival], name: str
) -> None:
    arrival = read(SPACES[name])
    assert codes(arrival) == ["MED-H012"]
    body = arrival.body or b""
    assert looks_normal(body)
    assert not any(
        b"<" + other in body for other in (b"http://schema", b"https://purl", b"http://w3id")
    )
    assert (
        re.search(rb"<https://schema\.org(?:[^/]|/[^a-zA-Z])|XMLSchema[^#]|/ns[^#]", body) is None
    )


def test_c1_a_name_in_a_namespace_without_its_end_is_no_missing_name(
    read: Callable[[str], Arrival],
) -> None:
    arrival = read("")
    body = (arrival.body or b"").replace(b"https://schema.org/", b"https://schema.org")
    (mended,) = normalised([arrival._replace(body=body)], lambda _: None)
    assert mended.body == arrival.body
    (told,) = mended.remarks
    assert told.code == "MED-H012"
    assert "in https://schema.org:" in told.message("en")
    assert "https://schema.org/." in told.message("en")


@pytest.mark.parametrize("text", [
    "<> schema:url <https://schema.orga> .",
    "<> schema:sameAs <https://schema.org#x>, <https://schema.org//x> .",
    "<> schema:sameAs <https://w3id.org/mediation-numerique/ns/x> .",
    "<> <https://schema.org.example/name> 'x' .",
    "<> <https://schema.organic.example/name> 'x' .",
    "<> <https://w3id.org/mediation-numerique/ns/1.0/x> 'x' .",
    "<> <https://pending.schema.org/name> 'x' .",
])  # fmt: skip
def test_c1_what_only_begins_like_a_namespace_stays(
    read: Callable[[str], Arrival], text: str
) -> None:
    assert codes(read(text)) == []


def test_c1_words_and_subjects_are_never_rewritten(read: Callable[[str], Arrival]) -> None:
    text = "<> schema:sameAs <https://www.w3.org/ns/activitystreams#x>, <http://schema.example/> ."
    arrival = read(
        text + ' <> schema:description "voir <http://schema.org/> et > <http://schema.org/x"@fr .'
    )
    assert arrival.remarks == ()
    assert "voir <http://schema.org/>" in stated(arrival, "description")[0]


WKT = {
    "plain": '"POINT(4.0317 49.2583)"',
    "blanks": '"  point  ( 4.0317   49.2583 ) "',
    "lower case": '"point(4.0317 49.2583)"',
    "Z": '"POINT Z (4.0317 49.2583 80)"',
    "glued Z": '"POINTZ(4.0317 49.2583 80)"',
    "three numbers": '"POINT(4.0317 49.2583 80)"',
    "CRS84": '"<http://www.opengis.net/def/crs/OGC/1.3/CRS84> POINT(4.0317 49.2583)"',
    "CRS84 in https": '"<https://www.opengis.net/def/crs/OGC/0/CRS84> POINT(4.0317 49.2583)"',
    "CRS84 as URN": '"<urn:ogc:def:crs:OGC:1.3:CRS84> POINT(4.0317 49.2583)"',
    "4326, latitude first": f'"<{WGS}> POINT(49.2583 4.0317)"',
    "4326 as URN": '"<urn:ogc:def:crs:EPSG::4326> POINT(49.2583 4.0317)"',
    "4258": '"<http://www.opengis.net/def/crs/EPSG/0/4258> Point(49.2583 4.0317)"',
    "PostGIS": '"SRID=4326;POINT(4.0317 49.2583)"',
    "exponents": '"POINT(4.0317E0 4.92583e+1)"',
}


@pytest.mark.parametrize("name", WKT)
@pytest.mark.parametrize("where", [
    "<> geo:hasGeometry [ a geo:Geometry ; geo:asWKT {}^^geo:wktLiteral ] .",
    "<> geo:hasGeometry <#g> . <#g> geo:asWKT {} .",
    "<> geo:asWKT {}^^geo:wktLiteral .",
    "<> locn:geometry {}^^geo:wktLiteral .",
])  # fmt: skip
def test_c2_a_position_in_wkt_alone_is_read(
    read: Callable[[str], Arrival], name: str, where: str
) -> None:
    arrival = read(where.replace("{}", WKT[name]))
    assert stated(arrival, "schema.org/latitude") == [f'"49.2583"{DECIMAL}']
    assert stated(arrival, "schema.org/longitude") == [f'"4.0317"{DECIMAL}']
    assert {"MED-H014"} <= set(codes(arrival)) <= {"MED-H011", "MED-H014"}
    faults = {found.code for found in validate([arrival.record()])}
    assert not faults & {"MED-P020", "MED-P021", "MED-G001", "MED-G003", "MED-G006", "MED-G007"}


def test_c2_metres_of_lambert_93_are_read(read: Callable[[str], Arrival]) -> None:
    crs = "http://www.opengis.net/def/crs/EPSG/0/2154"
    arrival = read(f'<> geo:asWKT "<{crs}> POINT(775300.2 6906500.5)" .')
    (latitude,) = stated(arrival, "latitude")
    assert latitude.startswith('"49.25')


NO_POINT = {
    "polygon": "POLYGON((4 49, 5 49, 5 50, 4 49))",
    "many points": "MULTIPOINT((4 49), (5 50))",
    "empty": "POINT EMPTY",
    "empty Z": "POINT Z EMPTY",
    "one number": "POINT(4)",
    "commas": "POINT(4.03, 49.25)",
    "words": "à Reims",
    "nothing": "",
    "another system": "<http://www.opengis.net/def/crs/EPSG/0/3857> POINT(448000 6300000)",
    "an unknown system": "<urn:mine> POINT(4 49)",
    "not on Earth": "POINT(400 49)",
    "no end": "POINT(4 49",
    "not a number": "POINT(NaN 49)",
}


@pytest.mark.parametrize("name", NO_POINT)
def test_c2_what_gives_no_position_is_told(read: Callable[[str], Arrival], name: str) -> None:
    arrival = read(f'<> geo:hasGeometry <#g> . <#g> geo:asWKT "{NO_POINT[name]}"^^geo:wktLiteral .')
    assert codes(arrival) == ["MED-H016"]
    assert stated(arrival, "latitude") == []
    (told,) = arrival.remarks
    assert told.severity == "Warning"


@pytest.mark.parametrize(
    ("wkt", "told"),
    [
        ("POINT(49.2583 4.0317)", ["MED-H015"]),
        ("POINT(4.0317 49.26)", ["MED-H015"]),
        (f"<{WGS}> POINT(4.0317 49.2583)", ["MED-H011", "MED-H015"]),
        ("POINT(4.031702 49.258305)", []),
        ("POINT (4.0317 49.2583)", []),
        (f"<{WGS}> POINT(49.2583 4.0317)", ["MED-H011"]),
        ("POLYGON((4 49, 5 49, 5 50, 4 49))", []),
    ],
)
def test_c2_a_position_that_contradicts_another_is_told(
    read: Callable[[str], Arrival], wkt: str, told: list[str]
) -> None:
    text = NORMAL.replace('geo:asWKT "POINT(4.0317 49.2583)"^^geo:wktLiteral', "a geo:Geometry")
    arrival = read(f'{text} <> geo:hasGeometry <#g2> . <#g2> geo:asWKT "{wkt}"^^geo:wktLiteral .')
    assert codes(arrival) == told
    assert stated(arrival, "schema.org/latitude") == [f'"49.2583"{DECIMAL}']


def test_c2_two_points_that_differ_give_no_position(read: Callable[[str], Arrival]) -> None:
    one, two = ('"POINT(4.0317 49.2583)"^^geo:wktLiteral', '"POINT(2.35 48.85)"^^geo:wktLiteral')
    arrival = read(f"<> geo:hasGeometry <#g> . <#g> geo:asWKT {one}, {two} .")
    assert codes(arrival) == ["MED-H016"]
    assert "several different points" in arrival.remarks[0].message("en")
    assert stated(arrival, "latitude") == []


def test_c2_tabs_and_lines_are_blanks_of_wkt(read: Callable[[str], Arrival]) -> None:
    arrival = read('<> geo:hasGeometry <#g> . <#g> geo:asWKT "POINT(4.0317\\t49.2583)\\n" .')
    assert stated(arrival, "schema.org/latitude") == [f'"49.2583"{DECIMAL}']


POS = "http://www.w3.org/2003/01/geo/wgs84_pos#"
DEGREES = "schema:latitude 49.2583 ; schema:longitude 4.0317"
BASIC = "pos:lat '49.2583' ; pos:long '4.0317'"
OUTLINE = "geo:asWKT 'POLYGON((4 49, 5 49, 5 50, 4 49))'^^geo:wktLiteral"
PAIRS = {
    "schema, on the place": f"<> {DEGREES} .",
    "schema, numbers of JSON-LD": "<> schema:latitude 4.92583E1 ; schema:longitude '4,0317' .",
    "schema, on a geometry": f"<> geo:hasGeometry [ {DEGREES} ] .",
    "schema, beside an empty node": f"<> {DEGREES} ; schema:geo [ a schema:GeoCoordinates ] .",
    "wgs84, on the place": f"<> {BASIC} .",
    "wgs84, decimals": "<> pos:lat 49.2583 ; pos:long 4.0317 .",
    "wgs84, doubles and commas": "<> pos:lat 4.92583E1 ; pos:long '4,0317'@fr .",
    "wgs84, in https": f"<> <{POS.replace('http', 'https')}lat> 49.2583 ; pos:long 4.0317 .",
    "wgs84, without end": f"<> <{POS[:-1]}lat> 49.2583 ; <{POS[:-1]}long> 4.0317 .",
    "wgs84, on a point": f"<> pos:location [ a pos:Point ; {BASIC} ] .",
    "wgs84, on a named point": f"<> pos:location <#p> . <#p> {BASIC} .",
    "wgs84, at schema:geo": f"<> schema:geo [ a schema:GeoCoordinates ; {BASIC} ] .",
    "wgs84, in one text": "<> pos:lat_long '49.2583, 4.0317' .",
    "two that agree": f"<> {BASIC} ; schema:latitude 49.25831 ; schema:longitude 4.03172 .",
    "beside an outline": f"<> {BASIC} ; geo:hasGeometry <#geometry> . <#geometry> {OUTLINE} .",
    "beside the position of another": (
        f"<> {DEGREES} ; med:carriedBy <#o> ."
        "<#o> schema:location [ schema:latitude 48.1 ; schema:longitude 2.1 ] ."
    ),
}  # fmt: skip


def fresh_faults(arrival: Arrival) -> set[str]:
    """What the shapes say of a position; the same once more is in its normal form."""
    (again,) = normalised([arrival._replace(remarks=())], lambda _: None)
    assert (again.body, again.remarks) == (arrival.body, ())
    found = {found.code for found in validate([arrival.record()])}
    return {code for code in found if code.startswith("MED-G")} | found & {"MED-P020", "MED-P021"}


@pytest.mark.parametrize("name", PAIRS)
def test_c2_a_latitude_and_a_longitude_elsewhere_are_read(
    read: Callable[[str], Arrival], name: str
) -> None:
    arrival = read(f"@prefix pos: <{POS}> . {PAIRS[name]}")
    place = read_again(arrival)
    assert abs(place[0] - 49.2583) < 0.0001
    assert abs(place[1] - 4.0317) < 0.0001
    assert "MED-H014" in codes(arrival)
    assert set(codes(arrival)) <= {"MED-H011", "MED-H012", "MED-H014"}
    (told,) = [each for each in arrival.remarks if each.code == "MED-H014"]
    assert re.search("wgs84_pos:lat|schema:latitude, schema:longitude", told.message("en"))
    if name != "beside an outline":
        assert fresh_faults(arrival) == set()


def read_again(arrival: Arrival) -> tuple[float, float]:
    """Where a search finds the place."""
    facts = facts_of(arrival.record())
    assert facts.latitude is not None
    assert facts.longitude is not None
    return facts.latitude, facts.longitude


NO_PAIR = {
    "half": ("schema:latitude 49.2583", "schema:latitude", "49.2583", "the other"),
    "half, wgs84": ("pos:long '4.0317'", "wgs84_pos:long", "4.0317", "the other"),
    "one of each": ("schema:latitude 49.2 ; pos:long 4.0", "wgs84_pos:long", "4.0", "the other"),
    "words": ("pos:lat 'au nord' ; pos:long '4.0'", "wgs84_pos:lat", "au nord", "decimal"),
    "minutes": ("pos:lat '49°15' ; pos:long '4.0'", "wgs84_pos:lat", "49°15", "decimal"),
    "NaN": (
        "schema:latitude 'NaN'^^xsd:double ; schema:longitude 4.0", "schema:latitude", "NaN",
        "decimal",
    ),
    "an address": ("pos:lat <urn:x> ; pos:long '4.0'", "wgs84_pos:lat", "urn:x", "decimal"),
    "metres": (
        "pos:lat '6906500.5' ; pos:long '775300.2'", "wgs84_pos:lat", "6906500.5", "on Earth",
    ),
    "not on Earth": (
        "schema:latitude 149.0 ; schema:longitude 4.0", "schema:latitude", "149.0", "on Earth",
    ),
    "two latitudes": ("pos:lat 49.2, 48.1 ; pos:long 4.0", "wgs84_pos:lat", "48.1", "several"),
    "one text of words": ("pos:lat_long 'au nord'", "wgs84_pos:lat_long", "au nord", "decimal"),
    "one text of three": ("pos:lat_long '49,25,4'", "wgs84_pos:lat_long", "49,25,4", "decimal"),
    "two places": (
        "pos:lat 49.2 ; pos:long 4.0 ; schema:latitude 48.1 ; schema:longitude 2.1",
        "wgs84_pos:lat", "48.1", "several",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NO_PAIR)
def test_c2_a_pair_that_gives_no_position_is_told_with_its_property(
    read: Callable[[str], Arrival], name: str
) -> None:
    text, path, value, why = NO_PAIR[name]
    arrival = read(f"@prefix pos: <{POS}> . <> {text} .")
    assert set(codes(arrival)) == {"MED-H016"}
    told = " ".join(each.message("en") for each in arrival.remarks)
    assert path in told
    assert value in told
    assert why in told
    assert facts_of(arrival.record()).latitude is None
    for finding in validate([arrival.record()]):
        assert "no coordinates" not in finding.message("en")
        assert "pas de coordonnées" not in finding.message("fr")


@pytest.mark.parametrize("text", [
    "<> med:carriedBy <#o> . <#o> schema:latitude 49.2 ; schema:longitude 4.0 .",
    "<> med:carriedBy <#o> . <#o> pos:lat 49.2 ; pos:long 4.0 .",
    "<> <http://xmlns.com/foaf/0.1/based_near> [ pos:lat 49.2 ; pos:long 4.0 ] .",
    "<> pos:latitude 49.2 ; pos:longitude 4.0 .",
    "<> pos:alt 80 .",
])  # fmt: skip
def test_c2_the_position_of_something_else_is_not_that_of_the_place(
    read: Callable[[str], Arrival], text: str
) -> None:
    arrival = read(f"@prefix pos: <{POS}> . {text}")
    assert facts_of(arrival.record()).latitude is None
    assert arrival.remarks == ()


GML = "http://www.opengis.net/gml/3.2"
URN = "urn:ogc:def:crs:EPSG::4326"
CRS84 = "urn:ogc:def:crs:OGC:1.3:CRS84"
CRS = '"crs":{"type":"name","properties":{"name":"%s"}}'


def gml(srs: str, pos: str = "<gml:pos>49.2583 4.0317</gml:pos>", kind: str = "Point") -> str:
    system = f' srsName="{srs}"' if srs else ""
    return f"<gml:{kind}{system}>{pos}</gml:{kind}>"


TEXTS_OF_POINTS = {
    "GeoJSON": ("GeoJSON", '{"type": "Point", "coordinates": [4.0317, 49.2583]}'),
    "GeoJSON with a height": ("GeoJSON", '{"coordinates":[4.0317,49.2583,80],"type":"Point"}'),
    "GeoJSON in lines": ("GeoJSON", '\n{\n\t"type": "Point",\n"coordinates": [4.0317, 4.92583E1]}'),
    "GeoJSON that names CRS84": (
        "GeoJSON", '{"type":"Point","coordinates":[4.0317,49.2583],' + CRS % CRS84 + "}",
    ),
    "GeoJSON of 2008": (
        "GeoJSON", '{"type":"Point","coordinates":[4.0317,49.2583],' + CRS % URN + "}",
    ),
    "GeoJSON feature": (
        "GeoJSON", '{"type":"Feature","properties":{"a":[1]},"geometry":{"type":"Point",'
        '"coordinates":[4.0317,49.2583]}}',
    ),
    "GML": ("GML", gml(URN).replace("<gml:Point", f'<gml:Point xmlns:gml="{GML}"')),
    "GML by http": (
        "GML", f"<Point xmlns='{GML}' srsName='{WGS}' >\n <pos srsDimension='2'>\n49.2583  4.0317 "
        "</pos>\n</Point>\n",
    ),
    "GML in CRS84": ("GML", gml(CRS84, "<gml:pos>4.0317 49.2583</gml:pos>")),
    "GML in CRS84 by name": ("GML", gml("CRS84", "<gml:pos>4.0317 49.2583</gml:pos>")),
    "GML with its system at the position": (
        "GML",
        '<?xml version="1.0"?>' + gml("", f'<gml:pos srsName="{URN}">49.2583 4.0317</gml:pos>'),
    ),
    "GML 2": ("GML", gml(URN, "<gml:coordinates>49.2583,4.0317</gml:coordinates>")),
    "GML with a height": (
        "GML", gml("urn:ogc:def:crs:EPSG::4979", "<gml:pos>49.2583 4.0317 80</gml:pos>"),
    ),
}  # fmt: skip


def literal_of(kind: str, text: str, *, typed: bool = True) -> str:
    datatype = {"GeoJSON": "geoJSONLiteral", "GML": "gmlLiteral"}[kind]
    return str(ox.Literal(text)) + (f"^^geo:{datatype}" if typed else "")


@pytest.mark.parametrize("name", TEXTS_OF_POINTS)
@pytest.mark.parametrize("where", [
    "<> geo:hasGeometry [ a geo:Geometry ; geo:as{kind} {typed} ] .",
    "<> geo:hasGeometry <#g> . <#g> geo:as{kind} {plain} .",
    "<> geo:as{kind} {plain} .",
    "<> locn:geometry {typed} .",
])  # fmt: skip
def test_c2_a_point_in_geojson_or_gml_is_read(
    read: Callable[[str], Arrival], name: str, where: str
) -> None:
    kind, text = TEXTS_OF_POINTS[name]
    both = {"typed": literal_of(kind, text), "plain": literal_of(kind, text, typed=False)}
    arrival = read(where.format(kind=kind, **both))
    assert read_again(arrival) == (49.2583, 4.0317)
    assert codes(arrival) == ["MED-H014"]
    path = "locn:geometry" if "locn" in where else f"geo:as{kind}"
    assert path in arrival.remarks[0].message("fr")
    assert fresh_faults(arrival) == set()


POINT = '{"type":"Point","coordinates":%s}'
NO_TEXT = {
    "GeoJSON of words": ("GeoJSON", "à Reims", "cannot be read"),
    "GeoJSON of nothing": ("GeoJSON", "", "cannot be read"),
    "GeoJSON without end": ("GeoJSON", POINT[:-1] % "[4,49]", "cannot be read"),
    "GeoJSON of a list": ("GeoJSON", "[4, 49]", "cannot be read"),
    "GeoJSON without numbers": ("GeoJSON", '{"type":"Point"}', "cannot be read"),
    "GeoJSON of NaN": ("GeoJSON", POINT % "[NaN,49]", "cannot be read"),
    "GeoJSON of null": ("GeoJSON", POINT % "[null,49]", "cannot be read"),
    "GeoJSON of true": ("GeoJSON", POINT % "[true,49]", "cannot be read"),
    "GeoJSON of one number": ("GeoJSON", POINT % "[4]", "cannot be read"),
    "deep GeoJSON": ("GeoJSON", "[" * 50_000, "cannot be read"),
    "GeoJSON with half a letter": ("GeoJSON", '{"type":"\\ud800"}', "cannot be read"),
    "empty GeoJSON": ("GeoJSON", POINT % "[]", "empty"),
    "GeoJSON polygon": (
        "GeoJSON", '{"type":"Polygon","coordinates":[[[4,49],[5,49],[5,50],[4,49]]]}', "no point",
    ),
    "GeoJSON metres": ("GeoJSON", POINT % "[775300.2,6906500.5]", "on Earth"),
    "GeoJSON in another system": (
        "GeoJSON", POINT[:-1] % "[4,49]" + "," + CRS % "urn:x" + "}", "reference system",
    ),
    "GeoJSON with a crs of no form": (
        "GeoJSON", POINT[:-1] % "[4,49]" + ',"crs":[1]}', "reference system",
    ),
    "GML of words": ("GML", "à Reims", "cannot be read"),
    "GML without a system": ("GML", gml(""), "srsName"),
    "GML whose system leaves the order open": ("GML", gml("EPSG:4326"), "reference system"),
    "GML in another system": ("GML", gml("urn:ogc:def:crs:EPSG::3857"), "reference system"),
    "GML polygon": ("GML", gml(URN, "<gml:exterior/>", "Polygon"), "no point"),
    "GML of several": ("GML", gml(URN, "<gml:Point/>", "MultiPoint"), "no point"),
    "empty GML": ("GML", f'<gml:Point srsName="{URN}"/>', "empty"),
    "GML of one number": ("GML", gml(URN, "<gml:pos>49</gml:pos>"), "cannot be read"),
    "GML of decimal commas": ("GML", gml(URN, "<gml:pos>49,2 4,0</gml:pos>"), "cannot be read"),
    "GML not on Earth": ("GML", gml(URN, "<gml:pos>100 4</gml:pos>"), "on Earth"),
    "GML with an entity": (
        "GML", '<!DOCTYPE a [<!ENTITY b "49 4">]>' + gml(URN, "<gml:pos>&b;</gml:pos>"),
        "cannot be read",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", NO_TEXT)
def test_c2_geojson_and_gml_that_give_no_position_are_told(
    read: Callable[[str], Arrival], name: str
) -> None:
    kind, text, why = NO_TEXT[name]
    arrival = read(f"<> geo:hasGeometry <#g> . <#g> geo:as{kind} {literal_of(kind, text)} .")
    (told,) = arrival.remarks
    assert told.code == "MED-H016"
    assert why in told.message("en")
    assert f"geo:as{kind}" in told.message("fr")
    assert text[:12].replace("\n", "") in told.message("fr")
    assert facts_of(arrival.record()).latitude is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("pos:lat 49.2583 ; pos:long 4.0317", []),
        ("pos:lat 4.0317 ; pos:long 49.2583", ["MED-H015"]),
        ("schema:latitude 49.26 ; schema:longitude 4.0317", ["MED-H015"]),
        ("pos:location [ pos:lat '49.26' ; pos:long '4.0317' ]", ["MED-H015"]),
        ("pos:lat 'nord' ; pos:long '4.0317'", ["MED-H016"]),
        (f"geo:asGeoJSON '{POINT % [49.2583, 4.0317]}'", ["MED-H015"]),
        (f"geo:asGeoJSON '{POINT % [4.0317, 49.2583]}'", []),
        ('geo:asGeoJSON \'{"type":"Polygon","coordinates":[]}\'', []),
        (f"geo:asGML '{gml(CRS84)}'", ["MED-H015"]),
        (f"geo:asGML '{gml(URN)}'", []),
        (f"geo:asGML '{gml('')}'", []),
    ],
)
def test_c2_any_position_beside_the_contract_s_is_held_against_it(
    read: Callable[[str], Arrival], text: str, told: list[str]
) -> None:
    arrival = read(f"{NORMAL} @prefix pos: <{POS}> . <> {text} .")
    assert codes(arrival) == told
    assert read_again(arrival) == (49.2583, 4.0317)
    if told == ["MED-H015"]:
        assert "49.2583, 4.0317" in arrival.remarks[0].message("en")


def test_c2_what_is_not_read_of_a_place_stays_beside_what_is(
    read: Callable[[str], Arrival],
) -> None:
    arrival = read(f"@prefix pos: <{POS}> . <> {BASIC} ; schema:latitude 49.1, 49.2 .")
    assert codes(arrival) == ["MED-H014", "MED-H016"]
    assert stated(arrival, "schema.org/latitude") == [
        f'"{number}"{DECIMAL}' for number in ("49.1", "49.2", "49.2583")
    ]


FORBIDDEN = {
    "U+0000": "\\u0000", "U+0008": "\\b", "U+000B": "\\u000B", "U+000C": "\\f", "U+001F": "\\u001F",
    "U+FFFE": "\\uFFFE", "U+FFFF": "\\uFFFF",
}  # fmt: skip


@pytest.mark.parametrize("name", FORBIDDEN)
def test_c3_a_blank_takes_the_place_of_what_xml_cannot_hold(
    read: Callable[[str], Arrival], name: str
) -> None:
    char = FORBIDDEN[name]
    arrival = read(f'<> schema:description "texte{char} coupé{char}{char}ici{char}"@fr .')
    assert stated(arrival, "description") == ['"texte coupé ici"@fr']
    assert codes(arrival) == ["MED-H013"]
    assert name in arrival.remarks[0].message("en")


@pytest.mark.parametrize(
    "text", ["\\t\\n\\r", "\\u0085", "\\u007F", "\\\\u0000", "\\\\\\\\b", "\\U0001F600"]
)
def test_c3_what_xml_can_hold_stays(read: Callable[[str], Arrival], text: str) -> None:
    assert read(f'<> schema:description "a{text}b"@fr .').remarks == ()


def test_c3_an_escaped_backslash_before_a_forbidden_character_stays(
    read: Callable[[str], Arrival],
) -> None:
    arrival = read('<> schema:description "a\\\\\\u0000b"@fr .')
    assert stated(arrival, "description") == ['"a\\\\ b"@fr']


PATHS = (
    "https://schema.org/latitude", "https://schema.org/longitude", "http://schema.org/name",
    "http://purl.org/dc/terms/modified", "https://schema.org/postalCode",
    "http://www.opengis.net/ont/geosparql#asWKT", "https://w3id.org/mediation-numerique/ns#share",
    "http://www.opengis.net/ont/geosparql#asGeoJSON", "http://www.opengis.net/ont/geosparql#asGML",
    f"{POS}lat", f"{POS}long", f"{POS}lat_long", "https://schema.orglatitude",
)  # fmt: skip
KINDS = ("decimal", "double", "date", "dateTime", "integer", "string", "gYear")
TEXTS = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "49.25",
            "4.9E1",
            "1E99",
            "NaN",
            "POINT(4 49)",
            "POINT Z EMPTY",
            "2026-10-01",
            "2.35",
            "4,49",
            POINT % [4.03, 49.25],
            POINT % [1, 2, 3],
            gml(URN),
            gml("x"),
            "<Point/>",
        ]
    ),
    st.from_regex(r"(<[a-z:]{0,9}>)? ?(POINT|point)[ZM]? ?\(?[0-9. -]{0,12}\)?", fullmatch=True),
)


@given(st.lists(st.tuples(st.sampled_from(PATHS), st.sampled_from(KINDS), TEXTS), max_size=6))
def test_whatever_literals_hold_it_ends_and_is_normal(values: list[tuple[str, str, str]]) -> None:
    place_type = "<https://w3id.org/mediation-numerique/ns#Place>"
    lines = {f"<{IRI}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> {place_type} .\n"}
    for path, kind, text in values:
        datatype = ox.NamedNode(f"http://www.w3.org/2001/XMLSchema#{kind}")
        lines.add(f"<{IRI}> <{path}> {ox.Literal(text, datatype=datatype)} .\n")
    arrival = Arrival(IRI, "".join(sorted(lines)).encode())
    (once,) = normalised([arrival], lambda _: None)
    (again,) = normalised([once._replace(remarks=())], lambda _: None)
    assert again.body == once.body
    list(ox.parse(once.body or b"", format=ox.RdfFormat.N_TRIPLES))
    for finding in validate([once.record()]):
        assert finding.message("fr")


def test_all_of_it_at_once_is_normal_afterwards(read: Callable[[str], Arrival]) -> None:
    text = '<> other:description "a\\u0000b" ; geo:asWKT "point(4 49)" ; dct:identifier 1 .'
    once = read(text)
    assert looks_normal(once.body or b"") or "MED-H015" in codes(once)
    (again,) = normalised([once._replace(remarks=())], lambda _: None)
    assert again.body == once.body
    assert again.remarks == ()


def test_a_repaired_record_is_told_once_and_does_not_change_again(
    pole: SimulatedPole, registry: Callable[..., Registry]
) -> None:
    record = place(pole, "p01", latitude="49.2583", longitude="4.0317")
    text = record.body.replace("https://schema.org/", "http://schema.org/")
    pole.put("/d.nt", text, "application/n-triples")
    source = registry("/d.nt", "dump")
    done = source.harvest()
    assert done.outcome is Outcome.COMMITTED
    assert "MED-H012" in {group["code"] for group in done.report["findings"]}
    assert source.ledger.record(record.iri) == record
    pole.put("/d.nt", text + place(pole, "p02").body, "application/n-triples")
    again = source.harvest()
    assert again.report["counts"]["created"] == 1
    assert again.report["counts"]["changed"] == 0


@pytest.mark.parametrize("name", ["urn:agreement", "http://www.w3.org/ns/org#Site"])
def test_c6_a_class_that_no_shape_knows_is_named_and_counted(
    pole: SimulatedPole, registry: Callable[..., Registry], name: str
) -> None:
    own = "".join(f"<{pole.url(f'/id/doc/{n}')}> a <{name}> .\n" for n in range(3))
    foreign = f"<https://other.example/id/doc/1> a <{name}> .\n"
    pole.put("/d.ttl", own + foreign)
    done = registry("/d.ttl", "dump").harvest()
    groups = {group["code"]: group for group in done.report["findings"]}
    assert groups["MED-H018"]["count"] == 3
    assert groups["MED-H018"]["severity"] == "Info"
    assert name in groups["MED-H018"]["samples"][0]["message_en"]
    assert groups["MED-H001"]["count"] == 1
    assert done.report["counts"]["created"] == 3


COMMUNE = "http://id.insee.fr/geo/commune/"


@pytest.mark.parametrize(
    ("commune", "others", "told"),
    [
        ("99999", "", ["MED-H019"]),
        ("69000", "", ["MED-H019"]),  # a postcode
        ("97123", '<#address> schema:postalCode "97133" .', ["MED-H021"]),
        ("69123", '<#address> schema:postalCode "51100" .', ["MED-H020"]),
        ("51454", "<> med:departement <http://id.insee.fr/geo/departement/69> .", ["MED-H020"]),
        ("51454", '<#address> schema:postalCode "51100" .', []),
        ("51454", '<#address> schema:postalCode "51084" .', []),  # CEDEX
        ("69381", '<#address> schema:postalCode "69001" .', []),
        ("2A004", "<> med:departement <http://id.insee.fr/geo/departement/2A> .", []),
        ("97701", '<#address> schema:postalCode "97133" .', []),
    ],
)
def test_c4_a_commune_that_is_not_or_contradicts_itself_is_told(
    read: Callable[[str], Arrival], commune: str, others: str, told: list[str]
) -> None:
    arrival = read(f"<> med:commune <{COMMUNE}{commune}> . {others}")
    found = findings_beyond_shapes(arrival)
    assert [each.code for each in found] == told
    assert all(each.severity == "Warning" and commune in each.message("fr") for each in found)


def test_c4_a_postcode_of_another_arrondissement_is_told() -> None:
    body = (
        b"<x:1> <https://w3id.org/mediation-numerique/ns#commune> "
        b"<http://id.insee.fr/geo/commune/75112> .\n"
        b'<x:1#a> <https://schema.org/postalCode> "75011" .\n'
    )
    assert [each.code for each in doubts("x:1", body)] == ["MED-H022"]
    assert list(doubts("x:1", body.replace(b"75112", b"75111"))) == []
