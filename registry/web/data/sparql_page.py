"""The example queries of the SPARQL page: files of ``queries``, titled in both languages.

The first lines of each file are comments: ``# fr: …`` and ``# en: …``.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from registry.store.limits import Limits
from registry.store.tokens import Form, check
from vocab.namespaces import MED, PREFIXES, SCHEMA
from vocab.terms import terms

_TITLE = re.compile(r"^# (fr|en): (.+)$", re.MULTILINE)
FOLDER = "queries"
# What records carry that is not of our namespace (docs: the data model).
_COMMON = (
    "schema:name", "schema:address", "schema:geo", "schema:latitude", "schema:longitude",
    "schema:openingHours", "schema:telephone", "schema:email", "schema:url",
    "schema:addressLocality", "schema:postalCode", "schema:streetAddress", "geo:hasGeometry",
    "geo:asWKT", "dct:identifier", "dct:modified", "skos:prefLabel", "skos:inScheme",
    "void:inDataset", "rdfs:label", "org:identifier",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example:
    """A saved query: file name without suffix, titles, text without the title lines.

    ``is_graph`` says that it gives triples, which no table holds.
    """

    slug: str
    title_fr: str
    title_en: str
    text: str
    is_graph: bool

    def title(self, lang: str) -> str:
        """Return the title in ``fr`` or ``en``."""
        return self.title_fr if lang == "fr" else self.title_en


@lru_cache(maxsize=1)
def prefixes() -> dict[str, str]:
    """Return the prefixes that the editor completes: ours, none fetched from elsewhere."""
    return dict(PREFIXES)


@lru_cache(maxsize=1)
def completions() -> tuple[str, ...]:
    """Return the prefixed names that the editor completes: our terms and those they go with."""
    own = {f"med:{term.name}" for term in terms() if term.iri.startswith(MED)}
    aligned = {other.iri for term in terms() for other in term.alignments}
    schema_org = {f"schema:{iri.removeprefix(SCHEMA)}" for iri in aligned if iri.startswith(SCHEMA)}
    return tuple(sorted(own | schema_org | set(_COMMON)))


@lru_cache(maxsize=1)
def examples() -> tuple[Example, ...]:
    """Return the saved queries, by file name."""
    folder = resources.files("registry.web.data").joinpath(FOLDER)
    files = sorted(
        (item for item in folder.iterdir() if item.name.endswith(".rq")), key=lambda item: item.name
    )
    return tuple(_example(item.name, item.read_text(encoding="utf-8")) for item in files)


def _example(name: str, text: str) -> Example:
    titles = dict(_TITLE.findall(text))
    query = _TITLE.sub("", text).strip() + "\n"
    is_graph = check(query, Limits()) is Form.TRIPLES
    return Example(name.removesuffix(".rq"), titles["fr"], titles["en"], query, is_graph)
