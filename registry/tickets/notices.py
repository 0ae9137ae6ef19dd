"""What nodes write to each other about corrections, as ActivityStreams 2.0, and how it is read.

What comes is a stranger's: each field is bounded and judged by itself, and what is not fit is told
to the operator with the field's name, never guessed.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from registry.formats.small_json import small_object
from registry.tickets.types import Field, Reason, State
from registry.tickets.values import LONGEST_EVIDENCE, LONGEST_VALUE, LONGEST_WORDS, clean
from vocab.errors import UsageError
from vocab.namespaces import AS, MED

CONTEXT = [AS.removesuffix("#"), {"med": MED}]
MEDIA_TYPE = "application/activity+json"
MOST_NOTICES = 200
"""Notices of one page."""
MOST_BYTES = 2_000_000
"""Bytes of one page."""
LONGEST_IRI, LONGEST_SEAL = 2_048, 400
_IRI = re.compile(r"https?://[^\s<>\"{}|\\^`\x00-\x20\x7f-\xa0]+\Z")
_SEAL = re.compile(r"[0-9a-f]{32}(?:\.[0-9a-f]{8}\.[0-9a-f]{32})*\Z")
_SALT = re.compile(r"[0-9a-f]{64}\Z")
_CURSOR = re.compile(r"\?apres=([0-9a-f]{32})\Z")


class Kind(StrEnum):
    """What a notice says: a correction, more words of its author, that it was withdrawn."""

    OFFER = "Offer"
    UPDATE = "Update"
    DELETE = "Delete"


@dataclass(frozen=True, slots=True)
class Notice:
    """What a node above tells the node of a place.

    Attributes:
        object: IRI by which the node that made the correction knows it.
        place: IRI of the place.
        seal: to be given back with the answer.
        made: moment, in seconds of the epoch.
        about: what is wrong; of an offer only, as ``value`` and ``evidence``.
        words: what the author answered; of an update only.
        salt: with which the public fingerprint of the value was made; of an offer only.
    """

    kind: Kind
    object: str
    place: str
    seal: str
    made: float
    about: Field = Field.OTHER
    value: str = ""
    evidence: str = ""
    words: str = ""
    salt: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return it as a mailbox lists it."""
        thing: dict[str, Any] = {"id": self.object, "type": "med:Correction"}
        if self.kind is Kind.OFFER:
            thing |= {"med:field": self.about, "content": self.value}
            thing |= {"med:evidence": self.evidence} if self.evidence else {}
            thing |= {"med:salt": self.salt} if self.salt else {}
        elif self.kind is Kind.UPDATE:
            thing |= {"content": self.words}
        made = datetime.fromtimestamp(self.made, UTC).isoformat(timespec="seconds")
        said = {"type": self.kind, "object": thing, "target": self.place, "med:seal": self.seal}
        return {**said, "published": made.replace("+00:00", "Z")}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the node of a place answers."""

    object: str
    seal: str
    state: State
    reason: str = ""
    words: str = ""

    def to_text(self) -> str:
        """Return it as it is posted to a mailbox."""
        verb = next(verb for verb, state in _ANSWERS.items() if state is self.state)
        said = {"@context": CONTEXT, "type": verb, "object": self.object, "med:seal": self.seal}
        said |= {"med:reason": self.reason} if self.reason else {}
        said |= {"content": self.words} if self.words else {}
        return json.dumps(said, ensure_ascii=False)


_ANSWERS = {"Accept": State.ACCEPTED, "Reject": State.DECLINED, "Question": State.ASKED}


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a mailbox.

    Attributes:
        notices: those that are fit.
        faults: what is wrong with the others, one sentence each, without a word of theirs.
        cursor: with which to ask for more, and to say that these are kept; empty where there is
            nothing.
    """

    notices: tuple[Notice, ...]
    faults: tuple[UsageError, ...]
    cursor: str


