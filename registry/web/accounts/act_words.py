"""Acts in words: what was done, and the reasons that the program gives by itself."""

from registry.ledger.acts import Act
from registry.web.site.i18n import gettext as _
from registry.web.site.i18n import lazy_gettext
from registry.web.site.labels import pole_name

ACTS = {
    "account.made": lazy_gettext("account made"),
    "account.invited": lazy_gettext("invitation made"),
    "account.invitation-withdrawn": lazy_gettext("invitation withdrawn"),
    "account.disabled": lazy_gettext("account disabled"),
    "account.enabled": lazy_gettext("account enabled"),
    "account.password-changed": lazy_gettext("password changed"),
    "account.recovery-given": lazy_gettext("recovery link given"),
    "account.signed-out": lazy_gettext("signed out everywhere"),
    "second-factor.enabled": lazy_gettext("two-step verification turned on"),
    "second-factor.disabled": lazy_gettext("two-step verification turned off"),
    "second-factor.codes-renewed": lazy_gettext("recovery codes renewed"),
    "second-factor.recovery-code-used": lazy_gettext("recovery code used"),
    "second-factor.reset": lazy_gettext("two-step verification removed"),
    "identity.bound": lazy_gettext("identity bound"),
    "identity.unbound": lazy_gettext("identity unbound"),
    "role.given": lazy_gettext("role given"),
    "role.taken": lazy_gettext("role taken"),
    "pole.hosted": lazy_gettext("pole hosted"),
    "pole.described": lazy_gettext("what a pole says of itself changed"),
    "source.registered": lazy_gettext("source registered, on trial"),
    "source.preview": lazy_gettext("source put on trial"),
    "source.proposed": lazy_gettext("source kept for a later decision"),
    "source.active": lazy_gettext("source put in service"),
    "source.paused": lazy_gettext("source paused"),
    "source.ended": lazy_gettext("source ended"),
    "source.removed": lazy_gettext("source removed, with its records"),
    "mailbox.given": lazy_gettext("mailbox address of a source given"),
    "mailbox.removed": lazy_gettext("mailbox of a source taken away"),
    "request.accepted": lazy_gettext("request to join accepted"),
    "request.declined": lazy_gettext("request to join declined"),
    "place.added": lazy_gettext("place added"),
    "place.edited": lazy_gettext("place edited"),
    "place.closed": lazy_gettext("place closed"),
    "place.replaced": lazy_gettext("place said to be replaced by another"),
    "places.edited": lazy_gettext("the same change to several places"),
    "sheet.published": lazy_gettext("several places published from a spreadsheet"),
    "place.restored": lazy_gettext("earlier version of a place put back"),
}
"""Kinds of acts, in words."""
_REASONS = {
    "by command": lazy_gettext("by command"),
    "by its owner": lazy_gettext("by its owner"),
    "everywhere, by its owner": lazy_gettext("by its owner"),
    "by its editors": lazy_gettext("by its editors"),
    "by a recovery link": lazy_gettext("by a recovery link"),
    "asked for on the page, sent by mail": lazy_gettext("asked for on the page, sent by mail"),
}
_EDITOR = "editor of "


def why_words(act: Act) -> str:
    """Return the reason of an act, in the words of who acted where they gave some."""
    role, colon, why = (
        act.why.partition(": ") if act.what.startswith("role.") else ("", "", act.why)
    )
    if why.startswith("invitation ") and why.endswith(" accepted"):
        why = _("invitation accepted")
    why = str(_REASONS.get(why, why))
    if not colon:
        return why
    words = _("Editor of the pole {pole}", pole=pole_name(role.removeprefix(_EDITOR)))
    if not role.startswith(_EDITOR):
        words = _("Operator of the directory")
    return f"{words}{_(': ')}{why}"
