"""Outcomes of targeting: whom the minimum living allowance, the register and all benefits together reach and miss.

The allowance is judged by two incomes (of the year, lasting) against two lines (its own standard, the poverty line).
Without an allowance in force nothing is computed and all of it is NaN.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from typing import NamedTuple

import numpy as np

from fupin.model.household import REGISTERED
from fupin.model.instruments.security import Dibao
from fupin.model.outcome import Outcome
from fupin.model.region import Region
from fupin.model.snapshot import Mask, Snapshot
from fupin.model.targeting import Aim

NOTHING = float("nan")
INCOMES: dict[str, tuple[str, str, Callable[[Snapshot], Aim]]] = {
    "": ("当年收入", "income of the year", lambda s: s.allowance),
    "_lasting": ("持久收入", "lasting income", lambda s: s.lasting_allowance),
}
LINES: dict[str, tuple[str, str, Callable[[Snapshot], float]]] = {
    "": ("低保标准", "standard", lambda s: standard_of(s)),
    "_line": ("贫困线", "poverty line", lambda s: float(s.p.poverty_line)),
}


class Rate(NamedTuple):
    """A rate of an aim against a line: labels, direction, meaning, and how it is worked out."""

    zh: str
    en: str
    direction: int
    meaning: str
    of: Callable[[Aim, float], float]


RATES = {
    "inclusion": Rate(
        "错保率", "inclusion error", -1,
        "persons in households with the allowance whose {income} without it is not below the {line}, "
        "of all persons in households with it", Aim.inclusion,
    ),
    "exclusion": Rate(
        "漏保率", "exclusion error", -1,
        "persons whose {income} without the allowance is below the {line} and whose household does not get it, "
        "of all persons below the {line} without it", Aim.exclusion,
    ),
    "to_poor": Rate(
        "资金到贫比例", "money to the poor", 1,
        "allowances of households whose {income} without them is below the {line}, of all allowances", Aim.to_poor,
    ),
}  # fmt: skip


def standard_of(s: Snapshot) -> float:
    """The standard of the allowance in force, yuan a head and year; NaN if none is."""
    return standard_at(s.region, s.region.month)


def standard_at(region: Region, month: int) -> float:
    """The same in another month, which has been lived."""
    for item in region.instruments:
        if isinstance(item, Dibao) and item.settings.active(month):
            return item.standard(region, month)
    return NOTHING


def in_force(s: Snapshot) -> bool:
    """Is there an allowance?"""
    return standard_of(s) > 0.0


def of_benefits(rate: Callable[[Snapshot], float]) -> Callable[[Snapshot], float]:
    """A rate of the benefits of all instruments; NaN in a region where nobody has any this year."""
    return lambda s: rate(s) if s.region.instruments and s.whole.benefits.reached.any() else NOTHING


def of_allowance(rate: Callable[[Snapshot], float]) -> Callable[[Snapshot], float]:
    """A rate of the allowance that is not worked out where there is none."""
    return lambda s: rate(s) if in_force(s) else NOTHING


def grid() -> Iterator[Outcome]:
    """Each rate of the allowance by each income against each line."""
    for (name, rate), (by, income), (at, line) in product(RATES.items(), INCOMES.items(), LINES.items()):
        yield Outcome(
            f"allowance_{name}{by}{at}",
            f"低保{rate.zh}（{income[0]}，{line[0]}）",
            f"allowance: {rate.en} ({income[1]}, {line[1]})",
            "share",
            rate.direction,
            "targeting",
            rate.meaning.format(income=income[1], line="local standard" if line[1] == "standard" else line[1]),
            of_allowance(partial(at_line, rate=rate, aim=income[2], line=line[2])),
        )


def at_line(s: Snapshot, rate: Rate, aim: Callable[[Snapshot], Aim], line: Callable[[Snapshot], float]) -> float:
    """A rate of an aim against a line of the year."""
    return rate.of(aim(s), line(s))


def among_listed(s: Snapshot, kind: str) -> float:
    """Share of the persons on the allowance who are of a kind."""
    return s.ratio(s.listed_by_kind[f"listed_{kind}"], s.listed_by_kind["listed_persons"])


def lasting_poor(s: Snapshot) -> Mask:
    """Households whose lasting income per head is below the poverty line."""
    return np.asarray(s.h.permanent_income < s.p.poverty_line * s.h.members)


# fmt: off
DECLARED = (
    Outcome("allowance_persons", "低保人口占比", "persons on the allowance", "share", 0, "targeting",
      "members who are listed, of all persons",
      of_allowance(lambda s: s.share_of(s.h.dibao_members * s.allowance.reached, s.persons > 0.0))),
    Outcome("allowance_coverage", "低保户人口占比", "persons in households with the allowance", "share", 0,
      "targeting", "members of households with the allowance, listed or not, of all persons",
      of_allowance(lambda s: s.allowance.coverage())),
    Outcome("allowance_paid", "低保人均补助", "allowance per listed person", "yuan/person/year", 0, "targeting",
      "allowances of the year over listed persons",
      of_allowance(lambda s: s.ratio(s.allowance.yuan, s.h.dibao_members * s.allowance.reached))),
    Outcome("allowance_old", "低保对象中老年人占比", "old among those on the allowance", "share", 0, "targeting",
      "listed persons of 60 and older, of all listed persons", of_allowance(lambda s: among_listed(s, "old"))),
    Outcome("allowance_minors", "低保对象中未成年人占比", "minors among those on the allowance", "share", 0,
      "targeting", "listed persons below 18, of all listed persons", of_allowance(lambda s: among_listed(s, "minors"))),
    Outcome("allowance_disabled", "低保对象中残疾人占比", "disabled among those on the allowance", "share", 0,
      "targeting", "listed persons who are disabled, of all listed persons",
      of_allowance(lambda s: among_listed(s, "disabled"))),
    *grid(),
    Outcome("allowance_fills", "低保补差程度（低保标准）", "gap that the allowance fills, standard", "ratio", 0,
      "targeting", "allowances of those below the local standard without them, over what they are short of it",
      of_allowance(lambda s: s.allowance.filled(standard_of(s)))),
    Outcome("allowance_fills_line", "低保补差程度（贫困线）", "gap that the allowance fills, line", "ratio", 0,
      "targeting", "allowances of those below the poverty line without them, over what they are short of it",
      of_allowance(lambda s: s.allowance.filled(s.p.poverty_line))),
    Outcome("allowance_lifts", "低保直接脱贫人口占比", "persons lifted over the line by the allowance", "share", 1,
      "targeting", "below the poverty line without the year's allowance and not with it, of all persons; what people "
      "would do without it is not asked", of_allowance(lambda s: s.allowance.lifted(s.p.poverty_line))),
    Outcome("benefits_inclusion", "各类受益：非贫困者占比", "benefits: inclusion error", "share", -1, "targeting",
      "persons in households with any benefit this year, in cash or kind, who are not income-poor without the money of "
      "it, of all persons in households with any", of_benefits(lambda s: s.benefits.inclusion(s.p.poverty_line))),
    Outcome("benefits_exclusion", "各类受益：贫困者未受益比例", "benefits: exclusion error", "share", -1, "targeting",
      "persons who are income-poor without the year's benefits and whose household got none, of all who are "
      "income-poor without them", of_benefits(lambda s: s.benefits.exclusion(s.p.poverty_line))),
    Outcome("benefits_to_poor", "各类受益：贫困者所得比例", "benefits: to the poor", "share", 1, "targeting",
      "benefits of those who are income-poor without them, of all benefits of the year",
      of_benefits(lambda s: s.benefits.to_poor(s.p.poverty_line))),
    Outcome("register_inclusion", "错评率（不计受益）", "register: inclusion error without benefits", "share", -1,
      "targeting", "registered persons who are not income-poor without the year's benefits, of all registered persons",
      lambda s: s.share_among(~s.benefits.poor(s.p.poverty_line), s.h.registry == REGISTERED)),
    Outcome("register_exclusion", "漏评率（不计受益）", "register: exclusion error without benefits", "share", -1,
      "targeting", "persons who are income-poor without the year's benefits and not registered, of all such persons",
      lambda s: s.share_among(s.h.registry != REGISTERED, s.benefits.poor(s.p.poverty_line))),
    Outcome("register_inclusion_lasting", "错评率（持久收入）", "register: inclusion error, lasting income", "share",
      -1, "targeting", "registered persons whose lasting income is not below the poverty line, of all registered",
      lambda s: s.share_among(~lasting_poor(s), s.h.registry == REGISTERED)),
    Outcome("register_exclusion_lasting", "漏评率（持久收入）", "register: exclusion error, lasting income", "share",
      -1, "targeting", "persons whose lasting income is below the poverty line and who are not registered, of all such "
      "persons", lambda s: s.share_among(s.h.registry != REGISTERED, lasting_poor(s))),
)
# fmt: on
