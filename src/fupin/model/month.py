"""The month as a list: what happens in which order, how often, and which columns each process owns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from fupin.labels import Label
from fupin.model.processes import (
    approval,
    bank_loans,
    budgets,
    collectives,
    conduct,
    county_exit,
    dispatch,
    enterprises,
    exit_accounts,
    health,
    household_sums,
    houses,
    labour,
    leakage,
    look_back,
    markets,
    monitoring,
    neighbours,
    own_capacity,
    plans,
    policies,
    registry,
    schooling,
    settlement,
    teams,
    village_exit,
    village_lists,
    village_plan,
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
    (11,): ("每年11月", "November"),
    (12,): ("每年12月", "December"),
}


@dataclass(frozen=True)
class Process:
    """One line of the month: `run(region)` in the calendar months `months`.

    `writes` names every column that the process may change, as `household: savings, debt; village: price`; a star
    stands for agents that it adds. Tests hold the processes to it, and lists shared within a month are dropped by it
    (`shared_lists`).
    """

    name: str
    run: Callable[[Region], None]
    months: tuple[int, ...]
    zh: str
    en: str
    reads: str
    writes: str
    about_zh: str = ""

    @property
    def about(self) -> Label:
        """What it does, in a sentence: the Chinese as declared, the English the first line of `run`'s docstring."""
        return Label(self.about_zh, (self.run.__doc__ or "").strip().partition("\n")[0])

    @property
    def cadence(self) -> str:
        """Cadence in English; `CADENCES[self.months]` has both languages."""
        return CADENCES[self.months][1]

    @cached_property
    def columns(self) -> frozenset[str]:
        """What it writes as `kind.column` (or `kind.*`)."""
        kinds = (part.partition(": ") for part in self.writes.split("; "))
        return frozenset(f"{kind}.{name}" for kind, _, names in kinds for name in names.split(", "))


TASTES = "taste_own, taste_local, taste_migrant, taste_post, taste_care"
LABOUR = (
    "own_workers, local_workers, migrants, post_pay, residents, own_labour, casual_labour, local_pay, migrant_pay, "
    "remitted_pay"
)
BELIEFS = "reported_income, observed_income, score"
WARNED = "registry, registered_month, returns, alert_month"
LISTING = f"{WARNED}, ungrounded"
QUARTER_INCOMES = "income_q1, income_q2, income_q3, income_q4"
ESTATES = (  # what ends with the last member of a household
    f"{QUARTER_INCOMES}, income_year, income_before, income_growth, permanent_income, formal_pension, dibao, wubao, "
    "pv_income, park_land, rented_out, rented_in, diverted, registry, alert_month, ungrounded, "
    "contract_firm, homestay, savings, capital, grant_pending, debt, land, expected_output; village: heirs_land"
)

CADRES = "team_in_charge, team_reach, cadre_shift, participation, disclosure"
TEAMS = (
    "mode, weight, villages, members, skill, paperwork, origin, industry_skill, governance_skill, welfare_skill, "
    "days_shift, presence_shift, paperwork_shift, skill_shift, fit_shift, matching_shift, talk_share, gift_share"
)
SHIFTS = "productivity_shift, price_shift, care_shift, outpatient_shift, hazard_shift, migration_shift"
CONDUCT = "motivation, aspiration, suspended, knowledge"
VOICE = "participation, disclosure, informed, watched, branch_strength, mediation, project_match, ceremony_cut, shame"
SERVICES = "road, water, power, broadband, clinic, sanitation, market_shift"

