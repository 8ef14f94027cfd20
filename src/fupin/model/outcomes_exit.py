"""Outcomes of exit and evaluation: how households left, the score of counties, villages after exit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from fupin.model.household import EXITED, NO_GAIN, REGISTERED
from fupin.model.measures import mean
from fupin.model.near import FEN
from fupin.model.outcome import Outcome
from fupin.model.outcomes_work import listed_share, reached_by
from fupin.model.processes.exit_accounts import MOSTLY
from fupin.model.processes.listing import priority_group
from fupin.model.snapshot import FUNDING, Amounts, Mask, Snapshot

YEARS_ON = 2  # calendar years after exit at which it is asked whether it has lasted (ours)
PROSPEROUS = 2.0  # income per head, in poverty lines, that counts as well-off


def of_exits(s: Snapshot, mask: Callable[[Any], Mask]) -> float:
    """Share of the persons who left this year for whose households `mask(columns)` holds; 0 if nobody left."""
    return mean(mask(Gone(s)), s.persons[s.left]) if len(s.left) else 0.0


class Gone:
    """Columns of the households that left this year."""

    def __init__(self, s: Snapshot) -> None:
        self._s = s

    def __getattr__(self, name: str) -> Any:
        return getattr(self._s.h, name)[self._s.left]


def channel(s: Snapshot, code: int) -> float:
    """Share of this year's exits whose largest gain came through a channel."""
    return of_exits(s, lambda h: h.exit_channel == code)


