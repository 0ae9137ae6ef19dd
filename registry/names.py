"""The words for outcomes, changes, severities and stages: the same at the terminal and on pages."""

from collections.abc import Mapping

from registry.ledger.types import Kind, Outcome
from registry.state import PROJECT, QUEUE
from shapes.findings import Severity
from vocab.messages import Message

CHANGES: Mapping[Kind, Message] = {
    Kind.CREATE: Message("creation"),
    Kind.UPDATE: Message("change", "kind of change"),
    Kind.DELETE: Message("withdrawal"),
}
OUTCOMES: Mapping[Outcome, Message] = {
    Outcome.COMMITTED: Message("committed"),
    Outcome.UNCHANGED: Message("nothing new"),
    Outcome.HELD: Message("held"),
    Outcome.FAILED: Message("failed"),
    Outcome.DISCARDED: Message("discarded"),
}
SEVERITIES: Mapping[str, Message] = {
    Severity.VIOLATION: Message("Refusal"),
    Severity.WARNING: Message("To mend"),
    Severity.INFO: Message("Advice"),
}
STAGES: Mapping[str, Message] = {
    QUEUE: Message("waits for its turn"),
    "discover": Message("discovering"),
    "fetch": Message("fetching"),
    "parse": Message("reading"),
    "compare": Message("comparing"),
    "check": Message("checking the records"),
    "hold": Message("holding"),
    "commit": Message("committing"),
    PROJECT: Message("SPARQL and search"),
}
"""In their order."""
