"""What a record said over time: its versions, what changed in words, each as it was.

What a pole withdrew stays readable here: the log never forgets what was published.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import Gone, NotFound
from werkzeug.http import http_date

from registry.history.difference import difference
from registry.history.versions import RecordVersion, version_numbered, versions_of
from registry.ledger.ledger import Ledger
from registry.ledger.namespaces import space_of
from registry.search.facts import facts_of
from registry.search.query import Resource
from registry.sources.succession import preceding
from registry.web.answer.exports import download
from registry.web.answer.negotiate import accepted_form, send_record, split_suffix
from registry.web.places.resources import page as record_page
from registry.web.site.difference_words import FieldWords, fields_words
from registry.web.site.labels import pole_name, source_title
from registry.web.site.language import current_lang
from registry.web.site.node import canonical_url, current_node

blueprint = Blueprint("versions", __name__)

PER_PAGE = 20
_PER_READ = 100
_MAX_DIGITS = 15


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """A version for people: what it is, what changed, who said it."""

    version: RecordVersion
    changes: tuple[FieldWords, ...]
    pole: str
    pole_name: str
    source_name: str

    @property
    def is_readable(self) -> bool:
        """Whether the record said something then: a withdrawal says nothing."""
        return self.version.change.record is not None


@blueprint.get("/pole/<slug>/<path:path>/historique")
def listing(slug: str, path: str) -> ResponseReturnValue:
    """Show what changed in a record, the latest first; ``?page=N`` from 1."""
    resource = _kept(slug, path, "")
    if resource is None:
        return record_page(slug, f"{path}/historique")
    ledger, number = current_node().ledger, request.args.get("page", 1, type=int)
    total = ledger.count_of_changes(resource.iri)
    pages = max(1, -(-total // PER_PAGE))
    if not 1 <= number <= pages:
        raise NotFound
    found = versions_of(ledger, resource.iri, PER_PAGE, (number - 1) * PER_PAGE)
    return render_template(
        "versions.html",
        resource=resource,
        versions=list(map(_shown, found)),
        total=total,
        number=number,
        pages=pages,
        before=_before(resource),
    )


def _before(resource: Resource) -> Resource | None:
    """The record at its former address, whose pole moved; both sides have to state it."""
    node = current_node()
    source = node.ledger.cached_source(resource.source)
    stated = preceding(node.ledger, space_of(source, resource.iri)) if source else None
    return node.index.resource(stated.preceding(resource.iri)) if stated else None


@blueprint.get("/pole/<slug>/<path:path>/historique.json")
def as_json(slug: str, path: str) -> ResponseReturnValue:
    """Return every version of a record, the latest first, with what changed as RDF terms."""
    resource = _kept(slug, path, ".json")
    if resource is None:
        return record_page(slug, f"{path}/historique.json")
    body = _document(current_node().ledger, resource.iri, canonical_url(resource))
    return download(body, "application/json", "historique.json")


@blueprint.get("/pole/<slug>/<path:path>/historique/<name>")
def version(slug: str, path: str, name: str) -> ResponseReturnValue:
    """Show a record as it was, or send that in the RDF form asked for (a memento, RFC 7089)."""
    if name in _LISTS and current_node().index.by_path(slug, f"{path}/historique"):
        return _LISTS[name](slug, f"{path}/historique")  # of a record whose own path ends so
    resource = _kept(slug, path, f"/{name}")
    if resource is None:
        return record_page(slug, f"{path}/historique/{name}")
    text, form = split_suffix(name)
    found = _numbered(resource, text)
    record = found.change.record
    if record is None:
        raise Gone
    form = form or accepted_form()
    if form is not None:
        return _dated(send_record(record, form, _address(resource, found)), resource, found)
    page = render_template(
        "version.html",
        resource=resource,
        title=facts_of(record, current_lang()).name or resource.title,
        shown=_shown(found),
        total=current_node().ledger.count_of_changes(resource.iri),
        said=fields_words(difference(record.iri, None, record)),
    )
    return _dated(make_response(page), resource, found)


_LISTS = {"historique": listing, "historique.json": as_json}


def _kept(slug: str, path: str, end: str) -> Resource | None:
    """The record whose history is asked for; None where the whole path is that of a record."""
    index = current_node().index
    if index.by_path(slug, f"{path}/historique{end}"):
        return None
    return index.by_path(slug, path)


def _numbered(resource: Resource, text: str) -> RecordVersion:
    if not (text.isascii() and text.isdigit() and len(text) <= _MAX_DIGITS):
        raise NotFound
    found = version_numbered(current_node().ledger, resource.iri, int(text))
    if found is None or str(found.number) != text:
        raise NotFound
    return found


def _shown(found: RecordVersion) -> ShownVersion:
    change = found.change
    source = current_node().ledger.cached_source(change.source)
    pole = source.pole if source else ""
    changes: tuple[FieldWords, ...] = ()
    if found.before is not None and change.record is not None:
        changes = fields_words(difference(change.subject, found.before, change.record))
    return ShownVersion(
        found, changes, pole, pole_name(pole) if pole else "", source_title(change.source)
    )


def _address(resource: Resource, found: RecordVersion) -> str:
    return f"{canonical_url(resource)}/historique/{found.number}"


def _dated(response: Response, resource: Resource, found: RecordVersion) -> Response:
    """Say of which moment an answer is, and where the record of today is (RFC 7089)."""
    response.vary.add("Accept")
    response.headers["Memento-Datetime"] = http_date(found.change.time)
    response.headers.add("Link", f'<{canonical_url(resource)}>; rel="original"')
    return response


def _document(ledger: Ledger, iri: str, page: str) -> Iterator[bytes]:
    """Write the versions one after another: a record that changes every hour has thousands."""
    head = json.dumps({"iri": iri, "page": page}, ensure_ascii=False)
    yield head[:-1].encode() + b', "versions": ['
    separator = "\n"
    for skip in range(0, ledger.count_of_changes(iri), _PER_READ):
        for found in versions_of(ledger, iri, _PER_READ, skip):
            yield (separator + json.dumps(_fields(found, page), ensure_ascii=False)).encode()
            separator = ",\n"
    yield b"\n]}\n"


def _fields(found: RecordVersion, page: str) -> dict[str, Any]:
    change = found.change
    changed = difference(change.subject, found.before, change.record)
    return {
        "version": found.number,
        "change": change.kind.value,
        "time": change.time.isoformat(),
        "source": change.source,
        "harvest": change.harvest,
        "record": f"{page}/historique/{found.number}" if change.record else None,
        "contentHash": change.content_hash,
        "changes": [
            {
                "node": field.node,
                "property": field.property_iri,
                "before": field.before,
                "after": field.after,
            }
            for field in changed.fields
        ],
    }
