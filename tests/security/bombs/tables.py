"""Tables: CSV and JSON that never end a row, a cell or a name; values that are slow to look at."""

import io
import zipfile
from collections.abc import Callable

from tests.security.bombs.bomb import CSV, GEOJSON, JSON, XLSX, Bomb, served, slow

_BAD, _LOST, _REFUSED = "MED-H210", "MED-H213", "MED-H212"
_HEAD = "id;nom;commune;code_postal;code_insee;adresse;services;date_maj"
_GOOD = (
    "p01;Lieu p01;Reims;51100;51454;1 rue de Vesle;Aide aux démarches administratives;2026-01-31"
)
_LONG = 90_000


def _csv(code: str, text: str | Callable[[], str]) -> Bomb:
    return _json(code, text, CSV)


def _json(code: str, text: str | Callable[[], str], media_type: str = JSON) -> Bomb:
    return served(
        "table", code, media_type, lambda _: (text if isinstance(text, str) else text()).encode()
    )


def _cell(column: str, value: str, code: str = _LOST) -> Bomb:
    """A good row, and one whose cell in one column is slow to look at."""

    def text() -> str:
        quoted = value.replace('"', '""')
        return f'{_HEAD};{column}\n{_GOOD};\n{_GOOD.replace("p01", "hostile")};"{quoted}"\n'

    return _csv(code, text)


def _feature(geometry: str) -> str:
    return (
        '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":"p01",'
        f'"nom":"x"}},"geometry":{geometry}}}]}}'
    )


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def _workbook(rows: str, text: str = "nom", code: str = _BAD) -> Bomb:
    """A workbook of one sheet with these rows, and one shared text."""
    parts = {
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}">'
        f'<Relationship Id="r1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
        "</Relationships>",
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}"><si><t>{text}</t></si></sst>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData>'
        "</worksheet>",
    }

    def packed(_: object) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                archive.writestr(name, content)
        return buffer.getvalue()

    return served("table", code, XLSX, packed)


def _row(number: int, cells: str = "A") -> str:
    found = "".join(f'<c r="{column}{number}" t="s"><v>0</v></c>' for column in cells.split())
    return f'<row r="{number}">{found}</row>'


