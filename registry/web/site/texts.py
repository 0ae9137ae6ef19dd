"""The pages that explain: the network, the data to download, the site itself."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from registry.web.site.labels import pole_title
from registry.web.site.node import current_node

blueprint = Blueprint("texts", __name__)


@blueprint.get("/donnees")
def network() -> ResponseReturnValue:
    """Explain who keeps the directory, and the agreement behind it."""
    poles = [(item, pole_title(item.slug)) for item in current_node().index.poles()]
    return render_template("network.html", poles=poles)


@blueprint.get("/telechargements")
def downloads() -> ResponseReturnValue:
    """List what can be taken away, under which licence, and how to cite it."""
    node = current_node()
    return render_template(
        "downloads.html",
        files=_published(),
        head=node.ledger.head(),
        head_hash=node.ledger.head_hash(),
        places=node.index.counts().get("Place", 0),
    )


@blueprint.get("/a-propos")
def about() -> ResponseReturnValue:
    """Say what the site is and how it works."""
    return render_template("about.html")


@blueprint.get("/accessibilite")
def accessibility() -> ResponseReturnValue:
    """State how accessible the site is, what was tested and what was not."""
    return render_template("accessibility.html")


def _published() -> list[dict[str, str | int]]:
    """The dumps and descriptions that the live feed serves; none before the first publication."""
    folder = current_node().config.publication
    found = [*folder.glob("dumps/*"), *folder.glob("catalog.*"), *folder.glob("stream.trig")]
    return [
        {"path": path.relative_to(folder).as_posix(), "size": path.stat().st_size}
        for path in sorted(found)
        if path.is_file()
    ]