POLICIES = "; ".join((
    "household: reached, reached_2, reached_3, benefits, programme_income, savings, debt, capital, loan",
    "household: loan_months",
    "household: grant_pending, grant_ready",
    "household: granted_month, dibao, dibao_members, housing, safe_water, location, relocated_month, transfer_income",
    "household: wage_income, operating_income, property_income, pv_income, wubao, relief_month, care_debt",
    "household: hospital_paid, park_land, homestay, contract_firm, crop_cover, shares, share_firm, land, forest_land",
    f"household: care_burden, diverted, visits, {CONDUCT}, {SHIFTS}, {QUARTER_INCOMES}",
    "person: school_aid, vocational_aid, restless, pension_account, dibao",
    "person: post, post_wage, activity, employer, tenure, skill, pay",
    f"village: {SERVICES}, {CADRES}, {VOICE}, exit_promise",
    "village: pv_kw, pv_value, pv_tariff, station, tourism, collective_cash, collective_income, dividends",
    "enterprise: *, cash, profit, productivity, capital, loan, alive, jobs",
    "household: soft_debt, care_relief, pupils, school_cost; person: talent, stage",
    "village: collective_assets, collective_land, idle_assets, venture_assets, free_land, inventoried, reformed",
    "village: diverted, shareholding, ways, fund_lent, mutual_fund, mutual_lent, land_permit",
    "household: group_loan, group_due, group_lender, job_known, link; person: craft, brand",
    "village: village_shift, industry, industry_month, industry_share, industry_quality, city_sales, craft_points",
    "village: sheds, hill_orchard, hill_month; enterprise: filled, wage_support; county: funds_spent, returnee_park",
    "county: cash, attention, tolerance, audit, departments",
    f"workteam: *, {TEAMS}",
))  # fmt: skip

