"""Which source a file or an address is, when nobody names it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from maillage.steps.naming import source_of_address, source_of_file
from registry.ledger.ledger import Ledger
from registry.ledger.types import Source
from tests.maillage.command import maillage
from tests.maillage.test_commands import ROWS, pole, site, table

__all__ = ["pole", "site"]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger.open(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    yield opened
    opened.close()


def known(ledger: Ledger, slug: str, url: str, kind: str = "file") -> None:
    ledger.put_source(Source(slug, slug, slug, url, kind, ("https://a.fr/id/",), every_s=0))


def test_d7_a_file_is_named_after_its_letters(ledger: Ledger) -> None:
    assert source_of_file(ledger, Path("médiathèques.csv")) == "mediatheques"
    assert source_of_file(ledger, Path("Pôle.csv")) == "pole-places", "not what the pole is"
    assert source_of_file(ledger, Path("图书馆.csv")) != source_of_file(ledger, Path("书.csv"))
    long = "lieux de médiation numérique du département "
    assert source_of_file(ledger, Path(f"{long} A.csv")) != source_of_file(ledger, Path(f"{long}B"))


def test_d7_a_file_known_under_its_former_name_keeps_it(ledger: Ledger) -> None:
    known(ledger, "m-diath-ques", "médiathèques.csv")
    known(ledger, "file", "图书馆.csv")
    known(ledger, "b-ta", "https://beta.fr/feed/", "feed")
    assert source_of_file(ledger, Path("données/médiathèques.xlsx")) == "m-diath-ques"
    assert source_of_file(ledger, Path("图书馆.csv")) == "file"
    assert source_of_file(ledger, Path("书.csv")) != "file", "another file"
    assert source_of_file(ledger, Path("bêta.csv")) == "beta", "that source is no file"
    known(ledger, "mediatheques", "médiathèques.csv")
    assert source_of_file(ledger, Path("médiathèques.csv")) == "mediatheques", "named by hand"


def test_d7_an_address_is_named_after_its_publisher(ledger: Ledger) -> None:
    title, url = "Pôle numérique de l'Île-de-France", "https://pole.example/feed/stream.trig"
    assert source_of_address(ledger, title, url) == "pole-numerique-ile-de-france"
    assert source_of_address(ledger, "图书馆", url).startswith("pole-example-")
    known(ledger, "p-le-num-rique-de-l-le-de-france", url, "feed")
    assert source_of_address(ledger, title, url) == "p-le-num-rique-de-l-le-de-france"
    assert source_of_address(ledger, title, "https://b.example/") == "pole-numerique-ile-de-france"


def test_d7_the_name_of_another_site_is_not_taken(ledger: Ledger) -> None:
    known(ledger, "pole", "https://one.example/feed/", "feed")
    assert source_of_address(ledger, "Pôle", "https://two.example/feed/") == "pole-2"
    assert source_of_address(ledger, "Pôle", "https://one.example/new/") == "pole", "it moved"


def test_d7_a_file_is_not_doubled_and_is_told(pole: Path) -> None:
    (pole / "médiathèques.csv").write_text(table(ROWS), encoding="utf-8")
    maillage(pole, "import", "médiathèques.csv", "--source", "m-diath-ques")
    told = maillage(pole, "import", "médiathèques.csv")
    assert "médiathèques.csv reste la source « m-diath-ques »" in told
    assert "m-diath-ques" in maillage(pole, "source", "list")
    assert "mediatheques" not in maillage(pole, "source", "list")


def test_d7_two_files_of_one_name_are_refused(pole: Path) -> None:
    for name in ("Médias.csv", "medias.csv"):
        (pole / name).write_text(table(ROWS), encoding="utf-8")
    told = maillage(pole, "import", "Médias.csv", "medias.csv", code=2)
    assert "Médias.csv et medias.csv seraient tous deux la source « medias »" in told
