"""The quality of a pole's sources after each harvest, as a page and in the W3C vocabulary (DQV).

https://www.w3.org/TR/vocab-dqv/
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Lock
from urllib.parse import quote

from flask import Blueprint, Response, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from werkzeug.exceptions import NotFound, ServiceUnavailable

from registry.formats.turtle import header
from registry.ledger.types import Harvest, Source
from registry.quality import Measure, measures, turning_points
from registry.web.labels import pole_title
from registry.web.node import absolute, current_node
from registry.web.poles import sources_of

blueprint = Blueprint("measures", __name__)

CACHE = "maillage-measures"
METRICS = {
    "completeness": lazy_gettext("complétude"),
    "validity": lazy_gettext("validité"),
    "freshness": lazy_gettext("fraîcheur"),
    "linkage": lazy_gettext("liaison"),
    "whole": lazy_gettext("ensemble"),
}
_IN_RDF = {
    "completeness": ("complétude", "completeness"),
    "validity": ("validité", "validity"),
    "freshness": ("fraîcheur", "freshness"),
    "linkage": ("liaison", "linkage"),
    "whole": ("ensemble", "whole"),
}
_PATIENCE_S = 5  # waiting longer would keep a thread from other pages
_COME_BACK_S = 10
_IRI_SAFE = "%:/?#[]@!$&'()*+,;=~"


@dataclass
class Measured:
    """The measures of each source, kept until a harvest changes it; computed by one at a time."""

    kept: dict[str, tuple[int, tuple[Measure, ...]]] = field(default_factory=dict)
    turn: Lock = field(default_factory=Lock)

    def of(self, slug: str) -> tuple[Measure, ...]:
        """Give the measures of a source, oldest first.

        Raises:
            ServiceUnavailable: another source keeps the turn for too long.
        """
        points = turning_points(current_node().ledger, slug)
        if (found := self._ready(slug, points)) is not None:
            return found
        if not self.turn.acquire(timeout=_PATIENCE_S):
            raise ServiceUnavailable(retry_after=_COME_BACK_S)
        try:
            return self._computed(slug, points)
        finally:
            self.turn.release()

    def _ready(self, slug: str, points: tuple[Harvest, ...]) -> tuple[Measure, ...] | None:
        last, found = self.kept.get(slug, (0, ()))
        return found if not points or last == points[-1].id else None

    def _computed(self, slug: str, points: tuple[Harvest, ...]) -> tuple[Measure, ...]:
        """Compute, unless whoever had the turn before did."""
        found = self._ready(slug, points)
        if found is None:
            found = measures(current_node().ledger, points)
            self.kept[slug] = points[-1].id, found
        return found


@blueprint.get("/pole/<slug>/qualite")
def page(slug: str) -> ResponseReturnValue:
    """Show the shares of each source, harvest after harvest, newest first."""
    found = [(source, _of(source)[::-1]) for source in _sources(slug)]
    return render_template(
        "measures.html", slug=slug, title=pole_title(slug), found=found, metrics=METRICS
    )


@blueprint.get("/pole/<slug>/qualite.ttl")
def as_turtle(slug: str) -> ResponseReturnValue:
    """Give one ``dqv:QualityMeasurement`` per metric and harvest, and what the metrics are."""
    found = [(source, _of(source)) for source in _sources(slug)]
    parts = [header(["dqv", "prov", "skos", "xsd"]), *_metrics()]
    for source, told in found:
        for measure in told:
            parts += _measurements(slug, source, measure)
    return Response("\n".join(parts), content_type="text/turtle; charset=utf-8")


def _sources(slug: str) -> list[Source]:
    sources = sources_of(slug)
    if not sources:
        raise NotFound
    return sources


def _of(source: Source) -> tuple[Measure, ...]:
    cache: Measured = current_app.extensions[CACHE]
    return cache.of(source.slug)


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
        return quote(f"{source.url}#dataset", safe=_IRI_SAFE)
    return f"{absolute(f'/pole/{slug}')}#{quote(source.slug)}"
