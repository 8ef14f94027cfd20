"""Wages: pay factors from schooling and skill, local pay, migrants' pay and remittances (rule 2)."""

from __future__ import annotations

from fupin.model.rules.scales import EIGHT, NINE
from fupin.model.rules.vocabulary import Num, exp, maximum, minimum, rule


@rule
def pay_factor(
    schooling: Num,
    skill: Num,
    talent: Num,
    wage_luck: Num,
    luck_sd_wage: Num,
    return_to_nine: Num,
    return_above_nine: Num,
    return_to_skill: Num,
) -> Num:
    """Pay relative to a worker with eight years of schooling and no special skill.

    exp(r1·(min(h, 9) − 8) + r2·max(h − 9, 0) + r_x·skill + lasting effect + luck − sd²/2); a wider spread of luck adds
    no pay. Returns from education_returns.csv.
    """
    return exp(
        return_to_nine * (minimum(schooling, NINE) - EIGHT)
        + return_above_nine * maximum(schooling - NINE, 0.0)
        + return_to_skill * skill
        + talent
        + wage_luck
        - 0.5 * luck_sd_wage * luck_sd_wage
    )


@rule
def work_luck(work_shock: Num, months_worked_sd: Num) -> Num:
    """Months worked against the usual, mean one."""
    return exp(months_worked_sd * work_shock - 0.5 * months_worked_sd * months_worked_sd)


@rule
def local_rate(local_wage: Num, wage_level: Num, luck_of_work: Num) -> Num:
    """Pay of a local wage job in a quarter for a pay factor of one, yuan."""
    return 0.25 * local_wage * exp(wage_level) * luck_of_work


@rule
def remittance(migrant_pay: Num, migrant_wage: Num, living_share: Num, remitted_share: Num, luck_of_work: Num) -> Num:
    """Money sent or brought home in a quarter, yuan: wage less living cost away, times the share remitted."""
    return 0.25 * migrant_pay * migrant_wage * (1.0 - living_share) * remitted_share * luck_of_work


@rule
def casual_pay(casual_labour: Num, casual_days: Num, casual_wage: Num) -> Num:
    """Day labour of workers in their own business as far as health lets them, yuan a quarter."""
    return 0.25 * casual_labour * casual_days * casual_wage


@rule
def learning(skill: Num, learning_rate: Num) -> Num:
    """Skill after one more quarter on a skilled job: closes a share of the gap to full skill."""
    return skill + learning_rate * (1.0 - skill)
