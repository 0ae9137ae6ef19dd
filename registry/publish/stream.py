"""The root of the feed: the event stream, what a client must know of it, and all its pages."""

from collections.abc import Iterable, Iterator, Sequence

from registry.formats.turtle import header, in_ascii
from registry.publish.pages import FeedPage
from registry.publish.pole import PoleDescription
from vocab.messages import Message
from vocab.ntriples import french, iri, literal, tagged

POLLING_S = 3600

_STREAM = """\
<#{stream}> a ldes:EventStream ;
	tree:view <> ;
	ldes:timestampPath prov:generatedAtTime ;
	ldes:sequencePath med:ledgerSequence ;
	ldes:versionOfPath dct:isVersionOf ;
	ldes:versionCreateObject as:Create ;
	ldes:versionUpdateObject as:Update ;
	ldes:versionDeleteObject as:Delete ;
	ldes:pollingInterval {polling} ;
	tree:shape <#member> ;
	hydra:totalItems {count} ;
	med:headSequence {count} ;
	med:headHash "{head_hash}" ;
	dct:title {title} ;
	dct:license {licence} ;
	dct:publisher {publisher} ;
	void:uriSpace {space} .
{publisher} foaf:name {name} .
<> a tree:Node ;
	tree:viewDescription <#view> .
<#view> a ldes:EventSource ;
	rdfs:comment {comments} ;
	dct:license {licence} .
"""

# LDES 1.0 declares that everything is retained by declaring no retention policy; people read why.
_RETENTION = Message(
    "No retention policy: all members stay in this stream, without any limit of time, deletions "
    "(as:Delete) included."
)
_RESTORED = Message(
    "This stream begins anew: the ledger was restored from a backup. Read it whole, as a new "
    "stream; what an earlier stream gave after that backup is not in it."
)

# A version object: what every member says of itself. The payload, in the graph of the member's
# name, answers to the shapes of its own class.
_MEMBER_SHAPE = """\
<#member> a sh:NodeShape ;
	sh:property <#kind> , <#of> , <#time> , <#sequence> , <#hash> .
<#kind> sh:path rdf:type ; sh:in ( as:Create as:Update as:Delete ) ; sh:minCount 1 ; sh:maxCount 1 .
<#of> sh:path dct:isVersionOf ; sh:nodeKind sh:IRI ; sh:minCount 1 ; sh:maxCount 1 .
<#time> sh:path prov:generatedAtTime ; sh:datatype xsd:dateTime ; sh:minCount 1 ; sh:maxCount 1 .
<#sequence> sh:path med:ledgerSequence ; sh:datatype xsd:integer ; sh:minCount 1 ; sh:maxCount 1 .
<#hash> sh:path med:contentHash ; sh:datatype xsd:string ; sh:minCount 1 ; sh:maxCount 1 .
"""

_RELATION = """\
<> tree:relation [
	a tree:{kind}Relation ;
	tree:path prov:generatedAtTime ;
	tree:value "{value}"^^xsd:dateTime ;
	tree:node <{node}>
] .
"""


def root_document(pole: PoleDescription, pages: Iterable[FeedPage]) -> bytes:
    """Write the root as TriG, in ASCII as the catalogue.

    Each page is reached by a lower bound and, when it is full, an upper bound on the time of its
    members; the open page has no upper bound, because what is coming will be added to it.
    """
    return in_ascii("".join(_sections(pole, tuple(pages)))).encode()


def _sections(pole: PoleDescription, listed: Sequence[FeedPage]) -> Iterator[str]:
    count = listed[-1].last if listed else 0
    yield header()
    yield _STREAM.format(
        stream=pole.stream_name,
        polling=POLLING_S,
        count=count,
        head_hash=listed[-1].entry_hash if listed else "",
        title=_said(Message("Change feed: {name}", name=pole.name)),
        comments=_said(_RETENTION, *([_RESTORED] if pole.generation else [])),
        licence=iri(pole.licence),
        publisher=iri(pole.iri),
        name=french(pole.name),
        space=literal(pole.namespace),
    )
    yield _MEMBER_SHAPE
    for page in listed:
        yield _relation("GreaterThanOrEqualTo", page.since, page)
        if page.full:
            yield _relation("LessThanOrEqualTo", page.until, page)


def _said(*messages: Message) -> str:
    """Write messages as literals, each in every language."""
    said = (tagged(text, lang) for each in messages for lang, text in each.texts().items())
    return " , ".join(said)


def _relation(kind: str, value: str, page: FeedPage) -> str:
    return _RELATION.format(kind=kind, value=value, node=page.path)
