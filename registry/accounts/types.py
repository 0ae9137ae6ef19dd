"""Accounts, who acts, and what a role may do: the one place that decides it."""

from dataclasses import dataclass
from enum import StrEnum

from registry.settings.accounts import SecondFactor


class Access(StrEnum):
    """Who may use an address of the site.

    ``public``: everybody, and no cookie is read or set. ``entry``: whoever is about to sign in.
    ``signed-in``: every account. ``editor``: the editors of the pole that the address names.
    ``operator``: the operators of the node. ``setting-up``: every account, one that must turn on
    its second factor first among them, to which nothing else is open.
    """

    PUBLIC = "public"
    ENTRY = "entry"
    SETTING_UP = "setting-up"
    SIGNED_IN = "signed-in"
    EDITOR = "editor"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Roles:
    """What an account may do.

    Attributes:
        is_operator: it operates the node.
        poles: short names of the poles that it edits.
    """

    is_operator: bool = False
    poles: frozenset[str] = frozenset()

    def may_edit(self, pole: str) -> bool:
        """Whether it edits a pole. To operate the node is not to speak for a pole."""
        return pole in self.poles


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom a provider of identities means: the pair is one person, neither part alone is.

    Attributes:
        issuer: how the provider calls itself.
        subject: how it calls the person.
    """

    issuer: str
    subject: str


@dataclass(frozen=True, slots=True)
class Account:
    """One account.

    Attributes:
        number: opaque and random; all that the ledger ever learns.
        login: what its owner types to sign in.
        name: of a person or a team, for the pages of operators.
        mail: address; empty where none was given.
        roles: what it may do.
        made: when it was made, in seconds of the epoch.
        disabled: when it was disabled; 0 while it is not.
        has_password: whether it is opened by a password.
        issuers: the providers by whose word it is opened.
        has_second_factor: whether its password is followed by a one-time code.
    """

    number: str
    login: str
    name: str
    mail: str
    roles: Roles
    made: float
    disabled: float = 0.0
    has_password: bool = True
    issuers: frozenset[str] = frozenset()
    has_second_factor: bool = False

    @property
    def can_sign_in(self) -> bool:
        """Whether there is any way to sign in to it."""
        return self.has_password or bool(self.issuers)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts in a request: an account that is signed in.

    Attributes:
        account: the account, not disabled.
        session: name of the session, which says nothing of its secret id.
        must_set_up: whether nothing is open to it before its second factor is on.
    """

    account: Account
    session: str
    must_set_up: bool = False

    @property
    def number(self) -> str:
        """What the audit trail calls who acts (``by`` of ``Ledger.record_act``)."""
        return self.account.number

    @property
    def is_operator(self) -> bool:
        """Whether it operates the node."""
        return self.account.roles.is_operator

    def may_edit(self, pole: str) -> bool:
        """Whether it edits a pole."""
        return self.account.roles.may_edit(pole)


def must_set_up(account: Account, whom: str) -> bool:
    """Whether an account that a password opened must turn on its second factor first.

    Args:
        account: which.
        whom: who must have one (``[accounts] second_factor``).
    """
    if account.has_second_factor or whom == SecondFactor.OPTIONAL:
        return False
    return whom == SecondFactor.EVERYONE or account.roles.is_operator


def is_allowed(access: Access, actor: Actor | None, pole: str = "") -> bool:
    """Whether somebody may use an address.

    Args:
        access: what the address is declared to be.
        actor: who acts; None for whoever is not signed in.
        pole: short name of the pole that the address names; empty where it names none.
    """
    if access in (Access.PUBLIC, Access.ENTRY):
        return True
    if actor is None or actor.account.disabled:
        return False
    if access is Access.SETTING_UP:
        return True
    if actor.must_set_up:
        return False
    if access is Access.OPERATOR:
        return actor.is_operator
    if access is Access.EDITOR:
        return actor.may_edit(pole)
    return access is Access.SIGNED_IN
