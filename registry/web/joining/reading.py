"""What somebody sent by the form of a request to join, cleaned and checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from registry.accounts.errors import AccountsError
from registry.accounts.store import check_mail
from registry.joining.types import Asked
from registry.publish.pole import is_web_address
from registry.tickets.values import clean
from registry.web.site.i18n import gettext as _
from registry.web.site.i18n import lazy_gettext

NAMES = {
    "nom": lazy_gettext("Name of the organisation"),
    "territoire": lazy_gettext("Commune or territory"),
    "lieux": lazy_gettext("About how many places? (optional)"),
    "site": lazy_gettext("Its web site (optional)"),
    "serveur": lazy_gettext("Where are your places kept today?"),
    "flux": lazy_gettext("Address of what your site publishes"),
    "contact": lazy_gettext("Your name, or that of your team (optional)"),
    "courriel": lazy_gettext("Mail address"),
    "mots": lazy_gettext("A few words (optional)"),
}
"""Name of a field -> what the form calls it."""
TRAP = "telecopie"
"""A field that people do not see; programs that fill in every field do."""
LONGEST = {"nom": 120, "territoire": 120, "lieux": 6, "site": 300, "flux": 500, "contact": 80,
           "courriel": 250, "mots": 1_000}  # fmt: skip
HAS_SERVER, HAS_NONE = "oui", "non"


@dataclass
class Draft:
    """What was filled in.

    Attributes:
        values: name of a field -> text.
        errors: name of a field -> what it should be; with some, nothing is kept.
    """

    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def asked(self) -> Asked:
        """What is asked for, where nothing is wrong."""
        said = self.values
        feed = said["flux"] if said["serveur"] == HAS_SERVER else ""
        return Asked(
            said["nom"], said["site"], said["contact"], said["courriel"], said["territoire"],
            said["lieux"], feed, said["mots"],
        )  # fmt: skip


def read(form: Mapping[str, str]) -> Draft:
    """Read a form."""
    draft = Draft({"serveur": form.get("serveur", "")})
    for name, most in LONGEST.items():
        _take(draft, name, form.get(name, ""), most)
    for name in ("nom", "territoire", "courriel"):
        if not draft.values[name]:
            draft.errors[name] = _("Fill in this field.")
    if draft.values["serveur"] not in (HAS_SERVER, HAS_NONE):
        draft.errors["serveur"] = _("Choose one of the two.")
    _check_number(draft)
    _check_addresses(draft)
    if form.get(TRAP):
        draft.errors[TRAP] = _("Leave the field “{name}” empty: people do not see it.", name=TRAP)
    return draft


def _take(draft: Draft, name: str, typed: str, most: int) -> None:
    text = clean(typed)
    text = text if name == "mots" else " ".join(text.split())
    draft.values[name] = text[: 2 * most]
    if len(text) > most:
        draft.errors[name] = _(
            "This has {count} characters: {most} at most. Shorten it.", count=len(text), most=most
        )


def _check_number(draft: Draft) -> None:
    figures = draft.values["lieux"]
    if figures and not (figures.isascii() and figures.isdigit()):
        draft.errors.setdefault("lieux", _("Write a number in figures, such as 12, or nothing."))


def _check_addresses(draft: Draft) -> None:
    said = draft.values
    wanted = _("Write a whole address, such as https://example.org/.")
    if said["site"] and not is_web_address(said["site"]):
        draft.errors.setdefault("site", wanted)
    if said["serveur"] == HAS_SERVER and not is_web_address(said["flux"]):
        draft.errors.setdefault("flux", wanted)
    if said["courriel"]:
        try:
            check_mail(said["courriel"])
        except AccountsError:
            wrong = _("This is no mail address. Write it like name@example.org.")
            draft.errors.setdefault("courriel", wrong)
