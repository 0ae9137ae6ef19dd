"""The reader of DCAT of CKAN's harvester as it is, without an instance: ``ckan_parse.py URL``.

Runs in an environment of its own (``requirements-ckan.lock``; CKAN and its extensions are AGPL).
Reads the pages of a catalogue by the profile of DCAT-AP 3 and prints, as JSON, the datasets that it
would hand to the portal.
"""

import json
import sys
import warnings

warnings.simplefilter("ignore")

import requests  # noqa: E402
from ckan.common import config  # noqa: E402
from ckanext.dcat.processors import RDFParser  # noqa: E402

FORMATS = {
    "text/turtle": "turtle",
    "application/ld+json": "json-ld",
    "application/rdf+xml": "xml",
}
MAX_PAGES = 50
SETTINGS = {"ckan.site_url": "http://portal.test", "ckan.site_title": "portal",
            "ckan.locale_default": "fr", "ckan.plugins": ""}  # fmt: skip


def main(url: str) -> None:
    """Read every page; text is what ``requests`` takes it for, as the harvester does."""
    config.update(SETTINGS)
    parser = RDFParser(profiles=["euro_dcat_ap_3"])
    pages = 0
    while url and pages < MAX_PAGES:
        answer = requests.get(url, timeout=30)
        answer.raise_for_status()
        form = FORMATS[answer.headers["Content-Type"].partition(";")[0]]
        url = parser.parse(answer.text, _format=form)
        pages += 1
    print(json.dumps({"pages": pages, "datasets": list(parser.datasets())}, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1])
