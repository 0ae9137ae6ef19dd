"""Accounts of the node from its machine: the first one, and whatever the pages cannot do."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import urljoin

import click

from maillage.terminal.context import Settings
from registry.accounts.errors import AccountsError
from registry.accounts.mail import MailError, send
from registry.accounts.secret import make_secret
from registry.accounts.store import Accounts, check_mail
from registry.accounts.types import Account, Roles
from registry.ledger.acts import COMMAND
from registry.ledger.ledger import Ledger
from registry.settings.config import Config
from registry.settings.private import keep_private

_editor = click.option(
    "--editor",
    "poles",
    multiple=True,
    metavar="POLE",
    help="Short name of a pole that it edits; several times for several.",
)
_operator = click.option("--operator", is_flag=True, help="It operates this node.")
_reason = click.option("--reason", default="by command", help="Why; kept in the audit trail.")


@click.group("account")
def account() -> None:
    """Who may sign in to this node: poles' editors and its operators."""


@contextmanager
def _opened(settings: Settings, *, create: bool = False) -> Iterator[tuple[Config, Accounts]]:
    """Open the accounts; with ``create``, make their database and the node's secret."""
    config = settings.load()
    keep_private(config.data)
    with closing(Ledger.open(config.ledger_address)) as ledger:
        if create and not config.accounts_secret and make_secret(config):
            settings.notify("Secret made, in the data folder: only its owner can read it.")
        with closing(Accounts.open(config, ledger, create=create)) as accounts:
            yield config, accounts
    if not config.accounts_enabled:
        settings.notify(
            "Nobody can sign in yet: write enabled = true under [accounts] in the settings."
        )


@account.command("add")
@click.argument("login")
@click.option("--name", help="Of the person or the team; the login unless given.")
@click.option("--mail", default="", help="Mail address, for recoveries.")
@_operator
@_editor
@click.option("--link", is_flag=True, help="Ask for no password: print a link to choose it.")
@_reason
@click.pass_obj
def add(
    settings: Settings,
    login: str,
    name: str | None,
    mail: str,
    operator: bool,
    poles: tuple[str, ...],
    link: bool,
    reason: str,
) -> None:
    """Make the account LOGIN. Its password is asked for, and not shown."""
    roles = Roles(operator, frozenset(poles))
    with _opened(settings, create=True) as (config, accounts):
        password = "" if link else _asked(settings)
        made = accounts.add(login, name or login, mail, roles, password, COMMAND, reason)
        settings.notify("Account {login} made.", login=made.login)
        if link:
            _print_recovery(config, accounts, made)


@account.command("list")
@click.pass_obj
def list_(settings: Settings) -> None:
    """List the accounts: login, number, state, roles, name, mail address; separated by tabs."""
    with _opened(settings) as (_, accounts):
        for each in accounts.all():
            state = "disabled" if each.disabled else "active" if each.can_sign_in else "new"
            poles = [f"editor:{pole}" for pole in sorted(each.roles.poles)]
            roles = ",".join((["operator"] if each.roles.is_operator else []) + poles) or "-"
            click.echo("\t".join((each.login, each.number, state, roles, each.name, each.mail)))


@account.command("disable")
@click.argument("login")
@click.option("--undo", is_flag=True, help="Enable it again.")
@_reason
@click.pass_obj
def disable(settings: Settings, login: str, undo: bool, reason: str) -> None:
    """Disable the account LOGIN: its sessions end, nobody signs in to it any more."""
    with _opened(settings) as (_, accounts):
        found = _account(accounts, login)
        accounts.set_disabled(found.number, disabled=not undo, by=COMMAND, why=reason)


