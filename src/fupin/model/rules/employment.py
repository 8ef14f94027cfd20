"""Employment services: who comes to a course, and whose days are for hire."""

from __future__ import annotations

from fupin.model.rules.scales import MIDDLING, STAGE
from fupin.model.rules.vocabulary import Num, logistic, rule


@rule
def course_uptake(
    motivation: Num, schooling: Num, uptake_constant: Num, uptake_motivation: Num, uptake_schooling: Num
) -> Num:
    """Yearly probability that an invited household sends a member: motivated and schooled ones do."""
    return logistic(
        uptake_constant + uptake_motivation * (motivation - 0.5) + uptake_schooling * (schooling - MIDDLING) / STAGE
    )


@rule
def works_for_the_day(day_wage: Num, home_return: Num, slack: Num, days_of_work: Num) -> Num:
    """True where a day's wage is more than a day at home is worth in the slack season."""
    return day_wage > slack * home_return / days_of_work
