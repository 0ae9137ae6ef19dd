"""A spreadsheet as a volunteer makes it: thirty places, with all that comes with habit."""

from itertools import cycle
from pathlib import Path

import openpyxl

TOWNS = (
    ("Aumale", "76390"), ("Buchy", "76750"), ("Forges-les-Eaux", "76440"),
    ("Gournay-en-Bray", "76220"), ("Londinières", "76660"), ("Saint-Saëns", "76680"),
)  # fmt: skip
_HOURS = ("lundi au vendredi 9h-12h / 14h-17h30", "sur RDV", "mardi et jeudi matin",
          "Mer. 14h-18h, sam. 10h-12h30", "1er samedi du mois", "voir site internet")  # fmt: skip
_OFFERS = ("imprimante 3D, découpe laser", "aide aux démarches (impôts, CAF)",
           "accompagnement individuel + ateliers", "wifi, ordis, imprimante")  # fmt: skip
_PUBLICS = ("demandeurs d'emploi", "Séniors", None, "jeunes 12-25", "Tout public")
_FEES = ("Oui sauf impressions", "non", None, "X", "oui")
_MAILS = ("pas de mail", "contact@bray.example")
EACH = 5
_FIRST = 6
"""Row of the first place, below two titles, an empty row and two rows of headings."""
LAST = _FIRST + len(TOWNS) * EACH - 1
"""Row of the last place, whose town and postcode are missing."""


def write_sheet(path: Path) -> Path:
    """Write it: titles above, headings in two rows, towns in merged cells, numbers as numbers."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Lieux 2026"
    page.append(["Réseau médiation numérique du Pays de Bray – annuaire des lieux"])
    page.append(["(à jour au 15/11/2026 – contact : Martine)"])
    page.append([])
    page.append(["Nom de la structure", "Type", "Adresse", None, None, "Tél", "Mail", "Horaires",
                 "Ce qu'on propose", "Public", "Gratuit ?", "Remarques"])  # fmt: skip
    page.append([None, None, "Rue", "CP", "Ville"])
    page.merge_cells("A1:L1")
    page.merge_cells("C4:E4")
    for row in _rows():
        page.append(row)
    for number in range(len(TOWNS)):
        first = _FIRST + number * EACH
        page.merge_cells(f"E{first}:E{first + EACH - 1 - (number + 1 == len(TOWNS))}")
    for column in "DE":  # nobody knew where the last one is
        page[f"{column}{LAST}"] = None
    page.append([])
    page.append(["TOTAL : 30 lieux"])
    book.create_sheet("Anciens").append(["lieux fermés"])
    book.save(path)
    return path


def _rows() -> list[list[object]]:
    hours, offers, publics, fees, mails = map(cycle, (_HOURS, _OFFERS, _PUBLICS, _FEES, _MAILS))
    kinds = ("Fablab", "MJC", "EPN", "France Services", "Asso", "Centre social")
    return [
        [f"{kind} de {town}" if one < 2 else f"Point numérique {number}{one} {town}", kind,
         "Place du Marché" if kind == "MJC" else f"{one * 8 + number} rue de la République",
         code if one % 2 else int(code), town if one == 0 else None, _phone(number, one),
         next(mails), next(hours), next(offers), next(publics), next(fees),
         "fermé en août" if one == 3 else None]
        for number, ((town, code), kind) in enumerate(zip(TOWNS, kinds, strict=True), 1)
        for one in range(EACH)
    ]  # fmt: skip


def _phone(number: int, one: int) -> object:
    """A number as a number lost its nought; others have two, dots, or blanks where one likes."""
    last = number * EACH + one
    return (f"06 12 34 56 {last:02} / 02 35 00 00 {last:02}", f"02.35.93.00.{last:02}",
            235930200 + last, f"0235 93 01 {last:02}")[number % 4]  # fmt: skip
