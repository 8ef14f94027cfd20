"""Change every sourced number by a tenth, and see that an official's case notices.

    python tests/mutate_cases.py            # every number whose status is `seed` (given by a source document)
    python tests/mutate_cases.py --all      # official statistics and published estimates too

Ends with exit code 1 if a number is covered by no case, or if a case that covers it does not notice a tenth up or down
(a switch is turned over; what is 0, because it is off by default, is set to one; a month of the calendar, a year, a
school grade or a step of approval is moved by one).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from officials_cases import Case, Change, all_cases, differences
from worlds import BOOK

from fupin.errors import FupinError
from fupin.model.instruments.kinds import instrument_kinds
from fupin.model.settings import Dated

A_TENTH = ((0.9, 0.0), (1.1, 0.0))
BY_ONE = ((1.0, -1.0), (1.0, 1.0))
TURNED = ((-1.0, 1.0),)
TO_ONE = ((1.0, 1.0),)
WHOLE = ("month", "year", "grade", "steps")
SEED = ("seed",)
ALL = ("seed", "official statistic", "published estimate")


def sourced(statuses: tuple[str, ...]) -> list[str]:
    """Paths of the numbers and switches of instruments and of the book that a source gives."""
    found = []
    for kind, cls in instrument_kinds().items():
        for name, field in cls.Settings.model_fields.items():
            facts = field.json_schema_extra
            number = isinstance(field.default, (bool, int, float, Dated))
            if number and isinstance(facts, dict) and facts.get("status") in statuses:
                found.append(f"{kind}.{name}")
    return found + [path for path in BOOK if BOOK.find(path).status in statuses]


def is_off(path: str) -> bool:
    """Is a number 0 at all times?"""
    if path in BOOK:
        return not any(BOOK.find(path).values.values())
    kind, _, name = path.partition(".")
    default = instrument_kinds()[kind].Settings.model_fields[name].default
    values = [value for _, value in default.values] if isinstance(default, Dated) else [default]
    return not any(values) and not isinstance(default, bool)


def unit_of(path: str) -> str:
    """Unit of a setting or parameter."""
    if path in BOOK:
        return BOOK.find(path).unit
    kind, _, name = path.partition(".")
    facts = instrument_kinds()[kind].Settings.model_fields[name].json_schema_extra
    return str(facts.get("unit", "")) if isinstance(facts, dict) else ""


def unnoticed(path: str, cases: list[Case]) -> Iterator[str]:
    """What is wrong with the cover of one number."""
    covering = [case for case in cases if path in case.covers]
    if not covering:
        yield f"{path}: no case covers it"
        return
    for change in changes_of(path):
        if not any(notices(case, path, change) for case in covering):
            yield f"{path}: {len(covering)} cases, none notices a factor of {change[0]} and {change[1]} more"


def changes_of(path: str) -> tuple[Change, ...]:
    """What a number is changed to: a factor, and what is added."""
    unit = unit_of(path)
    if is_off(path):
        high = BOOK.find(path).high if path in BOOK else 1.0
        return tuple((factor, min(more, high)) for factor, more in TO_ONE)
    if unit in WHOLE or (path in BOOK and unit == "years"):
        return BY_ONE
    return TURNED if unit == "1 on, 0 off" else A_TENTH


def notices(case: Case, path: str, change: Change) -> bool:
    """Does the case fail once the number has changed? A value that is not allowed is noticed too."""
    try:
        return bool(differences(case, {path: change}))
    except (FupinError, ValueError):
        return True


def main() -> int:
    """Print what no case notices; the number of complaints decides the exit code."""
    cases = list(all_cases())
    numbers = sourced(ALL if "--all" in sys.argv else SEED)
    complaints = [line for path in numbers for line in unnoticed(path, cases)]
    print("\n".join(complaints))
    print(f"{len(numbers)} sourced numbers, {len(cases)} cases, {len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
