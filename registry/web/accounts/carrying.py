"""A form that came after its session ended: what was typed waits in the sign-in page.

Nothing is kept on the node (decision 0064): what was typed travels as one sealed field from the
page that says what happened, through signing in, to a page that sends it on. Every form of who is
signed in names its account under a seal, so only what one of our pages made for that account is
carried, and only that account gets it back. Forms with passwords and codes are never carried.
"""

import hashlib
import zlib
from dataclasses import dataclass

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeTimedSerializer

from registry.web.access.visit import CSRF, current_actor
from registry.web.answer.security_log import noted
from registry.web.errors import error_page
from registry.web.site.i18n import gettext as _

OWNER = "pour"
"""The field of a form that says for which account it was made."""
CARRIED = "porte"
"""The field that holds what was typed elsewhere."""
KEY = "CARRYING_KEY"
_LONGEST = 300_000
"""Bytes of what is carried, as typed; a place is a tenth of it."""
_MOST_PAIRS = 5_000
_KEPT_S = 12 * 3_600
"""As long as a form may lie open, in seconds."""
_CARRYING = frozenset(
    {
        "place_form",
        "place_past",
        "place_position",
        "place_batch",
        "sheet_drop",
        "pole_settings",
        "correction_desk",
        "joining_desk",
    }
)
"""Blueprints whose forms hold work, and no secret."""
_TYPING_ON = frozenset({"place_form.add", "place_form.change"})
"""Endpoints that show their form again with what was typed (``faire=reprendre``)."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What was typed into a form.

    Attributes:
        owner: number of the account that it was made for.
        path: where it is sent.
        endpoint: what takes it there.
        pairs: name and value of its fields.
    """

    owner: str
    path: str
    endpoint: str
    pairs: tuple[tuple[str, str], ...]

    def sealed(self) -> str:
        """Return it as one text that only this node can have made."""
        return _seal("form").dumps([self.owner, self.path, self.endpoint, self.pairs])


def owner_mark() -> str:
    """Return what a form says of the account that it is made for; empty for nobody's."""
    me = current_actor()
    return _seal("owner").dumps(me.number) if me else ""


def opened(text: str) -> Carried | None:
    """Return what is carried; None for what this node did not seal, or half a day ago."""
    if not text:
        return None
    try:
        owner, path, endpoint, pairs = _seal("form").loads(text, max_age=_KEPT_S)
    except (BadData, ValueError, zlib.error):
        return None
    return Carried(owner, path, endpoint, tuple((name, value) for name, value in pairs))


def received() -> Carried | None:
    """Return the form of this request; None where it is not to be carried, or too large."""
    blueprint = (request.endpoint or "").partition(".")[0]
    owner = _owner()
    pairs = tuple(
        (name, value) for name, value in request.form.items(multi=True) if name not in (CSRF, OWNER)
    )
    size = sum(len(name.encode()) + len(value.encode()) for name, value in pairs)
    if not owner or blueprint not in _CARRYING or request.files:
        return None
    if size > _LONGEST or len(pairs) > _MOST_PAIRS:
        return None
    path = request.script_root + request.full_path.rstrip("?")
    return Carried(owner, path, request.endpoint or "", pairs)


def late() -> ResponseReturnValue | None:
    """Answer a form whose token is no longer good, where its own account may go on with it."""
    # Who signed in elsewhere comes from the sign-in page with a token of before.
    found, me = opened(request.form.get(CARRIED, "")) or received(), current_actor()
    if me is None or found is None:
        return None
    return resumed_after(found, me.number)


def _resumed(found: Carried) -> ResponseReturnValue:
    """Show what was typed to its account, which is signed in: one press sends it on."""
    types_on = found.endpoint in _TYPING_ON
    pairs = [pair for pair in found.pairs if not (types_on and pair[0] == "faire")]
    if types_on:
        pairs.append(("faire", "reprendre"))
    return render_template("resumed.html", found=found, pairs=pairs, types_on=types_on)


def resumed_after(found: Carried, number: str) -> ResponseReturnValue:
    """Return the page that goes on with what was carried through signing in.

    Args:
        found: what was carried.
        number: of the account that has signed in.
    """
    if found.owner == number:
        return _resumed(found)
    noted("refused, a form of another account", number)
    return _of_another()


def _of_another() -> ResponseReturnValue:
    return error_page(
        403,
        _("This was typed under another account"),
        _(
            "Nothing was published, and it is not shown to the account that is signed in now. "
            "Sign out, then sign in with the account that typed it; the Back button of the browser "
            "shows it again."
        ),
        "",
    )


def _owner() -> str:
    try:
        return str(_seal("owner").loads(request.form.get(OWNER, ""), max_age=_KEPT_S))
    except BadData:
        return ""


def _seal(what: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(
        current_app.config[KEY],
        salt=f"carried {what}",
        signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
    )
