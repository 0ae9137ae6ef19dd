"""Words for what records state: telephone numbers."""

import pytest

from vocab.phones import as_dialled


@pytest.mark.parametrize(
    ("stated", "written"),
    [
        ("+33180059880", "01 80 05 98 80"),
        ("+262262800240", "02 62 80 02 40"),
        ("+687441080", "+687 44 10 80"),
        ("+68940123456", "+689 40 12 34 56"),
        ("+508410102", "+508 41 01 02"),
        ("+687", "+687"),
        ("+687 44", "+687 44"),
        ("3949", "39 49"),
        ("+3318005988", "+3318005988"),
        ("", ""),
    ],
)
def test_numbers_are_written_in_pairs(stated: str, written: str) -> None:
    assert as_dialled(stated) == written
