"""Every request is judged by what its route declares, before any view runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import cast

from flask import Flask, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

from registry.accounts.types import Access, Actor, is_allowed
from registry.web.access.declared import READING
from registry.web.access.visit import CSRF, current_actor
from registry.web.answer.origin import check_same_origin
from registry.web.answer.security_log import noted
from registry.web.answer.uploads import is_upload, largest_body
from registry.web.errors import error_page
from registry.web.site.i18n import gettext as _
from registry.web.site.node import current_node


@dataclass(frozen=True, slots=True)
class LateForms:
    """What becomes of a form that came after its session ended.

    Attributes:
        signed_out: answers it where nobody is signed in; the argument: whether it was read.
        goes_on: answers it where somebody is; None refuses it.
    """

    signed_out: Callable[[bool], ResponseReturnValue]
    goes_on: Callable[[], ResponseReturnValue | None]


def install_judge(app: Flask, routes: Mapping[str, Access], late: LateForms) -> None:
    """Judge every request.

    Args:
        app: the application.
        routes: those of :func:`.declared.declared`.
        late: what becomes of forms that came after their session ended.
    """

    def judge() -> ResponseReturnValue | None:
        who = routes.get(request.endpoint or "", Access.PUBLIC)  # no route: not found
        return None if who is Access.PUBLIC else _judged(who, late)

    def keep_none(response: Response) -> Response:
        """Have nobody keep the answers of such routes, refusals among them."""
        if routes.get(request.endpoint or "", Access.PUBLIC) is not Access.PUBLIC:
            response.headers["Cache-Control"] = "no-store"
        return response

    app.before_request(judge)
    app.after_request(keep_none)


def _judged(who: Access, late: LateForms) -> ResponseReturnValue | None:
    if request.method not in READING:
        check_same_origin()
        if is_upload(request.path):  # nothing large is read for who may not send it
            if refused := _kept_out(who, late):
                return refused
            request.max_content_length = largest_body(current_node().config)
        if not _is_ours():
            return _late(who, late)
    return None if who is Access.ENTRY else _kept_out(who, late)


def _kept_out(who: Access, late: LateForms) -> ResponseReturnValue | None:
    """Refuse who may not use the route."""
    actor = current_actor()
    if is_allowed(who, actor, str((request.view_args or {}).get("slug", ""))):
        return None
    if actor is None:
        if request.method not in READING:
            noted("refused, not signed in")
            return late.signed_out(not is_upload(request.path))
        return _to_sign_in()
    if actor.must_set_up:
        noted("led to set up the second factor", actor.number)
        return redirect(url_for("second_factor.page"), 303)
    noted("refused, another role", actor.number)
    return error_page(
        403,
        _("Your account does not open this page"),
        _("It needs another role. Ask who operates this directory, if you should have it."),
        "",
    )


def _is_ours() -> bool:
    """Whether a form is one of ours, made for this very session."""
    try:
        validate_csrf(request.form.get(CSRF))
    except ValidationError:
        noted("refused, a form without its token")
        return False
    return True


def _late(who: Access, late: LateForms) -> ResponseReturnValue:
    """Do nothing of what a form without a good token asks for; nothing typed is lost."""
    if current_actor() is None and who is not Access.ENTRY:
        return late.signed_out(True)
    if answer := late.goes_on():
        return answer
    return error_page(
        403,
        _("This form is no longer valid"),
        _("You may have signed in or out meanwhile. Open the page again, and send it again."),
        "",
    )


def _to_sign_in() -> ResponseReturnValue:
    here = request.script_root + request.full_path.rstrip("?")
    return redirect(url_for("sign_in.page", suite=here), 303)


def actor() -> Actor:
    """Return who acts, in a view that only accounts may use."""
    return cast("Actor", current_actor())
