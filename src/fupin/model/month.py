"""The month as a list: what happens in which order, how often, and which columns each process owns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fupin.model.processes import (
    collectives,
    enterprises,
    health,
    household_sums,
    labour,
    markets,
    neighbours,
    policies,
    registry,
    schooling,
    settlement,
    teams,
    years,
)

if TYPE_CHECKING:
    from fupin.model.region import Region

EVERY = tuple(range(1, 13))
QUARTERS = (3, 6, 9, 12)
CADENCES = {
    EVERY: ("每月", "monthly"),
    QUARTERS: ("每季末", "last month of a quarter"),
    (1, 4, 7, 10): ("每季初", "first month of a quarter"),
    (1,): ("每年1月", "January"),
    (3,): ("每年3月", "March"),
    (9,): ("每年9月", "September"),
    (10,): ("每年10月", "October"),
    (12,): ("每年12月", "December"),
}


@dataclass(frozen=True)
class Process:
    """One line of the month: `run(region)` in the calendar months `months`."""

    name: str
    run: Callable[[Region], None]
    months: tuple[int, ...]
    zh: str
    en: str
    reads: str
    writes: str

    @property
    def cadence(self) -> str:
        """Cadence in English; `CADENCES[self.months]` has both languages."""
        return CADENCES[self.months][1]


MONTH: tuple[Process, ...] = (
    Process("open_year", years.open_year, (1,), "年度开账", "books of the year", "household.income_year",
            "household: income to date, income_growth, income_before; village.collective_income; enterprise.profit"),
    Process("village_growth", neighbours.village_growth, (1,), "村收入增长", "village income growth",
            "household.income_year", "village.mean_income, income_growth"),
    Process("supply_trends", markets.supply_trends, (1,), "供给趋势", "trend of supply", "county.supply",
            "county.supply_trend"),
    Process("age_members", years.age_members, (1,), "人口变动", "births, deaths, ages", "person.age",
            "person: age, alive, able; household: members and labour"),
    Process("move_luck", years.move_luck, (1,), "生产与工资波动", "luck of households and workers",
            "household.luck, person.wage_luck", "household.luck, person.wage_luck, skill, pay"),
    Process("found_enterprises", enterprises.found_enterprises, (1,), "新办企业", "new enterprises", "enterprise",
            "new enterprise rows"),
    Process("open_quarter", years.open_quarter, (1, 4, 7, 10), "季度开账", "books of the quarter", "",
            "household.income_q1 … income_q4"),
    Process("teams", teams.team_month, EVERY, "驻村工作队", "work teams", "household.registry, workteam",
            "workteam: days, load, accuracy, visits; household.visits"),
    Process("policies", policies.run_instruments, EVERY, "政策工具", "instruments", "everything the records show",
            "household: programme columns, savings, transfer income; enterprise; county.cash"),
    Process("schooling", schooling.schooling, (9,), "升学与辍学", "schooling", "person.stage, household.income_year",
            "person: stage, schooling, skill, able; household: members and labour"),
    Process("weather_and_prices", markets.weather_and_prices, QUARTERS, "天气与价格", "weather and prices",
            "household.expected_output", "village: weather, rent, price; county: supply, price, wage_cost"),
    Process("rent_land", markets.rent_land, (3,), "土地流转", "land rental", "household.land, own_labour",
            "household.rented_out, rented_in; village.idle_land"),
    Process("health", health.health, QUARTERS, "患病与就医", "illness and care", "household.illness_load, savings",
            "person: illness; household.health_due, forgone"),
    Process("plan_jobs", enterprises.plan_jobs, QUARTERS, "企业用工", "labour demand", "enterprise, county.wage_cost",
            "enterprise.orders, jobs"),
    Process("allocate_labour", labour.allocate_labour, QUARTERS, "就业选择与匹配", "labour choice and matching",
            "person, household.home_return, enterprise.jobs", "person: activity, employer, tenure, tastes"),
    Process("sum_labour", household_sums.sum_labour, QUARTERS, "劳动力汇总", "labour of households", "person",
            "household: labour and pay by activity"),
    Process("settle", settlement.settle, QUARTERS, "农户收支", "household quarter", "household, village",
            "household: incomes, spending, savings, debt, capital, beliefs, motivation; enterprise.payroll"),
    Process("firm_accounts", enterprises.firm_accounts, QUARTERS, "企业收支", "enterprise quarter", "enterprise",
            "enterprise: cash, loan, capital, profit"),
    Process("neighbours", neighbours.reference_groups, QUARTERS, "邻里参照", "reference groups", "household",
            "village: norm, network"),
    Process("registry", registry.registry_october, (10,), "建档立卡动态调整", "registry adjustment",
            "household.income_year, workteam.accuracy", "household: reported_income, observed_income, score, registry"),
    Process("collectives", collectives.collective_year, (12,), "村集体收支", "village collectives", "village",
            "village.collective_cash; household.savings, property_income"),
)  # fmt: skip
