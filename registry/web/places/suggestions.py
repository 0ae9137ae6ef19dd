"""What may be meant by the first letters that somebody types: needs, or places."""

from collections.abc import Iterator
from itertools import chain, islice

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest

from registry.find.gazetteer import without_article
from registry.find.homonyms import TOWN
from registry.find.needs import is_our_word
from registry.find.suggested_needs import suggest_needs
from registry.find.suggestions import suggest
from registry.web.places.in_french import in_place
from registry.web.places.reading import area_name
from registry.web.places.view_query import MAX_TEXT
from registry.web.site.i18n import gettext as _
from registry.web.site.i18n import ngettext, number
from registry.web.site.labels import concept_label
from registry.web.site.language import current_lang
from registry.web.site.node import current_node
from vocab.namespaces import SCHEMES
from vocab.text import name_key

blueprint = Blueprint("suggestions", __name__)

MOST = 7
_SHORTEST_TOWN, _MOST_TOWNS = 4, 3
"""Letters from which, and how many, communes are suggested among needs."""


@blueprint.get("/suggestions.json")
def as_json() -> ResponseReturnValue:
    """Return at most seven ways to go on with ``q``, which stands in the field ``champ``."""
    typed, field = request.args.get("q", "").strip(), request.args.get("champ", "")
    if field not in _FIELDS:
        raise BadRequest(f"champ={field[:80]!r}: {', '.join(_FIELDS)}")
    if len(typed) > MAX_TEXT:
        raise BadRequest(_("q: {most} characters at most", most=MAX_TEXT))
    response = jsonify(suggestions=list(_FIELDS[field](typed)))
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _needs(typed: str) -> Iterator[dict[str, str]]:
    """Needs, then communes, then places whose names hold what was typed."""
    yield from islice(chain(_phrases(typed), _towns(typed), _named(typed)), MOST)


def _phrases(typed: str) -> Iterator[dict[str, str]]:
    for found in suggest_needs(typed, current_lang(), MOST):
        means = concept_label(SCHEMES + found.concept) if found.concept else ""
        yield {"label": found.phrase, "value": found.phrase, "detail": means}


def _towns(typed: str) -> Iterator[dict[str, str]]:
    """Communes that begin so, written as a place inside a need is: « à Draguignan »."""
    key = name_key(typed)
    if len(key) < _SHORTEST_TOWN:
        return
    communes = [area for area in suggest(typed, MOST) if area.kind == "commune"]
    if is_our_word(key) and not any(area.population >= TOWN for area in communes):
        return  # « visa » is no beginning of Visan
    begun = (one for one in communes if key in (k[: len(key)] for k in _keys(one.name)))
    for area in islice(begun, _MOST_TOWNS):
        value = _("in {place}", place=area.name, in_place=in_place(area, area.name))
        yield {"label": _curled(value), "value": value, "detail": _curled(area_name(area))}


def _keys(name: str) -> tuple[str, str]:
    return name_key(name), without_article(name_key(name))


def _named(typed: str) -> Iterator[dict[str, str]]:
    for name, commune in current_node().index.names_begun(typed, MOST):
        yield {"label": _curled(name), "value": name[:MAX_TEXT], "detail": _curled(commune)}


def _places(typed: str) -> Iterator[dict[str, str]]:
    for area in suggest(typed, MOST):
        name = area_name(area)
        count = area.population
        people = ngettext("{count} inhabitant", "{count} inhabitants", count, count=number(count))
        yield {"label": _curled(name), "value": name, "detail": people if count else ""}


def _communes(typed: str) -> Iterator[dict[str, str]]:
    for area in suggest(typed, MOST):
        if area.kind == "commune":
            yield {"label": _curled(area_name(area)), "value": area.name, "detail": ""}


def _curled(name: str) -> str:
    """A name as pages write it: what is read as JSON does not go through their typography."""
    return name.replace("'", "’")


_FIELDS = {"need": _needs, "place": _places, "commune": _communes}
