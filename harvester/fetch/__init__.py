"""The one door to the web: whatever the harvester reads from elsewhere comes through here."""

from harvester.fetch.client import ACCEPT_RDF, Fetcher, fetch
from harvester.fetch.values import Attempt, Conditions, Fetched, Policy

__all__ = ["ACCEPT_RDF", "Attempt", "Conditions", "Fetched", "Fetcher", "Policy", "fetch"]
