"""Officials' cases hold; and what they cover is named rightly."""

from __future__ import annotations

import pytest
from mutate_cases import ALL, sourced, unnoticed
from officials_cases import Case, all_cases, differences
from worlds import BOOK

from fupin.model.instruments.kinds import instrument_kinds

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


@pytest.mark.parametrize("case", [case for case in CASES if case.covers], ids=lambda case: case.en)
def test_a_case_does_not_set_the_number_that_it_holds(case: Case) -> None:
    given = {f"{kind}.{name}" for kind, settings in case.instrument.items() for name in settings} | set(case.parameters)
    assert not given & set(case.covers)


@pytest.mark.parametrize("path", sourced(ALL))
def test_every_sourced_number_is_held_by_a_case_that_notices_a_tenth(path: str) -> None:
    assert list(unnoticed(path, CASES)) == []


def test_a_number_that_no_case_holds_is_complained_of() -> None:
    assert list(unnoticed("dibao.take_up", CASES)) == ["dibao.take_up: no case covers it"]
