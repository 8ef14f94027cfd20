"""Do the cells of a row of a user's table fit together? What would be overwritten or cut off is refused instead."""

from __future__ import annotations

import numpy as np

from fupin.labels import tell
from fupin.model import ages
from fupin.model.person import ACTIVITIES, POST
from fupin.scenarios.scores import Bools, Floats
from fupin.scenarios.tables import UserTable

FIRST_YEAR = ages.SCHOOL - 1.0  # years of age: nobody has finished a year of school by then
NO_WORK = -1.0  # the code of an activity outside the labour force


def check_households(table: UserTable, members: Floats) -> None:
    """Raises FupinError for more ill than members, and for a loan without months or months without a loan."""
    ill, loan, months = (_cells(table, name) for name in ("ill", "loan", "loan_months"))
    most = np.nan_to_num(members)
    for row in np.flatnonzero(ill > most)[:1].tolist():
        raise table.error(
            row,
            "ill",
            tell(f"{ill[row]:g}；本户 {most[row]:g} 人，至多如此", f"{ill[row]:g}; allowed: at most its {most[row]:g}"),
        )
    owes, left = np.nan_to_num(loan) > 0, np.nan_to_num(months) > 0
    for row in np.flatnonzero(owes & ~left)[:1].tolist():
        raise table.error(
            row,
            "loan_months",
            tell("有贷款而没有剩余月数；允许：1 至 36", "a loan has months left; allowed: from 1 to 36"),
        )
    for row in np.flatnonzero(left & ~owes)[:1].tolist():
        raise table.error(
            row,
            "loan",
            tell("有剩余月数而没有贷款；请填未还本金", "months are left of no loan; allowed: what is still owed"),
        )


def check_persons(table: UserTable) -> None:
    """Raises FupinError for schooling or a stage beyond the age, and for work that the model does not know of."""
    age, schooling, stage, activity = (_cells(table, name) for name in ("age", "schooling", "stage", "activity"))
    most = np.maximum(age - FIRST_YEAR, 0.0)
    for row in np.flatnonzero(schooling > most)[:1].tolist():
        raise table.error(
            row,
            "schooling",
            tell(
                f"{schooling[row]:g}；{age[row]:g} 岁至多 {most[row]:g} 年",
                f"{schooling[row]:g}; allowed: at most {most[row]:g} at the age of {age[row]:g}",
            ),
        )
    for row in np.flatnonzero((stage > 0) & (age < ages.SCHOOL))[:1].tolist():
        raise table.error(
            row,
            "stage",
            tell(
                f"{age[row]:g} 岁；{ages.SCHOOL:g} 岁起上学，此前请留空",
                f"at the age of {age[row]:g}; allowed: nothing before {ages.SCHOOL:g}",
            ),
        )
    unable = cannot_work(table)
    working = ", ".join(f"{code} ({zh} {en})" for code, (zh, en) in ACTIVITIES.items() if code not in (NO_WORK, POST))
    for row in np.flatnonzero(unable & (activity >= 0))[:1].tolist():
        raise table.error(
            row,
            "activity",
            tell(
                f"{activity[row]:g}；劳动力是 {ages.WORK:g} 至 {ages.OLD - 1:g} 岁、不在学、无残疾的成员，"
                f"这一位不是：请留空或填 -1（老人帮工另有计算）",
                f"{activity[row]:g}; workers are {ages.WORK:g} to {ages.OLD - 1:g}, out of school and not disabled, "
                f"and this member is not; allowed: -1 or nothing (the help of elders is counted by itself)",
            ),
        )
    for row in np.flatnonzero((~unable & (activity == NO_WORK)) | (activity == POST))[:1].tolist():
        raise table.error(
            row,
            "activity",
            tell(f"{activity[row]:g}；这一位可填：{working}", f"{activity[row]:g}; allowed for this member: {working}"),
        )


def cannot_work(table: UserTable) -> Bools:
    """Members who by what is said of them are too young, too old, at school or disabled."""
    age, stage, disabled = (_cells(table, name) for name in ("age", "stage", "disabled"))
    return (age < ages.WORK) | (age >= ages.OLD) | (stage > 0) | (disabled > 0)


def _cells(table: UserTable, name: str) -> Floats:
    """A column of numbers, NaN where nothing is given."""
    return table.numbers.get(name, np.full(table.rows, np.nan))
