"""Makes communes.csv.gz and departements.csv from the reference files named in SOURCES.md.

    python vocab/data/build_territory.py FOLDER_OF_REAL_DATA OUTPUT_FOLDER

The same inputs give the same bytes (no date in the gzip header, rows in the order of the source).
"""

import csv
import gzip
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
Box = tuple[float, float, float, float]


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


def _csv(header: tuple[str, ...], rows: list[list[str]]) -> bytes:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerows([list(header), *rows])
    return stream.getvalue().encode()


def build(real_data: Path, output: Path) -> None:
    """Write both tables into ``output``."""
    reference = real_data / "places" / "reference"
    communes = [
        [row[column] for column in COMMUNE_COLUMNS]
        for row in _rows(reference / "communes_cog-2026.csv")
    ]
    packed = gzip.compress(_csv(COMMUNE_COLUMNS, communes), compresslevel=9, mtime=0)
    (output / "communes.csv.gz").write_bytes(packed)
    topology = json.loads((real_data / "basemap" / "france_ne.topo.json").read_text())
    found = boxes(topology)
    departements = []
    for row in _rows(reference / "departements_regions_cog-2026.csv"):
        box = found.get(row["code_departement"])
        departements.append([*row.values(), *(str(degree) for degree in box or ("", "", "", ""))])
    header = ("code", "nom", "code_region", "region", "south", "west", "north", "east")
    (output / "departements.csv").write_bytes(_csv(header, departements))


if __name__ == "__main__":
    build(Path(sys.argv[1]), Path(sys.argv[2]))
