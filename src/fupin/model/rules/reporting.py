"""What a household reports and what the administration sees (rule 10 and model section 5)."""

from __future__ import annotations

from fupin.model.rules.scales import MODEST, SMALL_PLOT, SPREAD_OF_HANDS, SURVEYED, USUAL_HANDS
from fupin.model.rules.vocabulary import Num, clip, exp, log, maximum, minimum, rule


@rule
def hidden_share(
    stake: Num,
    income: Num,
    visits: Num,
    audit: Num,
    hiding_base: Num,
    hiding_stake: Num,
    hiding_visit: Num,
    hiding_audit: Num,
    most_deterred: Num,
    most_hidden: Num,
) -> Num:
    """Share of income not reported: rises with the benefit at stake, falls with visits and audit."""
    share = hiding_base + hiding_stake * stake / maximum(income, MODEST)
    deterred = clip(hiding_audit * audit + hiding_visit * visits, 0.0, most_deterred)
    return clip(share * (1.0 - deterred), 0.0, most_hidden)


@rule
def reported(income: Num, hidden: Num) -> Num:
    """Reported income: true income times (1 − hidden), losses in full."""
    return maximum(income, 0.0) * (1.0 - hidden) + minimum(income, 0.0)


@rule
def noise_left(noise_sd: Num, accuracy: Num) -> Num:
    """Spread of the assessor's error: shrinks with the team's accuracy (0–1)."""
    return noise_sd * (1.0 - accuracy)


@rule
def assessment_error(lasting_error: Num, passing_error: Num, error_persistence: Num) -> Num:
    """Standard normal error of an assessor: a lasting part (the same eyes) and one of the year."""
    return error_persistence**0.5 * lasting_error + (1.0 - error_persistence) ** 0.5 * passing_error


@rule
def observed_income_per_head(reported_income: Num, members: Num, noise: Num, assessor_error: Num) -> Num:
    """Income per head as believed: reported income times a lognormal error of assessment."""
    return maximum(reported_income, 0.0) / maximum(members, 1.0) * exp(noise * assessor_error)


@rule
def four_look_score(
    observed_income: Num,
    poverty_line: Num,
    workers: Num,
    ill: Num,
    bad_house: Num,
    pupils: Num,
    land: Num,
    members: Num,
    noise: Num,
    assessor_error: Num,
    score_income: Num,
    score_labour: Num,
    score_illness: Num,
    score_house: Num,
    score_pupil: Num,
    score_land: Num,
) -> Num:
    """Look at the house, the grain, the labour, the pupils: a score, low for the poor.

    Income in poverty lines, labour against that of an average household, illness, dangerous housing, pupils to keep,
    land per head, plus the assessor's error.
    """
    return (
        score_income * log(maximum(observed_income, SURVEYED) / poverty_line)
        + score_labour * (workers - USUAL_HANDS) / SPREAD_OF_HANDS
        - score_illness * ill
        - score_house * bad_house
        - score_pupil * pupils
        + score_land * log(maximum(land / maximum(members, 1.0), SMALL_PLOT))
        + noise * assessor_error
    )