TABLES: dict[str, Bomb] = {
    "a workbook of one text, again and again": _workbook(
        "".join(_row(number) for number in range(1, 2_001)), "x" * 99_000
    ),
    "a workbook whose last cell is far away": _workbook(_row(1) + _row(1_048_576, "A XFD")),
    "a workbook of empty rows": _workbook(
        _row(1) + _row(1_048_576), code="MED-H210"
    ),
    "a workbook of nothing": _workbook(""),
    "a line of 50 MB": _csv(_BAD, lambda: f"{_HEAD}\n" + "x" * 50_000_000),
    "a cell of 200 kB": _csv(_BAD, lambda: f"{_HEAD}\n{_GOOD.replace('Lieu', 'x' * 200_000)}\n"),
    "a quote that never closes": _csv(_BAD, lambda: f'{_HEAD}\n"' + f"{_GOOD}\n" * 100_000),
    "quotes that open again and again": _csv("MED-H401", lambda: f"{_HEAD}\n" + '"a' * 2_000_000),
    "quotes in every row": _csv(_REFUSED, lambda: f"{_HEAD}\n{_GOOD}\n" + '"a"b;c\n' * 20_000),
    "a million columns": _csv(_BAD, lambda: ";".join(f"c{n}" for n in range(1_000_000)) + "\n"),
    "a million empty columns": _csv(_BAD, lambda: f"{_HEAD}{';' * 1_000_000}x\n"),
    "2,000 columns of one name": _csv(
        _BAD, lambda: "nom;" * 1_999 + "nom\n" + "x;" * 1_999 + "x\n"
    ),
    "no separator": _csv(_BAD, lambda: "x" * 3_000_000),
    "separators only": _csv(_BAD, lambda: ";,\t|" * 1_000_000),
    "zeros": served("table", _BAD, CSV, b"id;nom\n" + b"\0" * 5_000_000),
    "zeros as UTF-16": served("table", _BAD, CSV, b"\xff\xfe" + b"\0" * 5_000_000),
    "half characters in UTF-16": served("table", _BAD, CSV, b"\xff\xfe" + b"\x00\xd8" * 1_000_000),
    "bytes of no alphabet": served("table", _BAD, CSV, lambda _: bytes(range(1, 256)) * 10_000),
    "5 million line ends": _csv(_BAD, lambda: "\n" * 5_000_000),
    "5 million returns": _csv("MED-H401", lambda: f"{_HEAD}\n" + "\r" * 5_000_000),
    "a header alone": _csv("MED-H401", f"{_HEAD}\n"),
    "a separator of many": _csv(_BAD, lambda: "sep=" + ";" * 1_000_000 + "\nx\n"),
    "rows too short": _csv(_REFUSED, lambda: f"{_HEAD}\n{_GOOD}\n" + "a;b\n" * 20_000),
    "rows of one id": _csv(_REFUSED, lambda: f"{_HEAD}\n" + f"{_GOOD}\n" * 3_000),
    "a million rows": slow(
        _csv(_BAD, lambda: f"{_HEAD}\n" + "".join(
            f"{n};Lieu;Reims;51100;51454;1 rue de Vesle;x;2026-01-31\n" for n in range(900_000)
        ))
    ),
    "a million rows too short": slow(
        _csv(_BAD, lambda: f"{_HEAD}\n{_GOOD}\n" + "a;b\n" * 1_000_000)
    ),
    "two million rows": slow(_csv(_BAD, lambda: f"{_HEAD}\n" + "a\n" * 2_000_000)),
    "a JSON object of a million keys": _json(
        _BAD, lambda: "[{%s}]" % ",".join(f'"k{n}":1' for n in range(1_000_000))  # noqa: UP031
    ),
    "a JSON key twice among a million": _json(
        _BAD, lambda: "[{%s,\"z\":1,\"z\":2}]" % ",".join(f'"k{n}":1' for n in range(300_000))  # noqa: UP031
    ),
    "JSON lists of lists": _json(
        _BAD, lambda: '[{"id":' + "[" * 18 + "1,[2]," * 3_000 + "1" + "]" * 18 + "}]"
    ),
    "JSON that is no list": _json(_BAD, '{"a":1}'),
    "JSON without end": _json(_BAD, lambda: '[{"id":"p01"},' * 300_000),
    "JSON of a number": _json(_BAD, lambda: "[" + "9" * 5_000_000),
    "JSON that is not a number": _json(_BAD, '[{"id":NaN}]'),
    "JSON of 3 million nothings": _json("MED-H401", lambda: "[" + "0," * 20_000 + "0]"),
    "JSON of 20 million nothings": slow(_json(_BAD, lambda: "[" + "0," * 20_000_000 + "0]")),
    "JSON of 5 million lists": slow(_json(_BAD, lambda: "[" + "[]," * 5_000_000 + "[]]")),
    "JSON half characters": _json(_REFUSED, '[{"id":"p01","nom":"\\ud800"}]'),
    "JSON text of 200 kB": _json(_BAD, lambda: '[{"id":"p01","nom":"%s"}]' % ("x" * 200_000)),
    "GeoJSON of a million positions": _json(
        "MED-H210",
        lambda: _feature('{"type":"LineString","coordinates":[' + "[1,2]," * 10_000 + "[1,2]]}"),
        GEOJSON,
    ),
    "GeoJSON beyond the Earth": _json(
        _REFUSED, _feature('{"type":"Point","coordinates":[1e999999999,-1e999999999]}'), GEOJSON
    ),
    "GeoJSON of a million digits": _json(
        _BAD, lambda: _feature(f'{{"type":"Point","coordinates":[{"9" * 1_000_000},1]}}'), GEOJSON
    ),
    "latitude of 90,000 digits": _cell("latitude", "9" * _LONG),
    "latitude of an exponent": _cell("latitude", "1e999999999"),
    "longitude of points": _cell("longitude", "." * _LONG, ""),
    "phone of digits": _cell("telephone", "0" * _LONG),
    "phone of spaces": _cell("telephone", "0 " * (_LONG // 2)),
    "phone of signs": _cell("telephone", "+(" * (_LONG // 2)),
    "phone of many": _cell("telephone", "0326000000 / " * 6_000, ""),
    "e-mail of letters": _cell("courriels", "a" * _LONG + "@"),
    "e-mail of at signs": _cell("courriels", "@" * _LONG),
    "e-mail of dots": _cell("courriels", "a@" + "a." * (_LONG // 2)),
    "site of slashes": _cell("site_web", "/" * _LONG, ""),
    "site of schemes": _cell("site_web", "http://" * (_LONG // 7)),
    "site of percents": _cell("site_web", "https://x.fr/" + "%" * _LONG),
    "site of brackets": _cell("site_web", "https://[" * (_LONG // 9)),
    "hours of days": _cell("horaires", "lundi " * (_LONG // 6), "MED-P052"),
    "hours of digits": _cell("horaires", "9" * _LONG, "MED-P052"),
    "hours of times": _cell("horaires", "9h-12h " * (_LONG // 7), "MED-P052"),
    "hours of ranges": _cell("horaires", "Mo-Fr 09:00-12:00," * (_LONG // 18), "MED-P052"),
    "hours of rules": _cell("horaires", "Mo 09:00-12:00; " * (_LONG // 16), "MED-P052"),
    "hours of brackets": _cell("horaires", "(" * _LONG, "MED-P052"),
    "hours of weeks": _cell("horaires", "week 1-53/2 " * (_LONG // 12), "MED-P052"),
    "hours of years": _cell("horaires", "2000-9999 Mo[1] easter -1 day " * 2_000, "MED-P052"),
    "date of digits": _cell("date_maj2", "9" * _LONG, ""),
    "name of combining marks": _cell("presentation_resume", "e" + "\u0301" * _LONG, "MED-P061"),
    "name of signs of direction": _cell("presentation_resume", "\u202e" * _LONG, ""),
    "name that grows when normalised": _cell("presentation_resume", "\ufdfa" * _LONG, "MED-P061"),
    "summary of tags": _cell("presentation_resume", "<b>" * (_LONG // 3), ""),
    "summary of references": _cell("presentation_resume", "&amp;" * (_LONG // 5), "MED-P061"),
    "services of bars": _cell("frais_a_charge", "|" * _LONG, ""),
    "services of words": _cell("frais_a_charge", "x|" * (_LONG // 2)),
    "SIRET of digits": _cell("pivot", "0" * _LONG),
    "website of a link": _cell("prise_rdv", "https://" + "a." * (_LONG // 2)),
}  # fmt: skip
