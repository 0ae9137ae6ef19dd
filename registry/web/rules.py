"""The catalogue of rules, generated from the shapes that apply them."""

from importlib.resources import files

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from shapes.contract import FILES
from shapes.findings import Severity
from shapes.rules import rules

blueprint = Blueprint("rules", __name__)

SEVERITY_NAMES = {
    Severity.VIOLATION: lazy_gettext("Refus"),
    Severity.WARNING: lazy_gettext("À corriger"),
    Severity.INFO: lazy_gettext("Conseil"),
}


@blueprint.get("/regles")
def catalogue() -> ResponseReturnValue:
    """Show every rule: what it asks, how to mend, why it matters, values that keep or break it."""
    return render_template("rules.html", rules=rules())


@blueprint.get("/regles.ttl")
def shapes() -> ResponseReturnValue:
    """Send the SHACL shapes, the files of the contract one after the other."""
    parts = (files("shapes").joinpath(f"{name}.ttl").read_bytes() for name in FILES)
    response = Response(b"\n".join(parts), content_type="text/turtle; charset=utf-8")
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
