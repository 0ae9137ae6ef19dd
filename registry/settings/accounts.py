"""Whether people sign in to the node (``[accounts]``), and how it sends mail (``[mail]``)."""

import re
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address

from vocab.errors import UsageError

_HOST = re.compile(r"[A-Za-z0-9:](?:[A-Za-z0-9.:-]*[A-Za-z0-9])?\Z")
_SENDER = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,190}\Z")
_VARIABLE = re.compile(r"MAILLAGE_CREDENTIALS_[A-Z0-9_]+\Z")


class MailTls(StrEnum):
    """How the line to the mail server is protected; ``none`` only on the machine itself."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class SecondFactor(StrEnum):
    """Whose password must be followed by a one-time code, whoever else turns it on."""

    OPTIONAL = "optional"
    OPERATORS = "operators"
    EVERYONE = "everyone"


@dataclass(frozen=True, slots=True)
class AccountsSettings:
    """The section ``[accounts]`` of the settings.

    Attributes:
        enabled: poles' editors and the node's operators sign in.
        second_factor: who must have one: nobody (``optional``), ``operators`` or ``everyone``.
    """

    enabled: bool = False
    second_factor: str = SecondFactor.OPTIONAL


@dataclass(frozen=True, slots=True)
class CorrectionsSettings:
    """The section ``[corrections]`` of the settings.

    Attributes:
        enabled: visitors propose corrections from the page of a place.
        published: anybody may read of each which place, which field and where it stands.
    """

    enabled: bool = True
    published: bool = True


@dataclass(frozen=True, slots=True)
class JoiningSettings:
    """The section ``[joining]`` of the settings.

    Attributes:
        enabled: organisations ask to join by a public form, where people sign in at all.
    """

    enabled: bool = True


@dataclass(frozen=True, slots=True)
class MailSettings:
    """The section ``[mail]`` of the settings.

    Attributes:
        host: SMTP server; empty for a node that sends no mail.
        port: its port; 0 for the usual one (587 with STARTTLS, 465 with TLS, 25 without).
        tls: how the line is protected.
        user: who signs in there; empty for nobody.
        password_variable: name of the variable that holds the password.
        sender: address that mails come from.
    """

    host: str = ""
    port: int = 0
    tls: str = MailTls.STARTTLS
    user: str = ""
    password_variable: str = ""
    sender: str = ""


def is_loopback(host: str) -> bool:
    """Whether a name or an address is this machine's own."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def check_accounts_settings(accounts: AccountsSettings) -> None:
    """Refuse what says of nobody whether they need a second factor.

    Raises:
        UsageError: says which words there are.
    """
    if accounts.second_factor not in list(SecondFactor):
        raise UsageError(
            "[accounts] second_factor {second_factor!r}: use one of {choices}",
            second_factor=accounts.second_factor[:60],
            choices=", ".join(SecondFactor),
        )


def check_mail_settings(mail: MailSettings) -> None:
    """Refuse a mail server that cannot be, or to which a password would go in the clear.

    Raises:
        UsageError: says which setting, and what it should be.
    """
    if mail.tls not in list(MailTls):
        raise UsageError(
            "[mail] tls {tls!r}: use one of {choices}", tls=mail.tls, choices=", ".join(MailTls)
        )
    if not mail.host:
        if mail.user or mail.sender or mail.password_variable:
            raise UsageError("[mail] needs host: name the SMTP server")
        return
    if not _HOST.match(mail.host):
        raise UsageError("[mail] host {host!r}: give a name or an IP address", host=mail.host[:60])
    if mail.tls == MailTls.NONE and not is_loopback(mail.host):
        raise UsageError("[mail] tls 'none' is for this machine only: use starttls or tls")
    if not _SENDER.match(mail.sender):
        raise UsageError("[mail] sender {sender!r}: give a mail address", sender=mail.sender[:60])
    if not (mail.user.isascii() and mail.user.isprintable()):
        raise UsageError("[mail] user: give printable ASCII")
    if bool(mail.user) != bool(mail.password_variable):
        raise UsageError("[mail] user and password_variable go together: give both or none")
    if mail.password_variable and not _VARIABLE.match(mail.password_variable):
        raise UsageError(
            "[mail] password_variable: name a variable that begins with MAILLAGE_CREDENTIALS_; the "
            "password itself stands in no file"
        )
