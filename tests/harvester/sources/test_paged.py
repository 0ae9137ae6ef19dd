"""A dump in Hydra pages over real HTTP: one state, proved by its own count."""

from collections.abc import Callable, Sequence

import pytest

from harvester.sources import dump
from registry.ledger.types import Outcome
from tests.harvester.conftest import Registry
from tests.simulator import SimulatedPole, places, status
from vocab.records import Record

HEAD = "@prefix hydra: <http://www.w3.org/ns/hydra/core#> .\n"
Sources = Callable[..., Registry]


def put(
    pole: SimulatedPole,
    records: Sequence[Record],
    *,
    total: int | None = None,
    following: str = "next",
    last: str = "",
    size: int = 2,
) -> None:
    """Publish records as pages ``/c``, ``/c2``…; ``last`` is what the last page leads to."""
    chunks = [records[start : start + size] for start in range(0, len(records), size)]
    for number, chunk in enumerate(chunks, 1):
        target = f"/c{number + 1}" if number < len(chunks) else last
        link = f"<> hydra:{following} <{target}> ." if target else ""
        members = "".join(f"</c> hydra:member <{record.iri}> .\n" for record in chunk)
        count = len(records) if total is None else total
        body = f"""{HEAD} </c> a hydra:Collection ; hydra:totalItems {count} . {members}
            <> a hydra:PartialCollectionView . {link} {"".join(r.body for r in chunk)}"""
        pole.put("/c" if number == 1 else f"/c{number}", body)


@pytest.mark.parametrize("following", ["next", "nextPage"])
@pytest.mark.parametrize("last", ["", "/c", "/c2"])
def test_all_pages_are_one_state(
    pole: SimulatedPole, registry: Sources, following: str, last: str
) -> None:
    put(pole, places(pole, 5), following=following, last=last)
    source = registry("/c", "dump")
    report = source.harvest().report
    assert source.names() == ["p01", "p02", "p03", "p04", "p05"]
    assert (report["expected"], report["counted"]) == (5, 5)
    assert pole.asked() == 3


def test_a_later_page_that_changes_is_seen(pole: SimulatedPole, registry: Sources) -> None:
    put(pole, places(pole, 5))
    source = registry("/c", "dump")
    source.harvest()
    assert source.harvest().outcome is Outcome.UNCHANGED
    fewer = places(pole, 5)[:4]
    put(pole, fewer)
    assert source.harvest().outcome is Outcome.COMMITTED
    assert source.names() == ["p01", "p02", "p03", "p04"]
    put(pole, fewer, size=9)
    assert source.harvest().outcome is Outcome.UNCHANGED


def test_a_count_that_is_not_what_came_deletes_nothing(
    pole: SimulatedPole, registry: Sources
) -> None:
    put(pole, places(pole, 5))
    source = registry("/c", "dump")
    source.harvest()
    put(pole, places(pole, 3), total=5)
    report = source.harvest().report
    assert "MED-H525" in {group["code"] for group in report["findings"]}
    assert len(source.names()) == 5


@pytest.mark.parametrize(
    ("last", "code"), [("http://127.0.0.2:1/x", "MED-H302"), ("/gone", "MED-H117")]
)
def test_a_page_that_leads_nowhere_good_ends_the_harvest(
    pole: SimulatedPole, registry: Sources, last: str, code: str
) -> None:
    pole.fail("/gone", status(410))
    put(pole, places(pole, 3), last=last)
    assert registry("/c", "dump").harvest().report["error"]["code"] == code


def test_pages_without_end_are_left(
    pole: SimulatedPole, registry: Sources, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dump, "MAX_PAGES", 2)
    put(pole, places(pole, 6))
    assert registry("/c", "dump").harvest().report["error"]["code"] == "MED-H303"


NEXT = {
    "string": '<> hydra:nextPage "{url}" .',
    "string of hydra:next": '<> hydra:next "{url}" .',
    "anyURI": '<> hydra:next "{url}"^^<http://www.w3.org/2001/XMLSchema#anyURI> .',
    "language": '<> hydra:next "{url}"@en .',
    "relative string": '<> hydra:next "{path}" .',
    "blanks around": '<> hydra:next " {url}\\n" .',
    "fragment": '<> hydra:next "{url}#top" .',
    "another subject": '</view> hydra:next "{url}" .',
    "below the view": "</c> hydra:view <#v> . <#v> hydra:next <{url}> .",
    "a lone blank node": '[] a hydra:PagedCollection ; hydra:nextPage "{url}" .',
    "a blank node of the view": '</c> hydra:view [ hydra:next "{url}" ] .',
    "as:next": "<> <https://www.w3.org/ns/activitystreams#next> <{url}> .",
}


def put_two(pole: SimulatedPole, link: str, accent: str = "") -> list[Record]:
    """Publish three places on ``/c`` and two on another page, to which ``link`` leads."""
    records = places(pole, 5)
    path = f"/c2{accent}"
    said = link.replace("{url}", pole.url(path)).replace("{path}", path)
    pole.put("/c", f"{HEAD} {said} {''.join(r.body for r in records[:3])}")
    pole.put(path.replace("é", "%C3%A9"), "".join(r.body for r in records[3:]))
    return records


@pytest.mark.parametrize("name", NEXT)
@pytest.mark.parametrize("accent", ["", "é"])
def test_b1_a_next_page_is_followed_however_it_is_written(
    pole: SimulatedPole, registry: Sources, name: str, accent: str
) -> None:
    put_two(pole, NEXT[name], accent)
    source = registry("/c", "dump")
    report = source.harvest().report
    assert source.names() == ["p01", "p02", "p03", "p04", "p05"]
    assert not {group["code"] for group in report["findings"]} & {"MED-H223", "MED-H003"}


