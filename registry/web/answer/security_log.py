"""What the log says of who signs in, and of what is refused to whom.

Each line has what happened, the number of the account, the request, and a mark that tells one asker
from another: a keyed digest of the network address, which nobody turns back into one. No login, no
name, no password, no token (OWASP ASVS 5.0, 16.2.1, 16.2.5, 16.3.1 to 16.3.3).
"""

import hashlib
import hmac
import logging
import secrets

from flask import current_app, request

from registry.web.answer.admission import asking_address

KEY = "maillage-log-key"
"""What the marks of askers are made with: of the node if it has a secret, else of the process."""
_LOG = logging.getLogger("maillage.security")
_MOST_LOGGED = 300
_MARK = 12


def noted(event: str, account: str = "") -> None:
    """Write a line about the request.

    Args:
        event: what happened, in our own words.
        account: number of the account that acts; empty for nobody.
    """
    asked = request.method, logged_path()[:_MOST_LOGGED]
    _LOG.info("%s: account %s, from %s, %s %r", event, account or "-", _mark(), *asked)


def logged_path() -> str:
    """The path that was asked for, without a token that opens something."""
    token = (request.view_args or {}).get("token")
    return request.path.replace(str(token), "…") if token else request.path


def _mark() -> str:
    key = current_app.extensions.setdefault(KEY, secrets.token_bytes(32))
    return hmac.new(key, asking_address().encode(), hashlib.sha256).hexdigest()[:_MARK]
