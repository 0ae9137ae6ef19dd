"""What the copies at hand mask, left out: addresses of persons, mobile numbers, contacts."""

import re

Row = dict[str, str]

_MASKED_EMAIL = re.compile(r"[^\s,;/|]*prenom[.\-_]?nom[0-9a-f]*@[^\s,;/|]+", re.IGNORECASE)
_MOBILE = re.compile(r"(?:(?:\+|00)33\s*\(?0?\)?|\b0)\s*[67](?:[\s.\-/]*\d){8}")


def without_masked(row: Row) -> Row:
    """Return the row without masked personal addresses, mobile numbers and names of contacts."""
    cleared = {k: _MOBILE.sub("", _MASKED_EMAIL.sub("", v)) if v else "" for k, v in row.items()}
    if "CONTACT" in cleared:
        cleared["CONTACT"] = ""
    return {k: v if v.strip(" -/,;") else "" for k, v in cleared.items()}
