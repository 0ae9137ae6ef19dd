"""The catalogue of rules, generated from the shapes that apply them."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

blueprint = Blueprint("rules", __name__)


@blueprint.get("/regles")
def catalogue() -> ResponseReturnValue:
    """Show every rule."""
    return render_template("rules.html", rules=())
