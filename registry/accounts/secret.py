"""What a node with accounts needs before it may serve: a secret of its own, and a safe address."""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from registry.accounts.database import FILE, accounts_url, check_private
from registry.accounts.errors import UnsafeError
from registry.settings.accounts import is_loopback
from registry.settings.config import Config
from registry.settings.oidc import client_secret
from registry.settings.private import is_example

KEY = "accounts.key"
VARIABLE = "MAILLAGE_ACCOUNTS_SECRET"
_SHORTEST = 32
_LEAST_DIFFERENT = 10


def make_secret(config: Config) -> bool:
    """Make the node's secret in its data folder, once; give whether there was none."""
    file = config.data / KEY
    try:
        descriptor = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(secrets.token_urlsafe(48))
        stream.flush()
        os.fsync(stream.fileno())
    return True


def secret_of(config: Config) -> str:
    """Return the node's secret.

    Raises:
        UnsafeError: there is none, others can read it, or it could be guessed.
    """
    if config.accounts_secret:
        return _checked(config.accounts_secret, VARIABLE)
    file = config.data / KEY
    if not file.is_file():
        raise UnsafeError(
            "accounts are enabled, and the node has no secret to seal forms with: maillage account "
            "add makes it, or set {variable} to {least} random characters",
            variable=VARIABLE,
            least=_SHORTEST,
        )
    check_private(file)
    return _checked(file.read_text(encoding="ascii", errors="replace").strip(), file)


def _checked(secret: str, where: str | Path) -> str:
    if len(secret) < _SHORTEST or len(set(secret)) < _LEAST_DIFFERENT or is_example(secret):
        raise UnsafeError(
            "the secret in {where} is short, simple or an example: take {least} random characters "
            "(python3 -c 'import secrets; print(secrets.token_urlsafe(48))')",
            where=where,
            least=_SHORTEST,
        )
    return secret


def check_safe(config: Config) -> None:
    """Refuse to serve a node whose accounts could be taken; nothing to say where there are none.

    Raises:
        UnsafeError: says what is unsafe, and the remedy.
    """
    if not config.accounts_enabled:
        return
    address = urlsplit(config.base_url)
    if address.scheme != "https" and not is_loopback(address.hostname or ""):
        raise UnsafeError(
            "accounts are enabled, and base_url {base_url} is not https: passwords would cross the "
            "network in the clear. Give the https address of the site, or disable [accounts]",
            base_url=config.base_url,
        )
    secret_of(config)
    if config.oidc_issuer:
        client_secret(config.oidc)
    if accounts_url(config).startswith("sqlite") and (config.data / FILE).exists():
        check_private(config.data / FILE)
