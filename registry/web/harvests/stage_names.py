"""The stages of a harvest in the words of the pages, in their order."""

from flask_babel import lazy_gettext

from registry.state import PROJECT, QUEUE

STAGE_NAMES = {
    QUEUE: lazy_gettext("attend son tour"),
    "discover": lazy_gettext("découverte"),
    "fetch": lazy_gettext("téléchargement"),
    "parse": lazy_gettext("lecture"),
    "compare": lazy_gettext("comparaison"),
    "check": lazy_gettext("contrôle des fiches"),
    "hold": lazy_gettext("mise en attente"),
    "commit": lazy_gettext("enregistrement"),
    PROJECT: lazy_gettext("SPARQL et recherche"),
}
