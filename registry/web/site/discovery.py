"""What the site says of itself: pages that explain; robots, sitemap, VoID, OpenSearch, health."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice

from flask import Blueprint, Response, jsonify, render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from registry.follow import TripleStore
from registry.ledger.ledger import Ledger
from registry.publish.manifest import read_manifest
from registry.search.query import Resource
from registry.web.site import clock
from registry.web.site.i18n import lazy_gettext
from registry.web.site.labels import contact_link
from registry.web.site.language import prefix_of, root_prefix
from registry.web.site.legal import conformity, is_audited, publisher
from registry.web.site.node import absolute, canonical_url, current_node
from registry.web.site.territory_names import slugs_with
from vocab.ages import age_s
from vocab.errors import MaillageError
from vocab.messages import languages

blueprint = Blueprint("discovery", __name__)
health = Blueprint("health", __name__)
texts = Blueprint("texts", __name__)

_SECURITY_DAYS = 90  # RFC 9116, section 2.5.5: less than a year
SITEMAP_MAX = 50_000  # https://www.sitemaps.org/protocol.html#index
_MAX_SITEMAPS = 50_000  # of one index, by the same protocol
_NOT_FOR_ROBOTS = ("/sparql?", "/lieux.", "/moissons/*.csv", "/moissons/*/constats.json")
_STATED = date(2026, 11, 29)
"""When the statement of accessibility was written."""
_HOLDS = {
    "catalog": lazy_gettext("description of all the data (DCAT)"),
    "places.csv": lazy_gettext("all places, national schema, one a line"),
    "places-excel.csv": lazy_gettext("the same, for a spreadsheet program"),
    "places.geojson": lazy_gettext("all places, as a layer for maps"),
    "places.jsonld": lazy_gettext("all places, as linked data"),
    "places.ttl": lazy_gettext("all places, as linked data"),
    "places.nt.gz": lazy_gettext("all places, as linked data, one statement a line, compressed"),
    "stream": lazy_gettext("where the stream of all changes begins, to be followed (LDES)"),
}
"""Name or stem of a published file -> what it holds."""
_FIXED_PAGES = (
    "/", "/lieux", "/couverture", "/reseau", "/moissons", "/regles", "/donnees", "/vocabulaire",
    "/sparql", "/telechargements", "/a-propos", "/mentions-legales", "/accessibilite", "/verifier",
)  # fmt: skip


@blueprint.get("/robots.txt")
def robots() -> ResponseReturnValue:
    """Let robots read pages, not queries and exports."""
    lines = (
        "User-agent: *",
        *(
            f"Disallow: {root_prefix()}{prefix_of(lang)}{path}"
            for path in _NOT_FOR_ROBOTS
            for lang in languages()
        ),
        f"Disallow: {root_prefix()}/carte",
        f"Disallow: {root_prefix()}/tuiles",
        f"Sitemap: {absolute('/sitemap.xml')}",
    )
    return Response("".join(f"{line}\n" for line in lines), mimetype="text/plain")


@blueprint.get("/sitemap.xml")
def sitemap_index() -> ResponseReturnValue:
    """List the sitemap files."""
    fixed = len(_FIXED_PAGES) + len(_territories())
    total = fixed + sum(current_node().index.counts().values())
    numbers = range(1, -(-total // SITEMAP_MAX) + 1)
    page = render_template(
        "sitemap_index.xml", urls=[absolute(f"/sitemap-{number}.xml") for number in numbers]
    )
    return Response(page, content_type="application/xml")


@blueprint.get("/sitemap-<int:number>.xml")
def sitemap(number: int) -> ResponseReturnValue:
    """List pages, at most ``SITEMAP_MAX`` a file, with the date of their data."""
    if not 1 <= number <= _MAX_SITEMAPS:
        raise NotFound
    start = (number - 1) * SITEMAP_MAX
    entries = list(islice(_sitemap_entries(), start, start + SITEMAP_MAX))
    if not entries:
        raise NotFound
    return Response(render_template("sitemap.xml", entries=entries), content_type="application/xml")


@blueprint.get("/.well-known/void")
def void() -> ResponseReturnValue:
    """Send to the description of the data (VoID, section 7.2; RFC 5785)."""
    return Response(status=302, headers={"Location": absolute("/feed/catalog.ttl")})


@blueprint.get("/.well-known/security.txt")
def security() -> ResponseReturnValue:
    """Say where to report a vulnerability (RFC 9116), when the settings name a contact."""
    address = contact_link(current_node().config.contact)
    if not address:
        raise NotFound
    expires = (clock.now() + timedelta(days=_SECURITY_DAYS)).replace(microsecond=0, second=0)
    lines = (
        f"Contact: {address}",
        f"Expires: {expires.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(languages())}",
        f"Canonical: {absolute('/.well-known/security.txt')}",
    )
    return Response("".join(f"{line}\n" for line in lines), mimetype="text/plain")


@blueprint.get("/opensearch.xml")
def opensearch() -> ResponseReturnValue:
    """Describe the search to browsers (OpenSearch 1.1)."""
    page = render_template("opensearch.xml")
    return Response(page, content_type="application/opensearchdescription+xml")


@health.get("/healthz")
def alive() -> ResponseReturnValue:
    """Say that the process answers."""
    return jsonify(status="ok")


@health.get("/readyz")
def ready() -> ResponseReturnValue:
    """Whether pages can be served, how far behind the ledger, and how old the last harvest.

    ``lag`` counts the changes that pages or feed do not show yet, ``lag_s`` how long the first of
    them has waited. A node that follows is seconds behind after a harvest. A node whose
    triple store was emptied, and is filled anew, or is down, is not ready: it answers nothing.
    """
    node = current_node()
    try:
        head, applied = node.ledger.head(), node.index.applied()
        latest = node.ledger.harvests(None, 1)
        published = _published()
        shown = applied if published is None else min(applied, published)
        lag_s = _waited_s(node.ledger, shown) if shown < head else 0.0
        # Pages can be shown by a node without SPARQL.
        store: TripleStore | None = getattr(node, "store", None)
        stored = store.shows() if store else head
    except MaillageError as error:
        return jsonify(status="unavailable", reason=type(error).__name__), 503
    if head and stored is None:
        return jsonify(status="rebuilding", reason="triple store", head=head), 503
    now = clock.now()
    age = age_s(latest[0].ended.timestamp(), now.timestamp()) if latest else None
    return jsonify(
        status="ok",
        head=head,
        indexed=applied,
        published=published,
        lag=max(0, head - shown),
        lag_s=lag_s,
        stored=stored,
        last_harvest_age_s=age,
    )


def _published() -> int | None:
    """The last change in the published feed; None where nothing was published."""
    manifest = read_manifest(current_node().config.publication)
    return None if manifest is None else manifest.head


def _waited_s(ledger: Ledger, shown: int) -> float:
    first = next(ledger.changes(shown, shown + 1), None)
    return max(0.0, (clock.now() - first.time).total_seconds()) if first else 0.0


def _territories() -> tuple[str, ...]:
    counts = current_node().index.by_departement()
    return tuple(f"/couverture/{slug}" for slug in slugs_with(counts))


def _sitemap_entries() -> Iterator[tuple[str, str]]:
    for path in (*_FIXED_PAGES, *_territories()):
        yield absolute(path), ""
    resources: Iterator[Resource] = current_node().index.resources()
    for resource in resources:
        if resource.kind == "FormerRecord":  # its page leads on
            continue
        yield canonical_url(resource), resource.time[:10]


@texts.get("/donnees")
def data() -> ResponseReturnValue:
    """List the ways to take, query and understand the data."""
    return render_template("data.html", places=current_node().index.counts().get("Place", 0))


@texts.get("/telechargements")
def downloads() -> ResponseReturnValue:
    """List what can be taken away, under which licence, and how to cite it."""
    node = current_node()
    return render_template(
        "downloads.html",
        files=_published_files(),
        head=node.ledger.head(),
        head_hash=node.ledger.head_hash(),
        read=node.ledger.last_ended(),
        places=node.index.counts().get("Place", 0),
    )


@texts.get("/a-propos")
def about() -> ResponseReturnValue:
    """Say what the site is and how it works."""
    config = current_node().config
    return render_template(
        "about.html",
        publisher=publisher(config),
        contact=contact_link(config.contact),
        keeps_unanswered=config.unanswered,
    )


@texts.get("/mentions-legales")
def legal_notice() -> ResponseReturnValue:
    """Say who publishes and who hosts the site, from the settings, and what is not given."""
    config = current_node().config
    return render_template(
        "legal_notice.html",
        publisher=publisher(config),
        director=config.legal_director,
        host=[
            one
            for one in (config.legal_host, config.legal_host_address, config.legal_host_phone)
            if one
        ],
        contact=contact_link(config.contact),
        level=conformity(),
    )


@texts.get("/accessibilite")
def accessibility() -> ResponseReturnValue:
    """State how accessible the site is, what was tested and what was not."""
    contact = contact_link(current_node().config.contact)
    return render_template(
        "accessibility.html",
        contact=contact,
        stated=_STATED,
        level=conformity(),
        is_audited=is_audited(),
    )


@dataclass(frozen=True, slots=True)
class PublishedFile:
    """A file of the feed: its path there, what it holds in words, its bytes, and its date."""

    path: str
    holds: str
    size: int
    written: datetime


def _published_files() -> list[PublishedFile]:
    """The dumps and descriptions that the live feed serves; none before the first publication."""
    folder = current_node().config.publication
    found = [*folder.glob("dumps/*"), *folder.glob("catalog.*"), *folder.glob("stream.trig")]
    return [
        PublishedFile(
            path.relative_to(folder).as_posix(),
            str(_HOLDS.get(path.name) or _HOLDS.get(path.stem) or ""),
            path.stat().st_size,
            datetime.fromtimestamp(path.stat().st_mtime, UTC),
        )
        for path in sorted(found)
        if path.is_file()
    ]
