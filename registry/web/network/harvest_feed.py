"""The harvests of a pole as Atom (RFC 4287): one entry each, with one sentence on what is wrong."""

from dataclasses import dataclass

from flask import Blueprint, Response, render_template, url_for
from werkzeug.exceptions import NotFound

from registry.ledger.types import Harvest
from registry.web.answer.xml import xml_response
from registry.web.harvests.report import HarvestReport, RuleFindings, read_report
from registry.web.network.poles import latest_harvests, sources_of
from registry.web.site import clock
from registry.web.site.i18n import gettext as _
from registry.web.site.i18n import ngettext
from registry.web.site.labels import pole_title
from registry.web.site.language import current_lang
from registry.web.site.node import absolute_link
from shapes.findings import Severity

blueprint = Blueprint("harvest_feed", __name__)

_ENTRIES = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """A harvest with its address and what to know of it."""

    harvest: Harvest
    address: str
    sentence: str


@blueprint.get("/pole/<slug>/moissons.xml")
def atom(slug: str) -> Response:
    """Return the latest harvests of a pole's sources."""
    sources = sources_of(slug)
    if not sources:
        raise NotFound
    latest = latest_harvests(sources, _ENTRIES)
    page = render_template(
        "harvests.xml",
        title=pole_title(slug),
        address=absolute_link(url_for(".atom", slug=slug)),
        home=absolute_link(url_for("poles.pole", slug=slug)),
        entries=[_entry(harvest) for harvest in latest],
        updated=latest[0].ended if latest else clock.now(),
    )
    return xml_response(page, "application/atom+xml")


def _entry(harvest: Harvest) -> Entry:
    address = absolute_link(url_for("harvests.report", harvest_id=harvest.id))
    return Entry(harvest, address, sentence_of(read_report(harvest.report, current_lang())))


def sentence_of(report: HarvestReport) -> str:
    """Say in a sentence what is wrong with a harvest; records not looked at are always counted."""
    parts = [_unseen(report), report.moved, _worst(report)]
    return " ".join(part for part in parts if part) or str(_("Nothing to report."))


def _unseen(report: HarvestReport) -> str:
    if not report.unseen:
        return ""
    return str(
        ngettext(
            "{count} record was not looked at: this report says nothing of it.",
            "{count} records were not looked at: this report says nothing of them.",
            report.unseen,
            count=report.unseen,
        )
    )


def _worst(report: HarvestReport) -> str:
    """The gravest thing: what stopped the harvest, else the most frequent refusal or advice."""
    if report.problems:
        return report.problems[0].message
    if not report.groups:
        return ""
    worst = report.groups[0]
    said = {"count": worst.count, "message": worst.message}
    if worst.severity == Severity.VIOLATION:
        return _("Refused ({count} times): {message}", **said)
    return _("All entered; to be mended ({count} times): {message}", **said)


def _opening(group: RuleFindings) -> str:
    if group.severity == Severity.VIOLATION:
        return str(_("Refused ({count} times): {message}"))
    return str(_("All entered; to be mended ({count} times): {message}"))
