"""The mails of a node, as a mail server on loopback takes them."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_string
from email.policy import default

import pytest

from registry.accounts.errors import AccountsError
from registry.accounts.mail import MailError, send
from registry.settings.accounts import MailSettings
from vocab.errors import UsageError


class MailServer(socketserver.ThreadingTCPServer):
    """Speaks as much SMTP (RFC 5321) as a client needs, without TLS."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.taken: list[tuple[list[str], str]] = []
        self.refuses = False

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that left, or spoke TLS."""


class _Conversation(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.say("220 mail.example")
        recipients: list[str] = []
        while line := self.rfile.readline().decode().strip():
            word = line[:4].upper()
            if word == "RCPT":
                recipients.append(line)
                self.say("550 no" if self.server.refuses else "250 ok")
            elif word == "DATA":
                self.say("354 go on")
                lines = []
                while (text := self.rfile.readline().decode()) != ".\r\n":
                    lines.append(text)
                self.server.taken.append((recipients, "".join(lines)))
                self.say("250 ok")
            elif word == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as running:
        threading.Thread(target=running.serve_forever, args=(0.05,), daemon=True).start()
        yield running
        running.shutdown()


@pytest.fixture
def settings(server: MailServer) -> MailSettings:
    return MailSettings("127.0.0.1", server.server_address[1], "none", sender="a@registre.example")


def test_a_mail_arrives_whole(server: MailServer, settings: MailSettings) -> None:
    subject = "Invitation à l’annuaire « Maillage »"  # with the no-break spaces of French
    send(settings, "zoe@pole.example", subject, "Bonjour Zoé,\n.\nvoilà.\n")
    ((recipients, text),) = server.taken
    assert [one.upper() for one in recipients] == ["RCPT TO:<ZOE@POLE.EXAMPLE>"]
    message = message_from_string(text.replace("\r\n..", "\r\n."), policy=default)
    assert message["Subject"] == subject
    assert (message["From"], message["To"]) == ("a@registre.example", "zoe@pole.example")
    assert message.get_content().replace("\r", "") == "Bonjour Zoé,\n.\nvoilà.\n"


@pytest.mark.parametrize(
    "to",
    ["z@pole.example\r\nBcc: x@y.example", "z@pole.example,x@y.example", "", "z", "é@b.example",
     "z@pole.example\n", "<z@pole.example>", '"z"@pole.example', "z@" + "a" * 300,
     "=?utf-8?q?x=40y.example=2C?=z@pole.example", "z=?utf-8?q?=0D=0A?=@pole.example"],
)  # fmt: skip
def test_no_address_adds_a_header_or_a_reader(
    server: MailServer, settings: MailSettings, to: str
) -> None:
    with pytest.raises(AccountsError):
        send(settings, to, "subject", "text")
    assert server.taken == []


@pytest.mark.parametrize(
    "sign",
    ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029", "\x00",
     "%0d%0a", "\\r\\n", "=?utf-8?q?=0D=0A?=", "\t", " ", "嘊嘍"],
)  # fmt: skip
def test_no_character_of_an_address_begins_a_line(
    server: MailServer, settings: MailSettings, sign: str
) -> None:
    """Line breaks of Unicode, of encoded words, of what a careless reader cuts to a byte."""
    for to in (f"z@pole.example{sign}Bcc: x@y.example", f"z{sign}Bcc: x@y.example"):
        with pytest.raises(AccountsError):
            send(settings, to, "subject", "text")
    with suppress(UsageError):
        hidden = f"{sign}Bcc: x@y.example"
        send(settings, "z@pole.example", f"Hello{hidden}", f"text{hidden}")
    for recipients, text in server.taken:
        assert [one.upper() for one in recipients] == ["RCPT TO:<Z@POLE.EXAMPLE>"]
        head = message_from_string(text, policy=default)
        assert head.get_all("Bcc") is None
        assert set(head.keys()) == {
            "From", "To", "Subject", "Auto-Submitted", "Content-Type", "MIME-Version",
            "Content-Transfer-Encoding",
        }  # fmt: skip


def test_no_subject_adds_a_header(server: MailServer, settings: MailSettings) -> None:
    with pytest.raises(UsageError, match="one line"):
        send(settings, "z@pole.example", "a\r\nBcc: x@y.example", "text")
    assert server.taken == []


def test_a_server_that_refuses_or_is_gone_is_told(
    server: MailServer, settings: MailSettings
) -> None:
    server.refuses = True
    with pytest.raises(MailError, match=r"127\.0\.0\.1 did not take the mail"):
        send(settings, "z@pole.example", "subject", "text")
    gone = MailSettings("127.0.0.1", 1, "none", sender="a@registre.example")
    with pytest.raises(MailError):
        send(gone, "z@pole.example", "subject", "text")


def test_nothing_is_sent_in_the_clear_where_tls_is_asked(
    server: MailServer, settings: MailSettings
) -> None:
    for tls in ("starttls", "tls"):
        protected = MailSettings("127.0.0.1", settings.port, tls, sender=settings.sender)
        with pytest.raises(MailError):
            send(protected, "z@pole.example", "subject", "text")
    assert server.taken == []


def test_a_password_that_is_not_set_is_told_by_its_variable(settings: MailSettings) -> None:
    named = MailSettings(
        settings.host, settings.port, "none", "a", "MAILLAGE_CREDENTIALS_ABSENT", settings.sender
    )
    with pytest.raises(UsageError, match="MAILLAGE_CREDENTIALS_ABSENT is not set"):
        send(named, "z@pole.example", "subject", "text")