MONTH: tuple[Process, ...] = (
    Process("village_plan", village_plan.village_plan, (1,), "出列计划", "plan of village exits",
            "household.registry, village, county.exit_year", "village: exit_year; county: exit_year",
            about_zh="1月，上年账目结清之前：各县定下摘帽年份，各村定下出列年份。"),
    Process("open_year", years.open_year, (1,), "年度开账", "books of the year", "household.income_year",
            "household: wage_income, operating_income, property_income, transfer_income, consumption, health_spending, "
            "school_spending, shortfall, forgone, benefits, programme_income, programme_income_before, unmet_before, "
            "income_growth, income_before; "
            "village: collective_income, dividends; enterprise: profit",
            about_zh="记下上年收入和增长，当年各项累计归零。"),
    Process("village_growth", neighbours.village_growth, (1,), "村收入增长", "village income growth",
            "household.income_year", "village: mean_income, income_growth",
            about_zh="每年1月计算村人均收入及其增长。"),
    Process("supply_trends", markets.supply_trends, (1,), "供给趋势", "trend of supply", "county.supply",
            "county: supply_trend",
            about_zh="每年1月供给趋势向供给靠拢。"),
    Process("age_members", years.age_members, (1,), "人口变动", "births, deaths, ages", "person.age",
            "person: age, alive, female, schooling, skill, talent, wage_luck, chronic, disabled, dibao, non_resident, "
            "stage, left_stage, illness_loss, illness_months, able, capacity, pay, restless, activity, employer, "
            f"tenure, post, post_wage, school_aid, vocational_aid, craft, brand, retiree, pension_account, {TASTES}; "
            "household: members, children, pupils, workers, elders, disabled, ill, severely_ill, illness_load, "
            f"care_burden, schooling, school_cost, dibao_members, {LABOUR}, {ESTATES}",
            about_zh="长一岁：死亡、出生、退出劳动，以及离校进入劳动年龄的成员；户内无人的销户。"),
    Process("move_luck", years.move_luck, (1,), "生产与工资波动", "luck of households and workers",
            "household.luck, person.wage_luck", "household: luck; person: wage_luck, skill, pay",
            about_zh="农户和劳动力的一阶自回归波动；本地岗位上的劳动力学到技能。"),
    Process("houses_wear", houses.houses_wear, (1,), "住房老化", "houses wear", "household.housing, village.terrain",
            "household: housing",
            about_zh="经不住这一年损耗的住房降一级。"),
    Process("found_enterprises", enterprises.found_enterprises, (1,), "新办企业", "new enterprises", "enterprise",
            "enterprise: *",
            about_zh="每年1月县内有人仿办较小的企业，由业主出资。"),
    Process("open_quarter", years.open_quarter, (1, 4, 7, 10), "季度开账", "books of the quarter", "",
            f"household: {QUARTER_INCOMES}",
            about_zh="去年同季的记录让位给新的一季。"),
    Process("teams", teams.team_month, EVERY, "驻村工作队", "work teams", "household.registry, workteam",
            "workteam: days, load, accuracy, visits, project_fit, matching; household: visits",
            about_zh="填表之外的工作日，分给所负责的在册户和缓冲期内的户。"),
    Process("own_capacity", own_capacity.own_capacity, (1,), "自我发展能力", "own capacity",
            "household.visits, own_labour", "household: own_capacity, productivity_shift",
            about_zh="1月：在帮扶下劳动一年，扶持户的生产率长期有所提高。"),
    Process("village_lists", village_lists.village_lists, (1,), "村级名单", "lists of villages",
            "household.registry, village.road, water, power, broadband, clinic, sanitation",
            "village: poor_village, listed_late, deep_poor, exited",
            about_zh="自第二年起每年1月：村级名单中已启用的各项调整。"),
    Process("plans", plans.household_plans, EVERY, "因户施策", "plans of households",
            "household.registry, workteam.accuracy", "household: cause, batches, planned_month",
            about_zh="每月：新入册户记致贫原因、定“五个一批”，再按工作队的时间制定方案。"),
    Process("dispatch", dispatch.dispatch, EVERY, "时间表与调度", "timetable and dispatch",
            "county.exit_stage, household.registry", "county: exit_year, dispatched; workteam: paperwork",
            about_zh="每月，在政策工具之前：1月排时间表，再定哪些县列入调度。"),
    Process("idle_habit", conduct.idle_habit, EVERY, "懒散习惯", "idle habit", "household.motivation_base",
            "household: motivation, motivation_base",
            about_zh="至少有 idle_habit_share 的农户有懒散习惯：动力基线低于 0.3。"),
    Process("oversight", leakage.oversee, EVERY, "截留与监督", "leakage and its audit",
            "village.participation, disclosure, county.audit, household.diverted",
            "village: leakage, deterrence, branch_strength, diverted, collective_cash; "
            "household: diverted, savings, transfer_income, income_q4",
            about_zh="当月的截留率；12月集中审计。没有截留则不做。"),
    Process("budgets", budgets.budget_month, EVERY, "资金分配与下达", "budgets of the counties",
            "household.registry, county, village", "county: cash, funds, funds_spent, matching_gap, policy_debt",
            about_zh="1月结账并分配当年资金；每月下达已批准的资金。"),
    Process("policies", policies.run_instruments, EVERY, "政策工具", "instruments",
            "household, person, village, enterprise, workteam, county",
            POLICIES,
            about_zh="政策包的一个月；情景开始之前没有。"),
    Process("bank_loans", bank_loans.bank_loans, QUARTERS, "原有贷款", "bank loans of before", "household.income_year",
            "household: savings, debt, loan, loan_months",
            about_zh="自带住户表里原有的银行贷款，由农户付息还本；没有则不做。"),
    Process("schooling", schooling.schooling, (9,), "升学与辍学", "schooling", "person.stage, household.income_year",
            f"person: stage, left_stage, schooling, skill, able, activity, tenure, restless, capacity, pay, {TASTES}; "
            f"household: pupils, school_cost, workers, schooling, {LABOUR}",
            about_zh="全体学龄人口的一个学年。"),
    Process("weather_and_prices", markets.weather_and_prices, QUARTERS, "天气与价格", "weather and prices",
            "household.expected_output",
            "village: weather, rent, price; county: supply, supply_trend, price, wage_cost",
            about_zh="各村天气；县内供给高于趋势则价格下跌；用工成本随之变动。"),
    Process("rent_land", markets.rent_land, (3,), "土地流转", "land rental", "household.land, own_labour",
            "household: rented_out, rented_in; village: idle_land, rented_share",
            about_zh="每年3月缺劳力的户出租土地，劳力多而地少的户租入；村内以少的一方为准，多的一方按比例成交。"),
    Process("health", health.health, QUARTERS, "患病与就医", "illness and care", "household.illness_load, savings",
            "person: illness_loss, illness_months, restless, capacity, pay; "
            "household: health_due, forgone, ill, severely_ill, care_burden, savings, benefits, reached, care_debt, "
            "reached_2, reached_3, "
            "hospital_paid, diverted; county: cash",
            about_zh="病程推移，有人痊愈，有人患病；医疗费以付得起为限。"),
    Process("plan_jobs", enterprises.plan_jobs, QUARTERS, "企业用工", "labour demand", "enterprise, county.wage_cost",
            "enterprise: orders, jobs",
            about_zh="订单变动，各企业报出现行工资下的用工数。"),
    Process("allocate_labour", labour.allocate_labour, QUARTERS, "就业选择与匹配", "labour choice and matching",
            "person, household.home_return, enterprise.jobs",
            f"person: activity, employer, tenure, restless, taste_epoch, {TASTES}; enterprise: filled; "
            "county: job_seekers, vacancies, unheard, unskilled, out_of_reach",
            about_zh="裁员、离职、选择和匹配，再记下雇主、从业和在岗时间。"),
    Process("sum_labour", household_sums.sum_labour, QUARTERS, "劳动力汇总", "labour of households", "person",
            f"household: {LABOUR}",
            about_zh="成员的工作、工资或健康有变的户，重新汇总各类劳动和工资。"),
    Process("collectives", collectives.collective_year, (12,), "村集体收支", "village collectives", "village",
            "village: collective_cash, collective_income, dividends; household: savings, property_income, income_q4",
            about_zh="资产和土地出租，然后是村内工程，再向持股户分红。"),
    Process("settle", settlement.settle, QUARTERS, "农户收支", "household quarter", "household, village",
            "household: home_return, expected_output, local_rate, wage_income, operating_income, property_income, "
            f"transfer_income, savings, income_year, {QUARTER_INCOMES}, permanent_income, shortfall, debt, capital, "
            "health_due, health_spending, school_spending, consumption, motivation, aspiration; "
            "enterprise: payroll, cash, profit",
            about_zh="全体农户的一季收支。"),
    Process("firm_accounts", enterprises.firm_accounts, QUARTERS, "企业收支", "enterprise quarter", "enterprise",
            "enterprise: cash, loan, capital, profit, losses, jobs, alive",
            about_zh="收入入账，付利息和固定费用，利润分配或投资，有的企业倒闭。"),
    Process("neighbours", neighbours.reference_groups, QUARTERS, "邻里参照", "reference groups", "household",
            "village: households, norm, network",
            about_zh="每季计算各村的发展氛围、外出网络和收入。"),
    Process("look_back", look_back.look_back, EVERY, "回头看", "look-back", "household.income_year, workteam.accuracy",
            f"household: reviewed, elder_split, {BELIEFS}, {LISTING}",
            about_zh="开关打开的当月进行。"),
    Process("monitoring", monitoring.monitoring, EVERY, "监测预警", "monitoring and early warning",
            "household.observed_income, health_spending, income_year", f"household: reviewed, {BELIEFS}, {WARNED}",
            about_zh="季末发出预警；时限一到，确属贫困的登记入册。"),
    Process("registry", registry.registry_october, (10,), "建档立卡动态调整", "registry adjustment",
            "household.income_year, workteam.accuracy, village.exit_year",
            f"household: exited_month, elder_split, reviewed, {BELIEFS}, {LISTING}",
            about_zh="每年10月核查各户；自情景开始起调整名册。"),
    Process("village_exit", village_exit.village_exit, (11,), "贫困村出列", "exit of villages",
            "household.registry, village", "village: recorded_share, exited, exit_month",
            about_zh="农户名册调整之后的11月审核。"),
    Process("county_exit", county_exit.county_exit, EVERY, "贫困县退出", "exit of counties",
            "household, village.exited", "county: exit_stage, applied_month, retest_month, out_month, "
            "recorded_incidence, sample_misexit, sample_omission, sample_approval, rectifications, overdue, "
            "rural_income, growth_lead; "
            f"household: {LISTING}",
            about_zh="每个尚未摘帽的贫困县走一个月的程序。"),
    Process("exit_accounts", exit_accounts.exit_accounts, (12,), "脱贫账", "accounts of exit",
            "household.registry, wage_income, operating_income, property_income, transfer_income",
            "household: listed_operating, listed_wage, listed_property, listed_transfer, exit_channel, exit_transfers",
            about_zh="12月，全年收入已齐：在册户的起点，已脱贫户的账。"),
    Process("approval", approval.approval_year, (12,), "群众认可度", "approval", "household.benefits, visits, registry",
            "household: approval",
            about_zh="12月：各户的认可度向当年所见靠拢。"),
)  # fmt: skip
