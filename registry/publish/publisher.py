"""Publishing: the ledger as a folder of static files that any web host can serve.

Order is what makes it safe: pages of the stream and of records, then dumps, then the descriptions
of both, then the root that names the pages, then the manifest. A reader never meets a root that
names a missing page, and a run that stopped in between is finished by the next one.
"""

import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from registry.publish.catalog import WRITERS, Publication, catalog_record
from registry.publish.chunks import DamagedPieceError, chunks, discard, forms_fingerprint
from registry.publish.dumps import DUMPS, write_dump
from registry.publish.log import ChangeLog, entry_hash
from registry.publish.manifest import FORMAT, MANIFEST_PATH, Manifest, read_manifest
from registry.publish.pages import (
    PAGE_MEMBERS,
    ROOT_PATH,
    FeedPage,
    members,
    page_document,
    page_of,
    page_path,
)
from registry.publish.pole import PoleDescription
from registry.publish.record_pages import RecordPages, up_to_date, write_record_pages
from registry.publish.site import appearance, index_page, stylesheet
from registry.publish.state import facts_of
from registry.publish.stream import root_document
from vocab.errors import UsageError
from vocab.files import Written, locked, publish_file, sweep

# To be raised when root or catalogue are written differently, so that feeds without news get the
# new form too; how pages look is in ``appearance``. Full pages keep the form that they have.
_EDITION = 2


@dataclass(frozen=True, slots=True)
class Published:
    """What a run of :func:`publish` did.

    Attributes:
        head: sequence number of the last change that is published.
        pages: pages of the stream.
        changed: paths of the files whose bytes changed, in the order in which they were written.
        records: the pages at the IRIs of records; None when none were asked for.
    """

    head: int
    pages: int
    changed: tuple[str, ...]
    records: RecordPages | None = None


def publish(
    log: ChangeLog,
    pole: PoleDescription,
    folder: Path,
    cache: Path | None = None,
    at_iris: Path | None = None,
    redated: Mapping[str, str] | None = None,
) -> Published:
    """Bring a folder of static files to the head of a ledger.

    What is published depends on the ledger and the description only: publishing again without
    changes touches no file. Full pages are never written again. Another publisher is waited for.

    Args:
        log: the ledger.
        pole: who publishes, and where.
        folder: the published folder; made if need be.
        cache: a folder for unchanged pieces of dumps, which may be shared and thrown away.
        at_iris: the folder that the host shows at the namespace, for a page at each record's IRI.
        redated: number of a harvest -> the time under which it is published, for those dated in
            the future; what the folder's manifest gave before goes first.

    Raises:
        UsageError: the folder holds the feed of another ledger or another address.
        OSError: the folder cannot be written; what was published before stays whole.
    """
    with locked(folder):
        before = read_manifest(folder)
        head = log.head()
        head_hash, fingerprint = entry_hash(log, head), _fingerprint(pole)
        if before is not None:
            _check_same_stream(log, pole, before, folder)
            records = up_to_date(at_iris, fingerprint, head_hash) if at_iris else None
            same = (before.head_hash, before.fingerprint) == (head_hash, fingerprint)
            if same and _intact(before, folder) and (records or not at_iris):
                return Published(head, len(before.pages), (), records)
        sweep(folder)
        times = {**(redated or {}), **(before.redated if before else {})}
        run = _Run(log, pole, folder, at_iris, times)
        return _with_cache(run, before, Head(head, head_hash, fingerprint), cache)


def _with_cache(
    run: "_Run", before: Manifest | None, goal: "Head", cache: Path | None
) -> Published:
    if cache is None:
        with tempfile.TemporaryDirectory() as pieces:
            return run.publish(before, goal, Path(pieces))
    cache.mkdir(parents=True, exist_ok=True)  # nobody else's, unlike what is published
    with locked(cache):
        try:
            return run.publish(before, goal, cache)
        except DamagedPieceError:
            discard(cache)  # all of it: what damaged one piece may have met others
            return run.publish(before, goal, cache)


@dataclass(frozen=True, slots=True)
class Head:
    """Where a run publishes to."""

    seq: int
    entry_hash: str
    fingerprint: str


