"""What waits for a one-time code in the browser of a request."""

from registry.accounts.pending import PendingSignIn
from registry.web.accounts.leaving import browser_secret
from registry.web.site import clock
from registry.web.site.node import current_node


def waiting_here() -> PendingSignIn | None:
    """Return it, or None."""
    now = clock.now().timestamp()
    return current_node().accounts.pending.find(browser_secret(), now)
