"""The page that a person finds at the feed's address, in French and in English."""

from dataclasses import dataclass
from datetime import datetime
from importlib import resources

import jinja2

from registry.publish.catalog import Publication
from registry.publish.dumps import DUMPS

_THIN_SPACE = "\u202f"


@dataclass(frozen=True, slots=True)
class Wording:
    """Every sentence of the page in one language."""

    lang: str
    what_title: str
    what: str
    sample: str
    places: str
    records: str
    changes: str
    last_change: str
    never: str
    licence: str
    harvest_title: str
    harvest: str
    other_client: str
    files_title: str
    file: str
    content: str
    size: str
    described: str
    manifest: str
    thousands: str
    decimal_point: str
    byte_units: tuple[str, ...]
    moment_format: str

    def number(self, count: int) -> str:
        """Write a count with the language's thousands separator."""
        return f"{count:,}".replace(",", self.thousands)

    def moment(self, time: str) -> str:
        """Write an ``xsd:dateTime`` in UTC for people, to the minute."""
        return datetime.fromisoformat(time).strftime(self.moment_format)

    def bytes(self, size: int) -> str:
        """Write a size in the largest decimal unit that leaves a whole part."""
        value, units = float(size), iter(self.byte_units)
        unit = next(units)
        while value >= 1000:
            value, unit = value / 1000, next(units)
        text = f"{value:.0f}" if unit == self.byte_units[0] else f"{value:.1f}"
        return f"{text.replace('.', self.decimal_point)}\u00a0{unit}"


FRENCH = Wording(
    lang="fr",
    what_title="Ce que vous trouvez ici",
    what="Les lieux de médiation numérique que cet organisme publie, en données ouvertes et "
    "liées : le flux complet des changements, suppressions comprises, et l’état courant en "
    "plusieurs formats. Ces fichiers ne sont réécrits que si quelque chose a changé.",
    sample="Réseau d’exemple : les lieux sont réels, leur répartition entre pôles ne l’est pas.",
    places="Lieux",
    records="Fiches, organisations comprises",
    changes="Changements publiés",
    last_change="Dernier changement",
    never="aucun",
    licence="Licence",
    harvest_title="Moissonner",
    harvest="Le flux suit Linked Data Event Streams 1.0. Avec Maillage :",
    other_client="Avec tout autre client LDES, par exemple :",
    files_title="Télécharger l’état courant",
    file="Fichier",
    content="Contenu",
    size="Taille",
    described="Description DCAT et VoID :",
    manifest="Tailles et empreintes SHA-256 de tous les fichiers :",
    thousands=_THIN_SPACE,
    decimal_point=",",
    byte_units=("octets", "ko", "Mo", "Go", "To"),
    moment_format="%d/%m/%Y à %H:%M UTC",
)
ENGLISH = Wording(
    lang="en",
    what_title="What you find here",
    what="The digital mediation places that this organisation publishes, as open linked data: the "
    "full feed of changes, deletions included, and the current state in several formats. These "
    "files are rewritten only when something has changed.",
    sample="Sample network: the places are real, their division between the poles is not.",
    places="Places",
    records="Records, organisations included",
    changes="Published changes",
    last_change="Last change",
    never="none",
    licence="Licence",
    harvest_title="Harvest",
    harvest="The feed follows Linked Data Event Streams 1.0. With Maillage:",
    other_client="With any other LDES client, for instance:",
    files_title="Download the current state",
    file="File",
    content="Content",
    size="Size",
    described="DCAT and VoID description:",
    manifest="Sizes and SHA-256 digests of all files:",
    thousands=",",
    decimal_point=".",
    byte_units=("bytes", "kB", "MB", "GB", "TB"),
    moment_format="%Y-%m-%d at %H:%M UTC",
)


def index_page(publication: Publication) -> bytes:
    """Write the page; everything that the configuration says is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("registry.publish"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
    )
    page = environment.get_template("index.html").render(
        pole=publication.pole,
        publication=publication,
        wordings=(FRENCH, ENGLISH),
        dumps=tuple(zip(DUMPS, publication.dumps, strict=True)),
    )
    return page.encode()


def stylesheet() -> bytes:
    """Return the stylesheet of the page."""
    return resources.files("registry.publish").joinpath("templates/index.css").read_bytes()
