"""Who is signed in confirms it once more: the password, and a code where the account asks for one.

A browser that was left open changes nothing of what opens the account.
"""

from registry.web.access.judge import actor
from registry.web.accounts.forms import BothFactors, PresentPassword
from registry.web.accounts.owner_notices import OwnerNotice, notify_owner
from registry.web.accounts.second_step import wrong_code
from registry.web.answer.security_log import noted
from registry.web.site import clock
from registry.web.site.i18n import gettext as _
from registry.web.site.node import current_node


def confirming_form(*, is_sent: bool = True) -> PresentPassword:
    """Return the form that asks for what opens the account; empty unless it was sent."""
    kind = BothFactors if actor().account.has_second_factor else PresentPassword
    return kind() if is_sent else kind(formdata=None)


def is_confirmed(form: PresentPassword) -> bool:
    """Whether all that a form asks for was typed and is right; else the form says what is not."""
    if not form.validate():
        return False
    if not current_node().accounts.has_password(actor().number, form.present.data):
        form.present.errors = [_("This is not your present password.")]
        return False
    return not isinstance(form, BothFactors) or _is_code_right(form)


def _is_code_right(form: BothFactors) -> bool:
    me, factors = actor(), current_node().accounts.second_factors
    if factors.takes(me.number, form.code.data, clock.now().timestamp()):
        return True
    if factors.takes_recovery(me.number, form.code.data):
        notify_owner(me.account, OwnerNotice.RECOVERY_CODE_USED)
        return True
    noted("one-time code refused", me.number)
    form.code.errors = [wrong_code()]
    return False
