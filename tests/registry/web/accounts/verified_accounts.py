"""Accounts with two-step verification: turned on through the pages, codes as a telephone does."""

import re

import pyotp

from registry.node import Node
from registry.web.site import clock
from tests.registry.web.accounts.conftest import PASSWORD, Browser

PAGE = "/espace/compte/double-verification"
STEP = "/connexion/code"
_SECRET = re.compile(r'<code class="given secret">([A-Z2-7 ]+)</code>')
_CODE = re.compile(r"<li><code>([A-Z2-9-]{14})</code></li>")


def secret_shown(page: str) -> str:
    """The secret of a page that shows one."""
    found = _SECRET.search(page)
    assert found
    return found[1].replace(" ", "")


def codes_shown(page: str) -> list[str]:
    """The recovery codes of a page that shows them."""
    found = _CODE.findall(page)
    assert len(set(found)) == 10
    return found


def code_of(secret: str, steps: int = 0) -> str:
    """What the telephone shows now, or so many steps later."""
    return pyotp.TOTP(secret).at(clock.now().timestamp(), counter_offset=steps)


def turned_on(browser: Browser) -> tuple[str, list[str]]:
    """Turn it on in a browser that is signed in; give the secret and the recovery codes."""
    assert browser.post(PAGE, PAGE, present=PASSWORD).status_code == 303
    secret = secret_shown(browser.get(PAGE).text)
    given = browser.post(f"{PAGE}/code", PAGE, code=code_of(secret))
    assert given.status_code == 200
    return secret, codes_shown(given.text)


def verify_in_two_steps(node: Node, number: str) -> str:
    """Turn it on for an account without its pages; give the secret."""
    factors, now = node.accounts.second_factors, clock.now().timestamp()
    factors.offer(number, "", now)
    secret = factors.offered(number, "", now)
    assert factors.enable(number, "", code_of(secret), now)
    return secret
