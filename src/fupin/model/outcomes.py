"""Outcomes: what a run is judged by, each declared once with labels, unit, direction and definition.

Tables, figures, comparisons and sensitivity runs read these declarations. An outcome is computed from a `Snapshot`
after December's processes; those marked `by_group` can be computed for any part of the households.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from fupin.model import outcomes_exit, outcomes_places, outcomes_targeting, outcomes_work
from fupin.model.household import DANGEROUS, ENTITLED, EXITED, MISTAKE, NEVER, REGISTERED
from fupin.model.measures import fgt, gini_of_sample, log_sd, quintile_means
from fupin.model.outcome import GROUPS, UNITS, Outcome, Unit
from fupin.model.snapshot import SOURCES, Amounts, Snapshot
from fupin.model.village import SHELL

__all__ = ["GROUPS", "OUTCOMES", "UNITS", "Outcome", "Unit", "measure"]


LENDERS = ("credit", "mutual", "women")  # whose loans to households come back or are written off, as purposes begin
STRONG = 50_000.0  # yuan a year: a collective that earns as much is strong (M252: 5万元)
LARGE_PART = 0.4  # of what is left after subsistence: more for health is catastrophic (WHO; health.csv)


# fmt: off
_DECLARED = (
    Outcome("income", "人均可支配收入", "income per head", "yuan/person/year", 1, "income",
      "disposable income of the calendar year over members", lambda s: s.per_person(s.total_income)),
    Outcome("real_income", "人均可支配收入（2014年价）", "income per head at 2014 prices", "yuan/person/year", 1,
      "income", "income per head over the rural consumer price index",
      lambda s: s.per_person(s.total_income) / s.p.consumer_prices),
    Outcome("wage_income", "工资性收入", "wage income", "yuan/person/year", 1, "income",
      "pay for local work and what resident migrants bring home", lambda s: s.per_person(s.h.wage_income)),
    Outcome("operating_income", "经营净收入", "operating income", "yuan/person/year", 1, "income",
      "sales of farm and home business less inputs and rent", lambda s: s.per_person(s.h.operating_income)),
    Outcome("property_income", "财产净收入", "property income", "yuan/person/year", 1, "income",
      "interest, land rent, dividends", lambda s: s.per_person(s.h.property_income)),
    Outcome("transfer_income", "转移净收入", "transfer income", "yuan/person/year", 0, "income",
      "pensions, allowances, subsidies, remittances of non-residents", lambda s: s.per_person(s.h.transfer_income)),
    Outcome("earned_share", "劳动收入占比", "earned share of income", "share", 1, "income",
      "wage and operating income over all income",
      lambda s: s.ratio(s.h.wage_income + s.h.operating_income, s.total_income)),
    Outcome("consumption", "人均消费支出", "consumption per head", "yuan/person/year", 1, "income",
      "all spending on living over members", lambda s: s.per_person(s.h.consumption)),
    Outcome("consumption_share", "消费收入比", "consumption / income", "share", 0, "income",
      "consumption over income", lambda s: s.ratio(s.h.consumption, s.total_income)),
    Outcome("ceremony_share", "人情支出占消费", "ceremonial spending", "share", -1, "income",
      "gifts and feasts, of all consumption",
      lambda s: s.flows.get("ceremony", 0.0) / max(s.total(s.h.consumption), 1.0), False),

    Outcome("headcount", "贫困发生率", "poverty headcount", "share", -1, "poverty",
      "persons whose income per head is below the national line, of all persons", lambda s: s.share(s.poor)),
    Outcome("poor_persons", "收入贫困人口", "income-poor persons", "persons", -1, "poverty",
      "persons whose income per head is below the national line", lambda s: s.persons_in(s.poor)),
    Outcome("poverty_gap", "贫困深度", "poverty gap", "share", -1, "poverty",
      "mean shortfall of income as a share of the line, zero for the others (FGT 1)",
      lambda s: fgt(s.income, s.p.poverty_line, 1, s.persons)),
    Outcome("severity", "贫困强度", "poverty severity", "share", -1, "poverty",
      "mean squared shortfall of income as a share of the line (FGT 2)",
      lambda s: fgt(s.income, s.p.poverty_line, 2, s.persons)),
    Outcome("headcount_other", "自选线贫困发生率", "headcount at the line of one's choice", "share", -1, "poverty",
      "persons whose income per head is below `registry.other_line` national lines, of all persons",
      lambda s: fgt(s.income, s.other_line, 0, s.persons)),
    Outcome("gap_other", "自选线贫困深度", "poverty gap at the line of one's choice", "share", -1, "poverty",
      "the poverty gap (FGT 1) at that line", lambda s: fgt(s.income, s.other_line, 1, s.persons)),
    Outcome("severity_other", "自选线贫困强度", "poverty severity at the line of one's choice", "share", -1, "poverty",
      "poverty severity (FGT 2) at that line", lambda s: fgt(s.income, s.other_line, 2, s.persons)),
    Outcome("consumption_headcount", "消费贫困发生率", "headcount by consumption", "share", -1, "poverty",
      "persons whose consumption per head is below the national line, of all persons",
      lambda s: s.share(s.spending < s.p.poverty_line)),
    Outcome("consumption_gap", "消费贫困深度", "poverty gap by consumption", "share", -1, "poverty",
      "mean shortfall of consumption as a share of the line, zero for the others (FGT 1)",
      lambda s: fgt(s.spending, s.p.poverty_line, 1, s.persons)),
    Outcome("consumption_severity", "消费贫困强度", "poverty severity by consumption", "share", -1, "poverty",
      "mean squared shortfall of consumption as a share of the line (FGT 2)",
      lambda s: fgt(s.spending, s.p.poverty_line, 2, s.persons)),
    Outcome("deprived", "多维贫困发生率", "multidimensional headcount", "share", -1, "poverty",
      "persons in households with two or more of: dangerous house, unsafe water, a member of 13-17 out of school, "
      "treatment forgone, subsistence not afforded", lambda s: s.share(_deprivations(s) >= 2)),

    Outcome("gini", "基尼系数", "Gini coefficient", "index", -1, "inequality",
      "of income per head over persons", lambda s: gini_of_sample(s.income, s.h.members, s.h.weight, s.h.village)),
    Outcome("quintile_ratio", "五分组收入比", "quintile ratio", "ratio", -1, "inequality",
      "mean income of the richest fifth over that of the poorest", lambda s: _quintile_ratio(s)),
    Outcome("log_sd", "对数收入标准差", "spread of log income", "log", -1, "inequality",
      "standard deviation of log income per head, floored at 300 yuan", lambda s: log_sd(s.income, s.persons)),

    Outcome("registered", "建档立卡在册人口", "registered stock", "persons", -1, "registry",
      "persons in registered households", lambda s: s.persons_in(s.h.registry == REGISTERED)),
    Outcome("entries", "新识别人口", "entries", "persons/year", 0, "registry",
      "persons of households registered this year for the first time, those of the first register apart",
      lambda s: s.region.registry_flows["entries"], False),
    Outcome("exits", "脱贫退出人口", "exits", "persons/year", 0, "registry",
      "persons of households that left the register this year", lambda s: s.region.registry_flows["exits"], False),
    Outcome("returns", "返贫人口", "returns", "persons/year", -1, "registry",
      "persons of households that had left and were registered again this year",
      lambda s: s.region.registry_flows["returns"], False),
    Outcome("exclusion_error", "漏评率", "exclusion error", "share", -1, "registry",
      "income-poor persons who are not registered, of all income-poor persons",
      lambda s: s.share_among(s.h.registry != REGISTERED, s.poor)),
    Outcome("inclusion_error", "错评率", "inclusion error", "share", -1, "registry",
      "registered persons who are not income-poor, of all registered persons",
      lambda s: s.share_among(~s.poor, s.h.registry == REGISTERED)),
    Outcome("headcount_registered", "在册人口贫困发生率", "headcount of the registered", "share", 0, "registry",
      "income-poor persons of all registered persons", lambda s: s.share_among(s.poor, s.h.registry == REGISTERED)),
    Outcome("mis_exit", "错退率", "poor after exit", "share", -1, "registry",
      "income-poor persons of all persons whose households have left the register and not returned",
      lambda s: s.share_among(s.poor, s.h.registry == EXITED)),
    Outcome("ungrounded", "虚假脱贫占比", "exits without grounds", "share", -1, "registry",
      "persons struck off below the standard to meet a task, of all persons who have left and not returned",
      lambda s: s.share_among(s.h.ungrounded, s.h.registry == EXITED)),
    Outcome("cliff", "在册与近贫户受益差", "cliff beside the list", "yuan/household", -1, "registry",
      "benefits of the year per listed household less those per never listed one that is believed to be near-poor",
      lambda s: _cliff(s)),
    Outcome("approval_listed", "在册户认可度", "approval of the listed", "index", 1, "registry",
      "mean over registered households, 0-1",
      lambda s: s.ratio(s.h.approval * (s.h.registry == REGISTERED), (s.h.registry == REGISTERED) * 1.0)),
    Outcome("approval_others", "非在册户认可度", "approval of the others", "index", 1, "registry",
      "mean over households that are not registered, 0-1",
      lambda s: s.ratio(s.h.approval * (s.h.registry != REGISTERED), (s.h.registry != REGISTERED) * 1.0)),

    Outcome("suspended", "暂停特惠人口", "special benefits suspended", "share", 0, "registry",
      "persons in households whose special benefits are suspended", lambda s: s.share(s.h.suspended != ENTITLED)),
    Outcome("false_suspensions", "误停人口", "suspended by mistake", "share", -1, "registry",
      "persons in households whose special benefits are suspended though they met their duties",
      lambda s: s.share(s.h.suspended == MISTAKE)),
    Outcome("suspended_poor", "被停贫困人口", "suspended and income-poor", "share", -1, "registry",
      "income-poor persons in households whose special benefits are suspended, of all persons",
      lambda s: s.share(s.poor & (s.h.suspended != ENTITLED))),

    Outcome("own_share", "自家经营占比", "workers in own business", "share", 0, "work",
      "of able workers", lambda s: s.ratio(s.h.own_workers, s.h.workers)),
    Outcome("local_share", "本地务工占比", "workers in local jobs", "share", 1, "work",
      "of able workers", lambda s: s.ratio(s.h.local_workers, s.h.workers)),
    Outcome("migrant_share", "外出务工占比", "migrants", "share", 0, "work",
      "of able workers", lambda s: s.ratio(s.h.migrants, s.h.workers)),
    Outcome("post_share", "公益岗位占比", "workers in public posts", "share", 0, "work",
      "of able workers", lambda s: s.ratio(s.h.post_pay, s.h.workers)),
    Outcome("idle_share", "照料或闲置占比", "workers in care or idle", "share", -1, "work",
      "of able workers", lambda s: s.ratio(_idle(s), s.h.workers)),
    Outcome("jobs", "企业在岗人数", "jobs filled", "jobs", 1, "work",
      "workers on the payroll of enterprises", lambda s: s.total(s.h.local_workers)),
    Outcome("enterprises", "存续企业", "enterprises in business", "enterprises", 1, "work",
      "enterprises and workshops in business; one of a sampled village stands for as many as the village does",
      lambda s: float(s.stands_for[s.region.rows("enterprise").alive].sum()), False),

    Outcome("pupils", "在校生", "pupils and students", "persons", 0, "school",
      "members at school", lambda s: s.total(s.h.pupils)),
    Outcome("out_of_school", "13–17岁未在学比例", "out of school at 13-17", "share", -1, "school",
      "members of 13-17 who are not at school, of all of that age",
      lambda s: s.ratio(s.school_age[1], s.school_age[0])),
    Outcome("dropout", "辍学率", "dropout", "share", -1, "school",
      "pupils after primary school who left this September with their stage unfinished and have not come back, of "
      "those who had not finished it", lambda s: s.dropout("junior", "senior", "college")),
    Outcome("dropout_junior", "初中辍学率", "dropout from junior high", "share", -1, "school",
      "the same of pupils of junior high school, which is compulsory", lambda s: s.dropout("junior")),
    Outcome("dropout_senior", "高中阶段辍学率", "dropout from senior high", "share", -1, "school",
      "the same of pupils of senior high and vocational schools", lambda s: s.dropout("senior")),

    Outcome("health_share", "自付医疗占消费", "health share of consumption", "share", -1, "health",
      "out-of-pocket health spending over consumption", lambda s: s.ratio(s.h.health_spending, s.h.consumption)),
    Outcome("catastrophic", "灾难性医疗支出(收入25%)", "catastrophic health spending (25 % of income)", "share", -1,
      "health", "persons in households that paid more than 25 % of their income for health",
      lambda s: s.share(s.h.health_spending > 0.25 * np.maximum(s.total_income, 0.0))),
    Outcome("catastrophic_capacity", "灾难性医疗支出(非生存40%)", "catastrophic health spending (40 % of capacity)",
      "share", -1, "health", "persons in households that paid more than 40 % of consumption above subsistence",
      lambda s: s.share(s.h.health_spending > LARGE_PART * np.maximum(s.h.consumption - _subsistence(s), 0.0))),
    Outcome("forgone", "放弃治疗比例", "treatment forgone", "share", -1, "health",
      "persons in households that left care untaken for want of money this year", lambda s: s.share(s.h.forgone > 0)),
    Outcome("ill_registered", "在册户患病比例", "registered households with an ill member", "share", 0, "health",
      "of registered households", lambda s: s.ratio((s.h.registry == REGISTERED) * (s.h.ill > 0) * 1.0,
                                                    (s.h.registry == REGISTERED) * 1.0)),

    Outcome("capital", "户均生产性资产", "productive assets", "yuan/household", 1, "assets",
      "per household", lambda s: s.per_household(s.h.capital)),
    Outcome("savings", "户均储蓄", "savings", "yuan/household", 1, "assets",
      "liquid savings per household", lambda s: s.per_household(s.h.savings)),
    Outcome("debt", "户均负债", "debt", "yuan/household", 0, "assets",
      "private debt, bank loans and loans of groups per household",
      lambda s: s.per_household(s.h.debt + s.h.loan + s.h.group_loan)),
    Outcome("debt_income", "负债收入比", "debt / income", "share", -1, "assets",
      "private debt, bank loans and loans of groups over income",
      lambda s: s.ratio(s.h.debt + s.h.loan + s.h.group_loan, s.total_income)),
    Outcome("bad_loans", "到期贷款坏账率", "default", "share", -1, "assets",
      "written off, of what households repaid or had written off this year: micro-credit, mutual funds, loans to women",
      lambda s: _bad_loans(s), False),
    Outcome("shortfall", "基本生活有缺口人口", "subsistence not afforded", "share", -1, "assets",
      "persons in households that fell short of subsistence this year", lambda s: s.share(s.h.shortfall > 0)),

    Outcome("motivation", "内生动力", "motivation", "index", 1, "mind",
      "mean over households, 0-1", lambda s: s.per_household(s.h.motivation)),
    Outcome("approval", "群众认可度", "approval", "index", 1, "mind",
      "mean over households, 0-1", lambda s: s.per_household(s.h.approval)),

    Outcome("collective_income", "村均集体收入", "collective income", "yuan/village/year", 1, "village",
      "income of the collective this year", lambda s: s.of_villages(s.villages.collective_income), False),
    Outcome("shell_villages", "空壳村占比", "shell villages", "share", -1, "village",
      "villages whose collective earned less than 1,000 yuan this year",
      lambda s: s.of_villages(s.villages.collective_income < SHELL), False),
    Outcome("strong_villages", "集体收入5万元以上村占比", "villages above 50,000 yuan", "share", 1, "village",
      "villages whose collective earned 50,000 yuan or more this year",
      lambda s: s.of_villages(s.villages.collective_income >= STRONG), False),

    Outcome("villages_out", "贫困村出列比例", "poor villages that have left", "share", 1, "village",
      "of villages designated as poor",
      lambda s: _villages_out(s), False),

    Outcome("branch_strength", "村班子战斗力", "branch strength", "index", 1, "village",
      "mean over villages, 0-1", lambda s: s.of_villages(s.villages.branch_strength), False),

    Outcome("public_cost", "财政支出合计", "public spending", "yuan/year", 0, "money",
      "all public money for the instruments, administration included",
      lambda s: sum(s.paid(source) for source in SOURCES), False),
    Outcome("paid_centre", "中央财政支出", "paid by the centre", "yuan/year", 0, "money",
      "part of public spending", lambda s: s.paid("centre"), False),
    Outcome("paid_province", "省级财政支出", "paid by the province", "yuan/year", 0, "money",
      "part of public spending", lambda s: s.paid("province"), False),
    Outcome("paid_city", "市级财政支出", "paid by the city", "yuan/year", 0, "money",
      "part of public spending", lambda s: s.paid("city"), False),
    Outcome("paid_county", "县级财政支出", "paid by the counties", "yuan/year", 0, "money",
      "part of public spending", lambda s: s.paid("county"), False),
    Outcome("paid_society", "社会与结对资金", "money of donors and paired regions", "yuan/year", 0, "money",
      "received by counties under budget rules; not part of public spending",
      lambda s: s.flows.get("grant.society", 0.0), False),
    Outcome("funds_poor", "贫困县当年资金", "allocated to poor counties", "yuan/year", 0, "money",
      "money of the year under budget rules", lambda s: _of_counties(s, "funds", True), False),
    Outcome("funds_other", "非贫困县当年资金", "allocated to other counties", "yuan/year", 0, "money",
      "money of the year under budget rules", lambda s: _of_counties(s, "funds", False), False),
    Outcome("funds_unspent", "年末未支出资金", "unspent at the end of the year", "yuan", -1, "money",
      "in the counties' accounts, what has to wait included",
      lambda s: float(s.region.table_of("county")["cash"].sum()), False),
    Outcome("matching_gap", "市县配套缺口", "matching gap", "yuan/year", -1, "money",
      "what cities and counties should have added and did not",
      lambda s: float(s.region.table_of("county")["matching_gap"].sum()), False),
    Outcome("county_debt", "县级政策性贷款余额", "owed by counties to policy banks", "yuan", 0, "money",
      "outstanding at the end of the year", lambda s: float(s.region.table_of("county")["policy_debt"].sum()), False),
    Outcome("administration", "其中管理费", "of which administration", "yuan/year", 0, "money",
      "part of public spending", lambda s: s.flows.get("administration", 0.0), False),
    Outcome("insurance", "医保基金支付", "paid by health insurance", "yuan/year", 0, "money",
      "reimbursements, which instruments may raise; not part of public spending",
      lambda s: s.flows.get("health.insured", 0.0), False),
    Outcome("benefits_to_better_off", "受益归较富一半比例", "benefits of the better-off half", "share", -1, "money",
      "programme benefits of the year that go to the better-off half of persons, by income without benefits",
      lambda s: _to_better_off(s)),
    Outcome("leakage", "截留率", "leakage", "share", -1, "money",
      "diverted money, of all public spending for the instruments",
      lambda s: s.flows.get("leakage", 0.0) / max(sum(s.paid(source) for source in SOURCES), 1.0), False),
    Outcome("reached", "受益户", "households reached", "households", 0, "money",
      "households that an instrument has reached since the start", lambda s: s.total(s.reached)),
)
# fmt: on
TARGETS = (
    *outcomes_targeting.DECLARED,
    *outcomes_work.DECLARED,
    *outcomes_places.DECLARED,
    *outcomes_exit.DECLARED,
)  # fmt: skip
OUTCOMES: dict[str, Outcome] = {outcome.name: outcome for outcome in (*_DECLARED, *TARGETS)}


def measure(snapshot: Snapshot, names: Iterable[str] | None = None) -> dict[str, float]:
    """Outcomes of a region, all or by name; NaN where one means nothing (nobody to divide by, no register yet)."""
    blank = set() if snapshot.listed else {"registry", "targeting", "money", "exit"}
    wanted = OUTCOMES.values() if names is None else [OUTCOMES[name] for name in names]
    return {one.name: float("nan") if one.group in blank else float(one.compute(snapshot)) for one in wanted}


def _idle(s: Snapshot) -> Amounts:
    return np.asarray(s.h.workers - s.h.own_workers - s.h.local_workers - s.h.migrants - s.h.post_pay)


def _bad_loans(s: Snapshot) -> float:
    """Part of the loans that came back or were given up this year that was given up; 0 where none was due."""
    bad, back = (sum(s.flows.get(f"{kind}.{end}", 0.0) for kind in LENDERS) for end in ("write_off", "repaid"))
    return bad / (bad + back) if bad + back > 0.0 else 0.0


def _cliff(s: Snapshot) -> float:
    listed = (s.h.registry == REGISTERED) * 1.0
    near = (s.h.registry == NEVER) & (s.h.observed_income < s.p.like_income * s.p.poverty_line)
    return s.ratio(s.h.benefits * listed, listed) - s.ratio(s.h.benefits * near, near * 1.0)


def _to_better_off(s: Snapshot) -> float:
    heads = np.maximum(s.h.members, 1.0)
    own = (s.total_income - s.h.programme_income) / heads
    order = np.argsort(own, kind="stable")
    below = np.empty(len(own))
    below[order] = np.cumsum(s.persons[order]) - 0.5 * s.persons[order]
    return s.ratio(s.h.benefits * (below >= 0.5 * s.persons.sum()), s.h.benefits)


def _of_counties(s: Snapshot, column: str, poor: bool) -> float:
    table = s.region.table_of("county")
    return float(table[column][table["poor_county"] == poor].sum())


def _villages_out(s: Snapshot) -> float:
    poor = s.of_villages(s.poor_villages * 1.0)
    return s.of_villages(s.villages.exited * 1.0) / poor if poor > 0 else float("nan")


def _subsistence(s: Snapshot) -> Amounts:
    return np.asarray(s.p.subsistence_share * s.p.poverty_line * s.h.members)


def _quintile_ratio(s: Snapshot) -> float:
    means = quintile_means(s.income, s.persons)
    return float(means[4] / means[0]) if means[0] > 0 else float("nan")


def _deprivations(s: Snapshot) -> Amounts:
    signs = (
        s.h.housing == DANGEROUS,
        ~s.h.safe_water,
        s.school_age[1] > 0,
        s.h.forgone > 0,
        s.h.shortfall > 0,
    )
    return np.sum(signs, axis=0)