class _Run:
    """One run over one folder: puts files in place and remembers which of them changed."""

    def __init__(
        self,
        log: ChangeLog,
        pole: PoleDescription,
        folder: Path,
        at_iris: Path | None,
        redated: Mapping[str, str],
    ) -> None:
        self._log = log
        self._pole = pole
        self._folder = folder
        self._at_iris = at_iris
        self._redated = redated
        self._changed: list[str] = []

    def publish(self, before: Manifest | None, head: Head, cache: Path) -> Published:
        """Write everything, in the order that the module's docstring gives."""
        pages = self._pages(before, head.seq)
        records = self._record_pages(head)
        state = chunks(self._log.records(upto=head.seq), cache)
        dumps = [self._note(write_dump(self._folder, dump, state)) for dump in DUMPS]
        root = root_document(self._pole, pages)
        publication = Publication(
            pole=self._pole,
            state=facts_of(state),
            changes=head.seq,
            since=pages[0].since if pages else "",
            until=pages[-1].until if pages else "",
            dumps=tuple(dumps),
            root_size=len(root),
        )
        files = [*dumps, *self._descriptions(publication)]
        files.append(self._put(ROOT_PATH, root))
        manifest = Manifest(
            feed_url=self._pole.feed_url,
            fingerprint=head.fingerprint,
            head=head.seq,
            generation=self._pole.generation,
            head_hash=head.entry_hash,
            redated=self._redated,
            pages=tuple(pages),
            files=tuple(files),
        )
        self._put(MANIFEST_PATH, manifest.document())
        return Published(head.seq, len(pages), tuple(self._changed), records)

    def _record_pages(self, head: Head) -> RecordPages | None:
        if self._at_iris is None:
            return None
        return write_record_pages(self._log, self._pole, self._at_iris, head.seq, head.fingerprint)

    def _pages(self, before: Manifest | None, head: int) -> list[FeedPage]:
        pages: list[FeedPage] = []
        for number in range(1, page_of(head) + 1 if head else 1):
            full = _full_page(before, number, self._pole.generation, self._folder)
            until = pages[-1].until if pages else ""
            pages.append(full or self._page(number, head, until))
        return pages

    def _page(self, number: int, head: int, until: str) -> FeedPage:
        first = (number - 1) * PAGE_MEMBERS + 1
        last = min(number * PAGE_MEMBERS, head)
        content = list(members(self._log.changes(first - 1, last), until, self._redated))
        document = page_document(self._pole, number, content)
        written = self._put(page_path(number, self._pole.generation), *document)
        return FeedPage(
            number=number,
            first=first,
            last=last,
            since=content[0].time,
            until=content[-1].time,
            entry_hash=content[-1].change.entry_hash,
            size=written.size,
            sha256=written.sha256,
            generation=self._pole.generation,
        )

    def _descriptions(self, publication: Publication) -> Iterator[Written]:
        catalog = catalog_record(publication)
        for path, write in WRITERS.items():
            yield self._put(path, write(catalog))
        yield self._put("index.css", stylesheet())
        yield self._put("index.html", index_page(publication))

    def _put(self, path: str, *parts: bytes) -> Written:
        return self._note(publish_file(self._folder, path, parts))

    def _note(self, written: Written) -> Written:
        if written.changed:
            self._changed.append(written.path)
        return written


def _full_page(
    before: Manifest | None, number: int, generation: str, folder: Path
) -> FeedPage | None:
    """The page as an earlier run left it, if it is full and lies there whole."""
    if before is None or before.generation != generation or number > len(before.pages):
        return None
    page = before.pages[number - 1]
    return page if page.full and _has(folder, page.path, page.size) else None


def _check_same_stream(
    log: ChangeLog, pole: PoleDescription, before: Manifest, folder: Path
) -> None:
    if before.feed_url != pole.feed_url:
        raise UsageError(
            "{folder} holds the feed of {feed_url}, whose members are named by that address for "
            "good. Publish {pole_feed_url} to another folder.",
            folder=folder,
            feed_url=before.feed_url,
            pole_feed_url=pole.feed_url,
        )
    if pole.generation > before.generation:
        return  # restored since: a new stream, whose pages have addresses of their own
    if pole.generation < before.generation:
        raise UsageError(
            "{folder} holds the feed of a ledger that was restored later than this one: its "
            "readers follow that stream. Publish from that ledger, or restore this one again.",
            folder=folder,
        )
    if entry_hash(log, before.head) != before.head_hash:
        raise UsageError(
            "{folder} holds the feed of another ledger: its change {head} is not ours. Its "
            "readers keep full pages for ever, so a new ledger needs a new folder and address.",
            folder=folder,
            head=before.head,
        )


def _fingerprint(pole: PoleDescription) -> str:
    description = json.dumps(
        [FORMAT, _EDITION, forms_fingerprint(), appearance(), asdict(pole)],
        ensure_ascii=False,
        sort_keys=True,
    )
    return hashlib.sha256(description.encode()).hexdigest()


def _intact(manifest: Manifest, folder: Path) -> bool:
    """Whether every file of the last run is still there with its size."""
    return all(_has(folder, path, size) for path, size in _sizes(manifest))


def _sizes(manifest: Manifest) -> Iterator[tuple[str, int]]:
    for page in manifest.pages:
        yield page.path, page.size
    for file in manifest.files:
        yield file.path, file.size


def _has(folder: Path, path: str, size: int) -> bool:
    try:
        return (folder / path).stat().st_size == size
    except FileNotFoundError:
        return False
