"""A source whose address is a DCAT catalogue: its best form is chosen again at each harvest.

    catalogue (pages) -> offers -> the best of one dataset -> the reader of its kind

A dump whose name carries a date moves; the catalogue is what stays. The choice is written in the
report, with why (docs/decisions/0007-choosing-in-a-catalogue.md). What comes is still bound to the
namespaces of the source: a catalogue that points elsewhere gains no right by it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from harvester import rules
from harvester.delivery import Delivery, Reader
from harvester.errors import DocumentError
from harvester.fetch import Conditions, Fetcher
from harvester.parsing import Parser
from harvester.sources import dump, hydra, ldes, table
from harvester.sources.catalogue import Facts, facts_of, offers, update_s_of
from harvester.sources.pagination import not_followed
from registry.ledger.cursor import Cursor
from registry.ledger.types import Source
from shapes.findings import Finding

MAX_PAGES = 50
ACCEPT = "text/turtle, application/ld+json;q=0.9, application/rdf+xml;q=0.8, */*;q=0.1"
_READERS: Mapping[str, Reader] = {"feed": ldes.read, "dump": dump.read, "table": table.read}
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class _Choice:
    """What is harvested, how often it is updated (seconds; 0 unknown), and why it was chosen.

    ``complete`` says that all pages of the catalogue were read: else others may hold a better one.
    """

    kind: str
    url: str
    update_s: int = 0
    remarks: tuple[Finding, ...] = ()
    complete: bool = True


def read(source: Source, fetcher: Fetcher, parser: Parser) -> Delivery:
    """Choose in the catalogue, then give what the chosen form gives; see :class:`Reader`."""
    before = source.cursor.reader
    cursor = before if before.get("reader") == "dcat" else {}
    choice, kept, pages = _resolved(source, cursor, fetcher, parser)
    fetcher.on_found(None)
    chosen = [choice.kind, choice.url]
    inner = cursor.get("inner", {}) if cursor.get("chosen") == chosen else {}
    inside = replace(source, url=choice.url, kind=choice.kind, cursor=Cursor(inner))
    delivery = _READERS[choice.kind](inside, fetcher, parser)
    return replace(
        delivery,
        full=delivery.full and choice.complete,
        cursor={"reader": "dcat", "chosen": chosen, "inner": delivery.cursor, **kept},
        rhythm=replace(delivery.rhythm, update_s=choice.update_s or delivery.rhythm.update_s),
        findings=(*choice.remarks, *delivery.findings),
        pages_read=delivery.pages_read + pages,
    )


def _resolved(
    source: Source, cursor: Mapping[str, Any], fetcher: Fetcher, parser: Parser
) -> tuple[_Choice, dict[str, Any], int]:
    """Return the choice, what to remember of the catalogue, and how many of its pages were read."""
    dataset = source.options.dataset
    same = cursor.get("dataset", "") == dataset
    known = Conditions.remembered(cursor) if same else None
    first = fetcher.fetch(source.url, known, ACCEPT)
    if first.status == 304:
        kept = {name: cursor.get(name) for name in ("etag", "modified", "dataset", "update_s")}
        kind, url = cursor["chosen"]
        return _Choice(kind, url, cursor.get("update_s") or 0), kept, 0
    read = hydra.pages(source.url, first, fetcher, parser, ACCEPT, MAX_PAGES)
    unread = tuple(
        not_followed(source.url, page) for page in hydra.unread(read, source.url)[:_SHOWN]
    )
    facts = facts_of(group for page in read for group in page.parsed.groups)
    choice = _chosen(source.url, facts, dataset)
    choice = replace(choice, remarks=(*choice.remarks, *unread), complete=not unread)
    kept = {"dataset": dataset, "update_s": choice.update_s}
    if len(read) == 1 and not unread:  # a later page may change without the first
        kept |= first.conditions.to_json()
    return choice, kept, len(read)


def _chosen(url: str, facts: Facts, dataset: str) -> _Choice:
    """Choose the best offer of the one dataset.

    Raises:
        DocumentError: nothing can be harvested, or several datasets can and none is named.
    """
    found = offers(facts)
    if dataset:
        found = tuple(offer for offer in found if offer.dataset == dataset)
    if not found:
        raise DocumentError("MED-H511", url=url)
    datasets = sorted({offer.dataset for offer in found})
    if len(datasets) > 1:
        raise DocumentError("MED-H512", url=url, datasets=", ".join(datasets[:_SHOWN]))
    best, *others = found
    shown = ", ".join(f"{other.url} ({other.form})" for other in others[:_SHOWN]) or "—"
    remark = rules.finding(
        url, "MED-H510", why=best.grade.why, url=url, chosen=best.url, form=best.form, others=shown
    )
    return _Choice(best.grade.kind, best.url, update_s_of(facts, best.dataset), (remark,))
