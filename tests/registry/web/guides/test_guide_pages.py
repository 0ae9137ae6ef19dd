"""The guides as pages: whole, in French on French and English pages, without cookies."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from markdown_it import MarkdownIt

from registry.web.dress.typography import french
from registry.web.guides import reading
from registry.web.guides.reading import NAMES
from registry.web.site.guide_folder import GUIDES


@pytest.fixture(autouse=True)
def clean_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    reading._parsed.cache_clear()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_guide_is_a_public_page(visitor: FlaskClient, prefix: str, name: str) -> None:
    answer = visitor.get(f"{prefix}/aide/{name}")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["ETag"]
    page = answer.text
    assert '<h1 lang="fr">' in page
    assert '<article lang="fr">' in page
    assert ("This guide is in French." in page) is bool(prefix)
    assert "**" not in page
    anchors = re.findall(r'<li><a href="#([^"]+)">', page)
    assert len(anchors) > 4
    assert all(f'id="{each}"' in page for each in anchors)
    others = set(re.findall(r'href="([^"]*/aide/[\w-]+)"', page))
    assert all(visitor.get(each).status_code == 200 for each in others)


@pytest.mark.parametrize("name", NAMES)
def test_pictures_are_kept_by_browsers(visitor: FlaskClient, name: str) -> None:
    page = visitor.get(f"/aide/{name}").text
    images = re.findall(r'<img src="([^"]+)" alt="([^"]+)" width="(\d+)" height="(\d+)"', page)
    assert len(images) > 3
    for address, *_rest in images:
        answer = visitor.get(address)
        assert answer.mimetype == "image/webp"
        assert "immutable" in answer.headers["Cache-Control"]


def test_the_list_leads_to_each(visitor: FlaskClient) -> None:
    for path in ("/aide", "/en/aide"):
        page = visitor.get(path).text
        assert all(f'/aide/{name}"' in page for name in NAMES)
    assert visitor.get("/aide/../secrets").status_code == 404
    assert visitor.get("/aide/README").status_code == 404


@pytest.mark.parametrize("name", [*NAMES, "README"])
def test_a_guide_is_written_with_the_typography_of_french(name: str) -> None:
    """Whoever reads it outside the site sees it so too."""
    text = (GUIDES / f"{name}.md").read_text(encoding="utf-8")
    html = MarkdownIt().render(re.sub(r"!\[([^\]]*)\]\([^)]*\)", r"\1", text))
    assert french(html) == html
    assert not re.search(r" [:;?!»]|« |\w'\w", plainly(html))


def plainly(html: str) -> str:
    return re.sub(r"<code>.*?</code>|<[^>]+>", "", html)


def test_what_is_written_in_html_is_shown_as_it_is(
    visitor: FlaskClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    hostile = "# Titre\n\nPhrase.\n\n<script>alert(1)</script>\n\n[là](javascript:alert(1))\n"
    (tmp_path / "repondre.md").write_text(hostile, encoding="utf-8")
    monkeypatch.setattr(reading, "GUIDES", tmp_path)
    page = visitor.get("/aide/repondre").text
    reading._parsed.cache_clear()
    assert "&lt;script&gt;alert(1)" in page
    assert 'href="javascript' not in page
