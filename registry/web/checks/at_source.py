"""What a sentence says was found, and what it says to do where the value comes from.

The sentences of an import end in "At the source, …". Who types a value in a form, or mends it on a
page, has no other source than what stands before them.
"""

import re

from registry.web.site.i18n import gettext as _


def parted(sentence: str) -> tuple[str, str]:
    """Return what was found, and what to do at the source; the latter empty where nothing is said.

    >>> parted("It was restored; at the source, type it so.")
    ('It was restored.', 'Type it so.')
    """
    lead = re.escape(_("At the source"))
    found = re.search(rf"(?:^|[.;]\s+)(?:At the source|{lead}),\s+", sentence, re.IGNORECASE)
    if found is None:
        return sentence, ""
    remedy = sentence[found.end() :]
    before = sentence[: found.start()].rstrip()
    return f"{before}." if before else "", remedy[:1].upper() + remedy[1:]
