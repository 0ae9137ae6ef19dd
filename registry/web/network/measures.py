"""The quality of a pole's sources after each harvest, as a page and in the W3C vocabulary (DQV).

https://www.w3.org/TR/vocab-dqv/
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Lock
from urllib.parse import quote

from flask import Blueprint, Response, current_app, render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import ServiceUnavailable

from registry.formats.turtle import header
from registry.history.quality import Measure, measured_harvests, measures
from registry.ledger.types import Harvest, Source
from registry.web.network.curve import curve_of, scores_of
from registry.web.site.i18n import lazy, lazy_gettext
from registry.web.site.labels import pole_name
from registry.web.site.node import absolute, current_node, sources_or_404
from vocab.messages import Message, languages

blueprint = Blueprint("measures", __name__)

CACHE = "maillage-measures"
_NAMES = {
    "completeness": Message("completeness"),
    "validity": Message("validity"),
    "freshness": Message("freshness"),
    "linkage": Message("linkage"),
    "whole": Message("whole"),
}
METRICS = lazy(_NAMES)
FORMULAS = {
    "completeness": lazy_gettext(
        "The answers given, of 14: name, address, position, commune, carrying "
        "organisation, contact, opening hours, services, ways of access, fees, audiences, "
        "kind of place, description, date of update."
    ),
    "validity": lazy_gettext(
        "100%, less 20 points for each rule that asks for a correction and 5 for each that "
        "gives advice; 0 if a rule refuses the record. What is missing counts in "
        "completeness only."
    ),
    "freshness": lazy_gettext(
        "100% until 183 days after the last update, then less and less down to 0 after "
        "1,095 days; 0 without a date."
    ),
    "linkage": lazy_gettext(
        "The links given, of three: the commune by its code, the carrying organisation by "
        "its identifier, another description of the same place."
    ),
    "whole": lazy_gettext("The mean of the four shares. It never causes a record to be refused."),
}
_MAX_WAIT_S = 5  # waiting longer would keep a thread from other pages
_RETRY_AFTER_S = 10
_FEW = 2_000  # places judged in well under a second
_IRI_SAFE = "%:/?#[]@!$&'()*+,;=~"


@dataclass
class MeasureCache:
    """The measures of each source, kept until a harvest changes it; computed by one at a time."""

    computed: dict[str, tuple[int, tuple[Measure, ...]]] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def of(self, slug: str) -> tuple[Measure, ...]:
        """Return the measures of a source, oldest first.

        Raises:
            ServiceUnavailable: the measures of another source take too long.
        """
        points = measured_harvests(current_node().ledger, slug)
        if (found := self._ready(slug, points)) is not None:
            return found
        if not self.lock.acquire(timeout=_MAX_WAIT_S):
            raise ServiceUnavailable(retry_after=_RETRY_AFTER_S)
        try:
            return self._computed(slug, points)
        finally:
            self.lock.release()

    def _ready(self, slug: str, points: tuple[Harvest, ...]) -> tuple[Measure, ...] | None:
        last, found = self.computed.get(slug, (0, ()))
        return found if not points or last == points[-1].id else None

    def _computed(self, slug: str, points: tuple[Harvest, ...]) -> tuple[Measure, ...]:
        """Compute, unless the thread that held the lock before did."""
        found = self._ready(slug, points)
        if found is None:
            node = current_node()
            found = measures(node.ledger, points, node.state.judged)
            self.computed[slug] = points[-1].id, found
        return found

    def known(self, slug: str, places: int) -> tuple[Measure, ...]:
        """Return the measures of a source if computed already, or if it has few places."""
        try:
            if places <= _FEW:
                return self.of(slug)
        except ServiceUnavailable:
            return ()
        return self._ready(slug, measured_harvests(current_node().ledger, slug)) or ()

    def latest(self, slug: str, places: int) -> Measure | None:
        """Return the last of the measures that are :meth:`known`."""
        return next(reversed(self.known(slug, places)), None)


def cache() -> MeasureCache:
    """Return the measures kept for this application."""
    found: MeasureCache = current_app.extensions[CACHE]
    return found


@blueprint.get("/qualite")
def formula() -> ResponseReturnValue:
    """Say how each share is computed (docs/quality.md)."""
    formulas = [(name, label, FORMULAS[name]) for name, label in METRICS.items()]
    return render_template("formula.html", formulas=formulas)


@blueprint.get("/pole/<slug>/qualite")
def page(slug: str) -> ResponseReturnValue:
    """Draw the quality of the pole over time; below, the shares of each source, newest first."""
    found = [(source, cache().of(source.slug)) for source in sources_or_404(slug)]
    return render_template(
        "measures.html",
        slug=slug,
        title=pole_name(slug),
        found=[(source, rows[::-1]) for source, rows in found],
        curve=curve_of(scores_of(rows for _source, rows in found)),
    )


@blueprint.get("/pole/<slug>/qualite.ttl")
def as_turtle(slug: str) -> ResponseReturnValue:
    """Return one ``dqv:QualityMeasurement`` per metric and harvest, and what the metrics are."""
    found = [(source, cache().of(source.slug)) for source in sources_or_404(slug)]
    parts = [header(["dqv", "prov", "skos", "xsd"]), *_metrics()]
    for source, measured in found:
        for measure in measured:
            parts += _measurements(slug, source, measure)
    return Response("\n".join(parts), content_type="text/turtle; charset=utf-8")


def _metrics() -> Iterator[str]:
    category = f"<{absolute('/qualite')}#category>"
    yield f"{category} a dqv:Category ; {_labels(Message('quality of a place'))} ."
    for name, label in _NAMES.items():
        metric, labels = _metric(name), _labels(label)
        dimension = f"<{metric}-dimension>"
        yield f"{dimension} a dqv:Dimension ; {labels} ; dqv:inCategory {category} ."
        yield f"<{metric}> a dqv:Metric ; {labels} ; dqv:inDimension {dimension} ;"
        yield "  dqv:expectedDataType xsd:decimal ."


def _labels(name: Message) -> str:
    texts = (f"{json.dumps(name.message(lang), ensure_ascii=False)}@{lang}" for lang in languages())
    return f"skos:prefLabel {', '.join(texts)}"


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
