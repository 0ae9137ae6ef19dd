"""The pages of help: a list of the guides, and each guide."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from registry.web.guides.reading import NAMES, guide

blueprint = Blueprint("guides", __name__)


@blueprint.get("/aide")
def listing() -> ResponseReturnValue:
    """Show which guides there are."""
    return render_template("guides.html", guides=[(name, guide(name)) for name in NAMES])


@blueprint.get("/aide/<name>")
def page(name: str) -> ResponseReturnValue:
    """Show a guide."""
    if name not in NAMES:
        raise NotFound
    return render_template("guide.html", guide=guide(name), name=name)
