"""What one can do before going to a place: call it, write to it, or see what is around."""

from registry.search.facts import PlaceFacts
from registry.web.site.i18n import gettext as _
from registry.web.site.labels import safe_href
from vocab.namespaces import SCHEMES

_NO_PUBLIC = SCHEMES + "modalites-acces/ce-lieu-n-accueille-pas-de-public"


def advice(facts: PlaceFacts, *, has_others: bool) -> str:
    """Return a sentence that is true of this place: what cannot be called is not to be called.

    Args:
        facts: what the place says.
        has_others: whether its page shows places nearby.
    """
    around = _("See the places nearby.") if has_others else ""
    if _NO_PUBLIC in facts.concepts.get("acces", ()):
        return f"{_('This place is not open to the public.')} {around}".strip()
    if any(safe_href(f"tel:{phone}") for phone in facts.phones):
        return _("Call before you come.")
    if any(safe_href(f"mailto:{email}") for email in facts.emails):
        return _("Write to them before you come.")
    if any(map(safe_href, (*facts.sites, facts.booking))):
        return _("Check its website before you come.")
    alone = _("Only its address is known: no phone, e-mail or website.")
    return f"{alone} {around}".strip()
