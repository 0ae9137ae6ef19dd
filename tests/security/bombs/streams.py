"""Feeds, collections, catalogues and endpoints without end or in circles."""

import json
import time
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from tests.security.bombs.bomb import NT, PATH, TRIG, TURTLE, Bomb, served, slow
from tests.simulator import PREFIXES, Fault, SimulatedPole, endless, place, written

_DCAT = "@prefix dcat: <http://www.w3.org/ns/dcat#> .\n"
_TOO_MANY, _SLOW = "MED-H303", "MED-H116"
_NODE = PREFIXES + "<> a tree:Node . "
_VIEW = f"{_NODE} <#s> a ldes:EventStream ; tree:view <{PATH}> . "
_MEMBERS = f"{_VIEW} <#s> ldes:versionOfPath dct:isVersionOf . "


def _number(path: str) -> int:
    """The page that an address names: the digits at its end."""
    digits = path.rpartition("=")[2]
    return int(digits) if digits.isdigit() else 0


def _relation(target: str) -> str:
    return f"<> tree:relation [ tree:node <{target}> ] . "


def _paged(kind: str, code: str, page: Callable[[int], str], patient: float | None = None) -> Bomb:
    """A feed or dump whose every page is made when it is asked for."""

    def lay(pole: SimulatedPole) -> None:
        pole.answer("/", written(lambda path: (TRIG, page(_number(path)).encode())))

    return Bomb(kind, code, lay, patient=patient)


def _put(
    kind: str, code: str, text: Callable[[SimulatedPole], str], media_type: str = TRIG
) -> Bomb:
    return served(kind, code, media_type, lambda pole: text(pole).encode())


def _waiting(fault: Fault, seconds: float) -> Fault:
    def answer(handler: object, document: object) -> None:
        time.sleep(seconds)
        fault(handler, document)  # type: ignore[arg-type]

    return answer


def _slow_pages(kind: str, text: str) -> Bomb:
    def lay(pole: SimulatedPole) -> None:
        page = written(lambda path: (TRIG, text.replace("NEXT", str(_number(path) + 1)).encode()))
        pole.answer("/", _waiting(page, 0.4))

    return Bomb(kind, _SLOW, lay, patient=1.5)


def _versions() -> str:
    return "".join(
        f"<#s> tree:member <#m{n}> . <#m{n}> dct:isVersionOf <urn:r> . "
        f"<#m{n}> {{ <urn:r> <urn:p> 1 }}\n"
        for n in range(100_000)
    )


def _member_pages(number: int) -> str:
    """Each page has a large member of its own, and leads to another."""
    text = "x" * 60_000
    bodies = "".join(f'<urn:r{number}> <urn:p{n}> "{text}" .' for n in range(80))
    member = f"<#s> tree:member <#m{number}> . <#m{number}> dct:isVersionOf <urn:r{number}> . "
    graph = f"<#m{number}> {{ {bodies} }}"
    return _MEMBERS + _relation(f"{PATH}?page={number + 1}") + member + graph


def _hydra(number: int, following: str) -> str:
    record = f"<urn:{number}> a <urn:C> ."
    return f"{PREFIXES} <{PATH}> a hydra:Collection . <> hydra:next <{following}> . {record}"


def _distributions(pole: SimulatedPole) -> str:
    parts = (
        f"<#d{n}> a dcat:Dataset ; dcat:distribution <#x{n}> . "
        f"<#x{n}> dcat:downloadURL <{pole.url(f'/x{n}.nt')}> ."
        for n in range(100_000)
    )
    return _DCAT + "\n".join(parts)


def _one_dataset(pole: SimulatedPole) -> str:
    parts = (f"<#x{n}> dcat:downloadURL <{pole.url(f'/x{n}.nt')}> ." for n in range(50_000))
    linked = " , ".join(f"<#x{n}>" for n in range(50_000))
    return f"{_DCAT} <#d> a dcat:Dataset ; dcat:distribution {linked} . " + "\n".join(parts)


def _offer(pole: SimulatedPole, target: str, media_type: str = "text/turtle") -> str:
    return (
        f"{_DCAT} <#d> a dcat:Dataset ; dcat:distribution <#x> . "
        f'<#x> dcat:mediaType "{media_type}" ; '
        f"dcat:downloadURL <{pole.url(target)}> ."
    )


