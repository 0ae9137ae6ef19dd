"""How the sample network's files were made out of openly licensed national files.

    python -m samples.build FOLDER_OF_ORIGINALS [DESTINATION]

Three national lists (in ``sources/`` of the folder) are joined with three exports of the national
map (in ``exports-standard/``, :mod:`samples.exports`). The lists are split between the five poles
by département (a sample, not the poles' real territories) and written in a different format for
each pole, *with their values as published*: only columns are renamed. Two things are left out
because the copies at hand mask them: e-mail addresses of persons and mobile numbers. Invented
places are no part of this: ``examples/`` is written by hand. ``README.md`` names origins, licences.
"""

import csv
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import openpyxl

from harvester.tabular.apply import draft_of
from harvester.tabular.mapping_file import load_mapping
from harvester.tabular.table import Row as TableRow
from samples.exports import EXPORTS, Joined, Place, join_exports, read_export
from samples.masking import Row, without_masked
from samples.territory import POLES, pole_of
from samples.versions import NATIONAL_COLUMNS, OLD_COLUMNS, to_old_version

ORIGINALS = {
    "bibliotheques": ("bibliotheques-publiques_2020.csv", ";"),
    "france-services": ("france-services_2024-08-01.csv", ","),
    "tiers-lieux": ("tiers-lieux-cget_2019.csv", ","),
}
MAPPINGS = Path(__file__).parent / "mappings"
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi")
ITINERANCE = {
    "Fixe": "Fixe",
    "Fixe_antenne(s)": "Fixe",
    "Bus_équivalent": "Itinérant",
    "Itinérante": "Itinérant",
    "Multisites": "",
}
_FIXED_TIME = datetime(2024, 8, 1, tzinfo=UTC).replace(tzinfo=None)  # openpyxl wants it naive


def read_original(folder: Path, dataset: str) -> list[Row]:
    """Read one national file, masked values left out."""
    name, delimiter = ORIGINALS[dataset]
    with (folder / name).open(encoding="utf-8-sig", newline="") as file:
        return [without_masked(row) for row in csv.DictReader(file, delimiter=delimiter)]


def departement_of(dataset: str, row: Row) -> str:
    """Give the département code that the producer's own columns state, two or three characters."""
    if dataset == "france-services":
        return row["insee_dep"]
    if dataset == "tiers-lieux":
        return row["INSEEDEP"].zfill(2)
    code = row["INSEE"].zfill(5)
    return code[:3] if code[:2] in {"97", "98"} else code[:2]


def library(row: Row) -> Row:
    """Rename the columns of the ministry of Culture's list of libraries."""
    latitude, _, longitude = row["coordonnees_finales"].partition(",")
    return {
        "id": f"bib-{row['code_bib'].removesuffix('.0')}",
        "nom": row["Libelle1"],
        "complement_adresse": row["Localisation"],
        "adresse": row["voie"],
        "code_postal": row["CP"],
        "commune": row["Ville"],
        "code_insee": row["INSEE"],
        "latitude": latitude.strip(),
        "longitude": longitude.strip(),
        "typologie": "BIB",
        "source": "Ministère de la Culture",
        "date_maj": "2020-01-01",
    }


def france_services(row: Row) -> Row:
    """Rename the columns of the national list of France services."""
    hours = [f"{day} : {row[f'h_{day}']}" for day in DAYS if row[f"h_{day}"]]
    return {
        "id": f"fs-{row['id_fs']}",
        "nom": row["lib_fs"],
        "adresse": row["adresse"],
        "complement_adresse": row["complement_adresse"],
        "code_postal": row["code_postal"],
        "commune": row["lib_com"],
        "code_insee": row["insee_com"],
        "latitude": row["latitude"],
        "longitude": row["longitude"],
        "telephone": row["telephone"],
        "courriels": row["mail"],
        "horaires": " ; ".join(hours),
        "presentation_detail": row["commentaire"],
        "typologie": "RFS",
        "itinerance": ITINERANCE.get(row["format_fs"], ""),
        "services": "Aide aux démarches administratives",
        "frais_a_charge": "Gratuit",
        "dispositif_programmes_nationaux": "France Services",
        "source": "ANCT",
        "date_maj": "2024-08-01",
    }


def third_place(row: Row) -> Row:
    """Rename the columns of the CGET's 2019 list of third places."""
    return {
        "id": f"tl-{row['ID']}",
        "nom": row["NOM_TL"],
        "adresse": row["ADRESSE"],
        "code_postal": row["CP"],
        "commune": row["NOMCOM"] or row["COMINIT"] or row["NOMCOMMETRO"],
        "code_insee": row["INSEECOM"],
        "latitude": row["LAT"],
        "longitude": row["LONG"],
        "courriels": row["MAIL"],
        "site_web": "|".join(row[c] for c in ("WEB", "FACEBOOK", "TWITTER") if row[c]),
        "typologie": "TIERS_LIEUX|FABLAB" if "fablab" in row["TYPO"] else "TIERS_LIEUX",
        "source": "CGET",
        "date_maj": "2019-01-01",
    }


TO_NATIONAL: dict[str, Callable[[Row], Row]] = {
    "bibliotheques": library,
    "france-services": france_services,
    "tiers-lieux": third_place,
}


def national(dataset: str, rows: Iterable[Row]) -> list[Row]:
    """Give rows under the national standard's v1.0.2 columns; no SIRET is known for any of them."""
    rename = TO_NATIONAL[dataset]
    empty = dict.fromkeys(NATIONAL_COLUMNS, "")
    return [{**empty, "pivot": "00000000000000", **rename(row)} for row in rows]


