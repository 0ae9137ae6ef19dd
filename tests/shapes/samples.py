"""Good records to put examples into, written in Turtle."""

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from shapes.rules import Example
from vocab.namespaces import PREFIXES, SCHEMES, SF
from vocab.records import Record, group_records

BASE = SCHEMES.removesuffix("list/")
_HEAD = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in (PREFIXES | {"sf": SF}).items())

RECORDS = {
    "place": """
<place/7> a med:Place, schema:Place ;
  med:statedBy <https://pole.example/id/pole> ; dct:identifier "7" ;
  schema:name "La Friche"@fr ;
  schema:address <place/7#address> ;
  schema:geo <place/7#geometry> ; geo:hasGeometry <place/7#geometry> ;
  med:carriedBy <place/7#carrier> ;
  med:commune <http://id.insee.fr/geo/commune/13203> ;
  med:departement <http://id.insee.fr/geo/departement/13> ;
  schema:telephone "+33491000000" ; schema:email "accueil@exemple.fr" ;
  schema:url <https://exemple.fr> ;
  schema:openingHours "Mo-Fr 09:00-12:00" ;
  med:service <list/services/aide-aux-demarches-administratives> ;
  dct:modified "2026-01-31"^^xsd:date .
<place/7#address> a schema:PostalAddress, locn:Address ;
  schema:addressLocality "Marseille"@fr ; schema:postalCode "13003" ;
  schema:streetAddress "41 rue Jobin"@fr .
<place/7#geometry> a schema:GeoCoordinates, sf:Point ;
  schema:latitude 43.31 ; schema:longitude 5.39 ; geo:asWKT "POINT(5.39 43.31)"^^geo:wktLiteral .
<place/7#carrier> a med:Organization ; org:identifier "43493312300029" .
""",
    "pole": """
<pole> a med:Pole, med:Organization ; med:statedBy <https://pole.example/id/pole> ;
  schema:name "Zinc"@fr ; dct:license <https://www.etalab.gouv.fr/licence-ouverte-open-licence> ;
  med:feed <https://pole.example/feed/stream.trig#stream> .
""",
    "network": """
<network> a med:Network ; med:statedBy <https://pole.example/id/pole> ; schema:name "EPN"@fr .
""",
    "person": """
<person> a med:Person ; med:publicationConsent true ; schema:name "Camille Exemple" .
""",
    "succession": """
<succession> a med:Succession ; med:statedBy <https://pole.example/id/pole> ;
  dct:isReplacedBy <https://new.example/id/pole> ;
  med:formerNamespace "https://pole.example/id/" ;
  med:successorNamespace "https://new.example/id/" .
""",
    "correction": """
<correction> a med:Correction, <http://www.w3.org/ns/oa#Annotation> ;
  med:statedBy <https://pole.example/id/pole> ;
  <http://www.w3.org/ns/oa#motivatedBy> <http://www.w3.org/ns/oa#editing> ;
  <http://www.w3.org/ns/oa#hasTarget> <https://pole.example/id/place/7> ;
  med:objectHash "{digits}" ; med:field "horaires" ; med:commitment "{digits}" ;
  med:ticketState "open" ; med:stateSince "2026-11-28"^^xsd:date .
""".replace("{digits}", "0a" * 32),
    "former": """
<former> a med:FormerRecord ; med:statedBy <https://pole.example/id/pole> ;
  dct:isReplacedBy <https://new.example/id/place/7> .
""",
    "dataset": """
<feed> a dcat:Dataset, void:Dataset ; dct:title "Lieux"@fr ; dct:description "Les lieux."@fr ;
  dct:license <https://www.etalab.gouv.fr/licence-ouverte-open-licence> ;
  dct:publisher <https://pole.example/id/pole> ; dcat:distribution <feed#nt> ;
  dct:accrualPeriodicity <http://publications.europa.eu/resource/authority/frequency/DAILY> .
""",
    "distribution": """
<feed#nt> a dcat:Distribution ; dcat:downloadURL <https://pole.example/feed/dump.nt.gz> ;
  dcat:mediaType <https://www.iana.org/assignments/media-types/application/n-triples> .
""",
    "stream": """
<stream> a ldes:EventStream ; tree:view <feed> ;
  ldes:timestampPath prov:generatedAtTime ; ldes:versionOfPath dct:isVersionOf .
""",
}
_SUBJECTS = {"place": "place/7", "dataset": "feed", "distribution": "feed#nt"}


def good(base: str = "place") -> Record:
    return _record(RECORDS[base])


def with_values(example: Example, values: Iterable[str]) -> Record:
    """Put one set of values of an example into a good record."""
    quads = set(_parse(RECORDS[example.base]))
    for node, name, given in (*example.given, (example.node, example.property, tuple(values))):
        subject = f"<{_SUBJECTS.get(example.base, example.base)}{node}>"
        told = set(_parse(f"{subject} {name} [] ."))
        place = next(iter(told))
        quads = {q for q in quads if (q.subject, q.predicate) != (place.subject, place.predicate)}
        if given:
            quads |= set(_parse(f"{subject} {name} {', '.join(given)} ."))
    return group_records(quad.triple for quad in quads)[0]


def _record(text: str) -> Record:
    return group_records(quad.triple for quad in _parse(text))[0]


def _parse(text: str) -> Iterator[ox.Quad]:
    return ox.parse(f"{_HEAD}{text}".encode(), format=ox.RdfFormat.TURTLE, base_iri=BASE)
