"""The tables of the index. Any change of them raises :data:`VERSION`: old files are rebuilt."""

from zlib import crc32

from registry.search.query import FACETS

VERSION = f"5.{crc32(','.join(FACETS).encode()):08x}"
"""With other facets the tables hold something else as well."""

TABLES = ("meta", "resource", "place", "place_box", "place_text", "facet", "facet_term")

DDL = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE resource (
    iri TEXT PRIMARY KEY, pole TEXT NOT NULL, path TEXT NOT NULL, source TEXT NOT NULL,
    kind TEXT NOT NULL, title TEXT NOT NULL, gone INTEGER NOT NULL, time TEXT NOT NULL,
    content_hash TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE place (
    id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, pole TEXT NOT NULL, path TEXT NOT NULL,
    name TEXT NOT NULL, sort_key TEXT NOT NULL, street TEXT NOT NULL, postcode TEXT NOT NULL,
    commune TEXT NOT NULL, commune_key TEXT NOT NULL, insee TEXT NOT NULL,
    departement TEXT NOT NULL, latitude REAL, longitude REAL, family INTEGER NOT NULL,
    hours TEXT NOT NULL, modified TEXT NOT NULL, summary TEXT NOT NULL
);
CREATE VIRTUAL TABLE place_box USING rtree (id, south, north, west, east);
CREATE VIRTUAL TABLE place_text USING fts5 (
    name, locality, body, tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TABLE facet (
    place INTEGER NOT NULL, facet TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (place, facet, value)
) WITHOUT ROWID;
CREATE TABLE facet_term (
    facet TEXT NOT NULL, value TEXT NOT NULL, iri TEXT NOT NULL, PRIMARY KEY (facet, value)
) WITHOUT ROWID;
"""

INDEXES = (
    "CREATE INDEX IF NOT EXISTS resource_page ON resource (pole, path)",
    "CREATE INDEX IF NOT EXISTS place_sort ON place (sort_key)",
    "CREATE INDEX IF NOT EXISTS place_postcode ON place (postcode)",
    "CREATE INDEX IF NOT EXISTS place_insee ON place (insee)",
    "CREATE INDEX IF NOT EXISTS place_commune ON place (commune_key)",
    "CREATE INDEX IF NOT EXISTS resource_pole ON resource (pole, path, title)"
    " WHERE kind = 'Pole' AND gone = 0",
)
"""Made once the tables are filled for the first time: a tree sorted at once costs a tenth of one
that grows row by row, and does not have to be written again and again when it outgrows memory."""
