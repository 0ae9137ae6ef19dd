"""What a report says of a rule by its code: why it matters, and a value that will do."""

from shapes.harvest_rules import harvest_rules
from shapes.rules import rule
from shapes.verdicts import shown


def reason_of(code: str, lang: str) -> str:
    """Say in ``fr`` or ``en`` why a rule matters; empty for a code that is none."""
    known, own = rule(code), harvest_rules().get(code)
    if known is not None:
        return known.reason.text(lang)
    return own.family.reason.message(lang) if own is not None else ""


def good_value(code: str) -> str:
    """Return values that keep a rule of the shapes, as a person writes them; empty without one."""
    known = rule(code)
    sets = known.example.valid if known is not None and known.example is not None else ()
    return " ; ".join(map(shown, next(filter(None, sets), ())))