def sustained(s: Snapshot) -> float:
    """Of the persons whose households left `YEARS_ON` years ago, those off the list since and above the line.

    NaN if nobody left then. The exit of a household that came back and has left again has not lasted.
    """
    year = s.region.year - YEARS_ON
    since = (s.h.registry == EXITED) & (s.h.exited_month // 12 == year)
    return s.share_among(since & ~s.poor, s.left_in(year))


def left(s: Snapshot) -> Amounts:
    """1 for the households that have left the register and not returned."""
    return np.asarray(1.0 * (s.h.registry == EXITED))


def in_groups(s: Snapshot, group: Mask) -> float:
    """Share of the registered persons who belong to a group; 0 if nobody is registered."""
    listed = s.h.registry == REGISTERED
    return s.share_among(group, listed) if s.persons[listed].sum() > 0 else 0.0


def hardship_served(s: Snapshot) -> float:
    """Of the registered households in a hardship group, those that an instrument has reached; 0 if there are none."""
    group = (s.h.registry == REGISTERED) & s.hardship
    total = s.total(1.0 * group)
    return s.total(1.0 * (group & s.reached)) / total if total > 0 else 0.0


def evaluation(s: Snapshot) -> float:
    """Mean of five headings on 0–1: poverty, policy, funds, projects, satisfaction."""
    h = s.h
    spent = sum(s.flows.get(purpose, 0.0) for purpose in FUNDING)
    overhead = s.flows.get("administration", 0.0) / spent if spent > 0 else 0.0
    met = 1.0 * ((h.housing > 0) & h.safe_water & (h.forgone <= 0))
    served = listed_share(s, s.reached)
    return float(np.mean([1.0 - s.share(s.poor), s.per_household(met), 1.0 - overhead, served,
                          s.per_household(h.approval)]))  # fmt: skip


def five_requirements(s: Snapshot) -> float:
    """Mean of five indices over the poor villages that have left; 0 while none has."""
    v, h = s.villages, s.h
    out = v.weight * v.exited
    if out.sum() <= 0:
        return 0.0
    persons = np.bincount(h.village, s.persons, minlength=len(v))
    income = np.bincount(h.village, s.w * s.total_income, minlength=len(v)) / np.maximum(persons, 1e-9)
    parts = (
        v.industry_quality,
        v.sanitation,
        v.norm,
        0.5 * (v.participation + v.disclosure),
        np.clip(income / (PROSPEROUS * s.p.poverty_line), 0.0, 1.0),
    )
    return float(np.sum(np.mean(parts, axis=0) * out) / out.sum())


def village_cliff(s: Snapshot) -> float:
    """Benefits of the year per household in poor villages less those in the others; 0 if one kind is missing."""
    poor = s.poor_villages[s.h.village]
    means = [float((s.w * s.h.benefits)[mask].sum() / max(s.w[mask].sum(), 1e-9)) for mask in (poor, ~poor)]
    return means[0] - means[1] if poor.any() and not poor.all() else 0.0


def overdue(s: Snapshot) -> float:
    """Share of poor counties that are not out though the deadline has passed; 0 without poor counties."""
    c = s.region.rows("county")
    late = c.poor_county & (c.out_month < 0) & (s.region.year > s.p.county_deadline)
    return float(late.sum() / max(c.poor_county.sum(), 1))


# fmt: off
DECLARED = (
    Outcome("exit_by_operating", "靠经营脱贫占比", "left through own business", "share", 0, "exit",
      "of the persons whose households left this year, those whose largest gain since the year of listing is operating "
      "income", lambda s: channel(s, 1)),
    Outcome("exit_by_wage", "靠务工脱贫占比", "left through wages", "share", 0, "exit",
      "the same for wage income", lambda s: channel(s, 2)),
    Outcome("exit_by_property", "靠财产收入脱贫占比", "left through property", "share", 0, "exit",
      "the same for property income: rent, dividends, shares", lambda s: channel(s, 3)),
    Outcome("exit_by_transfer", "靠转移收入脱贫占比", "left through transfers", "share", 0, "exit",
      "the same for transfer income", lambda s: channel(s, 4)),
    Outcome("exit_without_gain", "收入未增而脱贫占比", "left without a gain", "share", -1, "exit",
      "of the persons whose households left this year, those whose income per head is not above that of the year of "
      "listing: listed or struck off in error, or fewer members", lambda s: channel(s, NO_GAIN)),
    Outcome("exit_mostly_transfer", "主要靠转移收入脱贫占比", "left mostly by transfers", "share", -1, "exit",
      "of the persons whose households left this year, those for whom transfers make up more than half of the gain",
      lambda s: of_exits(s, lambda h: h.exit_transfers > MOSTLY)),
    Outcome("exit_with_programme", "受项目帮扶后脱贫占比", "left after a programme", "share", 0, "exit",
      "of the persons whose households left this year, those that an instrument has reached", lambda s: of_exits(
        s, lambda h: (h.reached | h.reached_2 | h.reached_3) != 0)),
    Outcome("evaluation_score", "扶贫成效考核得分", "score of the evaluation", "index", 1, "exit",
      "mean of five headings on 0-1: persons above the line; house, water and care in order; funds not spent on "
      "administration; registered households reached; approval", evaluation, False),
    Outcome("five_requirements", "出列村五项要求", "five requirements after exit", "index", 1, "exit",
      "mean over the villages that have left of industry, sanitation, norm of motivation, participation and "
      "disclosure, income against two lines; 0 while none has left", five_requirements, False),
    Outcome("village_cliff", "贫困村与非贫困村户均受益差", "cliff between villages", "yuan/household", 0, "exit",
      "benefits of the year per household in poor villages less those in the other villages", village_cliff, False),
    Outcome("counties_overdue", "逾期未摘帽县占比", "counties past the deadline", "share", -1, "exit",
      "poor counties that are not out after the year of the deadline", overdue, False),
    Outcome("hardship_listed", "在册四类特殊困难人口占比", "registered persons in hardship groups", "share", 0,
      "registry",
      "ill or disabled, on an allowance, with elders only, without a worker: of registered persons",
      lambda s: in_groups(s, s.hardship)),
    Outcome("hardship_overlap", "两类特殊群体重合率", "hardship groups also screened", "share", 0, "registry",
      "of registered persons, those in a hardship group and in one of the five groups that are screened",
      lambda s: in_groups(s, s.hardship & priority_group(s.h))),
    Outcome("hardship_served", "在册特殊困难户受益比例", "hardship households reached", "share", 1, "registry",
      "of registered households in the four hardship groups, those that an instrument has reached", hardship_served),
    Outcome("record_gap", "建档发生率与实际之差", "recorded less true incidence", "points", 0, "registry",
      "registered persons less income-poor persons, of all persons",
      lambda s: s.share(s.h.registry == REGISTERED) - s.share(s.poor)),
    Outcome("backstop_share", "在册兜底保障户占比", "registered households on the backstop", "share", 0, "registry",
      "of registered households, those that the social security backstop has reached",
      lambda s: listed_share(s, reached_by(s, "security_backstop"))),
    Outcome("sustained_exit", "脱贫两年后仍稳定人口占比", "exit that has lasted two years", "share", 1, "exit",
      "of the persons whose households left the register two calendar years ago, those who have not been registered "
      "again since and are not income-poor", sustained),
    Outcome("exit_support", "脱贫后仍受益户占比", "still supported after exit", "share", 0, "exit",
      "households that have left and drew a benefit this year, of all that have left",
      lambda s: s.ratio((s.h.benefits >= FEN) * left(s), left(s)) if s.total(left(s)) > 0 else 0.0),
)
# fmt: on
