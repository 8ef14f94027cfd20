"""Village collectives: place, infrastructure, governance, collective accounts."""

from __future__ import annotations

from fupin.labels import Label
from fupin.model.agent import ArrayAgent
from fupin.model.columns import Column

PLAIN, HILL, MOUNTAIN = range(3)
PRODUCTS = {
    -1: Label("无", "none"),
    0: Label("菜", "vegetables"),
    1: Label("肉", "meat"),
    2: Label("蛋", "eggs"),
    3: Label("奶", "milk"),
    4: Label("果", "fruit"),
}
TERRAINS = {PLAIN: Label("平原", "plain"), HILL: Label("丘陵", "hill"), MOUNTAIN: Label("山区", "mountain")}

SHELL = 1000.0  # yuan a year: a collective that earns less is an empty shell (空壳村)


class Village(ArrayAgent):
    """A village and its collective economy."""

    uid = Column(
        "i8", "", "村编号", "key of the village", "place in the full frame of the region", "在全区村庄总表中的位置",
        low=0,
    )  # fmt: skip
    county = Column("i8", "row", "县", "county", "row of the county", "县的行号", low=0)
    township = Column("i8", "", "乡镇", "township", "number of the township in the region", "全区乡镇编号", low=0)
    weight = Column(
        "f8", "", "权数", "survey weight", "villages of the region that this one stands for", "一村所代表的村数",
        default=1, low=0,
    )  # fmt: skip
    poor_village = Column("?", "", "贫困村", "poor village", "designated in 2014", "2014年认定", low=0, high=1)
    households = Column("f8", "households", "户数", "households", low=0, high=5000)
    listed_late = Column(
        "?", "", "新识别贫困村", "added to the list", "poor village since a later list", "后来的名单起为贫困村", low=0,
        high=1,
    )  # fmt: skip
    deep_poor = Column("?", "", "深度贫困村", "deeply poor", "marked for priority", "列为重点", low=0, high=1)
    terrain = Column("i8", "code", "地形", "terrain", choices=TERRAINS, low=0, high=2)
    remoteness = Column(
        "f8", "score", "偏远程度", "remoteness", "normal score over the county, high = far",
        "县内标准正态得分，高者偏远", low=-4, high=4,
    )  # fmt: skip
    productivity = Column(
        "f8", "log", "村生产率", "village productivity", "log A_v of the base year", "基年对数 A_v", low=-2, high=2
    )
    wage_level = Column(
        "f8", "log", "村工资水平", "local wage level", "log deviation of local pay", "本地工资的对数偏离", low=-1,
        high=1,
    )  # fmt: skip
    village_shift = Column(
        "f8", "log", "政策改善生产条件", "shift of productivity", "village.productivity", "作用于 village.productivity",
        low=-2, high=2,
    )  # fmt: skip
    market_shift = Column(
        "f8", "log", "政策改善市场通达", "shift of the price received", "village.price", "作用于 village.price", low=-2,
        high=2,
    )  # fmt: skip
    road = Column("f8", "0-1", "道路", "road", "share of homes on a hardened road", "通硬化路的户数比例", low=0, high=1)
    water = Column("f8", "0-1", "饮水", "safe water", low=0, high=1)
    power = Column("f8", "0-1", "动力电", "three-phase power", low=0, high=1)
    broadband = Column("f8", "0-1", "宽带", "broadband", low=0, high=1)
    clinic = Column("f8", "0-1", "卫生室", "clinic", low=0, high=1)
    sanitation = Column("f8", "0-1", "卫生", "sanitation", low=0, high=1)
    collective_land = Column("f8", "mu", "集体土地", "collective land", low=0)
    idle_land = Column("f8", "mu", "闲置土地", "land offered for rent and not taken", low=0)
    collective_assets = Column("f8", "yuan", "集体资产", "collective assets", low=0)
    collective_cash = Column("f8", "yuan", "集体现金", "collective cash", low=0)
    mutual_fund = Column("f8", "yuan", "互助资金", "cash of the mutual fund", low=0)
    mutual_lent = Column("f8", "yuan", "互助资金贷出", "lent by the mutual fund", low=0)
    land_permit = Column(
        "?", "", "用地获批", "land for projects approved", "under a land quota", "专项用地指标下", low=0, high=1
    )
    collective_income = Column("f8", "yuan", "集体收入", "collective income this year", low=0)
    dividends = Column("f8", "yuan", "分红", "dividends paid this year", low=0)
    idle_assets = Column(
        "f8", "yuan", "闲置集体资产", "idle collective assets", "found and not yet in use", "已查明、尚未使用", low=0
    )
    venture_assets = Column("f8", "yuan", "集体经营资产", "assets in ventures of the collective", low=0)
    heirs_land = Column(
        "f8", "mu", "绝户承包地", "land of the dead", "of households that have died out; heirs elsewhere let it",
        "户内人口全部去世，由外地亲属流转", low=0,
    )  # fmt: skip
    free_land = Column("f8", "mu", "未承包土地", "unallocated land", "found and not yet let", "已查明、尚未出租", low=0)
    inventoried = Column("?", "", "已清产核资", "assets inventoried", low=0, high=1)
    reformed = Column("?", "", "已股份合作制改革", "share reform done", low=0, high=1)
    ways = Column(
        "i8", "bits", "集体增收方式", "ways to earn in use", "one bit a way, collective_ways.WAYS",
        "每种方式一位，见 collective_ways.WAYS", low=0,
    )  # fmt: skip
    fund_lent = Column("f8", "yuan", "互助金在借", "mutual fund, lent to members", low=0)
    shareholding = Column("f8", "share", "入股率", "share of households holding shares", low=0, high=1)
    pv_kw = Column("f8", "kW", "光伏容量", "photovoltaic capacity", low=0)
    station = Column("?", "", "电商站点", "e-commerce station", low=0, high=1)
    tourism = Column("?", "", "旅游村", "tourism village", "developed by the programme", "由项目开发", low=0, high=1)
    pv_value = Column(
        "f8", "yuan", "光伏资产", "photovoltaic plant", "cost less what is written off", "造价减折旧", low=0
    )
    pv_tariff = Column(
        "f8", "yuan/kWh", "光伏电价", "photovoltaic tariff", "fixed when connected", "并网时确定", low=0, high=5
    )
    participation = Column(
        "f8", "0-1", "群众参与", "participation", "in decisions on projects", "参与项目决策", low=0, high=1
    )
    disclosure = Column("f8", "0-1", "公示", "disclosure", "of lists and accounts", "名单与账目", low=0, high=1)
    informed = Column(
        "f8", "0-1", "资金知晓率", "informed of funds", "households that know the funds", "了解资金的户数比例", low=0,
        high=1,
    )  # fmt: skip
    watched = Column(
        "f8", "share", "监督阶段占比", "stages watched", "of before, during and after", "占事前、事中、事后", low=0,
        high=1,
    )  # fmt: skip
    branch_strength = Column(
        "f8", "0-1", "班子战斗力", "branch strength", "half: middling", "一半为中等", default=0.5, low=0, high=1
    )
    leakage = Column(
        "f8", "share", "截留率", "leakage", "share of what is delivered that is diverted",
        "应当到位的资金中被截留的比例", low=0, high=1,
    )  # fmt: skip
    diverted = Column("f8", "yuan", "被截留工程款", "works money diverted", "not made good", "未补回", low=0)
    deterrence = Column(
        "f8", "share", "查处震慑", "deterrence", "leakage deterred by cases found", "查处案件所阻止的截留", low=0,
        high=1,
    )  # fmt: skip
    mediation = Column(
        "f8", "share", "调解作用", "mediation", "delay by dispute that elders spare", "老人调解省去的纠纷延误", low=0,
        high=1,
    )  # fmt: skip
    project_match = Column(
        "f8", "0-1", "项目对路", "match of projects", "half: middling", "一半为中等", default=0.5, low=0, high=1
    )
    ceremony_cut = Column(
        "f8", "share", "人情减负", "ceremony saved", "spending spared by a norm", "规约节省的支出", low=0, high=1
    )
    shame = Column(
        "f8", "share", "戴帽可耻氛围", "shame of the label", "hiding that it ends", "因此不再隐瞒收入", low=0, high=1
    )
    exit_promise = Column(
        "f8", "share", "退出优惠", "promise at exit", "support that outlasts exit", "退出后仍继续的扶持", low=0, high=1
    )
    industry_quality = Column("f8", "0-1", "主导产业质量", "quality of the leading industry", low=0, high=1)
    industry = Column(
        "i8", "code", "主导产业", "leading industry", "chosen product", "选定的产品", default=-1, choices=PRODUCTS,
        low=-1, high=4,
    )  # fmt: skip
    industry_month = Column(
        "i8", "month", "主导产业起始月", "month of its beginning", "-1 none", "−1 无", default=-1, low=-1
    )
    industry_share = Column("f8", "share", "主导产业比重", "part of the village's land and hands in it", low=0, high=1)
    city_sales = Column("f8", "share", "京津销售比重", "part of it sold in the cities", low=0, high=1)
    craft_points = Column("f8", "sites", "手工业加工点", "collection points of home handicraft", low=0, high=100)
    sheds = Column("f8", "sheds", "菌菜大棚", "sheds of a base", low=0, high=2000)
    hill_orchard = Column("f8", "mu", "荒山果园", "orchard on once barren hills", low=0, high=1e5)
    hill_month = Column("i8", "month", "荒山栽植月", "month of planting", "-1 none", "−1 无", default=-1, low=-1)
    weather = Column(
        "f8", "score", "天气", "weather of the quarter", "standard normal, common to the village", "全村共同，标准正态",
        low=-6.5, high=6.5,
    )  # fmt: skip
    price = Column(
        "f8", "index", "产品价格", "price received", "county supply against its trend", "县内供给对其趋势", default=1,
        low=0, high=5,
    )  # fmt: skip
    rent = Column("f8", "yuan/mu/year", "地租", "land rent", low=0, high=3000)
    rented_share = Column("f8", "share", "流转成交率", "share of offered land that is taken", low=0, high=1)
    network = Column(
        "f8", "share", "外出网络", "migration network", "share of workers away last year", "上年外出劳动力比例", low=0,
        high=1,
    )  # fmt: skip
    norm = Column(
        "f8", "0-1", "发展氛围", "norm of motivation", "mean motivation of the village", "全村动力均值", low=0, high=1
    )
    income_growth = Column(
        "f8", "1/year", "村收入增长", "income growth", "mean income per head on a year before", "人均收入同比"
    )
    mean_income = Column("f8", "yuan/person/year", "村人均收入", "income per head", low=0)
    exited = Column("?", "", "已出列", "exited as a poor village", low=0, high=1)
    exit_month = Column("i8", "month", "出列月", "month of exit", "-1 not yet", "−1 尚未出列", default=-1, low=-1)
    exit_year = Column("i8", "year", "计划出列年", "planned year of exit", "-1 none", "−1 无", default=-1, low=-1)
    recorded_share = Column(
        "f8", "share", "村建档发生率", "recorded incidence", "listed persons at the November review",
        "11月审核时的在册人口", low=0, high=1,
    )  # fmt: skip
    team_in_charge = Column(
        "i8", "row", "代管工作队", "work team of elsewhere in charge", "-1: its own, if it has one",
        "−1 有队则为本村工作队", default=-1, low=-1,
    )  # fmt: skip
    team_reach = Column("f8", "share", "代管到位率", "what reaches it of that team's work", default=1, low=0, high=1)
    cadre_shift = Column(
        "f8", "0-1", "村干部能力变化", "shift of what village cadres see", "village.cadres", "作用于 village.cadres",
        low=-1, high=1,
    )  # fmt: skip

    def step(self) -> None:
        """The village's part of the month: weather, price and rent, what neighbours do, the collective in December."""
        from fupin.model import steps  # steps know every process, and processes know the agents

        steps.step("village", self)
