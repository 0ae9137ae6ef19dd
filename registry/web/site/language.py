"""French without prefix, others below ``/en``…: the language is in the address, nowhere else.

The prefix is taken off before routing and put into ``SCRIPT_NAME``, so every view serves all
languages and ``url_for`` stays in the language of the request. So is the path of the public
address, for a node behind a proxy that gives it one path of a larger site.
"""

from collections.abc import Iterable
from contextvars import ContextVar
from typing import TYPE_CHECKING
from urllib.parse import quote

from flask import has_request_context, request

from registry.web.site.parameters import known_query
from vocab.messages import DEFAULT, languages

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

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
        lang = path[1:].partition("/")[0]
        if lang in languages() and lang != DEFAULT:
            environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + prefix_of(lang)
            environ["PATH_INFO"] = path.removeprefix(prefix_of(lang)) or "/"
            environ[_KEY] = lang
        token = _ANSWERED.set(environ.get(_KEY, DEFAULT))
        try:
            return self._app(environ, start)
        finally:
            _ANSWERED.reset(token)


def current_lang() -> str:
    """Return the language of the request."""
    lang = _ANSWERED.get()  # a page asks a hundred times
    if lang is not None:
        return lang
    return str(request.environ.get(_KEY, DEFAULT)) if has_request_context() else DEFAULT


def prefix_of(lang: str) -> str:
    """Return the part of the path that names a language; the default one has none."""
    return "" if lang == DEFAULT else f"/{lang}"


def root_prefix() -> str:
    """Return the part of the path before the site's own, without language and trailing slash."""
    root = request.script_root
    return root.removesuffix(prefix_of(current_lang()))


def path_in(lang: str) -> str:
    """Return the path of the current page in another language, with the parameters it has read."""
    path = quote(request.path, safe="/:@!$&'()*+,;=~")  # a backslash would lead to another host
    query = known_query()
    return f"{root_prefix()}{prefix_of(lang)}{path}" + (f"?{query}" if query else "")
