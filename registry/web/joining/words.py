"""Requests in words."""

from collections.abc import Mapping

from registry.joining import types
from registry.joining.types import State
from registry.web.site.i18n import lazy, lazy_gettext

REASONS = lazy(types.REASONS)
STATES: Mapping[State, lazy_gettext] = {
    State.WAITING: lazy_gettext("waiting for the answer of those who keep this directory"),
    State.ACCEPTED: lazy_gettext("accepted"),
    State.DECLINED: lazy_gettext("declined"),
}
