"""What a place says of its territory, compared with the official geographic code.

Doubts are reported, and nothing is changed.

RDF comes with its commune as an IRI, which nobody has cleaned: a code that is not in use, or one
that its own postcode or département contradicts, would put the place on the wrong pages.
"""

import re
from collections.abc import Iterator

from harvester import rules
from shapes.findings import Finding
from vocab.namespaces import INSEE_COMMUNE, INSEE_DEPARTEMENT, MED, SCHEMA
from vocab.territory import commune, departement_of_postcode, of_other_arrondissement

_COMMUNE = re.compile(f" <{MED}commune> <{re.escape(INSEE_COMMUNE)}([0-9AB]{{5}})> ".encode())
_DEPARTEMENT = re.compile(
    f" <{MED}departement> <{re.escape(INSEE_DEPARTEMENT)}([0-9AB]{{2,3}})> ".encode()
)
_POSTCODE = re.compile(f' <{SCHEMA}postalCode> "([0-9]{{5}})" '.encode())


def doubts(subject: str, body: bytes) -> Iterator[Finding]:
    """Return what is doubtful of a place's territory.

    Args:
        subject: IRI of the record.
        body: its canonical N-Triples.
    """
    code, postcode, stated = (_one(form, body) for form in (_COMMUNE, _POSTCODE, _DEPARTEMENT))
    if not code:
        return
    known = commune(code)
    if known is None:
        yield rules.finding(subject, "MED-H019", value=code, subject=subject, commune=code)
        return
    if known.code != code:
        yield rules.finding(
            subject, "MED-H021", value=code, subject=subject,
            commune=code, name=known.name, after=known.code,
        )  # fmt: skip
    departement = known.departement
    if stated and stated != departement:
        yield _contradiction(subject, code, known.name, f"{INSEE_DEPARTEMENT}{stated}")
    if of_other_arrondissement(postcode, known):
        yield rules.finding(
            subject, "MED-H022", value=postcode, subject=subject,
            commune=code, name=known.name, postcode=postcode,
        )  # fmt: skip
    elsewhere = departement_of_postcode(postcode) not in {None, departement}
    if elsewhere and postcode not in known.postcodes:
        yield _contradiction(subject, code, known.name, postcode)


def _one(form: re.Pattern[bytes], body: bytes) -> str:
    found = {each.group(1).decode() for each in form.finditer(body)}
    return found.pop() if len(found) == 1 else ""


def _contradiction(subject: str, code: str, name: str, other: str) -> Finding:
    return rules.finding(
        subject, "MED-H020", value=other, subject=subject, commune=code, name=name, other=other
    )
