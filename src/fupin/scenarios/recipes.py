"""Sections of a region profile: what a recipe holds, in which bounds."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from fupin.labels import Label, tell
from fupin.model.ages import OLD, VERY_OLD, WORK
from fupin.scenarios.quantities import (
    AnyNumber,
    Item,
    Load,
    Positive,
    Quantities,
    Quantity,
    Share,
    Spread,
    Status,
    Taste,
    count,
    several,
    span,
    whole,
    within,
)

MOST_ADULTS, MOST_ELDERS, MOST_YOUNG = 4, 2, 3  # places of a household of the recipe, by kind of member
AGE_BANDS = (WORK, 40.0, OLD, VERY_OLD)  # years of age at which the second to fifth group of [health] begin
LONGEST_LIFE = 120.0  # years: no profile may ask for a higher age


class Later:
    """Marks keys that came later: a profile without them has those of the shipped profile `baoding`."""


LATER = Later()


class Section(BaseModel):
    """A table of a profile: unknown keys are errors, nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Frame(Section):
    """Size of the region."""

    households: Positive
    village_size_sd: Spread
    village_size_min: Positive
    village_size_max: Annotated[Quantity, within(1, 60_000)]
    registered: Positive
    registered_poor_village: Share
    registered_other_village: Share


class Described(Section):
    """What a bare number of a list stands for."""

    unit: str
    zh: str
    en: str
    source: str
    status: Status


class CountyFields(Section):
    """What the numbers of a `[[county]]` table stand for."""

    rural_share: Described
    villages: Described
    poor_villages: Described
    townships: Described
    terrain: Described
    productivity: Described


class CountyProfile(Section):
    """One county of the frame. A county off the list of poor counties says so and gives its registered share itself.

    A poor county that only its province lists says `national_list = false`: the centre does not check its exit.
    """

    zh: str
    en: str
    rural_share: float = Field(gt=0, le=1, strict=True)
    villages: int = Field(ge=1, le=20_000, strict=True)
    poor_villages: int = Field(ge=0, strict=True)
    townships: int = Field(ge=1, strict=True)
    terrain: tuple[float, float, float]
    productivity: float = Field(ge=-1, le=1, strict=True)
    poor_county: bool = Field(default=True, strict=True)
    national_list: bool = Field(default=True, strict=True)
    incidence: float | None = Field(default=None, ge=0, le=1, strict=True)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.poor_villages > self.villages:
            raise ValueError(
                tell(
                    f"{self.villages} 个村中有 {self.poor_villages} 个贫困村；允许：至多全部",
                    f"{self.poor_villages} poor villages of {self.villages}; allowed: at most all",
                )
            )
        if abs(sum(self.terrain) - 1) > 1e-6 or min(self.terrain) < 0:
            raise ValueError(
                tell(
                    f"terrain {list(self.terrain)}；允许：合计为 1 的三个比例",
                    f"terrain {list(self.terrain)}; allowed: three shares that sum to 1",
                )
            )
        return self


class VillageRecipe(Section):
    """Villages: spreads, correlations with remoteness, infrastructure, collective accounts."""

    sd_productivity: Spread
    productivity_remoteness: Load
    sd_wage_level: Spread
    wage_remoteness: Load
    ability_remoteness: Load
    ability_share: Share
    terrain_remoteness: Load
    township_remoteness: Annotated[Load, LATER]
    designation_noise: Positive
    road: Item
    water: Item
    power: Item
    broadband: Item
    clinic: Item
    sanitation: Item
    participation: Item
    disclosure: Item
    industry_quality: Item
    collective_land: Positive
    collective_assets: Positive
    collective_cash: Positive
    collective_sd: Spread
    collective_poor: Share


