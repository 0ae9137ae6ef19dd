"""What an operator decided for a source, and how the ledger writes that down: JSON."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """The status of a source; only an active one is harvested for good.

    ``proposed``: registered for a later decision. ``preview``: that decision is being prepared.
    Dry runs may look at both, nothing of them enters. ``paused``: its records stay as they are,
    nobody harvests it. ``ended``: it will not come back; its records stay as last stated until the
    source is removed.
    """

    PROPOSED = "proposed"
    PREVIEW = "preview"
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Life:
    """What was decided of the life of a source; one that says nothing is active.

    Attributes:
        status: of the source now.
        since: moment of the decision, ISO 8601; empty when it never changed.
        note: why, in the operator's words.
        former: addresses that it left, oldest first.
    """

    status: Status = Status.ACTIVE
    since: str = ""
    note: str = ""
    former: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return what the ledger keeps; what says nothing is left out."""
        rest = {"since": self.since, "note": self.note, "former": list(self.former)}
        return {"status": self.status.value} | {name: said for name, said in rest.items() if said}


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """What an operator decided for a source; what was not decided has its default.

    Attributes:
        mapping: text of the mapping file of a table (docs/import.md); empty for the national
            standard's columns.
        segments: the ids of a table are composed national ids.
        dataset: IRI of the dataset to take in a catalogue.
        classes: IRIs of the classes to ask a SPARQL endpoint for; empty for the usual ones.
        relays: namespaces of others whose records the source passes on.
        credentials: name of the environment variable that holds them.
        grace_days: days before what it no longer lists is deleted; None for the usual ones.
        sheets: names of the files that ids were written into for it.
        lifecycle: its status, and the addresses that it left.
        others: what is kept and would not be written so by this version: names that it does not
            know, values that it reads otherwise. By name, JSON-ready.
    """

    mapping: str = ""
    segments: bool = False
    dataset: str = ""
    classes: tuple[str, ...] = ()
    relays: tuple[str, ...] = ()
    credentials: str = ""
    grace_days: int | None = None
    sheets: tuple[str, ...] = ()
    lifecycle: Life = Life()
    others: Mapping[str, Any] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return what :func:`options_of` reads; defaults are left out, ``others`` stays.

        What was decided since takes the place of what ``others`` has under its name.
        """
        kept = dict(self.others)
        for name, read in _READERS.items():
            value = getattr(self, name)
            if name in kept and value == read(kept[name]):
                continue
            kept.pop(name, None)
            if value != getattr(_UNDECIDED, name):
                kept[name] = _written(value)
        return dict(sorted(kept.items()))

    def after(self, known: "SourceOptions") -> "SourceOptions":
        """Return the options of a source registered again: its life, and its grace if not given."""
        again = {name: known.others[name] for name in _LASTING if name in known.others}
        return replace(
            self,
            grace_days=known.grace_days if self.grace_days is None else self.grace_days,
            lifecycle=known.lifecycle,
            others={**self.others, **again},
        )


_UNDECIDED = SourceOptions()


def options_of(kept: Mapping[str, Any]) -> SourceOptions:
    """Read options; a value of another type than ours counts as not decided."""
    found = {name: read(kept[name]) for name, read in _READERS.items() if name in kept}
    options = SourceOptions(**found)
    written = options.to_json().items()
    others = {name: value for name, value in kept.items() if (name, value) not in written}
    return replace(options, others=others)


def _text(kept: object) -> str:
    return kept if isinstance(kept, str) else ""


def _texts(kept: object) -> tuple[str, ...]:
    return tuple(map(str, kept)) if isinstance(kept, list) else ()


def _life(kept: object) -> Life:
    """Read a life; a status that we do not know counts as paused."""
    if not isinstance(kept, dict):
        return Life()
    known = kept.get("status") in list(Status)
    return Life(
        status=Status(kept["status"]) if known else Status.PAUSED,
        since=str(kept.get("since", "")),
        note=str(kept.get("note", "")),
        former=_texts(kept.get("former")),
    )


def _written(value: object) -> object:
    if isinstance(value, Life):
        return value.to_json()
    return list(value) if isinstance(value, tuple) else value


_READERS: Mapping[str, Callable[[Any], Any]] = {
    "mapping": _text,
    "segments": lambda kept: kept is True,
    "dataset": _text,
    "classes": _texts,
    "relays": _texts,
    "credentials": _text,
    "grace_days": lambda kept: kept if isinstance(kept, int) else None,
    "sheets": _texts,
    "lifecycle": _life,
}
_LASTING = ("grace_days", "lifecycle")
"""Options that outlast another registration."""
