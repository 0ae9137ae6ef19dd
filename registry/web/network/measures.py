"""The quality of a pole's sources after each harvest, as a page and in the W3C vocabulary (DQV).

https://www.w3.org/TR/vocab-dqv/
"""

from collections.abc import Iterator
from urllib.parse import quote

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from registry.formats.turtle import header
from registry.history.quality import Measure
from registry.ledger.types import Source
from registry.web.network.measure_cache import FORMULAS, METRICS, cache
from registry.web.network.poles import sources_of
from registry.web.site.labels import pole_title
from registry.web.site.node import absolute

blueprint = Blueprint("measures", __name__)

_IN_RDF = {
    "completeness": ("complétude", "completeness"),
    "validity": ("validité", "validity"),
    "freshness": ("fraîcheur", "freshness"),
    "linkage": ("liaison", "linkage"),
    "whole": ("ensemble", "whole"),
}
_IRI_SAFE = "%:/?#[]@!$&'()*+,;=~"


@blueprint.get("/qualite")
def formula() -> ResponseReturnValue:
    """Say how each share is computed (docs/quality.md)."""
    formulas = [(name, label, FORMULAS[name]) for name, label in METRICS.items()]
    return render_template("formula.html", formulas=formulas)


@blueprint.get("/pole/<slug>/qualite")
def page(slug: str) -> ResponseReturnValue:
    """Show the shares of each source, harvest after harvest, newest first."""
    found = [(source, _of(source)[::-1]) for source in _sources(slug)]
    return render_template(
        "measures.html", slug=slug, title=pole_title(slug), found=found, metrics=METRICS, line=_line
    )


@blueprint.get("/pole/<slug>/qualite.ttl")
def as_turtle(slug: str) -> ResponseReturnValue:
    """Return one ``dqv:QualityMeasurement`` per metric and harvest, and what the metrics are."""
    found = [(source, _of(source)) for source in _sources(slug)]
    parts = [header(["dqv", "prov", "skos", "xsd"]), *_metrics()]
    for source, measured in found:
        for measure in measured:
            parts += _measurements(slug, source, measure)
    return Response("\n".join(parts), content_type="text/turtle; charset=utf-8")


def _line(rows: tuple[Measure, ...]) -> str:
    """The points of the whole over time, left to right, in a box of 100 × 100."""
    step = 100 / max(1, len(rows) - 1)
    return " ".join(
        f"{number * step:.1f},{100 - 100 * row.quality.whole:.1f}"
        for number, row in enumerate(reversed(rows))
    )


def _sources(slug: str) -> list[Source]:
    sources = sources_of(slug)
    if not sources:
        raise NotFound
    return sources


def _of(source: Source) -> tuple[Measure, ...]:
    return cache().of(source.slug)


def _metrics() -> Iterator[str]:
    category = f"<{absolute('/qualite')}#category>"
    labels = _labels("qualité d’un lieu", "quality of a place")
    yield f"{category} a dqv:Category ; {labels} ."
    for name, (french, english) in _IN_RDF.items():
        metric, labels = _metric(name), _labels(french, english)
        dimension = f"<{metric}-dimension>"
        yield f"{dimension} a dqv:Dimension ; {labels} ; dqv:inCategory {category} ."
        yield f"<{metric}> a dqv:Metric ; {labels} ; dqv:inDimension {dimension} ;"
        yield "  dqv:expectedDataType xsd:decimal ."


def _labels(french: str, english: str) -> str:
    return f'skos:prefLabel "{french}"@fr, "{english}"@en'


def _metric(name: str) -> str:
    return f"{absolute('/qualite')}#{name}"


def _measurements(slug: str, source: Source, measure: Measure) -> Iterator[str]:
    dataset = _dataset(slug, source)
    for name in METRICS:
        value = f"{getattr(measure.quality, name):.4f}"
        iri = f"{absolute(f'/pole/{slug}/qualite')}#{quote(source.slug)}-{measure.harvest}-{name}"
        yield (
            f"<{iri}> a dqv:QualityMeasurement ; dqv:isMeasurementOf <{_metric(name)}> ;\n"
            f"  dqv:computedOn <{dataset}> ; dqv:value {value} ;\n"
            f"  prov:wasDerivedFrom <{absolute(f'/moissons/{measure.harvest}')}> ;\n"
            f'  prov:generatedAtTime "{measure.at.isoformat()}"^^xsd:dateTime .'
        )


def _dataset(slug: str, source: Source) -> str:
    """The dataset as the pole's own catalogue names it; ours for a source that has no feed."""
    if source.kind == "feed":
        return quote(f"{source.shown_url}#dataset", safe=_IRI_SAFE)
    return f"{absolute(f'/pole/{slug}')}#{quote(source.slug)}"
