"""Whether a request comes from the site's own pages, as browsers tell it."""

from urllib.parse import urlsplit

from flask import request
from werkzeug.exceptions import Forbidden

from registry.web.answer.security_log import noted
from registry.web.site.node import current_node

_ALLOWED = frozenset({"same-origin", "none"})


def check_same_origin() -> None:
    """Refuse a request that another site made a visitor's browser send.

    A browser says who asks by ``Sec-Fetch-Site`` (Fetch Metadata, section 2.4), an older one by
    ``Origin`` (RFC 6454, section 7.3); a page can forge neither. No browser sends neither.

    Raises:
        Forbidden: another site asks.
    """
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        if fetch_site not in _ALLOWED:
            raise _refused()
        return
    origin = request.headers.get("Origin")
    if origin is None:
        return
    own_hosts = {urlsplit(current_node().config.base_url).netloc, request.host}
    if origin.partition("://")[2] not in own_hosts:
        raise _refused()


def _refused() -> Forbidden:
    noted("refused, sent by another site")
    return Forbidden()
