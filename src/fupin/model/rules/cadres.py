"""Cadres: who is sent where, what they know, what they dare, and what presses and teaches them."""

from __future__ import annotations

from fupin.model.rules.scales import MOMENT
from fupin.model.rules.vocabulary import Num, clip, maximum, power, rule

# who is sent


@rule
def skill_of_secretary(origin_mean: Num, origin_sd: Num, innovation: Num) -> Num:
    """One skill of a first secretary, 0–1, by origin: mean + sd·z (M062)."""
    return clip(origin_mean + origin_sd * innovation, 0.0, 1.0)


@rule
def skill_for_lists(governance_skill: Num, welfare_skill: Num) -> Num:
    """What counts where poor households are told from others: knowing people and knowing the rules, in equal parts."""
    return 0.5 * (governance_skill + welfare_skill)


@rule
def match_of_secretary(
    industry_skill: Num,
    governance_skill: Num,
    welfare_skill: Num,
    industry_need: Num,
    governance_need: Num,
    welfare_need: Num,
) -> Num:
    """Skills times needs, s·n; the needs of a village sum to one (M344)."""
    return industry_skill * industry_need + governance_skill * governance_need + welfare_skill * welfare_need


@rule
def led_by(head_weight: Num, head_skill: Num, team_skill: Num) -> Num:
    """What a head changes in the skill of a team: weight·(head − team)."""
    return head_weight * (head_skill - team_skill)


@rule
def gain_of_course(gain: Num, trained: Num, team_skill: Num) -> Num:
    """Skill that a year's courses add: gain·trained·(1 − skill), M078."""
    return gain * trained * (1.0 - team_skill)


@rule
def specialist_support(specialists: Num, specialists_half: Num, strength: Num) -> Num:
    """Project fit that seconded specialists add in a county: strength·n/(n + half), M079."""
    return strength * specialists / (specialists + specialists_half)


@rule
def gap_of_late_start(thinness: Num, years_since: Num, catch_up_years: Num) -> Num:
    """Share of capacity that a county lacks which began late: closes in a straight line (M301)."""
    return thinness * clip(1.0 - years_since / maximum(catch_up_years, MOMENT), 0.0, 1.0)


# what takes and gives time


@rule
def paperwork_of_plans(plans: Num, days_per_plan: Num, team_members: Num, days_per_member: Num) -> Num:
    """Share of a team's days that go into the plans of every office: plans·days/(12·members·days a month), M054."""
    return plans * days_per_plan / (12.0 * maximum(team_members, 1.0) * days_per_member)


@rule
def paperwork_of_filing(levels: Num, days_per_filing: Num, team_members: Num, days_per_member: Num) -> Num:
    """Share of days for the village's working plan, filed anew at each level and every quarter (M300)."""
    return 4.0 * levels * days_per_filing / (12.0 * maximum(team_members, 1.0) * days_per_member)


@rule
def paperwork_of_inspections(
    inspections: Num, days_per_inspection: Num, team_members: Num, days_per_member: Num
) -> Num:
    """Share of days for being inspected: inspections a year times days each (M074)."""
    return inspections * days_per_inspection / (12.0 * maximum(team_members, 1.0) * days_per_member)


@rule
def pressure_passed_down(pressure: Num, passed_on: Num, tiers: Num) -> Num:
    """Pressure of the deadline that arrives in the village after some tiers, each passing on a part of it (M056)."""
    return pressure * power(passed_on, tiers)


@rule
def effort_under_pressure(pressure: Num, effort: Num, free: Num) -> Num:
    """Person-days a month worked beyond the usual: effort·pressure·days (M057)."""
    return effort * pressure * free


# what they dare


@rule
def application_chance(liability: Num, tolerance: Num, fear_weight: Num, tolerance_weight: Num) -> Num:
    """Chance that the cadres of a village ask for a project: 1 − r·liability + t·tolerance, within 0 and 1 (M073)."""
    return clip(1.0 - fear_weight * liability + tolerance_weight * tolerance, 0.0, 1.0)


@rule
def sponsored_chance(chance: Num, attention: Num) -> Num:
    """The same in a county that a leader is in charge of: min(1, (1 + a)·chance), M059."""
    return clip((1.0 + attention) * chance, 0.0, 1.0)
