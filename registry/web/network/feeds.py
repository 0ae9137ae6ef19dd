"""What is new of a pole, as Atom (RFC 4287): its changes, and its harvests with what is wrong."""

import re
from collections.abc import Sequence
from datetime import datetime

from flask import Blueprint, Response, render_template, url_for

from registry.ledger.report import Report
from registry.ledger.types import Change
from registry.search.facts import PLACE, facts_of
from registry.web.network.poles import latest_harvests
from registry.web.site import clock
from registry.web.site.i18n import gettext as _
from registry.web.site.i18n import ngettext
from registry.web.site.labels import any_value, pole_title
from registry.web.site.language import current_lang
from registry.web.site.node import absolute, absolute_link, current_node, page_url, sources_or_404
from shapes.findings import Severity

blueprint = Blueprint("feeds", __name__)

_CHANGES, _HARVESTS = 100, 50
"""Entries of each feed."""
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 (section 2.2) forbids, whatever a source wrote."""


@blueprint.get("/pole/<slug>/atom.xml")
def changes(slug: str) -> Response:
    """Return the latest changes of a pole."""
    sources, node = sources_or_404(slug), current_node()
    found = [item for one in sources for item in node.ledger.latest_changes(one.slug, _CHANGES)]
    latest = sorted(found, key=lambda change: -change.seq)[:_CHANGES]
    entries = [(change, node.index.resource(change.subject)) for change in latest]
    return _atom(
        "atom.xml",
        # Without changes: when it was last known to have none.
        [change.time for change in latest] or [each.ended for each in latest_harvests(sources, 1)],
        title=pole_title(slug),
        address=absolute(f"/pole/{slug}/atom.xml"),
        home=absolute(f"/pole/{slug}"),
        entries=[
            (change, item, absolute_link(page_url(slug, item.path)), _is_example(change))
            for change, item in entries
            if item
        ],
    )


def _is_example(change: Change) -> bool:
    """Whether a change states an invented place, which readers of the feed may leave out."""
    record = change.record
    return record is not None and record.is_a(PLACE) and facts_of(record).is_example


@blueprint.get("/pole/<slug>/moissons.xml")
def harvests(slug: str) -> Response:
    """Return the latest harvests of a pole's sources."""
    latest = latest_harvests(sources_or_404(slug), _HARVESTS)
    return _atom(
        "harvests.xml",
        [harvest.ended for harvest in latest],
        title=pole_title(slug),
        address=absolute_link(url_for(".harvests", slug=slug)),
        home=absolute_link(url_for("poles.pole", slug=slug)),
        entries=[
            (
                harvest,
                absolute_link(url_for("harvests.report", harvest_id=harvest.id)),
                sentence_of(harvest.report),
            )
            for harvest in latest
        ],
    )


def _atom(template: str, times: Sequence[datetime], **values: object) -> Response:
    """Write a feed whose times are given, the newest first."""
    page = render_template(template, updated=times[0] if times else clock.now(), **values)
    return atom_of(page)


def atom_of(page: str) -> Response:
    """Return a feed that was written, without what XML forbids."""
    return Response(
        _NOT_XML.sub("\ufffd", page), content_type="application/atom+xml; charset=utf-8"
    )


def sentence_of(report: Report) -> str:
    """Say in a sentence what is wrong with a harvest; records not looked at are always counted."""
    moved = report.moved.message(current_lang()) if report.moved else ""
    parts = [_unseen(report), moved, _worst(report)]
    return " ".join(part for part in parts if part) or str(_("Nothing to report."))


def _unseen(report: Report) -> str:
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


def _worst(report: Report) -> str:
    """The gravest thing: what stopped the harvest, else the most frequent refusal or advice."""
    if report.problems:
        return any_value(report.problems[0].message(current_lang()))
    if not report.findings:
        return ""
    worst = report.findings[0]
    said = {"count": worst.count, "message": any_value(worst.message(current_lang()))}
    if worst.severity == Severity.VIOLATION:
        return _("Refused ({count} times): {message}", **said)
    return _("All entered; to be mended ({count} times): {message}", **said)