def write_csv(path: Path, rows: list[Row], delimiter: str, encoding: str) -> None:
    """Write rows as CSV with CRLF line ends, as spreadsheets do."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)


def write_xlsx(path: Path, sheets: dict[str, list[Row]]) -> None:
    """Write one workbook; latitude and longitude become numbers, as a spreadsheet makes them."""
    book = openpyxl.Workbook()
    book.properties.created = book.properties.modified = _FIXED_TIME
    rows = [row for sheet in sheets.values() for row in sheet]
    page = book.active
    page.title = "lieux"
    page.append(list(NATIONAL_COLUMNS))
    for row in rows:
        page.append([_cell(name, row[name]) for name in NATIONAL_COLUMNS])
    book.save(path)


def _cell(name: str, text: str) -> str | float | None:
    if name in {"latitude", "longitude"} and text:
        return float(text)
    return text or None


def write_json(path: Path, rows: list[Row]) -> None:
    """Write an array of objects, one a line; empty cells are left out."""
    lines = [json.dumps({k: v for k, v in r.items() if v}, ensure_ascii=False) for r in rows]
    path.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")


def write_geojson(path: Path, rows: list[Row]) -> None:
    """Write the producer's own columns as GeoJSON features, coordinates as geometry."""
    features = []
    for row in rows:
        properties = {k: v for k, v in row.items() if v and k not in {"latitude", "longitude"}}
        point = [float(row["longitude"]), float(row["latitude"])] if row["latitude"] else None
        geometry = {"type": "Point", "coordinates": point} if point else None
        feature = {"type": "Feature", "properties": properties, "geometry": geometry}
        features.append(json.dumps(feature, ensure_ascii=False))
    head = '{"type": "FeatureCollection", "features": [\n'
    path.write_text(head + ",\n".join(features) + "\n]}\n", encoding="utf-8")


def write_pole(slug: str, shares: dict[str, list[Row]], folder: Path) -> None:
    """Write one pole's files in the format that this pole works with."""
    folder.mkdir(parents=True, exist_ok=True)
    if slug == "arsenic":  # the producers' own files, read through mapping files
        for dataset, rows in shares.items():
            write_csv(folder / f"{dataset}.csv", rows, ORIGINALS[dataset][1], "utf-8")
    elif slug == "medias-cite":
        write_xlsx(folder / "lieux.xlsx", {d: national(d, rows) for d, rows in shares.items()})
    elif slug == "ping":
        for dataset, rows in shares.items():
            write_json(folder / f"{dataset}.json", national(dataset, rows))
    elif slug == "recyclage-ecocitoyen":
        for dataset, rows in shares.items():
            write_csv(folder / f"{dataset}.csv", national(dataset, rows), ";", "utf-8-sig")
    else:
        _write_zinc(shares, folder)


def _write_zinc(shares: dict[str, list[Row]], folder: Path) -> None:
    write_geojson(folder / "france-services.geojson", shares["france-services"])
    for dataset in ("bibliotheques", "tiers-lieux"):
        rows = [to_old_version(row) for row in national(dataset, shares[dataset])]
        write_json(folder / f"{dataset}.json", [{k: r[k] for k in OLD_COLUMNS} for r in rows])


def held(pole: str, shares: dict[str, list[Row]]) -> Iterator[Place]:
    """Give the places of a pole's share under national columns, as its files will be read."""
    for dataset, rows in shares.items():
        if pole != "arsenic" and (pole, dataset) != ("zinc", "france-services"):
            for row in national(dataset, rows):
                yield Place(pole, dataset, {key: cell for key, cell in row.items() if cell})
            continue
        mapping = load_mapping(MAPPINGS / f"{dataset}.toml")
        for number, row in enumerate(rows, 1):
            draft = draft_of(TableRow(number, {k: v for k, v in row.items() if v}), mapping)
            yield Place(pole, dataset, {"id": draft.local_id, **draft.cells})


def _split(folder: Path) -> dict[str, dict[str, list[Row]]]:
    """Read the lists; gives pole -> list -> rows."""
    shares: dict[str, dict[str, list[Row]]] = {slug: {d: [] for d in ORIGINALS} for slug in POLES}
    for dataset in ORIGINALS:
        for row in read_original(folder, dataset):
            shares[pole_of(departement_of(dataset, row))][dataset].append(row)
    return shares


def build(originals: Path, destination: Path) -> Joined:
    """Write every pole's files; gives what came of the exports."""
    shares = _split(originals / "sources")
    exports = {name: read_export(originals / "exports-standard", name) for name in EXPORTS}
    places = [place for slug, share in shares.items() for place in held(slug, share)]
    joined = join_exports(exports, places)
    for slug, share in shares.items():
        for dataset, rows in share.items():
            ids = [TO_NATIONAL[dataset](row)["id"] for row in rows]
            pairs = zip(ids, rows, strict=True)
            share[dataset] = [row for id_, row in pairs if (slug, dataset, id_) not in joined.moved]
        write_pole(slug, share, destination / slug)
    for (slug, export), rows in joined.rows.items():
        write_json(destination / slug / f"{export}.json", rows)
    return joined


if __name__ == "__main__":
    target = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(__file__).parent / "poles"
    done = build(Path(sys.argv[1]), target)
    print("export\tmatched\trepeated\tapart")
    for name in EXPORTS:
        print(name, done.matched[name], done.repeated[name], done.apart[name], sep="\t")
