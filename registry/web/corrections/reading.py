"""What somebody sent by the form of a correction, cleaned and checked gently.

Words are always taken. What can be seen to be mistyped, such as a number with a digit missing, is
told once: whoever is sure sends it as it is.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from registry.accounts.errors import AccountsError
from registry.accounts.store import check_mail
from registry.tickets.types import Field
from registry.tickets.values import LONGEST_EVIDENCE, LONGEST_VALUE, clean
from registry.web.site.i18n import gettext as _
from registry.web.site.i18n import ngettext

LONGEST_MAIL = 250
TRAP = "site"
"""A field that people do not see; programs that fill in every field do."""
_NUMBER = re.compile(r"[+0-9][0-9\s./()-]*\Z")
_DIGITS = 10
_ABROAD = re.compile(r"\+(?!33)[0-9]{7,15}\Z")
_SHORT = re.compile(r"(?:3[0-9]{3}|1[0-9]{1,5})\Z")


@dataclass
class Draft:
    """What was filled in.

    Attributes:
        about: what is wrong; None where nothing was chosen.
        errors: name of a field -> what it should be; with some, nothing is kept.
        doubt: what looks mistyped in the value; whoever is sure sends it all the same.
    """

    about: Field | None = None
    value: str = ""
    evidence: str = ""
    mail: str = ""
    errors: dict[str, str] = field(default_factory=dict)
    doubt: str = ""

    @property
    def is_good(self) -> bool:
        """Whether it may be kept."""
        return not (self.errors or self.doubt)


def read(form: Mapping[str, str], *, asks_mail: bool) -> Draft:
    """Read a form.

    Args:
        form: as it was sent.
        asks_mail: whether the node sends mail, and so takes an address.
    """
    draft = Draft(about_of(form.get("quoi", "")))
    if draft.about is None:
        draft.errors["quoi"] = _("Choose what is wrong.")
    draft.value = _text(draft, "valeur", form, LONGEST_VALUE)
    draft.evidence = _text(draft, "comment", form, LONGEST_EVIDENCE)
    if draft.about is Field.OTHER and not draft.value:
        draft.errors["valeur"] = _("Say in a few words what is wrong.")
    if asks_mail:
        draft.mail = _text(draft, "courriel", form, LONGEST_MAIL)
        _check_mail(draft)
    if form.get(TRAP):
        draft.errors[TRAP] = _("Leave the field “{name}” empty: people do not see it.", name=TRAP)
    if draft.about is Field.CONTACT and form.get("tel-quel") != "oui":
        draft.doubt = _doubt(draft.value)
    return draft


def about_of(word: str) -> Field | None:
    """Return the field that a word of the form names."""
    return Field(word) if word in list(Field) else None


def _text(draft: Draft, name: str, form: Mapping[str, str], most: int) -> str:
    text = clean(form.get(name, ""))
    if len(text) > most:
        draft.errors[name] = _(
            "This has {count} characters: {most} at most. Shorten it.", count=len(text), most=most
        )
    return text[: 2 * most]


def _check_mail(draft: Draft) -> None:
    if not draft.mail or "courriel" in draft.errors:
        return
    try:
        check_mail(draft.mail)
    except AccountsError:
        draft.errors["courriel"] = _(
            "This is no mail address. Write it like name@example.org, or leave the field empty."
        )


def _doubt(value: str) -> str:
    """Say what looks wrong about a number; words, addresses and numbers from abroad do not."""
    if not _NUMBER.match(value):
        return ""
    digits = re.sub(r"[^+0-9]", "", value)
    digits = re.sub(r"^(?:\+33|0033)(?:0(?=[0-9]{9}))?", "0", digits)
    if _ABROAD.match(digits) or _SHORT.match(digits) or digits.startswith("00"):
        return ""
    missing = _DIGITS - len(digits)
    if missing > 0:
        return str(
            ngettext(
                "{count} digit is missing: a French number has ten, such as 04 94 67 15 87.",
                "{count} digits are missing: a French number has ten, such as 04 94 67 15 87.",
                missing,
                count=missing,
            )
        )
    if missing < 0:
        return _("There are too many digits: a French number has ten, such as 04 94 67 15 87.")
    if not digits.startswith("0"):
        return _("A French number begins with 0, such as 04 94 67 15 87.")
    return ""
