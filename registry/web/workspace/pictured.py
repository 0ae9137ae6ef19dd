"""The pictograms of the values of short lists, as they stand in the form of a place."""

from registry.web.places.services import look_of

_ICONS = {
    "publics": {
        "jeunes": "backpack",
        "etudiants": "graduation-cap",
        "familles-et-ou-enfants": "baby",
        "seniors": "user-round",
        "femmes": "venus",
    },
    "prises-en-charge": {
        "surdite": "ear",
        "deficience-visuelle": "eye-off",
        "handicaps-moteurs": "accessibility",
        "handicaps-mentaux": "brain",
        "illettrisme": "book-open",
        "langues-etrangeres-anglais": "languages",
        "langues-etrangeres-autres": "languages",
    },
    "modalites-acces": {
        "se-presenter": "footprints",
        "telephoner": "phone",
        "contacter-par-mail": "mail",
        "prendre-un-rdv-en-ligne": "calendar-check",
        "envoyer-un-mail-avec-une-fiche-de-prescription": "send",
        "ce-lieu-n-accueille-pas-de-public": "ban",
    },
    "modalites-accompagnement": {
        "en-autonomie": "user-round",
        "accompagnement-individuel": "hand-helping",
        "dans-un-atelier-collectif": "users-round",
        "a-distance": "monitor",
    },
    "frais": {
        "gratuit": "hand-coins",
        "gratuit-sous-condition": "ticket",
        "payant": "euro",
    },
    "itinerance": {"itinerant": "bus", "fixe": "map-pin"},
}
"""List -> its values, by their slugs -> names of pictograms."""


def pictured(scheme: str, iri: str) -> tuple[str, str]:
    """Return the pictogram of a value of a list and the need whose colour it has; else empty."""
    if scheme == "services":
        look = look_of(iri)
        return (look.icon, look.need) if look else ("", "")
    return _ICONS.get(scheme, {}).get(iri.rpartition("/")[2], ""), ""
