"""Village collectives: place, infrastructure, governance, collective accounts."""

from __future__ import annotations

from fupin.model.agent import ArrayAgent
from fupin.model.columns import Column

PLAIN, HILL, MOUNTAIN = range(3)
PRODUCTS = {-1: "none", 0: "vegetables", 1: "meat", 2: "eggs", 3: "milk", 4: "fruit"}
TERRAINS = {PLAIN: "plain", HILL: "hill", MOUNTAIN: "mountain"}

SHELL = 1000.0  # yuan a year: a collective that earns less is an empty shell (空壳村)


class Village(ArrayAgent):
    """A village and its collective economy."""

    uid = Column("i8", "", "村编号", "key of the village", "place in the full frame of the region", low=0)
    county = Column("i8", "row", "县", "county", "row of the county", low=0)
    township = Column("i8", "", "乡镇", "township", "number of the township in the region", low=0)
    weight = Column(
        "f8", "", "权数", "survey weight", "villages of the region that this one stands for", default=1, low=0
    )
    poor_village = Column("?", "", "贫困村", "poor village", "designated in 2014", low=0, high=1)
    households = Column("f8", "households", "户数", "households", low=0, high=5000)
    listed_late = Column("?", "", "新识别贫困村", "added to the list", "poor village since a later list", low=0, high=1)
    deep_poor = Column("?", "", "深度贫困村", "deeply poor", "marked for priority", low=0, high=1)
    terrain = Column("i8", "code", "地形", "terrain", choices=TERRAINS, low=0, high=2)
    remoteness = Column(
        "f8", "score", "偏远程度", "remoteness", "normal score over the county, high = far", low=-4, high=4
    )
    productivity = Column("f8", "log", "村生产率", "village productivity", "log A_v of the base year", low=-2, high=2)
    wage_level = Column("f8", "log", "村工资水平", "local wage level", "log deviation of local pay", low=-1, high=1)
    village_shift = Column(
        "f8", "log", "政策改善生产条件", "shift of productivity", "village.productivity", low=-2, high=2
    )
    market_shift = Column(
        "f8", "log", "政策改善市场通达", "shift of the price received", "village.price", low=-2, high=2
    )
    road = Column("f8", "0-1", "道路", "road", "share of homes on a hardened road", low=0, high=1)
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
    land_permit = Column("?", "", "用地获批", "land for projects approved", "under a land quota", low=0, high=1)
    collective_income = Column("f8", "yuan", "集体收入", "collective income this year", low=0)
    dividends = Column("f8", "yuan", "分红", "dividends paid this year", low=0)
    idle_assets = Column("f8", "yuan", "闲置集体资产", "idle collective assets", "found and not yet in use", low=0)
    venture_assets = Column("f8", "yuan", "集体经营资产", "assets in ventures of the collective", low=0)
    free_land = Column("f8", "mu", "未承包土地", "unallocated land", "found and not yet let", low=0)
    inventoried = Column("?", "", "已清产核资", "assets inventoried", low=0, high=1)
    reformed = Column("?", "", "已股份合作制改革", "share reform done", low=0, high=1)
    ways = Column("i8", "bits", "集体增收方式", "ways to earn in use", "one bit a way, collective_ways.WAYS", low=0)
    fund_lent = Column("f8", "yuan", "互助金在借", "mutual fund, lent to members", low=0)
    shareholding = Column("f8", "share", "入股率", "share of households holding shares", low=0, high=1)
    pv_kw = Column("f8", "kW", "光伏容量", "photovoltaic capacity", low=0)
    station = Column("?", "", "电商站点", "e-commerce station", low=0, high=1)
    tourism = Column("?", "", "旅游村", "tourism village", "developed by the programme", low=0, high=1)
    pv_value = Column("f8", "yuan", "光伏资产", "photovoltaic plant", "cost less what is written off", low=0)
    pv_tariff = Column("f8", "yuan/kWh", "光伏电价", "photovoltaic tariff", "fixed when connected", low=0, high=5)
    participation = Column("f8", "0-1", "群众参与", "participation", "in decisions on projects", low=0, high=1)
    disclosure = Column("f8", "0-1", "公示", "disclosure", "of lists and accounts", low=0, high=1)
    informed = Column("f8", "0-1", "资金知晓率", "informed of funds", "households that know the funds", low=0, high=1)
    watched = Column("f8", "share", "监督阶段占比", "stages watched", "of before, during and after", low=0, high=1)
    branch_strength = Column("f8", "0-1", "班子战斗力", "branch strength", "half: middling", default=0.5, low=0, high=1)
    leakage = Column("f8", "share", "截留率", "leakage", "share of what is delivered that is diverted", low=0, high=1)
    diverted = Column("f8", "yuan", "被截留工程款", "works money diverted", "not made good", low=0)
    deterrence = Column("f8", "share", "查处震慑", "deterrence", "leakage deterred by cases found", low=0, high=1)
    mediation = Column("f8", "share", "调解作用", "mediation", "delay by dispute that elders spare", low=0, high=1)
    project_match = Column("f8", "0-1", "项目对路", "match of projects", "half: middling", default=0.5, low=0, high=1)
    ceremony_cut = Column("f8", "share", "人情减负", "ceremony saved", "spending spared by a norm", low=0, high=1)
    shame = Column("f8", "share", "戴帽可耻氛围", "shame of the label", "hiding that it ends", low=0, high=1)
    exit_promise = Column("f8", "share", "退出优惠", "promise at exit", "support that outlasts exit", low=0, high=1)
    industry_quality = Column("f8", "0-1", "主导产业质量", "quality of the leading industry", low=0, high=1)
    industry = Column(
        "i8", "code", "主导产业", "leading industry", "chosen product", default=-1, choices=PRODUCTS, low=-1, high=4
    )
    industry_month = Column("i8", "month", "主导产业起始月", "month of its beginning", "-1 none", default=-1, low=-1)
    industry_share = Column("f8", "share", "主导产业比重", "part of the village's land and hands in it", low=0, high=1)
    city_sales = Column("f8", "share", "京津销售比重", "part of it sold in the cities", low=0, high=1)
    craft_points = Column("f8", "sites", "手工业加工点", "collection points of home handicraft", low=0, high=100)
    sheds = Column("f8", "sheds", "菌菜大棚", "sheds of a base", low=0, high=2000)
    hill_orchard = Column("f8", "mu", "荒山果园", "orchard on once barren hills", low=0, high=1e5)
    hill_month = Column("i8", "month", "荒山栽植月", "month of planting", "-1 none", default=-1, low=-1)
    weather = Column(
        "f8", "score", "天气", "weather of the quarter", "standard normal, common to the village", low=-6.5, high=6.5
    )
    price = Column(
        "f8", "index", "产品价格", "price received", "county supply against its trend", default=1, low=0, high=5
    )
    rent = Column("f8", "yuan/mu/year", "地租", "land rent", low=0, high=3000)
    rented_share = Column("f8", "share", "流转成交率", "share of offered land that is taken", low=0, high=1)
    network = Column("f8", "share", "外出网络", "migration network", "share of workers away last year", low=0, high=1)
    norm = Column("f8", "0-1", "发展氛围", "norm of motivation", "mean motivation of the village", low=0, high=1)
    income_growth = Column("f8", "1/year", "村收入增长", "income growth", "mean income per head on a year before")
    mean_income = Column("f8", "yuan/person/year", "村人均收入", "income per head", low=0)
    workshop_jobs = Column("f8", "jobs", "车间岗位", "workshop jobs", "places in village workshops", low=0)
    exited = Column("?", "", "已出列", "exited as a poor village", low=0, high=1)
    exit_month = Column("i8", "month", "出列月", "month of exit", "-1 not yet", default=-1, low=-1)
    exit_year = Column("i8", "year", "计划出列年", "planned year of exit", "-1 none", default=-1, low=-1)
    recorded_share = Column(
        "f8", "share", "村建档发生率", "recorded incidence", "listed persons at the November review", low=0, high=1
    )
    team_in_charge = Column(
        "i8", "row", "代管工作队", "work team of elsewhere in charge", "-1: its own, if it has one", default=-1, low=-1
    )
    team_reach = Column("f8", "share", "代管到位率", "what reaches it of that team's work", default=1, low=0, high=1)
    cadre_shift = Column(
        "f8", "0-1", "村干部能力变化", "shift of what village cadres see", "village.cadres", low=-1, high=1
    )

    def step(self) -> None:
        """The village's part of the month: weather, price and rent, what neighbours do, the collective in December."""
        from fupin.model import steps  # steps know every process, and processes know the agents

        steps.step("village", self)
