"""What the page of a checked file says otherwise than the command: its reader has no command line.

They have a spreadsheet, and nobody's mapping file: remedies are what they can do in it.
"""

from collections.abc import Mapping

from harvester.tabular.jsonfile import MANY_LISTS
from harvester.tabular.result import REPORT_RULES
from vocab.messages import Message

_SENTENCES: Mapping[str, Message] = {
    "value-not-in-list": Message(
        "The value is not in the standard's list: it is not published. At the source, choose a "
        "value of the list; several are parted by “|”."
    ),
    "feature-invalid": Message(
        "Impossible value for this feature of the place: it is not published. Correct the value."
    ),
    "id-missing": Message(
        "The row has no id. Its number is not one: it changes as soon as a row is inserted. Give "
        "each place an id that will not change, in the column of the ids."
    ),
    "id-repeated": Message(
        "Another place of the file already bears this id: it alone is kept. Give each place its "
        "own id."
    ),
    "formulas-uncomputed": Message(
        "Formulas were never computed: these cells are empty. Open the workbook in a spreadsheet "
        "program, save it, and check it again."
    ),
    "sheet-unread": Message(
        "Sheet of the workbook not read. If it holds the places, save it alone as a file of its "
        "own, and check that; else nothing to do."
    ),
    "sheet-of-places-unread": Message(
        "This sheet looks like a table of places too, and one is read: its places are missing. "
        "Join the sheets into one, or save each alone as a file of its own."
    ),
}
_ERRORS: Mapping[str, Message] = {
    MANY_LISTS.template: Message(
        "expected a list of objects, found one object with several lists. Save the list of the "
        "places alone, as a file of its own"
    ),
}


def sentence_of(rule: str) -> Message:
    """Return what the page says of a rule of :data:`REPORT_RULES`."""
    return _SENTENCES.get(rule) or Message(REPORT_RULES[rule].en)


def error_words(said: Message) -> Message:
    """Return what the page says of an error that its reader cannot mend as it tells."""
    return _ERRORS.get(said.template, said)
