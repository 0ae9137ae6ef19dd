"""What all clients together may take of a node, whichever of its processes they meet."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask

from registry.web.answer import exports
from registry.web.answer.admission import (
    Admission,
    Allowance,
    QueryAdmission,
    Rate,
    RateLimit,
    SlotPool,
    Slots,
)
from registry.web.data import sparql
from registry.web.harvests import trials
from registry.web.network import inbox as notify


@dataclass(frozen=True, slots=True)
class NodeLimits:
    """The limits of a node.

    Attributes:
        queries: who may put a query to the triple store now.
        exports: slots for whole exports.
        rates: the allowance of each sender, by the name of what is sent.
    """

    queries: QueryAdmission
    exports: SlotPool
    rates: Mapping[str, RateLimit]

    @classmethod
    def of(cls, threads: int) -> "NodeLimits":
        """Return the limits of a node whose processes have so many threads each."""
        # Half of the threads at most answer queries: pages go on while those last.
        slots = max(1, threads // 2)
        rates: dict[str, Rate] = {notify.RATE: notify.new_rate(), trials.RATE: trials.new_rate()}
        return cls(Admission(Allowance(slots=slots)), Slots(exports.SLOTS), rates)

    def install(self, app: Flask) -> None:
        """Have an application keep to them."""
        app.extensions[sparql.ADMISSION] = self.queries
        app.extensions[exports.EXPORTS] = self.exports
        app.extensions.update(self.rates)
