"""The stages of a harvest in the words of the pages, in their order."""

from registry.state import PROJECT, QUEUE
from registry.web.site.i18n import lazy_gettext

STAGE_NAMES = {
    QUEUE: lazy_gettext("waits for its turn"),
    "discover": lazy_gettext("discovering"),
    "fetch": lazy_gettext("fetching"),
    "parse": lazy_gettext("reading"),
    "compare": lazy_gettext("comparing"),
    "check": lazy_gettext("checking the records"),
    "hold": lazy_gettext("holding"),
    "commit": lazy_gettext("committing"),
    PROJECT: lazy_gettext("SPARQL and search"),
}
