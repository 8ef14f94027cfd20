"""Households: members, work, land, assets, health, beliefs, incomes, registry and programmes."""

from __future__ import annotations

from fupin.labels import Label
from fupin.model.agent import ArrayAgent
from fupin.model.columns import Column

NEVER, REGISTERED, EXITED = range(3)
REGISTRY = {
    NEVER: Label("从未建档", "never registered"),
    REGISTERED: Label("在册", "registered"),
    EXITED: Label("已脱贫", "exited"),
}
DANGEROUS, POOR_HOUSE, SOUND = range(3)
HOUSING = {DANGEROUS: Label("危房", "dangerous"), POOR_HOUSE: Label("较差", "poor"), SOUND: Label("安全", "sound")}
TOGETHER, SPLIT, RESTORED = range(3)
ELDERS = {
    TOGETHER: Label("赡养已申报", "support declared"),
    SPLIT: Label("未申报子女赡养", "support not declared"),
    RESTORED: Label("赡养责任已落实", "duty of support restored"),
}
ENTITLED, BREACH, MISTAKE = range(3)
SUSPENSIONS = {
    ENTITLED: Label("未暂停", "not suspended"),
    BREACH: Label("暂停至合规", "until its duties are met"),
    MISTAKE: Label("误停", "by mistake"),
}
NO_GROUP, MUTUAL_FUND, WOMENS_GROUP = range(3)
GROUP_LENDERS = {
    NO_GROUP: Label("无", "none"),
    MUTUAL_FUND: Label("村互助资金", "mutual fund of the village"),
    WOMENS_GROUP: Label("妇女小额贷款", "micro-lender for women"),
}
HOME, MOVED, RETURNED = range(3)
LOCATIONS = {
    HOME: Label("原村", "home village"),
    MOVED: Label("安置点", "relocation site"),
    RETURNED: Label("返回原村", "returned"),
}
NO_CAUSE, ILLNESS, DISABILITY, SCHOOLING, LABOUR, LAND, SKILL, CAPITAL, REMOTENESS, MOTIVATION = range(10)
CAUSES = {
    NO_CAUSE: Label("未记录", "not recorded"),
    ILLNESS: Label("因病", "illness"),
    DISABILITY: Label("因残", "disability"),
    SCHOOLING: Label("因学", "schooling"),
    LABOUR: Label("缺劳力", "lack of labour"),
    LAND: Label("缺土地", "lack of land"),
    SKILL: Label("缺技术", "lack of skill"),
    CAPITAL: Label("缺资金", "lack of funds"),
    REMOTENESS: Label("交通条件落后", "poor transport"),
    MOTIVATION: Label("自身发展动力不足", "lack of motivation"),
}
BY_OPERATING, BY_WAGE, BY_PROPERTY, BY_TRANSFER, NO_GAIN = range(1, 6)
CHANNELS = {
    0: Label("尚未脱贫", "has not left"),
    BY_OPERATING: Label("经营", "own business"),
    BY_WAGE: Label("务工", "wages"),
    BY_PROPERTY: Label("财产", "property"),
    BY_TRANSFER: Label("转移", "transfers"),
    NO_GAIN: Label("收入未增", "no gain"),
}

PARK_LINK, FIRM_LINK, COOP_LINK, GROWER_LINK, OWN_LINK = range(5)
LINKS = {
    -1: Label("无", "none"),
    PARK_LINK: Label("园区", "park"),
    FIRM_LINK: Label("龙头企业", "enterprise"),
    COOP_LINK: Label("合作社", "co-operative"),
    GROWER_LINK: Label("种养大户", "big grower"),
    OWN_LINK: Label("自主经营", "own farming"),
}

REACHED = ("reached", "reached_2", "reached_3")
REACHED_BITS = 62


def mark_of(place: int) -> tuple[str, int]:
    """Column and bit that tell whether the instrument at some place of the package has reached a household."""
    word, bit = divmod(place, REACHED_BITS)
    return REACHED[word], 1 << bit


