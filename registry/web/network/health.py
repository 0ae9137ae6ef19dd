"""The words for the status of a source, and for why it fails."""

from registry.sources.health import Cause
from registry.sources.lifecycle import Status
from registry.web.site.i18n import lazy_gettext

STATUS_NAMES = {
    Status.PROPOSED: lazy_gettext("proposed, waiting for a decision"),
    Status.PREVIEW: lazy_gettext("on trial: nothing enters yet"),
    Status.ACTIVE: lazy_gettext("in service"),
    Status.PAUSED: lazy_gettext("paused: its records stay as they are"),
    Status.ENDED: lazy_gettext("ended: its records stay as last stated"),
}
CAUSES = {
    Cause.NAME: lazy_gettext("the server’s name cannot be found (DNS)"),
    Cause.REFUSED: lazy_gettext("the server refuses the connection: it is probably stopped"),
    Cause.TIMEOUT: lazy_gettext("the server is too slow or does not answer in time"),
    Cause.CERTIFICATE: lazy_gettext("the secure connection fails (certificate or encryption)"),
    Cause.MISSING: lazy_gettext("the document is no longer at this address (404)"),
    Cause.DENIED: lazy_gettext("the server forbids access to this document"),
    Cause.CREDENTIALS: lazy_gettext("the credentials of the source are missing or will not do"),
    Cause.SERVER: lazy_gettext("the pole’s server is failing (error 5xx)"),
    Cause.ANSWER: lazy_gettext("the server answers with an error"),
    Cause.UNREACHABLE: lazy_gettext("the server does not answer"),
    Cause.ADDRESS: lazy_gettext("the address may not be visited"),
    Cause.INCOMPLETE: lazy_gettext("the document arrives incomplete"),
    Cause.UNREADABLE: lazy_gettext("the document cannot be read (ill-formed RDF or table)"),
    Cause.STREAM: lazy_gettext("the event stream is ill-formed"),
    Cause.DECISION: lazy_gettext("the harvest waits for an operator’s decision"),
    Cause.UNKNOWN: lazy_gettext("unknown cause: see the report"),
}
