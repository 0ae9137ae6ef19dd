"""The catalogue of rules, generated from the shapes and the harvester's own; a page for each."""

from dataclasses import dataclass
from importlib.resources import files

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from registry.names import SEVERITIES
from registry.web.site.i18n import lazy
from registry.web.site.iri_words import known_words
from registry.web.site.labels import any_value
from registry.web.site.language import current_lang
from shapes.contract import FILES
from shapes.findings import Severity
from shapes.harvest_rules import HarvestRule, harvest_rules
from shapes.rules import Example, Rule, rule, rules
from shapes.verdicts import shown
from vocab.namespaces import SCHEMES

blueprint = Blueprint("rules", __name__)

SEVERITY_NAMES = lazy(SEVERITIES)


@dataclass(frozen=True, slots=True)
class RulePage:
    """What the page of a rule says, in the language of the reader."""

    code: str
    severity: Severity
    name: str
    message: str
    reason: str
    path: str = ""
    good: str = ""
    example: Example | None = None
    check: str = ""


@blueprint.get("/regles")
def catalogue() -> ResponseReturnValue:
    """Show every rule: what it asks, how to comply, why it matters, good and bad values."""
    lang = current_lang()
    own = [_of_harvest(each, lang) for each in harvest_rules().values()]
    shapes = [_of_shape(each, lang) for each in rules()]
    return render_template("rules.html", rules=shapes, own=own)


@blueprint.get("/regles/<code>")
def page(code: str) -> ResponseReturnValue:
    """Document one rule, of the shapes or of the harvester, under its stable code."""
    shape, own, lang = rule(code), harvest_rules().get(code), current_lang()
    if shape is not None:
        return render_template("rule.html", page=_of_shape(shape, lang))
    if own is not None:
        return render_template("rule.html", page=_of_harvest(own, lang))
    raise NotFound


@blueprint.get("/regles.ttl")
def shapes() -> ResponseReturnValue:
    """Send the SHACL shapes, the files of the contract one after the other."""
    parts = (files("shapes").joinpath(f"{name}.ttl").read_bytes() for name in FILES)
    response = Response(b"\n".join(parts), content_type="text/turtle; charset=utf-8")
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _of_shape(known: Rule, lang: str) -> RulePage:
    return RulePage(
        code=known.code,
        severity=known.severity,
        name=known.name.message(lang),
        message=known.message.message(lang),
        reason=known.reason.message(lang),
        path=known.path,
        good=good_words(known.code),
        example=known.example,
    )


def _of_harvest(known: HarvestRule, lang: str) -> RulePage:
    family = known.family
    return RulePage(
        code=known.code,
        severity=known.severity,
        name=family.name.message(lang),
        message=known.message(lang),
        reason=family.reason.message(lang),
        check=family.check,
    )


def name_of(code: str, lang: str) -> str:
    """Return the name of a rule in ``fr`` or ``en``; empty for a code that is none."""
    known, own = rule(code), harvest_rules().get(code)
    if known is not None:
        return known.name.message(lang)
    return own.family.name.message(lang) if own is not None else ""


def message_of(code: str, lang: str) -> str:
    """Say what a rule finds wrong, of no record; empty for a code that is none."""
    known, own = rule(code), harvest_rules().get(code)
    if known is not None:
        return any_value(known.message.message(lang))
    return own.message(lang) if own is not None else ""


def reason_of(code: str, lang: str) -> str:
    """Say in ``fr`` or ``en`` why a rule matters; empty for a code that is none."""
    known, own = rule(code), harvest_rules().get(code)
    if known is not None:
        return known.reason.message(lang)
    return own.family.reason.message(lang) if own is not None else ""


def good_words(code: str) -> str:
    """Return values that keep a rule of the shapes, in words; empty where only data says them."""
    known = rule(code)
    sets = known.example.valid if known is not None and known.example is not None else ()
    said = [_in_words(value) for value in next(filter(None, sets), ())]
    return " | ".join(said) if all(said) else ""


def _in_words(value: str) -> str:
    """An example as a person says it: the IRI of a node, or a term of RDF, is none."""
    if value.startswith("<list/"):
        return known_words(SCHEMES + value[1:-1].removeprefix("list/"))
    if value.startswith("<"):
        return known_words(value[1:-1])
    return shown(value) if value.startswith('"') or value[0].isdigit() else ""


def good_value(code: str) -> str:
    """Return values that keep a rule of the shapes, as a person writes them; empty without one."""
    known = rule(code)
    sets = known.example.valid if known is not None and known.example is not None else ()
    return " ; ".join(map(shown, next(filter(None, sets), ())))
