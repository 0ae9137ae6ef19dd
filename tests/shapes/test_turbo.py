"""The compiled validator and a second engine say the same of what is broken and of real places."""

from functools import partial
from itertools import islice
from pathlib import Path
from random import Random

import pytest

from bench.imports import POLE, files, mapping_of
from harvester.tabular.importing import import_file
from shapes.audit import audit
from tests.shapes import turbo
from tests.shapes.mutation import broken_by_every_rule

PARTS = 8
"""The files are judged in parts, which test processes share."""


def test_the_second_engine_sees_broken_records() -> None:
    """Else its agreement would say nothing."""
    records = list(islice(broken_by_every_rule(Random(11)), 200))
    one_by_one = partial(turbo.ask, portion=1)
    assert sum(bool(results) for results in one_by_one(records)) > 150
    assert audit(records, one_by_one).unexplained == ()


@pytest.mark.realdata
@pytest.mark.parametrize("part", range(PARTS))
def test_no_real_place_is_judged_differently(real_data: Path, part: int) -> None:
    for path in files(real_data / "places")[part::PARTS]:
        records = import_file(path, POLE, mapping_of(path)).records
        assert audit(records, turbo.ask).unexplained == (), path.name