class Household(ArrayAgent):
    """A rural household. Money is in current yuan of the household, not weighted."""

    # place and weight
    uid = Column(
        "i8", "", "户编号", "key of the household", "key of all draws; village uid x 65536 + place",
        "所有随机数的键：村编号×65536＋序号", low=0,
    )  # fmt: skip
    village = Column("i8", "row", "村", "village", "row of the village", "村的行号", low=0)
    county = Column("i8", "row", "县", "county", "row of the county", "县的行号", low=0)
    weight = Column(
        "f8", "", "权数", "survey weight", "households that this one stands for", "一户所代表的户数", default=1, low=0
    )
    location = Column("i1", "code", "居住地", "location", choices=LOCATIONS, low=0, high=2)
    # members (sums over persons)
    members = Column("i4", "persons", "人口", "members", low=0, high=15)
    residents = Column(
        "i4", "persons", "常住人口", "resident members", "without non-resident migrants", "不含非常住的外出者", low=0,
        high=15,
    )  # fmt: skip
    children = Column("i4", "persons", "学前儿童", "children 0-5", low=0, high=15)
    pupils = Column("i4", "persons", "在校生", "pupils and students", low=0, high=15)
    workers = Column("i4", "persons", "劳动力", "able workers", low=0, high=15)
    elders = Column("i4", "persons", "老人", "members 60 and older", low=0, high=15)
    ill = Column(
        "i4", "persons", "患病人数", "ill members", "chronically or severely ill", "慢性病或重病", low=0, high=15
    )
    disabled = Column("i4", "persons", "残疾人数", "disabled members", low=0, high=15)
    illness_load = Column(
        "f8", "hazard/year", "患重病概率", "hazard of severe illness", "sum over members", "各成员之和", low=0, high=0.6
    )
    care_burden = Column(
        "f8", "worker", "照料负担", "care burden", "small children, severely ill and disabled", "幼儿、重病和残疾成员",
        low=0, high=4,
    )  # fmt: skip
    care_relief = Column(
        "f8", "worker", "照料减负", "care taken over", "by kindergarten and mutual care of elders",
        "由幼儿园和互助养老分担", low=0, high=4,
    )  # fmt: skip
    schooling = Column("f8", "years", "劳动力受教育年限", "schooling of workers", "mean", "平均", low=0, high=19)
    # labour (sums over persons)
    own_labour = Column(
        "f8", "workers", "自营劳动", "labour in own business", "with elders and harvest help", "含老人和农忙帮工",
        low=0, high=10,
    )  # fmt: skip
    local_pay = Column(
        "f8", "factor", "本地工资系数", "pay factor of local workers", "sum of pay x capacity", "工资系数×劳动能力之和",
        low=0, high=30,
    )  # fmt: skip
    migrant_pay = Column(
        "f8", "factor", "外出工资系数", "pay factor of migrants", "sum of pay x capacity", "工资系数×劳动能力之和",
        low=0, high=30,
    )  # fmt: skip
    remitted_pay = Column(
        "f8", "factor", "非常住工资系数", "pay factor of non-residents", "part of the above", "外出工资系数的一部分",
        low=0, high=30,
    )  # fmt: skip
    post_pay = Column("f8", "posts", "公岗数", "public posts held", low=0, high=10)
    own_workers = Column("i4", "persons", "自营人数", "workers in own business", low=0, high=15)
    local_workers = Column("i4", "persons", "本地务工人数", "local wage workers", low=0, high=15)
    migrants = Column("i4", "persons", "外出人数", "migrants", low=0, high=15)
    # land and home production
    land = Column("f8", "mu", "承包地", "contracted land", low=0, high=200)
    forest_land = Column("f8", "mu", "林地", "forest land", low=0, high=500)
    rented_out = Column("f8", "mu", "流转出", "land rented out", low=0, high=200)
    rented_in = Column("f8", "mu", "流转入", "land rented in", low=0, high=500)
    park_land = Column("f8", "mu", "园区流转地", "land leased to a park", low=0, high=200)
    homestay = Column("?", "", "民宿农家乐", "takes guests", low=0, high=1)
    contract_firm = Column("i4", "row", "订单企业", "buyer under contract", "-1 none", "−1 无", default=-1, low=-1)
    ability = Column(
        "f8", "score", "综合能力", "latent ability", "normal score; ties the first state together",
        "标准正态得分，使各项初始状态相关", low=-4, high=4,
    )  # fmt: skip
    business = Column("?", "", "非农经营", "non-farm home business", low=0, high=1)
    productivity = Column(
        "f8", "log", "生产能力", "lasting productivity", "log A_i with business and project fit",
        "对数 A_i，含经营与项目匹配", low=-3, high=3,
    )  # fmt: skip
    luck = Column(
        "f8", "log", "经营波动", "productivity luck", "AR(1) log deviation", "一阶自回归的对数偏离", low=-1.5, high=1.5
    )
    expected_output = Column("f8", "yuan/year", "预期产值", "expected gross output", low=0, high=1e6)
    home_return = Column(
        "f8", "yuan/year", "自营边际收益", "home earnings", "net output of one more worker", "再多一个劳动力的净产出",
        low=0, high=1e6,
    )  # fmt: skip
    local_rate = Column(
        "f8", "yuan/quarter", "本地工资率", "local pay rate", "for a pay factor of one", "工资系数为 1 时", low=0,
        high=20000,
    )  # fmt: skip
    # shifts of named quantities by instruments (modifiers.py)
    productivity_shift = Column(
        "f8", "log", "政策提升生产率", "shift of productivity", "farm.productivity", "作用于 farm.productivity", low=-2,
        high=2,
    )  # fmt: skip
    price_shift = Column(
        "f8", "log", "政策提升售价", "shift of the price received", "farm.price", "作用于 farm.price", low=-2, high=2
    )
    crop_cover = Column("f8", "share", "农业保险保额", "insured part of lost output", low=0, high=1)
    care_shift = Column(
        "f8", "log", "政策降低自付", "shift of own health cost", "health.own_cost", "作用于 health.own_cost", low=-5,
        high=0,
    )  # fmt: skip
    outpatient_shift = Column(
        "f8", "log", "政策降低门诊自付", "shift of own outpatient cost", "health.outpatient_cost",
        "作用于 health.outpatient_cost", low=-5, high=0,
    )  # fmt: skip
    hazard_shift = Column(
        "f8", "log", "政策降低患病", "shift of the hazard", "health.hazard", "作用于 health.hazard", low=-2, high=2
    )
    migration_shift = Column(
        "f8", "utils", "政策便利外出", "ease of migration", "labour.migration", "作用于 labour.migration", low=-5,
        high=5,
    )  # fmt: skip
    # assets
    capital = Column("f8", "yuan", "生产性资产", "productive assets", low=0, high=1e6)
    savings = Column("f8", "yuan", "储蓄", "liquid savings", low=0, high=1e7)
    loan = Column("f8", "yuan", "正规贷款", "formal loan", "principal outstanding", "未还本金", low=0, high=50000)
    loan_months = Column("i4", "months", "贷款剩余期", "months of the loan left", low=0, high=36)
    debt = Column("f8", "yuan", "私人借款", "informal debt", low=0, high=1e6)
    group_loan = Column(
        "f8", "yuan", "互助贷款", "loan of a group", "mutual fund or women's group", "互助资金或妇女小组", low=0,
        high=1e5,
    )  # fmt: skip
    group_due = Column("i4", "month", "互助贷款到期月", "month in which the group loan is due", default=-1, low=-1)
    group_lender = Column(
        "i1", "code", "互助贷款来源", "lender of the group loan", choices=GROUP_LENDERS, low=0, high=2
    )
    housing = Column("i1", "code", "住房", "housing", choices=HOUSING, default=SOUND, low=0, high=2)
    safe_water = Column("?", "", "安全饮水", "safe water", low=0, high=1)
    care_debt = Column(
        "f8", "yuan", "欠付医疗费", "owed to hospitals", "treated first, paid later", "先诊疗后付费", low=0, high=1e6
    )
    soft_debt = Column(
        "f8", "yuan", "互助金与贴息借款", "owed to a mutual fund or a subsidised lender", low=0, high=1e6
    )
    hospital_paid = Column(
        "f8", "yuan", "住院自付", "own hospital cost under cover", "this year", "当年", low=0, high=1e6
    )
    health_due = Column(
        "f8", "yuan", "待付医疗费", "health bill", "out of pocket, due this quarter", "自付，本季应付", low=0, high=1e6
    )
    school_cost = Column(
        "f8", "yuan/year", "在学费用", "cost of members at school", "net of waivers", "已扣减免", low=0, high=50000
    )
    severely_ill = Column("i4", "persons", "重病人数", "severely ill members", low=0, high=15)
    # beliefs and motivation
    permanent_income = Column("f8", "yuan/year", "持久收入", "permanent income belief", low=0, high=1e6)
    motivation = Column("f8", "0-1", "内生动力", "motivation", default=0.6, low=0, high=1)
    motivation_base = Column("f8", "0-1", "动力基线", "base of motivation", default=0.6, low=0, high=1)
    aspiration = Column("f8", "1/year", "收入期望", "aspired income growth", low=-0.5, high=0.5)
    income_growth = Column(
        "f8", "1/year", "收入增长", "income growth", "of the last full year", "最近一个完整年度", low=-0.5, high=0.5
    )
    visits = Column("f8", "visits/month", "受访", "visits received", low=0, high=10)
    # income, spending (calendar year to date)
    wage_income = Column("f8", "yuan", "工资性收入", "wage income", "this year", "当年", low=0, high=1e6)
    operating_income = Column(
        "f8", "yuan", "经营净收入", "operating income", "this year, net of inputs", "当年，扣除投入", low=-1e6, high=1e6
    )
    property_income = Column("f8", "yuan", "财产净收入", "property income", "this year", "当年", low=-1e5, high=1e6)
    transfer_income = Column("f8", "yuan", "转移净收入", "transfer income", "this year", "当年", low=-1e5, high=1e6)
    consumption = Column(
        "f8", "yuan", "消费支出", "consumption", "this year, all spending on living", "当年，全部生活支出", low=0,
        high=1e6,
    )  # fmt: skip
    health_spending = Column(
        "f8", "yuan", "自付医疗", "out-of-pocket health spending", "this year", "当年", low=0, high=1e6
    )
    school_spending = Column("f8", "yuan", "教育支出", "spending on schooling", "this year", "当年", low=0, high=1e6)
    shortfall = Column(
        "f8", "yuan", "消费缺口", "shortfall", "subsistence not afforded this year", "当年负担不起的基本生存支出",
        low=0, high=1e6,
    )  # fmt: skip
    forgone = Column(
        "f8", "yuan", "放弃治疗", "treatment forgone", "cost of care not taken this year", "当年没有就医的费用", low=0,
        high=1e6,
    )  # fmt: skip
    benefits = Column(
        "f8", "yuan", "政策受益", "programme benefits", "value received this year, in cash or kind",
        "当年所得现金和实物的价值", low=0, high=1e6,
    )  # fmt: skip
    programme_income = Column(
        "f8", "yuan", "政策性收入", "programme income", "what of the benefits is income: no house, animal or bill",
        "政策受益中计入收入的部分，不含住房、牲畜和医疗费", low=0, high=1e6,
    )  # fmt: skip
    unmet_before = Column(
        "?", "", "上年有缺口", "unmet need last year", "care or subsistence that it could not pay", "看病或吃穿有缺口",
        low=0, high=1,
    )  # fmt: skip
    programme_income_before = Column(
        "f8", "yuan", "上年政策性收入", "programme income of last year", "remembered when the year is over",
        "年度结账时记下", low=0, high=1e6,
    )  # fmt: skip
    # memory of incomes: one column a quarter, overwritten a year later
    income_q1 = Column("f8", "yuan", "一季度收入", "income of the last first quarter", low=-1e6, high=1e6)
    income_q2 = Column("f8", "yuan", "二季度收入", "income of the last second quarter", low=-1e6, high=1e6)
    income_q3 = Column("f8", "yuan", "三季度收入", "income of the last third quarter", low=-1e6, high=1e6)
    income_q4 = Column("f8", "yuan", "四季度收入", "income of the last fourth quarter", low=-1e6, high=1e6)
    income_year = Column("f8", "yuan/year", "近一年收入", "income of the rolling year", low=-1e6, high=1e6)
    income_before = Column(
        "f8", "yuan/year", "上年收入", "income a year before", "at the end of last year", "上年末", low=-1e6, high=1e6
    )
    # entitlements with a holder
    formal_pension = Column(
        "f8", "yuan/year", "离退休金", "formal pension", "base-year amount, until the last elder dies",
        "基年数额，至最后一位老人去世", low=0, high=100000,
    )  # fmt: skip
    absent_support = Column(
        "f8", "factor", "赡养系数", "support from absent children", "0 without absent children", "无外出子女者为 0",
        low=0, high=10,
    )  # fmt: skip
    dibao = Column(
        "f8", "yuan/month", "低保金", "minimum living allowance", "monthly amount of the household", "全户月额", low=0,
        high=10000,
    )  # fmt: skip
    dibao_members = Column("f8", "persons", "低保人数", "members on dibao", low=0, high=15)
    wubao = Column(
        "f8", "yuan/month", "特困供养金", "support of the extremely poor", "monthly, dibao deducted", "月额，已扣低保",
        low=0, high=10000,
    )  # fmt: skip
    relief_month = Column("i4", "month", "临时救助月", "month of the last temporary relief", default=-1, low=-1)
    # registry
    registry = Column("i1", "code", "建档状态", "registry status", choices=REGISTRY, low=0, high=2)
    registered_month = Column("i4", "month", "建档月", "month of (last) registration", default=-1, low=-1)
    exited_month = Column("i4", "month", "脱贫月", "month of (last) exit", default=-1, low=-1)
    returns = Column("i4", "times", "返贫次数", "returns to the registry", low=0, high=20)
    reported_income = Column(
        "f8", "yuan/year", "申报收入", "reported income", "true income less what is hidden", "真实收入减去隐瞒部分",
        low=-1e6, high=1e6,
    )  # fmt: skip
    observed_income = Column(
        "f8", "yuan/person/year", "认定收入", "observed income", "what the administration believes", "行政部门所认定",
        low=0, high=1e6,
    )  # fmt: skip
    score = Column("f8", "score", "四看得分", "four-look score", "low = poor", "低分为贫", low=-20, high=20)
    approval = Column("f8", "0-1", "认可度", "approval", default=0.8, low=0, high=1)
    reviewed = Column(
        "f8", "0-1", "核实程度", "review of the file", "share of the error that a reviewed file removes",
        "材料复核后消除的误差比例", low=0, high=1,
    )  # fmt: skip
    elder_split = Column("i1", "code", "老人分户", "elders listed apart", choices=ELDERS, low=0, high=2)
    alert_month = Column(
        "i4", "month", "预警月", "month of the warning", "-1 none open", "−1 无未了预警", default=-1, low=-1
    )
    ungrounded = Column("?", "", "虚假脱贫", "struck off without grounds", low=0, high=1)
    # cause of poverty on file and plan
    cause = Column(
        "i1", "code", "致贫原因", "cause of poverty", "as recorded", "按建档记录", choices=CAUSES, low=0, high=9
    )
    batches = Column(
        "i1", "bits", "五个一批", "batches", "measures of the plan, one bit each", "方案中的措施，每类一位", low=0,
        high=31,
    )  # fmt: skip
    planned_month = Column(
        "i4", "month", "制定方案月", "month of the plan", "-1 none of its own", "−1 没有自己的方案", default=-1, low=-1
    )
    own_capacity = Column(
        "f8", "log", "自我发展能力", "own capacity", "productivity learnt while accompanied", "帮扶期间学到的生产率",
        low=0, high=1,
    )  # fmt: skip
    # account of the way out (December)
    listed_operating = Column(
        "f8", "yuan/person/year", "建档年人均经营收入", "operating income per head in the year of listing"
    )
    listed_wage = Column("f8", "yuan/person/year", "建档年人均工资收入", "wage income per head in the year of listing")
    listed_property = Column(
        "f8", "yuan/person/year", "建档年人均财产收入", "property income per head in the year of listing"
    )
    listed_transfer = Column(
        "f8", "yuan/person/year", "建档年人均转移收入", "transfer income per head in the year of listing"
    )
    exit_channel = Column(
        "i1", "code", "脱贫途径", "way out", "source of the largest gain", "增收最多的来源", choices=CHANNELS, low=0,
        high=5,
    )  # fmt: skip
    exit_transfers = Column("f8", "share", "脱贫增收中转移占比", "transfers in the gain at exit", low=0, high=1)
    # conduct and what did not arrive
    diverted = Column(
        "f8", "yuan", "被截留", "aid diverted", "paid for it, not arrived, not made good", "已列支而未到户、未补回",
        low=0,
    )  # fmt: skip
    suspended = Column("i1", "code", "暂停特惠", "special benefits suspended", choices=SUSPENSIONS, low=0, high=2)
    knowledge = Column(
        "f8", "0-1", "政策知晓", "knowledge of the rules", "gained in lectures", "听宣讲所得", low=0, high=1
    )
    # programmes
    reached = Column(
        "i8", "bits", "受益项目", "programmes received", "one bit an instrument of the package", "政策包中每项工具一位",
        low=0,
    )  # fmt: skip
    reached_2 = Column("i8", "bits", "受益项目（续一）", "programmes received, from the 63rd on", low=0)
    reached_3 = Column("i8", "bits", "受益项目（续二）", "programmes received, from the 125th on", low=0)
    granted_month = Column("i4", "month", "补助月", "month of the last production grant", default=-1, low=-1)
    grant_pending = Column(
        "f8", "yuan", "在途资产", "assets that do not yet yield", "livestock or trees growing", "还在生长的牲畜或树木",
        low=0,
    )  # fmt: skip
    grant_ready = Column("i4", "month", "见效月", "month in which pending assets yield", default=-1, low=-1)
    job_known = Column("?", "", "就业信息登记", "in the register of workers and jobs", low=0, high=1)
    link = Column(
        "i1", "code", "带动方式", "chosen link", "to whom it ties itself", "与谁联结", default=-1, choices=LINKS,
        low=-1, high=4,
    )  # fmt: skip
    shares = Column("f8", "yuan", "入股资金", "grants held as shares", low=0, high=1e6)
    share_firm = Column("i4", "row", "入股企业", "enterprise of the shares", "-1 none", "−1 无", default=-1, low=-1)
    pv_income = Column("f8", "yuan/year", "户用光伏收益", "net sale of the own panels", low=0, high=1e5)
    relocated_month = Column("i4", "month", "搬迁月", "month of relocation", default=-1, low=-1)

    def step(self) -> None:
        """The household's part of the month: books and luck in January, the household quarter at the end of a quarter.

        Flows are booked and members' local wages charged to their employers.
        """
        from fupin.model import steps  # steps know every process, and processes know the agents

        steps.step("household", self)