class HouseholdTypes(Described):
    """Joint weights of (adults, elders, young)."""

    weights: tuple[tuple[float, float, float, float], ...]

    @model_validator(mode="after")
    def _possible(self) -> Self:
        for adults, elders, young, weight in self.weights:
            places = (adults, MOST_ADULTS), (elders, MOST_ELDERS), (young, MOST_YOUNG)
            if weight < 0 or not all(number in range(most + 1) for number, most in places):
                given = f"[{adults:g}, {elders:g}, {young:g}, {weight:g}]"
                raise ValueError(
                    tell(
                        f"{given}；允许：成人 0–{MOST_ADULTS}、老人 0–{MOST_ELDERS}、少年儿童 0–{MOST_YOUNG}、"
                        "权重 0 以上",
                        f"{given}; allowed: adults 0-{MOST_ADULTS}, elders 0-{MOST_ELDERS}, young 0-{MOST_YOUNG}, "
                        "weight 0 or more",
                    )
                )
            if adults + elders == 0:
                raise ValueError(
                    tell(
                        "没有成人也没有老人的户型；允许：至少一人",
                        "a household type without adult or elder; allowed: at least one",
                    )
                )
        return self


class PersonRecipe(Section):
    """Ages, schooling and capacity of members."""

    young_couples: Share
    elder_age_scale: Positive
    elder_age_max: Annotated[Quantity, whole(OLD + 1, LONGEST_LIFE), LATER]
    senior_enrolment: Share
    vocational_share: Share
    college_enrolment: Share
    over_age: Share
    schooling_years: Annotated[Quantities, several(0, 30)]
    schooling_shares: Annotated[Quantities, several(0, 1)]
    schooling_age: Load
    schooling_elders: AnyNumber
    worker_ages: Annotated[Quantities, count(2, Label("均值与标准差", "mean and standard deviation"), 1, OLD), LATER]
    talent_sd: Spread
    wage_luck_sd: Spread
    elder_capacity: Share

    @model_validator(mode="after")
    def _ladder(self) -> Self:
        if len(self.schooling_years) != len(self.schooling_shares):
            raise ValueError(
                tell(
                    "schooling_years 与 schooling_shares 长度不同；允许：每级一个比例",
                    "schooling_years and schooling_shares differ in length; allowed: one share a level",
                )
            )
        return self


AdultAge = Annotated[Quantity, whole(WORK, OLD - 1)]
AdultAges = Annotated[Quantities, span(WORK, OLD - 1)]
Generation = Annotated[Quantities, span(15, 45)]
Siblings = Annotated[Quantities, span(1, 9)]  # with more, one could be too young to be born and too old for senior high
Spouses = Annotated[Quantities, span(-30, 30)]


class FamilyRecipe(Section):
    """Ages and sexes of those who live together; spans are whole years, the least and the most, equally frequent."""

    young_female: Share
    sibling_gap: Siblings
    third_gap: Siblings
    older_sibling: Share
    parent_gap: Generation
    couple_young: AdultAges
    couple_settled: AdultAges
    couple_counted: AdultAges
    spouse_gap: Spouses
    head_female: Annotated[Quantities, count(2, Label("与其他成人同住、独居", "with other adults, alone"), 0, 1)]
    counted_female: Annotated[
        Quantities, count(3, Label("第一、第二、其余成员", "first, second, further members"), 0, 1)
    ]
    grandparents_until: AdultAge
    grandparent_gap: Generation
    grandparent_spouse: Spouses
    grandparent_min: AdultAge
    grandparent_female: Share
    grown_max: AdultAge
    grown_female: Share
    elder_gap: Annotated[Quantity, whole(0, 45)]
    elder_gap_until: Annotated[Quantity, whole(OLD, LONGEST_LIFE)]
    elder_female: Annotated[
        Quantities, count(2, Label("两位老人中的第一位、独居老人", "first of two, one alone"), 0, 1)
    ]
    mother_until: Annotated[Quantity, within(WORK, OLD)]


