"""Counties: administrations with quotas and budgets."""

from __future__ import annotations

from fupin.labels import Label
from fupin.model.agent import ArrayAgent
from fupin.model.columns import Column

IDLE, SELF_CHECK, APPLIED, VERIFICATION, RECTIFYING, SPOT_CHECK, OUT = range(7)
STAGES = {
    IDLE: Label("未启动", "none"),
    SELF_CHECK: Label("自查整改", "self-check and rectification"),
    APPLIED: Label("申请，市级初审通过", "applied, city review passed"),
    VERIFICATION: Label("省级核查公示", "provincial verification and publicity"),
    RECTIFYING: Label("复核前整改", "rectification before the re-test"),
    SPOT_CHECK: Label("抽查批准", "spot check and approval"),
    OUT: Label("已退出", "exited"),
}


class County(ArrayAgent):
    """A county and its administration. Money is in population yuan."""

    uid = Column("i8", "", "县编号", "key of the county", low=0)
    poor_county = Column("?", "", "贫困县", "poor county", low=0, high=1)
    fully_simulated = Column("?", "", "全样本", "every village is simulated", low=0, high=1)
    villages = Column("f8", "villages", "村数", "villages", low=0)
    households = Column("f8", "households", "户数", "households", low=0)
    quota = Column("f8", "persons", "建档指标", "enrolment quota of 2014", low=0)
    cash = Column(
        "f8", "yuan", "财政专户", "poverty account", "received and not yet spent; opening credit 0",
        "收到而未支出；期初余额 0",
    )  # fmt: skip
    funds = Column(
        "f8", "yuan/year", "当年扶贫资金", "funds of the year", "allocated under budget rules", "按资金规则分配", low=0,
        high=1e10,
    )  # fmt: skip
    funds_spent = Column(
        "f8", "yuan/year", "当年已支出", "spent of the funds", "this year, under budget rules", "当年，按资金规则",
        low=0,
    )  # fmt: skip
    matching_gap = Column(
        "f8", "yuan/year", "配套缺口", "matching gap", "what city and county should have added", "市县应配而未配", low=0
    )
    policy_debt = Column(
        "f8", "yuan", "政策性贷款余额", "owed to policy banks", "by the county's platform", "由县级平台承借", low=0,
        high=1e10,
    )  # fmt: skip
    supply = Column(
        "f8", "yuan/year", "农产品供给", "supply", "expected gross farm output", "预期农业总产值", low=0, high=1e11
    )
    supply_trend = Column(
        "f8", "yuan/year", "供给趋势", "trend of supply", "slow average of supply", "供给的缓慢平均", low=0, high=1e11
    )
    price = Column("f8", "index", "产地价格", "price received", default=1, low=0.1, high=5)
    job_seekers = Column("f8", "workers", "求职人数", "job seekers of the quarter", low=0)
    vacancies = Column("f8", "jobs", "空岗", "vacancies of the quarter", low=0)
    unheard = Column("f8", "workers", "不知岗位", "seekers who did not hear of the vacancies", low=0)
    unskilled = Column("f8", "workers", "技能不符", "seekers without the skill that is asked", low=0)
    out_of_reach = Column("f8", "workers", "照料不便", "carers for whom the jobs are too far", low=0)
    returnee_park = Column("?", "", "返乡创业园", "has a park for returnees", low=0, high=1)
    absorption = Column(
        "f8", "share", "吸纳能力", "absorptive capacity", "of a new budget in one year", "一年可吸收的新增资金",
        default=1, low=0, high=1,
    )  # fmt: skip
    wage_cost = Column(
        "f8", "yuan/year", "用工成本", "wage cost", "yearly pay of a local worker", "本地劳动力年工资", default=10000,
        low=1000, high=200000,
    )  # fmt: skip
    base_pay = Column(
        "f8", "factor", "基年工资系数", "pay factor of the first staff", "with village pay levels", "含村工资水平",
        default=1, low=0.1, high=5,
    )  # fmt: skip
    audit = Column("f8", "0-1", "审计强度", "audit intensity", low=0, high=1)
    attention = Column(
        "f8", "share", "领导包联关注", "attention of leaders", "county.attention", "作用于 county.attention", low=0,
        high=2,
    )  # fmt: skip
    tolerance = Column(
        "f8", "0-1", "容错程度", "tolerance of errors", "county.tolerance", "作用于 county.tolerance", low=0, high=1
    )
    departments = Column("f8", "departments", "监管部门数", "departments that audit", default=1, low=1, high=5)
    national_list = Column(
        "?", "", "国家级贫困县", "on the national list", "the centre may check again", "中央可再抽查", default=1, low=0,
        high=1,
    )  # fmt: skip
    exit_stage = Column("i1", "code", "摘帽阶段", "stage of exit", choices=STAGES, low=0, high=6)
    applied_month = Column("i8", "month", "申请月", "month of application", default=-1, low=-1)
    retest_month = Column("i8", "month", "复核月", "month of the re-test", default=-1, low=-1)
    out_month = Column("i8", "month", "摘帽月", "month of exit", "-1 not yet", "−1 尚未摘帽", default=-1, low=-1)
    exit_year = Column("i8", "year", "计划摘帽年", "planned year of exit", "-1 none", "−1 无", default=-1, low=-1)
    dispatched = Column("?", "", "每月调度", "under monthly dispatch", low=0, high=1)
    overdue = Column("?", "", "逾期", "missed the deadline", low=0, high=1)
    recorded_incidence = Column(
        "f8", "share", "县建档发生率", "recorded incidence", "listed persons at the last review",
        "上次审核时的在册人口", low=0, high=1,
    )  # fmt: skip
    sample_misexit = Column(
        "f8", "share", "抽样错退率", "mis-exit rate", "of sampled households that had left", "抽样脱贫户中", low=0,
        high=1,
    )  # fmt: skip
    sample_omission = Column(
        "f8", "share", "抽样漏评率", "omission rate", "of sampled households never listed", "抽样未建档户中", low=0,
        high=1,
    )  # fmt: skip
    sample_approval = Column(
        "f8", "share", "抽样认可度", "approval", "of all sampled households", "全部抽样户", low=0, high=1
    )
    rural_income = Column(
        "f8", "yuan/person/year", "农村人均收入", "rural income per head", "of the last full year; 0 not yet known",
        "最近一个完整年度；0 尚未统计", low=0, high=1e6,
    )  # fmt: skip
    growth_lead = Column(
        "f8", "1/year", "增幅高于全省", "growth above the province's", "of rural income per head; -1 not yet known",
        "农村人均收入；−1 尚未统计", default=-1, low=-1, high=2,
    )  # fmt: skip
    rectifications = Column("f8", "times", "整改次数", "rectifications", low=0, high=100)

    def step(self) -> None:
        """The county's part of the month: supply, price and wage cost each quarter, the trend of supply in January."""
        from fupin.model import steps  # steps know every process, and processes know the agents

        steps.step("county", self)
