"""Which rows are one place: by the producer's own id, never by their rank."""

from collections.abc import Iterable

from harvester.tabular.apply import Draft
from harvester.tabular.further import COLUMNS
from harvester.tabular.result import ReportLine
from harvester.tabular.standard import MULTIPLE
from vocab.text import fold

_TEXTS = {"presentation_detail": "\n", "horaires": " ; "}


def group(drafts: Iterable[Draft], lines: list[ReportLine], *, merge: bool) -> list[Draft]:
    """Return one draft per local id; rows without an id, or that repeat one, are refused.

    Args:
        drafts: one per row, in order.
        lines: the report, which refusals and conflicts are added to.
        merge: the mapping says that rows with the same id are one place.
    """
    places: dict[str, Draft] = {}
    for draft in drafts:
        first = places.get(draft.local_id)
        if not draft.local_id:
            lines.append(ReportLine(draft.rows[0], None, "id", "id-missing", "refusal"))
        elif first is None:
            places[draft.local_id] = draft
        elif merge:
            _join(first, draft)
        else:
            lines.append(
                ReportLine(
                    draft.rows[0],
                    draft.local_id,
                    "id",
                    "id-repeated",
                    "refusal",
                    draft.local_id,
                    str(first.rows[0]),
                )
            )
    return list(places.values())


def _join(place: Draft, row: Draft) -> None:
    """Add what a further row says: lists are united, texts follow, the first of others stays.

    Beyond the standard the last row wins.
    """
    place.rows.extend(row.rows)
    place.lines.extend(row.lines)
    for name, text in row.cells.items():
        known = place.cells.get(name, "")
        if not known or name in COLUMNS:
            place.cells[name] = text
        elif name in MULTIPLE:
            place.cells[name] = "|".join(dict.fromkeys([*known.split("|"), *text.split("|")]))
        elif name in _TEXTS:
            if text not in known.split(_TEXTS[name]):
                place.cells[name] = f"{known}{_TEXTS[name]}{text}"
        elif fold(text) != fold(known):
            number = row.rows[0]
            place.lines.append(
                ReportLine(number, place.local_id, name, "group-conflict", "loss", text, known)
            )
