"""The harvester of data.gouv.fr as it is, without its servers: ``udata_harvest.py URL``.

Runs in an environment of its own (``requirements-udata.lock``; udata is AGPL). MongoDB is
mongomock, in memory. Harvests the DCAT catalogue twice into the same source, as two nights would; a
dataset that the second visit does not find again is archived at once. Prints, as JSON, what was
saved.
"""

import json
import logging
import sys
import tempfile
import warnings

import mongoengine.connection
import mongomock
import pymongo

pymongo.MongoClient = mongoengine.connection.MongoClient = mongomock.MongoClient
logging.disable(logging.ERROR)
warnings.simplefilter("ignore")

from udata import settings  # noqa: E402  after the client that it connects by
from udata.app import create_app, standalone  # noqa: E402
from udata.harvest.backends import get_backend  # noqa: E402
from udata.harvest.models import HarvestSource  # noqa: E402
from udata.models import Dataset, License, Organization  # noqa: E402

LICENCE = "https://www.etalab.gouv.fr/licence-ouverte-open-licence"
EU_LICENCE = "http://publications.europa.eu/resource/authority/licence/ETALAB_2_0"


class Settings(settings.Testing):
    """A portal that may harvest this machine."""

    SECRET_KEY = API_TOKEN_SECRET = "only-for-this-run-" * 3
    MONGODB_HOST = "mongodb://localhost:27017/udata"
    HARVESTER_BACKENDS = ("dcat",)
    HARVEST_AUTOARCHIVE_GRACE_DAYS = -1
    URLS_ALLOW_LOCAL = URLS_ALLOW_PRIVATE = True
    SITE_ID, SERVER_NAME, CDATA_BASE_URL = "portal", "portal.test", "http://portal.test/"


def main(url: str) -> None:
    """Harvest twice and tell what there is then."""
    with tempfile.TemporaryDirectory() as folder:
        Settings.FS_ROOT = folder
        with standalone(create_app(settings.Defaults, override=Settings)).app_context():
            visits = [harvested(source) for source in [registered(url)] * 2]
            told = {"visits": visits, "datasets": [described(one) for one in Dataset.objects]}
    print(json.dumps(told, ensure_ascii=False, default=str))


def registered(url: str) -> HarvestSource:
    """Return the source of a catalogue, of an organisation of its own."""
    License(id="lov2", title="Licence Ouverte", url=LICENCE, alternate_urls=[EU_LICENCE]).save()
    owner = Organization(name="Maillage", description="x").save()
    source = HarvestSource(name="x", url=url, backend="dcat", organization=owner, autoarchive=True)
    return source.save()


def harvested(source: HarvestSource) -> dict[str, object]:
    """Harvest; tell how it ended and what was wrong."""
    job = get_backend("dcat")(source).harvest()
    told = [error.message for error in job.errors]
    for item in job.items:
        told += [error.message for error in item.errors]
        told += [log.message for log in item.logs if log.level in {"ERROR", "WARNING"}]
    return {"status": job.status, "items": [item.status for item in job.items], "told": told}


def described(dataset: Dataset) -> dict[str, object]:
    """Return what the portal kept of a dataset."""
    period = dataset.temporal_coverage
    return {
        "title": dataset.title,
        "archived": dataset.archived is not None,
        "license": dataset.license and dataset.license.id,
        "frequency": dataset.frequency and dataset.frequency.value,
        "tags": dataset.tags,
        "temporal": period and [period.start, period.end],
        "spatial": dataset.spatial is not None,
        "contacts": [
            {"role": one.role, "name": one.name, "email": one.email, "page": one.contact_form}
            for one in dataset.contact_points
        ],
        "resources": [
            {
                "title": one.title,
                "url": one.url,
                "format": one.format,
                "type": one.type,
                "size": one.filesize,
                "checksum": one.checksum and one.checksum.value,
            }
            for one in dataset.resources
        ],
    }


if __name__ == "__main__":
    main(sys.argv[1])
