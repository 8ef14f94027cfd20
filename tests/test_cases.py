"""Officials' cases hold; and what they cover is named rightly."""

from __future__ import annotations

import pytest
from officials_cases import Case, all_cases, differences
from worlds import BOOK

from fupin.model.instruments.base import instrument_kinds

CASES = list(all_cases())


@pytest.mark.parametrize("case", CASES, ids=[f"{case.file}: {case.en}" for case in CASES])
def test_what_the_rules_say_comes_out(case: Case) -> None:
    assert differences(case) == []


def test_cases_cover_numbers_that_exist() -> None:
    settings = {f"{kind}.{name}" for kind, cls in instrument_kinds().items() for name in cls.Settings.model_fields}
    assert {path for case in CASES for path in case.covers} <= settings | set(BOOK)


def test_no_two_cases_have_the_same_name() -> None:
    names = [(case.file, case.en) for case in CASES]
    assert len(names) == len(set(names))
    assert all(case.zh and case.source for case in CASES)
