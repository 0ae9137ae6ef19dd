"""One address, many forms: suffixes, Accept, 303 from the thing to its page."""

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from tests.registry.web.network_of_tests import BASE_URL, SmallNode

PLACE = "/pole/zinc/place/riche"
IRI = f"{BASE_URL}id/place/riche"
FORMATS = {
    ".ttl": ("text/turtle", ox.RdfFormat.TURTLE),
    ".nt": ("application/n-triples", ox.RdfFormat.N_TRIPLES),
    ".rdf": ("application/rdf+xml", ox.RdfFormat.RDF_XML),
    ".jsonld": ("application/ld+json", ox.RdfFormat.JSON_LD),
}


def triples(content: bytes, form: ox.RdfFormat) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(content, format=form)}


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_form_says_exactly_the_record(
    visitor: FlaskClient, network: SmallNode, suffix: str
) -> None:
    record = network.ledger.record(IRI)
    assert record is not None
    media_type, form = FORMATS[suffix]
    by_suffix = visitor.get(PLACE + suffix)
    by_accept = visitor.get(PLACE, headers={"Accept": media_type})
    assert by_suffix.mimetype == by_accept.mimetype == media_type
    assert triples(by_suffix.data, form) == triples(by_accept.data, form) == set(record.triples())
    assert "Accept" in by_accept.headers["Vary"]
    assert f'<{BASE_URL}pole/zinc/place/riche>; rel="canonical"' in by_accept.headers.getlist(
        "Link"
    )


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", "text/html"),
        ("*/*", "text/html"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("text/turtle", "text/turtle"),
        ("text/turtle;q=0.2, application/n-triples;q=0.9", "application/n-triples"),
        ("application/json", "application/json"),
        ("text/*;q=0.1, application/rdf+xml", "application/rdf+xml"),
        ("image/png", None),
        ("text/turtle;q=NaN", None),
        ("x" * 8000, None),
    ],
)
def test_accept_decides(visitor: FlaskClient, accept: str, expected: str | None) -> None:
    response = visitor.get(PLACE, headers={"Accept": accept} if accept else {})
    if expected is None:
        assert response.status_code == 406
    else:
        assert response.status_code == 200
        assert response.mimetype == expected


def test_the_page_names_its_twins_in_headers_and_head(visitor: FlaskClient) -> None:
    response = visitor.get(PLACE)
    links = ", ".join(response.headers.getlist("Link"))
    for suffix, (media_type, _) in FORMATS.items():
        assert f'riche{suffix}>; rel="alternate"; type="{media_type}"' in links
        assert f'type="{media_type}" href="{PLACE}{suffix}"' in response.text
    for rel in ("canonical", "license", "describedby"):
        assert f'rel="{rel}"' in links
        assert f'rel="{rel}"' in response.text


@pytest.mark.parametrize(
    ("asked", "page"),
    [
        ("/id/place/riche", "/pole/zinc/place/riche"),
        ("/id/place/riche.ttl", "/pole/zinc/place/riche.ttl"),
        ("/en/id/place/riche", "/en/pole/zinc/place/riche"),
        (f"/id?iri={IRI}", "/pole/zinc/place/riche"),
        (f"/id?iri={IRI}%23address", "/pole/zinc/place/riche"),
        ("/id?iri=https://ping.example/id/place/pi%25C3%25A8ge", "/pole/ping/place/pi%C3%A8ge"),
        ("/id/pole", "/pole/zinc/pole"),
    ],
)
def test_a_thing_leads_to_its_page(visitor: FlaskClient, asked: str, page: str) -> None:
    response = visitor.get(asked)
    assert response.status_code == 303
    assert response.headers["Location"] == page
    assert visitor.get(page).status_code == 200


def test_a_thing_that_another_node_named_is_not_ours_to_redirect(visitor: FlaskClient) -> None:
    assert visitor.get("/id/place/reunion").status_code == 404


def test_vocabulary_forms_agree(visitor: FlaskClient) -> None:
    for path in ("/vocabulaire", "/vocabulaire/services", "/vocabulaire/ns/Place"):
        sizes = {
            len(triples(visitor.get(path + suffix).data, form))
            for suffix, (_, form) in FORMATS.items()
        }
        assert len(sizes) == 1
        assert sizes.pop() > 3