@pytest.mark.parametrize("name", ["rel", "REL"])
def test_b1_a_link_header_is_followed(pole: SimulatedPole, registry: Sources, name: str) -> None:
    records = places(pole, 5)
    body = "".join(r.body for r in records[:3]).encode()
    link = f'</>; rel=up, </c2?a=1,2>; {name}="last next"'
    headers = {"Content-Type": "text/turtle", "Link": link}
    pole.fail("/c", lambda handler, _: handler.reply(200, body, headers))
    pole.put("/c2?a=1,2", "".join(r.body for r in records[3:]))
    source = registry("/c", "dump")
    source.harvest()
    assert len(source.names()) == 5


UNREAD = {
    "no address": "<> hydra:next <urn:page:2> .",
    "no web address": '<> hydra:next "ftp://127.0.0.1/c2" .',
    "a blank node": "<> hydra:next [ a hydra:PartialCollectionView ] .",
    "a last page": "<> hydra:last </c9> .",
    "a last page as string": '<> hydra:lastPage "{url}" .',
    "a tree": "<> <https://w3id.org/tree#relation> [ <https://w3id.org/tree#node> <{url}> ] .",
    "a count": "</c> hydra:totalItems 9 .",
    "a count as string": '</c> hydra:totalItems "9" .',
}


@pytest.mark.parametrize("name", UNREAD)
def test_b1_what_is_named_and_not_read_keeps_all_records(
    pole: SimulatedPole, registry: Sources, name: str
) -> None:
    source = registry("/c", "dump")
    pole.put("/c", "".join(record.body for record in places(pole, 5)))
    source.harvest()
    put_two(pole, UNREAD[name])
    report = source.harvest().report
    assert {"MED-H223", "MED-H525"} & {group["code"] for group in report["findings"]}
    assert not report["full"]
    assert len(source.names()) == 5


ALONE = {
    "its own last page": "<> hydra:last <> .",
    "last as first": "<> hydra:first </c?page=1> ; hydra:last </c?page=1> .",
    "its name in the view": "</c?page=1> a hydra:PartialCollectionView ; hydra:last </c?page=1> .",
    "what CKAN says of one page": """</c?page=1> a hydra:PagedCollection ; hydra:totalItems "3" ;
        hydra:firstPage "/c?page=1" ; hydra:lastPage "/c?page=1" .""",
}


@pytest.mark.parametrize("name", ALONE)
def test_b1_a_page_that_is_its_own_last_is_whole(
    pole: SimulatedPole, registry: Sources, name: str
) -> None:
    source = registry("/c", "dump")
    pole.put("/c", "".join(record.body for record in places(pole, 5)))
    source.harvest()
    put_two(pole, ALONE[name])
    assert source.harvest().report["full"]
    assert len(source.names()) == 3


def test_b1_pages_that_name_several_others_are_all_read(
    pole: SimulatedPole, registry: Sources
) -> None:
    records = places(pole, 3)
    pole.put("/c", f"{HEAD} <> hydra:next </c2>, '/c3' . {records[0].body}")
    pole.put("/c2", f"{HEAD} <> hydra:next </c>, </c3> . {records[1].body}")
    pole.put("/c3", records[2].body)
    source = registry("/c", "dump")
    assert source.harvest().report["full"]
    assert source.names() == ["p01", "p02", "p03"]
    assert pole.asked() == 3


PREFIXES = """@prefix as: <https://www.w3.org/ns/activitystreams#> .
@prefix tree: <https://w3id.org/tree#> . @prefix xhv: <http://www.w3.org/1999/xhtml/vocab#> .
@prefix secure: <https://www.w3.org/ns/hydra/core#> .
"""


@pytest.mark.parametrize(
    "link",
    [
        '<> as:next "/c2" .',
        "<> a as:OrderedCollectionPage ; as:next </c2> .",
        "<> xhv:next </c2> .",
        "<> secure:next </c2> .",
        '<> a secure:PartialCollectionView ; secure:nextPage "/c2" .',
    ],
    ids=["B1-as-text", "B1-as-page", "B1-xhtml", "B1-hydra-under-https", "B1-nextPage-under-https"],
)
def test_b1_every_way_to_name_the_next_page_is_followed(
    pole: SimulatedPole, registry: Sources, link: str
) -> None:
    first, second = places(pole, 2)
    pole.put("/c", f"{PREFIXES}{link}{first.body}")
    pole.put("/c2", f"{PREFIXES}{second.body}")
    source = registry("/c", "dump")
    done = source.harvest()
    assert source.names() == ["p01", "p02"]
    assert done.report["counts"]["refused"] == 0


def test_b1_a_page_of_tree_is_no_record_and_not_the_whole(
    pole: SimulatedPole, registry: Sources
) -> None:
    relation = '<> tree:relation [ a tree:Relation ; tree:node "/c2" ] .'
    pole.put("/c", f"{PREFIXES}{relation}{places(pole, 1)[0].body}")
    done = registry("/c", "dump").harvest()
    codes = {group["code"] for group in done.report["findings"]}
    assert "MED-H223" in codes
    assert "MED-H001" not in codes


def test_b9_a_document_without_a_record_is_told(pole: SimulatedPole, registry: Sources) -> None:
    pole.put("/c", "")
    done = registry("/c", "dump").harvest()
    assert [group["code"] for group in done.report["findings"]] == ["MED-H224"]