def _catalogue_of_a_stream(pole: SimulatedPole) -> None:
    text = f"{PREFIXES}{_DCAT} <#s> a ldes:EventStream ; tree:view <{pole.url('/s?page=0')}> ."
    pole.put(PATH, text)
    page = written(
        lambda path: (TRIG, (_NODE + _relation(f"/s?page={_number(path) + 1}")).encode())
    )
    pole.answer("/s", page)


def _sparql(
    code: str, count: bytes, page: Callable[[str], bytes], patient: float | None = None
) -> Bomb:
    """An endpoint: what it answers when asked for a count, and for records after one."""

    def answer(path: str) -> tuple[str, bytes]:
        query = parse_qs(urlsplit(path).query).get("query", [""])[0]
        if "COUNT" in query:
            return "application/sparql-results+json", count
        return NT, page(query)

    def lay(pole: SimulatedPole) -> None:
        pole.answer(PATH, written(lambda path: answer(path)))

    return Bomb("sparql", code, lay)


def _counted(value: str) -> bytes:
    return json.dumps({"results": {"bindings": [{"n": {"value": value}}]}}).encode()


class _Growing:
    """Gives records of ever later names, for as long as they are asked for."""

    def __init__(self, size: int) -> None:
        self.size, self.page = size, 0

    def __call__(self, _: str) -> bytes:
        self.page += 1
        names = (f"<urn:x:{self.page:09}{n:09}>" for n in range(self.size))
        return "".join(f"{name} <urn:p> <urn:o> .\n" for name in names).encode()


def _growing(code: str, size: int, count: str) -> Bomb:
    def lay(pole: SimulatedPole) -> None:
        _sparql(code, _counted(count), _Growing(size)).lay(pole)

    return Bomb("sparql", code, lay)


