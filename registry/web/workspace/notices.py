"""What was done to a place, said on the page that comes next: ``?fait=WORD``."""

from flask import request

from registry.web.site.i18n import lazy_gettext

NOTICES = {
    "publie": lazy_gettext(
        "Published. This page shows the new version already; "
        "the public pages follow within seconds."
    ),
    "ferme": lazy_gettext(
        "The place is closed for good: it leaves the public pages within seconds. "
        "Its history stays."
    ),
    "remis": lazy_gettext(
        "The earlier version is published again, as a new one. "
        "The public pages follow within seconds."
    ),
}


def notice() -> lazy_gettext | None:
    """Return what the page has to say first, or None."""
    return NOTICES.get(request.args.get("fait", ""))
