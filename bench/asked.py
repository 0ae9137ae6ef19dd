"""What was asked of each benchmark, and whether what it measured holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LEAST, MOST = "≥", "≤"


@dataclass(frozen=True, slots=True)
class Asked:
    """One figure that a benchmark has to reach.

    Attributes:
        bench: name of the benchmark.
        key: the figure; a list counts as its length.
        sign: :data:`LEAST` or :data:`MOST`.
        limit: the figure asked for.
        text: what the figure means, with its unit.
    """

    bench: str
    key: str
    sign: str
    limit: float
    text: str

    @property
    def is_of_faults(self) -> bool:
        """Whether the figure counts faults, of which the code as it is now may have none."""
        return self.sign == MOST and self.limit == 0

    def holds(self, figure: float) -> bool:
        """Whether a measured figure is good enough."""
        return figure >= self.limit if self.sign == LEAST else figure <= self.limit


def figure_of(figures: Mapping[str, Any], key: str) -> float | None:
    """Return a figure as a number; None when it was not measured."""
    value = figures.get(key)
    if isinstance(value, list):
        return len(value)
    return value if isinstance(value, int | float) else None


ASKED = (
    Asked("validation", "compiled_places_per_second", LEAST, 15_000, "generated places a second"),
    Asked("validation", "ratio", LEAST, 300, "times as fast as pySHACL"),
    Asked("validation", "ratio_to_turbo", LEAST, 15, "times as fast as pyshacl-turbo"),
    Asked("validation", "peak_mb", MOST, 150, "memory (MB)"),
    Asked("validation", "unexplained_differences", MOST, 0, "unexplained differences"),
    Asked("mutations", "rules_never_broken", MOST, 0, "rules that no mutation broke"),
    Asked("mutations", "unexplained_differences", MOST, 0, "unexplained differences"),
    Asked("cold", "seconds_5_feeds", MOST, 10, "whole network, 5 feeds (seconds)"),
    Asked("cold", "seconds_20_feeds", MOST, 10, "whole network, 20 feeds (seconds)"),
    Asked("cluster", "lost", MOST, 0, "sources and places lost with a killed worker"),
    Asked("cluster", "doubled", MOST, 0, "sources and places doubled by it"),
    Asked("nochange", "requests_per_source", MOST, 1, "requests of a source without news"),
    Asked("nochange", "cpu_seconds_per_source", MOST, 0.02, "its processor time (seconds)"),
    Asked("onepercent", "dump_seconds", MOST, 1.2, "1 % changed, from dumps (seconds)"),
    Asked("onepercent", "stream_seconds", MOST, 0.3, "1 % changed, from streams (seconds)"),
    Asked("sparql", "worst_ratio_to_raw", MOST, 1.15, "SPARQL over HTTP: times the raw engine"),
    Asked("scale", "peak_mb_of_any_process", MOST, 1_000, "a million places: memory (MB)"),
    Asked("scale", "time_per_place_many_over_few", MOST, 1.3, "time a place over that of 20,000"),
    Asked("ldes", "ratio", LEAST, 5, "times as fast as the reference client"),
    Asked("crash", "kills", LEAST, 500, "kills"),
    Asked("crash", "differences", MOST, 0, "differences after them"),
    Asked("fulldisk", "lost", MOST, 0, "harvests lost on a full disk"),
    Asked("fulldisk", "half_published", MOST, 0, "sources half published"),
    Asked("fulldisk", "unclean_starts", MOST, 0, "starts that were not clean"),
    Asked("pages", "searches_per_second", LEAST, 200, "first searches a second"),
    Asked("pages", "search_p99_ms", MOST, 100, "99 % of them within (ms)"),
    Asked("pages", "place_pages_per_second", LEAST, 600, "first pages of places a second"),
    Asked("pages", "search_p99_ms_million", MOST, 250, "searches in a million, 99 % within (ms)"),
    Asked("paint", "slowest_ms", MOST, 1_000, "first words on a slow phone (ms)"),
    Asked("find", "right_percent", LEAST, 95, "phrases understood (%)"),
    Asked("find", "unseen_right_percent", LEAST, 90, "phrases not consulted understood (%)"),
    Asked("find", "p99_ms", MOST, 30, "99 % of them within (ms)"),
    Asked("clients", "failed", MOST, 0, "programs of portals that got something wrong"),
    Asked("bombs", "bombs", LEAST, 150, "bombs"),
    Asked("bombs", "failures", MOST, 0, "bombs not ended in one clear error"),
    Asked("w3c", "shacl_core_compiled_wrong", MOST, 0, "SHACL core tests answered wrongly"),
    Asked("w3c", "negative_accepted", MOST, 0, "negative syntax tests accepted"),
)