def read_page(body: bytes) -> Page:
    """Read a page of a mailbox.

    Raises:
        UsageError: it is none.
    """
    document = small_object(body)
    items = document.get("orderedItems")
    if not isinstance(items, list) or len(items) > MOST_NOTICES:
        raise UsageError(
            "the mailbox gives no “orderedItems” of at most {most} notices", most=MOST_NOTICES
        )
    found = _CURSOR.match(str(document.get("next", "")))
    if items and not found:
        raise UsageError("the mailbox gives notices and no “next” to acknowledge them with")
    notices: list[Notice] = []
    faults: list[UsageError] = []
    for item in items:
        try:
            notices.append(read_notice(item))
        except UsageError as fault:
            faults.append(fault)
    return Page(tuple(notices), tuple(faults), found[1] if found else "")


def read_notice(item: object) -> Notice:
    """Read one notice of a page.

    Raises:
        UsageError: it is none; names the field.
    """
    if not isinstance(item, dict) or not isinstance(item.get("object"), dict):
        raise _wrong("object")
    thing = item["object"]
    kind = _listed(Kind, item.get("type"), "type")
    is_offer, is_update = kind is Kind.OFFER, kind is Kind.UPDATE
    value = _text(thing, "content", LONGEST_VALUE if is_offer else LONGEST_WORDS)
    if is_update and not value:
        raise _wrong("content")
    return Notice(
        kind,
        _iri(thing, "id"),
        _iri(item, "target"),
        _seal(item),
        _moment(item),
        _listed(Field, thing.get("med:field"), "med:field") if is_offer else Field.OTHER,
        value if is_offer else "",
        _text(thing, "med:evidence", LONGEST_EVIDENCE) if is_offer else "",
        value if is_update else "",
        _salt(thing) if is_offer else "",
    )


def read_answer(body: bytes) -> Answer:
    """Read an answer that was posted to a mailbox.

    Raises:
        UsageError: it is none; names the field.
    """
    document = small_object(body)
    state = _ANSWERS.get(str(document.get("type")))
    if state is None:
        raise _wrong("type")
    words = _text(document, "content", LONGEST_WORDS)
    if state is State.ASKED and not words:
        raise _wrong("content")
    is_declined = state is State.DECLINED
    reason = _listed(Reason, document.get("med:reason"), "med:reason") if is_declined else ""
    return Answer(_iri(document, "object"), _seal(document), state, reason, words)


def _wrong(field: str) -> UsageError:
    return UsageError(
        "the field {field!r} is missing, too long or no value of its list", field=field
    )


def _listed(values: Any, value: object, field: str) -> Any:
    if not isinstance(value, str) or value not in list(values):
        raise _wrong(field)
    return values(value)


def _text(thing: Mapping[str, Any], field: str, most: int) -> str:
    text = thing.get(field, "")
    if not isinstance(text, str) or len(text) > most:
        raise _wrong(field)
    return clean(text)


def _iri(thing: Mapping[str, Any], field: str) -> str:
    iri = thing.get(field)
    if not isinstance(iri, str) or len(iri) > LONGEST_IRI or not _IRI.match(iri):
        raise _wrong(field)
    return iri


def _seal(thing: Mapping[str, Any]) -> str:
    seal = thing.get("med:seal")
    if not isinstance(seal, str) or len(seal) > LONGEST_SEAL or not _SEAL.match(seal):
        raise _wrong("med:seal")
    return seal


def _salt(thing: Mapping[str, Any]) -> str:
    salt = thing.get("med:salt", "")
    if not isinstance(salt, str) or (salt and not _SALT.match(salt)):
        raise _wrong("med:salt")
    return salt


def _moment(item: Mapping[str, Any]) -> float:
    text = item.get("published")
    try:
        moment = datetime.fromisoformat(text if isinstance(text, str) else "")
        return moment.timestamp() if moment.tzinfo else moment.replace(tzinfo=UTC).timestamp()
    except (ValueError, OverflowError, OSError) as error:
        raise _wrong("published") from error
