"""The IRIs of every vocabulary that Maillage uses, each written once."""

MED = "https://w3id.org/mediation-numerique/ns#"
MED_ONTOLOGY = "https://w3id.org/mediation-numerique/ns"
SCHEMES = "https://w3id.org/mediation-numerique/list/"
SHAPES = "https://w3id.org/mediation-numerique/shapes#"

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SH = "http://www.w3.org/ns/shacl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
SCHEMA = "https://schema.org/"
ORG = "http://www.w3.org/ns/org#"
LOCN = "http://www.w3.org/ns/locn#"
GEO = "http://www.opengis.net/ont/geosparql#"
WGS84_POS = "http://www.w3.org/2003/01/geo/wgs84_pos#"
SF = "http://www.opengis.net/ont/sf#"
CPSV = "http://purl.org/vocab/cpsv#"
CV = "http://data.europa.eu/m8g/"
PROV = "http://www.w3.org/ns/prov#"
DCAT = "http://www.w3.org/ns/dcat#"
DCT = "http://purl.org/dc/terms/"
VOID = "http://rdfs.org/ns/void#"
FOAF = "http://xmlns.com/foaf/0.1/"
ADMS = "http://www.w3.org/ns/adms#"
AS = "https://www.w3.org/ns/activitystreams#"
OA = "http://www.w3.org/ns/oa#"
TREE = "https://w3id.org/tree#"
LDES = "https://w3id.org/ldes#"
DQV = "http://www.w3.org/ns/dqv#"
HYDRA = "http://www.w3.org/ns/hydra/core#"
SPDX = "http://spdx.org/rdf/terms#"
SD = "http://www.w3.org/ns/sparql-service-description#"
VCARD = "http://www.w3.org/2006/vcard/ns#"

INSEE_COMMUNE = "http://id.insee.fr/geo/commune/"
INSEE_ARRONDISSEMENT = "http://id.insee.fr/geo/arrondissementMunicipal/"
INSEE_COLLECTIVITE = "http://id.insee.fr/geo/collectiviteDOutreMer/"
INSEE_DEPARTEMENT = "http://id.insee.fr/geo/departement/"

NOT_IN_IRI = r'\x00-\x20<>"{}|\\^`'
"""Characters that no IRI holds, for a class of a pattern (IRIREF of Turtle and N-Triples)."""

PREFIXES: dict[str, str] = {
    "med": MED, "rdf": RDF, "rdfs": RDFS, "owl": OWL, "xsd": XSD, "sh": SH, "skos": SKOS,
    "schema": SCHEMA, "org": ORG, "locn": LOCN, "geo": GEO, "cpsv": CPSV, "cv": CV,
    "prov": PROV, "dcat": DCAT, "dct": DCT, "void": VOID, "foaf": FOAF, "adms": ADMS, "as": AS,
    "tree": TREE, "ldes": LDES, "dqv": DQV, "hydra": HYDRA, "spdx": SPDX, "sd": SD,
    "vcard": VCARD,
}  # fmt: skip


def expand(curie: str) -> str:
    """Return the IRI that ``prefix:local`` stands for; raises ``KeyError`` on an unknown prefix.

    >>> expand("med:service")
    'https://w3id.org/mediation-numerique/ns#service'
    """
    prefix, _, local = curie.partition(":")
    return PREFIXES[prefix] + local


_BY_LENGTH = sorted(PREFIXES.items(), key=lambda item: -len(item[1]))


def short(iri: str) -> str:
    """Return ``prefix:local`` for an IRI of a known vocabulary; other IRIs come back whole.

    >>> short("https://w3id.org/mediation-numerique/ns#service"), short("urn:a")
    ('med:service', 'urn:a')
    """
    for prefix, namespace in _BY_LENGTH:
        if iri.startswith(namespace):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri
