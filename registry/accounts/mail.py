"""The few mails that a node sends: an invitation, a recovery. Without ``[mail]`` it sends none."""

import os
import re
import smtplib
import ssl
from email.message import EmailMessage

from registry.accounts.store import check_mail
from registry.settings.accounts import MailSettings, MailTls
from vocab.errors import UnreachableError, UsageError

_TIMEOUT_S = 15.0
_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_PORTS = {MailTls.STARTTLS: 587, MailTls.TLS: 465, MailTls.NONE: 25}


class MailError(UnreachableError):
    """The mail server did not take a mail: says why."""


def send(settings: MailSettings, to: str, subject: str, text: str) -> None:
    """Send a mail in plain text.

    Args:
        settings: of the server; it must have a host.
        to: one address.
        subject: one line.
        text: what it says.

    Raises:
        MailError: the server cannot be reached, or refuses.
        UsageError: the address or the subject has no sense, or the password is missing.
    """
    check_mail(to)
    if _BREAKS.search(subject):  # a line break would begin another header
        raise UsageError("a subject of a mail is one line")
    message = EmailMessage()
    message["From"], message["To"] = settings.sender, to
    # The library decodes encoded words (RFC 2047) of what it is given, line breaks among them.
    message["Subject"] = subject.replace("=?", "= ?")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text, cte="quoted-printable")  # every server takes it
    try:
        with _connected(settings) as server:
            if settings.user:
                server.login(settings.user, _password(settings))
            server.send_message(message, settings.sender, [to])
    except (OSError, smtplib.SMTPException) as error:
        raise MailError(
            "the mail server {host} did not take the mail ({kind}): see [mail] in the settings",
            host=settings.host,
            kind=type(error).__name__,
        ) from error


def _connected(settings: MailSettings) -> smtplib.SMTP:
    tls = MailTls(settings.tls)
    port = settings.port or _PORTS[tls]
    context = ssl.create_default_context()
    if tls is MailTls.TLS:
        return smtplib.SMTP_SSL(settings.host, port, timeout=_TIMEOUT_S, context=context)
    server = smtplib.SMTP(settings.host, port, timeout=_TIMEOUT_S)
    if tls is MailTls.STARTTLS:
        try:
            server.starttls(context=context)
        except BaseException:
            server.close()
            raise
    return server


def _password(settings: MailSettings) -> str:
    password = os.environ.get(settings.password_variable, "")
    if not password:
        raise UsageError(
            "[mail] the variable {name} is not set: put the password of the mail server there",
            name=settings.password_variable,
        )
    return password
