"""The forms of accounts. Each is sealed against other sites by Flask-WTF (``csrf_token``)."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    PasswordField,
    SelectMultipleField,
    StringField,
    ValidationError,
)

from registry.accounts.types import Roles
from registry.web.site.i18n import gettext as _
from registry.web.site.i18n import lazy_gettext, sentence_of
from registry.web.site.node import current_node
from vocab.errors import MaillageError

_LONGEST = 1_000


class NodeForm(FlaskForm):  # type: ignore[misc]  # the library ships no types
    """A form in the language of the request."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """The messages are ours, in our catalogues."""

        locales = False

    def refuse(self, field: Field | None, error: MaillageError) -> None:
        """Say under a field, or of the whole form, why what was typed will not do."""
        sentence = sentence_of(error)
        if field is None:
            self.form_errors.append(sentence)
        else:
            field.errors = [*field.errors, sentence]

    def errors_of_fields(self) -> list[tuple[Field, str]]:
        """Return what is wrong, field by field, for the list at the top of the form."""
        return [(field, str(error)) for field in self for error in field.errors]


def required(_form: object, field: Field) -> None:
    """Refuse what is empty, or longer than anybody types."""
    if not (field.data or "").strip():
        raise ValidationError(_("Fill in this field."))
    if len(field.data) > _LONGEST:
        raise ValidationError(_("This is too long."))


def _same_as_password(form: Any, field: Field) -> None:
    if field.data != form.password.data:
        raise ValidationError(_("The two passwords differ. Type the same one twice."))


class SignIn(NodeForm):
    """Signing in."""

    login = StringField(lazy_gettext("Login or mail address"), [required])
    password = PasswordField(lazy_gettext("Password"), [required])
    suite = HiddenField()
    porte = HiddenField()


class NewPassword(NodeForm):
    """A password that is chosen."""

    password = PasswordField(lazy_gettext("New password"), [required])
    again = PasswordField(lazy_gettext("The same once more"), [_same_as_password])


class ChangedPassword(NewPassword):
    """A password that takes the place of one that is known."""

    current = PasswordField(lazy_gettext("Present password"), [required])


class PresentPassword(NodeForm):
    """The password once more, of who is signed in."""

    present = PasswordField(lazy_gettext("Present password"), [required])


class SecondStep(NodeForm):
    """What follows a right password, with what was typed before the session ended."""

    porte = HiddenField()


class OneTimeCode(SecondStep):
    """The code that an application shows."""

    code = StringField(lazy_gettext("Six-digit code"), [required])


class RecoveryCode(SecondStep):
    """A code of the list that was printed."""

    recovery = StringField(lazy_gettext("Recovery code"), [required])


class BothFactors(PresentPassword):
    """The password and a code once more, of who is signed in."""

    code = StringField(lazy_gettext("Code of the application, or recovery code"), [required])


class Accepted(NewPassword):
    """What somebody who was invited chooses."""

    login = StringField(lazy_gettext("Login"), [required])
    name = StringField(lazy_gettext("Name of the person or the team"), [required])


class Forgotten(NodeForm):
    """Asking for a link by mail."""

    login = StringField(lazy_gettext("Login or mail address"), [required])


class Reason(NodeForm):
    """Why something is done to an account."""

    why = StringField(lazy_gettext("Reason"), [required])


class RolesForm(Reason):
    """What an account may do, and why it may."""

    is_operator = BooleanField(lazy_gettext("Operator of the directory"))
    poles = SelectMultipleField(lazy_gettext("Editor of these poles"))

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.poles.choices = known_poles()

    @property
    def roles(self) -> Roles:
        """The roles that were chosen."""
        return Roles(bool(self.is_operator.data), frozenset(self.poles.data or ()))


class InvitedPerson(RolesForm):
    """Who is invited, and what for."""

    mail = StringField(lazy_gettext("Mail address"), [required])


class Plain(NodeForm):
    """A button."""


def known_poles() -> list[tuple[str, str]]:
    """Return the short names of the poles of the node, each with itself."""
    node = current_node()
    slugs = {summary.slug for summary in node.index.poles()}
    slugs |= {source.pole for source in node.ledger.sources(cursors=False)}
    return [(slug, slug) for slug in sorted(slugs)]
