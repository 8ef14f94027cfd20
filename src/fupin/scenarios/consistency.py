"""What the numbers of a region profile must be to each other; each alone is checked where it is declared.

A number that does not fit is told with its own key, what was given, and what the other numbers allow.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from fupin.labels import tell
from fupin.model.ages import OLD, WORK
from fupin.scenarios.problems import MisfitError

if TYPE_CHECKING:
    from fupin.scenarios.profiles import Profile

NEAR = 1e-6  # how far shares may be from their sum


def check(profile: Profile) -> None:
    """Raise `MisfitError` for the first number that does not fit the others."""
    for part in (_shares, _couples, _generations, _elders, _illness, _households, _frame):
        part(profile)


def _must(holds: bool, key: str, given: str, zh: str, en: str) -> None:
    if not holds:
        raise MisfitError(key.split("."), tell(f"{given}；允许：{zh}", f"{given}; allowed: {en}"))


def _at_least(value: float, low: float, key: str, zh: str, en: str) -> None:
    """`zh` and `en` say what the lowest value is made of."""
    _must(value >= low, key, f"{value:g}", f"至少 {low:g}（{zh}）", f"at least {low:g} ({en})")


def _at_most(value: float, high: float, key: str, zh: str, en: str) -> None:
    _must(value <= high, key, f"{value:g}", f"至多 {high:g}（{zh}）", f"at most {high:g} ({en})")


def _shares(profile: Profile) -> None:
    total = sum(county.rural_share for county in profile.county)
    said = tell(f"各县合计 {total:g}", f"those of all counties sum to {total:g}")
    last = f"county.{len(profile.county) - 1}.rural_share"
    _must(abs(total - 1) <= NEAR, last, said, "合计为 1", "a sum of 1")
    weights = sum(row[3] for row in profile.household_types.weights)
    _must(weights > 0, "household_types.weights", f"{weights:g}", "权重合计大于 0", "weights that sum to more than 0")
    for key, shares in (
        ("person.schooling_shares", profile.person.schooling_shares),
        ("first_income.quarters", profile.first_income.quarters),
    ):
        total = sum(shares)
        said = tell(f"合计 {total:g}", f"they sum to {total:g}")
        _must(abs(total - 1) <= NEAR and min(shares) >= 0, key, said, "合计为 1 的比例", "shares that sum to 1")
    years = profile.person.schooling_years
    rising = all(low < high for low, high in pairwise(years)) and years[0] >= 0
    _must(rising, "person.schooling_years", _listed(years), "由小到大的年数", "years in rising order")
    home = profile.household
    total = home.dangerous + home.poor_house
    said = tell(f"与 dangerous 合计 {total:g}", f"with dangerous it sums to {total:g}")
    _must(total <= 1, "household.poor_house", said, "合计至多 1", "a sum of at most 1")


def _couples(profile: Profile) -> None:
    family = profile.family
    young, settled, counted = family.couple_young, family.couple_settled, family.couple_counted
    older = settled[0] >= young[0] and settled[1] >= young[1]
    _must(
        older, "family.couple_settled", _listed(settled),
        f"两端都不低于 couple_young 的 {_listed(young)}", f"neither end below that of couple_young, {_listed(young)}",
    )  # fmt: skip
    between = young[0] <= counted[0] and counted[1] <= settled[1]
    both = f"[{young[0]:g}, {settled[1]:g}]"
    _must(
        between, "family.couple_counted", _listed(counted),
        f"在 couple_young 与 couple_settled 合起来的 {both} 之内",
        f"within {both}, couple_young and couple_settled together",
    )  # fmt: skip


def _generations(profile: Profile) -> None:
    family, gap = profile.family, profile.family.parent_gap[0]
    _at_least(
        family.grandparents_until, gap + WORK - 1, "family.grandparents_until",
        f"再大一岁的夫妇有 {WORK:g} 岁的成年子女：parent_gap 至少 {gap:g}",
        f"a couple a year older has grown children of {WORK:g}: parent_gap of at least {gap:g}",
    )  # fmt: skip
    least = family.grandparent_gap[0]
    _at_most(
        family.grandparents_until, OLD - 1 - least, "family.grandparents_until",
        f"祖辈不满 {OLD:g} 岁，比夫妇至少大 grandparent_gap 的 {least:g} 岁",
        f"these grandparents are below {OLD:g} and at least {least:g} years older, grandparent_gap",
    )  # fmt: skip
    _at_least(
        family.mother_until, gap + 1, "family.mother_until",
        f"最年轻的母亲比孩子大 parent_gap 的 {gap:g} 岁", f"the youngest mother is {gap:g} years older, parent_gap",
    )  # fmt: skip


def _elders(profile: Profile) -> None:
    oldest = profile.person.elder_age_max
    said = f"person.elder_age_max {oldest:g}"
    _at_most(profile.family.elder_gap_until, oldest, "family.elder_gap_until", said, said)


def _illness(profile: Profile) -> None:
    health = profile.health
    years = sum(health.severe_quarters) / 8
    for name in ("severe_adult", "severe_elder"):
        said = f"1 / {years:g}"
        _at_most(
            getattr(health, name), 1 / years, f"health.{name}",
            f"{said} 年，severe_quarters 的平均病程：病者不多于全部",
            f"{said} years, the mean of severe_quarters: at most all are ill",
        )  # fmt: skip


def _households(profile: Profile) -> None:
    home = profile.household
    low, high = home.motivation_range
    said = f"motivation_range [{low:g}, {high:g}]"
    _must(
        low <= home.motivation_mean <= high, "household.motivation_mean", f"{home.motivation_mean:g}",
        f"在 {said} 之内", f"within {said}",
    )  # fmt: skip


def _frame(profile: Profile) -> None:
    frame = profile.frame
    rows = profile.household_types.weights
    members = sum(sum(row[:3]) * row[3] for row in rows) / sum(row[3] for row in rows)
    _at_most(
        frame.registered, frame.households * members, "frame.registered",
        f"households {frame.households:g} 户，每户 {members:.3g} 人（household_types）：在册的不多于全部人口",
        f"households {frame.households:g} of {members:.3g} persons, household_types: at most all are registered",
    )  # fmt: skip
    said = f"village_size_max {frame.village_size_max:g}"
    _at_most(frame.village_size_min, frame.village_size_max, "frame.village_size_min", said, said)
    for place, county in enumerate(profile.county if profile.tables is None else ()):
        size = frame.households * county.rural_share / county.villages
        least, most = frame.village_size_min, frame.village_size_max
        _must(
            least <= size <= most, f"county.{place}.villages",
            tell(
                f"{county.villages} 个村，平均每村 {size:,.0f} 户",
                f"{county.villages} villages of {size:,.0f} households",
            ),
            f"每村 {least:g} 至 {most:g} 户（village_size_min、village_size_max）",
            f"{least:g} to {most:g} households in the mean (village_size_min, village_size_max)",
        )  # fmt: skip


def _listed(numbers: tuple[float, ...]) -> str:
    return f"[{', '.join(f'{number:g}' for number in numbers)}]"