def _groups() -> Label:
    first, *between, last = AGE_BANDS[0], *(f"{low:g}-{high - 1:g}" for low, high in pairwise(AGE_BANDS)), AGE_BANDS[-1]
    return Label(
        "、".join([f"{first:g} 岁以下", *between, f"{last:g} 岁以上"]),
        ", ".join([f"before {first:g}", *between, f"{last:g} and older"]),
    )


Ages = Annotated[Quantities, count(len(AGE_BANDS) + 1, _groups(), 0, 1)]


class HealthRecipe(Section):
    """Stocks of illness and disability."""

    chronic: Ages
    disabled: Ages
    severe_adult: Share
    severe_elder: Share
    severe_quarters: Annotated[Quantities, span(1, 40, wholly=False)]
    severe_loss: Annotated[Quantities, span(0, 1, wholly=False)]


class Loads(Section):
    """Correlation of each attribute's normal score with latent ability."""

    schooling: Load
    talent: Load
    productivity: Load
    business: Load
    capital: Load
    savings: Load
    motivation: Load
    illness: Load
    disability: Load
    housing: Load
    debt: Load
    formal_pension: Load


Terrain = Annotated[Quantities, count(3, Label("平原、丘陵、山区", "plain, hill, mountain"), 0, 1000)]


class HouseholdRecipe(Section):
    """Marginal distributions of household attributes."""

    land_mean: Positive
    land_sd: Spread
    land_fixed: Share
    land_terrain: Terrain
    forest_mean: Terrain
    forest_sd: Spread
    productivity_sd: Spread
    business_share: Share
    business_output: Positive
    luck_sd: Spread
    capital_mean: Positive
    capital_sd: Spread
    savings_mean: Positive
    savings_sd: Spread
    debt_share: Share
    debt_mean: Positive
    debt_sd: Spread
    dangerous: Share
    poor_house: Share
    housing_remoteness: Load
    motivation_mean: Share
    motivation_sd: Spread
    motivation_range: Annotated[Quantities, span(0, 1, wholly=False), LATER]
    approval_mean: Share
    approval_sd: Spread
    formal_share: Share
    formal_amount: Positive
    absent_share: Share
    absent_spread: Spread
    absent_max: Annotated[Positive, LATER]


class WorkRecipe(Section):
    """What workers do at first."""

    local: Taste
    migrant: Taste
    care: Taste
    tenure_max: Positive
    non_resident: Share


class FirstIncome(Section):
    """A first guess of last year's income."""

    home_level: Positive
    land: Share
    labour: Share
    capital: Share
    land_floor: Annotated[Positive, LATER]
    labour_floor: Annotated[Positive, LATER]
    capital_floor: Annotated[Positive, LATER]
    net_share: Share
    fixed_inputs: Annotated[Quantity, within(0, 1e6)]
    local_wage: Positive
    remittance: Positive
    casual_pay: Positive
    schooling_return: Share
    pension: Positive
    support: Positive
    other: Positive
    noise_sd: Spread
    growth: Annotated[Quantity, within(-0.9, 9)]
    quarters: Annotated[Quantities, count(4, Label("四个季度的比例", "shares of the four quarters"), 0, 1)]


Firms = Annotated[Quantities, count(2, Label("家数、相对规模", "number of firms, relative size"), 0, 1e6)]


class EnterpriseRecipe(Section):
    """Employers of the counties."""

    jobs_per_worker: Share
    leading: Firms
    cooperatives: Firms
    parks: Firms
    tourism: Firms
    ecommerce: Firms
    size_sd: Spread
    capital_per_job: Positive
    capital_sd: Spread
    cash_per_job: Positive
    indebted: Share
    loan_share: Share


class TeamRecipe(Section):
    """Work teams in poor villages."""

    members: Annotated[Quantities, several(1, 100)]
    skill_mean: Share
    skill_sd: Spread
    days: Positive
    paperwork: Share


class Administration(Section):
    """County administrations."""

    absorption: Share
    audit: Share