STREAMS: dict[str, Bomb] = {
    "pages without end": slow(
        _paged("feed", _TOO_MANY, lambda n: _VIEW + _relation(f"{PATH}?page={n + 1}"))
    ),
    "pages without end that wait": _slow_pages("feed", _VIEW + _relation(f"{PATH}?page=NEXT")),
    "pages that branch": slow(
        _paged(
            "feed", _TOO_MANY,
            lambda n: _VIEW + "".join(_relation(f"{PATH}?p={n * 50 + i}") for i in range(1, 51)),
        )
    ),
    "100,000 relations": _put(
        "feed", _TOO_MANY, lambda _: _VIEW + "".join(_relation(f"/p?p={n}") for n in range(100_000))
    ),
    "members without end": slow(_paged("feed", "MED-H218", _member_pages)),
    "100,000 versions of one": slow(_put("feed", "MED-H405", lambda _: _MEMBERS + _versions())),
    "members that say nothing": _put(
        "feed", "MED-H304",
        lambda _: _VIEW + "<#s> ldes:timestampPath dct:created . "
        + "".join(f"<#s> tree:member <#m{n}> . " for n in range(20_000)),
    ),
    "members that mix": _put(
        "feed", "MED-H306",
        lambda _: _MEMBERS + "<urn:r> <urn:p> 1 . " + "".join(
            f"<#s> tree:member <#m{n}> . <#m{n}> dct:isVersionOf <urn:r> . " for n in range(5_000)
        ),
    ),
    "views without end": _put(
        "feed", "MED-H301",
        lambda _: _NODE + "".join(f"<#s> tree:view </v{n}> . " for n in range(50_000)),
    ),
    "streams without end": _put(
        "feed", "MED-H301",
        lambda _: _NODE + "".join(f"<#s{n}> tree:view <{PATH}> . " for n in range(50_000)),
    ),
    "a path of a million steps": _put(
        "feed", "MED-H305",
        lambda _: _VIEW + f"<#s> ldes:versionOfPath ( {'<urn:p> ' * 50_000}) .",
    ),
    "a page on another host": _put("feed", "MED-H302", lambda _: _VIEW + _relation("http://10.0.0.1/")),
    "a page on another scheme": _put(
        "feed", "MED-H302", lambda _: _VIEW + _relation("gopher://127.0.0.1/")
    ),
    "a stream that never stops writing": slow(
        Bomb("feed", "MED-H106", lambda pole: pole.fail(PATH, endless(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/trig\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n",
            lambda _: b"100000\r\n" + b"\n" * 0x100000 + b"\r\n",
        )))
    ),
    "a view of a page that is none": _put(
        "feed", "MED-H109", lambda _: f"{_NODE} <#s> a ldes:EventStream ; tree:view </none> ."
    ),
    "a stream of transactions that never end": _put(
        "feed", "",
        lambda _: _MEMBERS + "<#s> ldes:transactionPath <urn:t> . "
        + "".join(
            f"<#s> tree:member <#m{n}> . <#m{n}> dct:isVersionOf <urn:r{n}> ; <urn:t> {n} . "
            for n in range(5_000)
        ),
    ),
    "no stream at all": _put("feed", "MED-H300", lambda _: "<urn:a> <urn:b> <urn:c> ."),
    "collection without end": slow(
        _paged("dump", _TOO_MANY, lambda n: _hydra(n, f"{PATH}?page={n + 1}"))
    ),
    "collection that waits": _slow_pages("dump", _hydra(0, f"{PATH}?page=NEXT")),
    "collection that leads away": _paged("dump", "MED-H302", lambda n: _hydra(n, "http://10.0.0.1/")),
    "collection that loops": _paged("dump", "MED-H405", lambda n: _hydra(n, f"{PATH}?page=1")),
    "collection of 100,000 next pages": _put(
        "dump", "MED-H303",
        lambda _: PREFIXES + "".join(f"<> hydra:next </n{n}> . " for n in range(50_000)),
    ),
    "collection that promises 10^15": _put(
        "dump", "MED-H525",
        lambda p: f"{PREFIXES} <{PATH}> a hydra:Collection ; hydra:totalItems 999999999999999 . "
        + place(p, "p1").body,
    ),
    "catalogue without end": _paged(
        "dcat", _TOO_MANY, lambda n: _hydra(n, f"{PATH}?page={n + 1}")
    ),
    "catalogue of 100,000 datasets": slow(_put("dcat", "MED-H512", _distributions, TURTLE)),
    "dataset of 50,000 distributions": slow(_put("dcat", "MED-H109", _one_dataset, TURTLE)),
    "catalogue that offers itself": _put(
        "dcat", "MED-H405", lambda p: _offer(p, PATH), TURTLE
    ),
    "catalogue of a stream without end": slow(Bomb("dcat", _TOO_MANY, _catalogue_of_a_stream)),
    "catalogue of nothing": _put("dcat", "MED-H511", lambda _: "<urn:a> <urn:b> 1 .", TURTLE),
    "catalogue that leads to a file": _put(
        "dcat", "MED-H511",
        lambda _: f"{_DCAT} <#d> dcat:distribution <#x> . "
        "<#x> dcat:downloadURL <file:///etc/x.nt> .",
        TURTLE,
    ),
    "endpoint that counts in letters": _sparql("MED-H521", _counted("many"), lambda _: b""),
    "endpoint that counts 10^5000": _sparql("MED-H521", _counted("9" * 5_000), lambda _: b""),
    "endpoint of nested JSON": _sparql("MED-H521", b"[" * 9_000, lambda _: b""),
    "endpoint of 20 MB of JSON": _sparql(
        "MED-H521", b'{"results":{"bindings":[' + b"{}," * 7_000_000, lambda _: b""
    ),
    "endpoint that repeats itself": _sparql(
        "MED-H523", _counted("9000"), lambda _: b"<urn:x:1> <urn:p> <urn:o> .\n" * 300
    ),
    "endpoint without end": slow(_growing("MED-H522", 1, "999999999")),
    "endpoint without end, in large pages": slow(_growing("MED-H217", 20_000, "999999999")),
    "endpoint of one giant record": _sparql(
        "MED-H405", _counted("1"),
        lambda _: b"".join(b"<urn:x:1> <urn:p> <urn:o%d> .\n" % n for n in range(100_000)),
    ),
    "endpoint that answers in nesting": _sparql(
        "MED-H203", _counted("9"), lambda _: b"<a:a> <a:b> " + b"<<( <a:a> <a:b> " * 100_000
    ),
}  # fmt: skip