@account.command("invite")
@click.argument("mail")
@_operator
@_editor
@_reason
@click.pass_obj
def invite(
    settings: Settings, mail: str, operator: bool, poles: tuple[str, ...], reason: str
) -> None:
    """Invite who reads MAIL to make an account. The link goes there, or is printed without [mail].

    It is good once, for seven days.
    """
    check_mail(mail)
    roles = Roles(operator, frozenset(poles))
    if not (operator or poles):
        raise AccountsError("give --operator, or --editor POLE: an account without a role is idle")
    with _opened(settings) as (config, accounts):
        token, offered = accounts.links.invite(mail, roles, COMMAND, time.time())
        accounts.record("account.invited", reason, COMMAND, f"invitation {offered.number}")
        link = urljoin(config.base_url, f"invitation/{token}")
        if not config.mail_host:
            click.echo(link)
            return
        text = settings.text(
            "You are invited to take part in the directory of digital mediation places.\n\n"
            "Choose a login and a password here, within seven days; the link is good once:\n{link}"
            "\n\nIf you do not know why, do nothing: the link expires by itself.",
            link=link,
        )
        title = " ".join(config.title.split())
        send(config.mail, mail, settings.text("Invitation to {title}", title=title), text)


@account.command("recover")
@click.argument("login")
@_reason
@click.pass_obj
def recover(settings: Settings, login: str, reason: str) -> None:
    """Print a link that gives the account LOGIN another password: good once, for a day."""
    with _opened(settings) as (config, accounts):
        found = _account(accounts, login)
        accounts.record("account.recovery-given", reason, COMMAND, found.number)
        _print_recovery(config, accounts, found)


@account.command("reset-second-factor")
@click.argument("login")
@_reason
@click.pass_obj
def reset_second_factor(settings: Settings, login: str, reason: str) -> None:
    """Remove two-step verification from the account LOGIN, whose owner lost telephone and codes.

    Its sessions end, the password alone opens it, and its owner is told by mail.
    """
    with _opened(settings) as (config, accounts):
        found = _account(accounts, login)
        accounts.second_factors.reset(found.number, COMMAND, reason)
        _notify_of_reset(settings, config, found)


@account.command("roles")
@click.argument("login")
@_operator
@_editor
@_reason
@click.pass_obj
def roles(
    settings: Settings, login: str, operator: bool, poles: tuple[str, ...], reason: str
) -> None:
    """Give the account LOGIN these roles, and no other."""
    with _opened(settings) as (_, accounts):
        found = _account(accounts, login)
        accounts.set_roles(found.number, Roles(operator, frozenset(poles)), COMMAND, reason)


def _account(accounts: Accounts, login: str) -> Account:
    found = accounts.by_login(login)
    if found is None:
        raise AccountsError("no account has the login {login!r}", login=login[:60])
    return found


def _notify_of_reset(settings: Settings, config: Config, found: Account) -> None:
    """Tell the owner of an account that its second factor was removed."""
    if not (config.mail_host and found.mail):
        settings.notify("No mail was sent: tell the owner of the account yourself.")
        return
    subject = settings.text(
        "Two-step verification at {title}", title=" ".join(config.title.split())
    )
    what = settings.text(
        "Who administers the directory removed two-step verification: the password alone opens the "
        "account. Turn it on again on the page of your account."
    )
    text = settings.text(
        "Your account “{login}”: {what}\n\n"
        "If it was you, there is nothing to do. If it was not, sign in, choose another password "
        "and tell who administers the directory: {contact}",
        login=found.login,
        what=what,
        contact=config.contact or config.base_url,
    )
    try:
        send(config.mail, found.mail, subject, text)
    except MailError as error:  # what was removed stays so: the command has done its work
        settings.notify(
            "The mail was not sent, tell the owner of the account yourself: {reason}",
            reason=error.message(settings.lang),
        )


def _print_recovery(config: Config, accounts: Accounts, found: Account) -> None:
    token = accounts.links.recover(found.number, COMMAND, time.time())
    click.echo(urljoin(config.base_url, f"recuperation/{token}"))


def _asked(settings: Settings) -> str:
    """Ask for a password at the terminal, twice, without showing it."""
    prompt = settings.text("Password (12 characters at least)")
    again = settings.text("The same once more")
    return str(click.prompt(prompt, hide_input=True, confirmation_prompt=again, err=True))
