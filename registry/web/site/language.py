"""French without prefix, English below ``/en``: the language is in the address, nowhere else.

The prefix is taken off before routing and put into ``SCRIPT_NAME``, so every view serves both
languages and ``url_for`` stays in the language of the request. So is the path of the public
address, for a node behind a proxy that gives it one path of a larger site.
"""

from collections.abc import Iterable
from contextvars import ContextVar
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import has_request_context, request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LANGUAGES = ("fr", "en")
_KEY = "maillage.lang"
_ANSWERED: ContextVar[str | None] = ContextVar("language of the request", default=None)


class LanguagePrefix:
    """WSGI middleware that reads off the path where the site lies, then the language.

    A proxy may pass the path whole, or without the part that leads to the node.
    """

    def __init__(self, app: "WSGIApplication", base_path: str = "") -> None:
        """Wrap ``app``, whose public address has a path without slash at its end."""
        self._app = app
        self._base_path = base_path

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        """Serve one request."""
        path = environ.get("PATH_INFO", "")
        base_path = self._base_path
        if base_path:
            environ["SCRIPT_NAME"] = base_path
            if path == base_path or path.startswith(base_path + "/"):
                path = environ["PATH_INFO"] = path[len(base_path) :] or "/"
        if path == "/en" or path.startswith("/en/"):
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + "/en"
            environ["PATH_INFO"] = path[3:] or "/"
            environ[_KEY] = "en"
        token = _ANSWERED.set(environ.get(_KEY, "fr"))
        try:
            return self._app(environ, start)
        finally:
            _ANSWERED.reset(token)


def current_lang() -> str:
    """Give ``fr`` or ``en``."""
    lang = _ANSWERED.get()  # a page asks a hundred times
    if lang is not None:
        return lang
    return str(request.environ.get(_KEY, "fr")) if has_request_context() else "fr"


def root_prefix() -> str:
    """Give the part of the path before the site's own, without language and trailing slash."""
    root = request.script_root
    return root.removesuffix("/en") if current_lang() == "en" else root


def path_in(lang: str) -> str:
    """Give the path and query of the current page in another language."""
    prefix = "" if lang == "fr" else f"/{lang}"
    path = quote(request.path, safe="/:@!$&'()*+,;=~")  # a backslash would lead to another host
    query = request.query_string.decode("ascii", "replace")
    return f"{root_prefix()}{prefix}{path}" + (f"?{query}" if query else "")
