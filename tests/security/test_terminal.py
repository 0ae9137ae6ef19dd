"""What a file or a feed says to a terminal: it is shown, not obeyed."""

from pathlib import Path

import pytest

from tests.maillage.command import ran

ORDERS = "\x1b]0;title\x07\x1b[2J\x9b31m\u202egnp"
CSV = "id;nom;commune;code_postal;adresse;telephone;horaires;services;courriels;date_maj;{0}\n" + (
    "1;{0};Ville{0};99999;x{0};{0};{0};{0};{0};{0};{0}\n"
    "2{0};{0};Ville;51100;x;;;;;;\n2{0};nom;Ville;51100;x;;;;;;\n"
)
_OURS = "\n\u202f\u00a0"
TTL = """@prefix med: <https://w3id.org/mediation-numerique/ns#> .
@prefix schema: <https://schema.org/> .
<http://a.example/id/place/1> a med:Place ; schema:name "{0}" ; schema:openingHours "{0}" ;
  schema:telephone "{0}" ; schema:email "{0}" ; med:summary "{0}" ; med:service "{0}" .
"""


@pytest.mark.parametrize(
    ("command", "name", "text", "lang"),
    [("validate", "a.csv", CSV, "fr"), ("import", "a.csv", CSV, "en"),
     ("import", "a.csv", CSV, "fr"), ("validate", "a.ttl", TTL, "en")],
)  # fmt: skip
def test_no_order_reaches_the_terminal(
    tmp_path: Path, command: str, name: str, text: str, lang: str
) -> None:
    file = tmp_path / name
    written = ORDERS if name == "a.csv" else "".join(f"\\u{ord(char):04x}" for char in ORDERS)
    file.write_text(text.replace("{0}", written), "utf-8")
    done = ran(tmp_path, "--data", "data", "--lang", lang, command, str(file))
    told = done.out + done.errors
    assert told
    assert "Traceback" not in told
    assert [char for char in told if not (char.isprintable() or char in _OURS)] == []
