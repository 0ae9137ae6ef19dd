"""What is worth most to the public in the places of a pole: the most useful task first."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import url_for

from registry.search.query import Query
from registry.tickets.types import Counts
from registry.web.corrections.desk_mails import readers_of
from registry.web.network.poles import FRESH_DAYS
from registry.web.site import clock
from registry.web.site.i18n import gettext as _
from registry.web.site.i18n import lazy_gettext, ngettext, number
from registry.web.site.labels import MISSING_NAMES
from registry.web.site.node import current_node
from registry.web.workspace.places import source_here


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do.

    Attributes:
        title: how many of what.
        effect: what the public gains.
        icon: name of its pictogram.
        action: words of its button.
        href: where it is done.
        done: how many places need nothing of it.
        total: how many places there are; 0 where the task is not about all of them.
        is_urgent: somebody waits for it.
    """

    title: str
    effect: str
    icon: str
    action: str
    href: str
    done: int = 0
    total: int = 0
    is_urgent: bool = False


_EFFECTS = {
    "horaires": (
        "clock-alert",
        lazy_gettext(
            "The first question of the public: without hours, a place is not among those open now."
        ),
    ),
    "services": (
        "landmark",
        lazy_gettext("Who looks for a service finds only the places that state it."),
    ),
    "telephone": ("phone", lazy_gettext("People call before they come.")),
    "coordonnees": (
        "map-pin",
        lazy_gettext("Without an exact position, the map leads nobody to the door of a place."),
    ),
}
"""What a place may lack, the most useful first: a pictogram, and what the public gains."""


def tasks(slug: str, total: int, refused: int, waiting: Counts, *, is_written: bool) -> list[Task]:
    """Return the tasks of a pole.

    Args:
        slug: of the pole.
        total: how many places it has.
        refused: how many records were refused.
        waiting: the corrections that wait.
        is_written: its places are written here.
    """
    found = [*_corrections(slug, waiting), *_unreachable(slug), *_refused(slug, refused)]
    found += _lacking(slug, total, is_written)
    return [*found, *_old(slug, total, is_written)]


def share_with_hours(slug: str, total: int) -> float | None:
    """Return which share of the places of a pole states hours; None without places."""
    return (total - _counts(slug).get("horaires", 0)) / total if total else None


def _corrections(slug: str, waiting: Counts) -> Iterator[Task]:
    if not waiting.open:
        return
    title = ngettext(
        "{count} correction waits for an answer",
        "{count} corrections wait for an answer",
        waiting.open,
        count=number(waiting.open),
    )
    effect = _("Somebody who knows the place tells you: each answer is read.")
    if waiting.old:
        effect = ngettext(
            "{count} of them for more than thirty days",
            "{count} of them for more than thirty days",
            waiting.old,
            count=number(waiting.old),
        )
    href = url_for("correction_desk.listing", slug=slug)
    yield Task(title, effect, "inbox", _("Answer"), href, is_urgent=True)


def _unreachable(slug: str) -> Iterator[Task]:
    """Where mails are sent and corrections taken, and nobody of the pole gave an address."""
    config = current_node().config
    if not (config.mail_host and config.corrections_enabled):
        return
    known = readers_of(slug)
    if known.editors or known.contact or known.is_silent:
        return
    title = _("Nobody would hear of a correction")
    effect = _("No mail address of the pole is known: give one, and each correction is told there.")
    is_hosted = source_here(slug) is not None
    href = url_for("pole_settings.page" if is_hosted else "correction_desk.listing", slug=slug)
    yield Task(title, effect, "inbox", _("Give an address"), href)


def _refused(slug: str, refused: int) -> Iterator[Task]:
    if refused:
        title = ngettext(
            "{count} record refused", "{count} records refused", refused, count=number(refused)
        )
        effect = _("The public does not see it, or sees an older version: the page says why.")
        href = url_for("poles.pole", slug=slug, _anchor="t-refused")
        yield Task(title, effect, "triangle-alert", _("See why"), href, is_urgent=True)


def _lacking(slug: str, total: int, is_written: bool) -> Iterator[Task]:
    counts = _counts(slug)
    action = _("Complete") if is_written else _("See the list")
    for missing, (icon, effect) in _EFFECTS.items():
        if count := counts.get(missing):
            title = ngettext(
                "{count} place {lacking}",
                "{count} places {lacking}",
                count,
                count=number(count),
                lacking=MISSING_NAMES[missing],
            )
            href = url_for("pole_places.listing", slug=slug, manque=missing)
            yield Task(title, str(effect), icon, action, href, total - count, total)


def _old(slug: str, total: int, is_written: bool) -> Iterator[Task]:
    fresh = current_node().index.count_recent(slug, clock.now(), FRESH_DAYS)
    if fresh >= total:
        return
    title = ngettext(
        "{count} place was not looked at for a year",
        "{count} places were not looked at for a year",
        total - fresh,
        count=number(total - fresh),
    )
    effect = _(
        "People trust what was looked at lately; after two years its page warns that it is old."
    )
    action = _("Look at the oldest") if is_written else _("See the oldest")
    href = url_for("pole_places.listing", slug=slug, tri="ancien")
    yield Task(title, effect, "history", action, href, fresh, total)


def _counts(slug: str) -> dict[str, int]:
    facet = current_node().index.facets(Query(filters={"pole": (slug,)})).get("manque", ())
    return {one.value: one.count for one in facet}
