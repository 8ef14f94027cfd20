"""Look-back, exit under pressure, application, assessment, support after exit (model section 5)."""

from __future__ import annotations

from fupin.model.rules.vocabulary import Num, clip, exp, logistic, maximum, minimum, rule


@rule
def review_quality(accuracy: Num, look_back_least: Num) -> Num:
    """How much of the lasting error of a file a look-back corrects: a team that sees well does more of it."""
    return look_back_least + (1.0 - look_back_least) * accuracy


@rule
def detected_share(base_chance: Num, screening: Num, in_priority_group: Num) -> Num:
    """Chance that a poor household is brought before the assessors: more where its group is screened."""
    return base_chance + (1.0 - base_chance) * screening * in_priority_group


@rule
def deadline_pressure(years_left: Num) -> Num:
    """Pressure of a deadline, 0–1: the part of what is left to do that must be done this year."""
    return 1.0 / (1.0 + maximum(years_left, 0.0))


@rule
def yearly_task(stock: Num, years: Num) -> Num:
    """What of a stock is to be done this year if all is to be done within so many years, this one included (M279)."""
    return stock / maximum(years, 1.0)


@rule
def shortfall(value: Num, threshold: Num) -> Num:
    """What is missing from a standard, as a share of it, 0-1; nothing where none is asked for."""
    return clip((threshold - value) / maximum(threshold, 1e-9), 0.0, 1.0)


@rule
def false_exit_probability(
    task_missing: Num, pressure: Num, audit: Num, gaming_constant: Num, gaming_pressure: Num, gaming_audit: Num
) -> Num:
    """Probability that a listed household is struck off without grounds.

    At most the share of the list that is missing from the year's task; of this, a part that rises with pressure and
    falls with audit.
    """
    return clip(task_missing, 0.0, 1.0) * logistic(gaming_constant + gaming_pressure * pressure - gaming_audit * audit)


@rule
def application_probability(
    pressure: Num, buffer_years: Num, apply_constant: Num, apply_pressure: Num, reluctance: Num, reassuring_years: Num
) -> Num:
    """Probability that a county which believes itself ready applies: pressure pushes, support to be lost holds back."""
    lost = 1.0 - minimum(buffer_years / reassuring_years, 1.0)
    return logistic(apply_constant + apply_pressure * pressure - reluctance * lost)


@rule
def income_reading(income_per_head: Num, assessor_error: Num, reading_sd: Num) -> Num:
    """Income per head as the third party reads it: the true one times a lognormal error."""
    return income_per_head * exp(reading_sd * assessor_error)


@rule
def keeps_support(months_out: Num, buffer_years: Num, taper_years: Num, taper_draw: Num) -> Num:
    """Is a household that left still supported? All in the buffer, then a share that falls to none over the taper."""
    return months_out < 12.0 * (buffer_years + taper_years * taper_draw)


@rule
def complaint_probability(complaint_rate: Num, complaint_gap: Num, gap_share: Num) -> Num:
    """Probability that a household wronged by the list complains: rate·(1 + weight·gap); the poorer, the more."""
    return clip(complaint_rate * (1.0 + complaint_gap * gap_share), 0.0, 1.0)
