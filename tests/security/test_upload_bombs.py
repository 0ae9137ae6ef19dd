"""Files that are bombs, sent over real HTTP to the address that reads anybody's file."""

import io
import socket
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Thread

import pytest
from flask import Flask

from registry.settings.config import Config
from tests.registry.serving.running import running

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_RELATION = '<Relationship Id="r{0}" Type="{1}/{2}" Target="{3}"/>'
_CELL = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
_LAUGHS = "<!DOCTYPE x [" + '<!ENTITY a0 "ha">' + "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)
) + "]>"  # fmt: skip
LONGEST_S = 90.0


def workbook(
    strings: str = "<si><t>nom</t></si>", head: str = "", cells: str = _CELL, sheets: int = 1,
    dimension: str = "A1",
) -> bytes:  # fmt: skip
    """A workbook whose parts are what one likes."""
    numbers = range(1, sheets + 1)
    named = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="r{n}"/>' for n in numbers)
    related = [_RELATION.format(n, _OFFICE, "worksheet", "worksheets/sheet1.xml") for n in numbers]
    related.append(_RELATION.format(0, _OFFICE, "sharedStrings", "sharedStrings.xml"))
    root = _RELATION.format(1, _OFFICE, "officeDocument", "xl/workbook.xml")
    parts = {
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}">{root}</Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{named}</sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}">{"".join(related)}'
        "</Relationships>",
        "xl/sharedStrings.xml": f'{head}<sst xmlns="{_MAIN}">{strings}</sst>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}"><dimension ref="{dimension}"/>'
        f"<sheetData>{cells}</sheetData></worksheet>",
    }
    return packed({name: text.encode() for name, text in parts.items()})


def packed(parts: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return made.getvalue()


def nested() -> bytes:
    data = packed({f"{n}.csv": b"nom\n" * 500_000 for n in range(4)})
    for _ in range(5):
        data = packed({f"{n}.zip": data for n in range(8)})
    return data


BOMBS: dict[str, Callable[[], bytes]] = {
    "a part of 100 MB": lambda: workbook(f"<si><t>{'a' * 100_000_000}</t></si>"),
    "a billion laughs": lambda: workbook("<si><t>&a9;</t></si>", _LAUGHS),
    "an entity of ours": lambda: workbook(
        "<si><t>&x;</t></si>", '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    ),
    "deep XML": lambda: workbook("<si>" * 200_000),
    "a sheet as wide and long as can be": lambda: workbook(
        dimension="A1:XFD1048576",
        cells=_CELL + '<row r="1048576"><c r="XFD1048576" t="s"><v>0</v></c></row>',
    ),
    "ten thousand sheets": lambda: workbook(sheets=10_000),
    "archives in archives": nested,
    "names that climb": lambda: packed({"../../../etc/cron.d/x": b"nom\n", "/tmp/x": b"nom\n"}),  # noqa: S108
    "one line": lambda: b"nom;" + b"a;" * 4_000_000,
    "an open quote": lambda: b'nom;commune\n"' + b"x\n" * 4_000_000,
    "deep JSON": lambda: b"[" * 5_000_000,
    "halves of characters": lambda: b"\xff\xfe" + b"\xd8" * 1_000_000,
}


@pytest.fixture(scope="module")
def port(site: Flask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    config = Config(data=tmp_path_factory.mktemp("bombs"), port=0, threads=4)
    with running(site, config) as server:
        yield server.effective_port


def head(length: str, more: str = "") -> bytes:
    return (
        "POST /verifier HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAccept: text/html\r\n"
        f"Content-Type: multipart/form-data; boundary=b\r\n{length}\r\n{more}\r\n"
    ).encode()


def form(data: bytes, name: str = "lieux.xlsx") -> bytes:
    start = f'--b\r\nContent-Disposition: form-data; name="fichier"; filename="{name}"\r\n\r\n'
    return start.encode() + data + b"\r\n--b--\r\n"


def exchanged(port: int, *pieces: bytes, wait_s: float = LONGEST_S) -> bytes:
    """Send what one likes; give what comes until the connection ends."""
    with socket.create_connection(("127.0.0.1", port), timeout=wait_s) as line:
        with suppress(OSError):
            for piece in pieces:
                line.sendall(piece)
        found = b""
        with suppress(OSError):
            while piece := line.recv(65_536):
                found += piece
    return found


def code(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0


@pytest.mark.slow
@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_ends_in_an_answer_and_others_are_answered_meanwhile(port: int, name: str) -> None:
    data = form(BOMBS[name]())
    answers: list[bytes] = []
    begun = time.monotonic()
    sending = Thread(
        target=lambda: answers.append(exchanged(port, head(f"Content-Length: {len(data)}"), data))
    )
    sending.start()
    time.sleep(0.2)
    alive = exchanged(port, b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert code(alive) == 200
    sending.join(LONGEST_S)
    assert answers, "no answer in time"
    assert code(answers[0]) in {200, 413, 422}, answers[0][:300]
    assert time.monotonic() - begun < LONGEST_S
    assert b"root:" not in answers[0]


@pytest.mark.parametrize(
    ("length", "more", "sent", "codes"),
    [
        ("Content-Length: 9000000000000", "", b"", {413}),
        ("Content-Length: -5", "", b"", {400}),
        ("Content-Length: 10\r\nContent-Length: 20", "", b"x" * 20, {400}),
        ("Content-Length: 0x10", "", b"x" * 16, {400}),
        ("Content-Length: 40", "Transfer-Encoding: chunked\r\n", b"0\r\n\r\n", {400, 422, 200}),
        ("Transfer-Encoding: chunked", "", b"zz\r\nx\r\n0\r\n\r\n", {400}),
        ("Content-Length: 10", "", b"x" * 10 + b"GET /admin HTTP/1.1\r\n\r\n", {200, 400, 422}),
    ],
    ids=["endless", "below nothing", "two", "in hex", "and chunked", "no chunk", "and one more"],
)
def test_a_length_that_lies_is_refused(
    port: int, length: str, more: str, sent: bytes, codes: set[int]
) -> None:
    answer = exchanged(port, head(length, more), sent, wait_s=20)
    assert code(answer) in codes, answer[:200]
    assert answer.count(b"HTTP/1.1 ") == 1  # what follows is no request of its own


def test_a_gigabyte_in_one_line_is_cut_off_early(port: int) -> None:
    """Streamed without announced size: the node reads a form's length of it, not more."""
    line, sent = b"100000\r\n" + b"a" * 0x100000 + b"\r\n", 0
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        with suppress(OSError):
            connection.sendall(head("Transfer-Encoding: chunked"))
            for _ in range(1_000):
                connection.sendall(line)
                sent += len(line)
        answer = b""
        with suppress(OSError):
            answer = connection.recv(65_536)
    assert sent < 100_000_000
    assert code(answer) in {413, 0}


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "..\\..\\boot.ini", "/etc/passwd", "C:\\x.xlsx", "a\x00.csv", "%2e%2e%2fx",
     "a.csv/../../b", "con", "." * 300, "x" * 5_000, "a;b=c", "é\u202excel.csv", "-rf",
     "$(id).csv"],
)  # fmt: skip
def test_a_name_of_a_file_is_shown_as_a_name_and_used_for_nothing(port: int, name: str) -> None:
    data = form(b"nom;commune\nx;Reims\n", name.replace('"', "%22"))
    answer = exchanged(port, head(f"Content-Length: {len(data)}"), data)
    assert code(answer) in {200, 422}
    shown = answer.partition(b"\r\n\r\n")[0].lower()
    assert b"passwd" not in shown
    assert b"root:" not in answer
