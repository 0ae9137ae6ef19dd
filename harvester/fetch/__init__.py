"""The only way to the web: whatever the harvester reads from elsewhere is fetched here."""

from harvester.fetch.client import ACCEPT_RDF, Fetcher, checked_url
from harvester.fetch.credentials import Credentials, check_name, credentials_of, origin_of
from harvester.fetch.values import (
    Answered,
    Attempt,
    Conditions,
    Fetched,
    Policy,
    Posted,
    policy_of,
    user_agent,
)

__all__ = [
    "ACCEPT_RDF",
    "Answered",
    "Attempt",
    "Conditions",
    "Credentials",
    "Fetched",
    "Fetcher",
    "Policy",
    "Posted",
    "check_name",
    "checked_url",
    "credentials_of",
    "origin_of",
    "policy_of",
    "user_agent",
]
