"""Village collectives: place, infrastructure, governance, collective accounts."""

from __future__ import annotations

from fupin.model.agent import ArrayAgent
from fupin.model.columns import Column

PLAIN, HILL, MOUNTAIN = range(3)
TERRAINS = {PLAIN: "plain", HILL: "hill", MOUNTAIN: "mountain"}


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
    collective_income = Column("f8", "yuan", "集体收入", "collective income this year", low=0)
    dividends = Column("f8", "yuan", "分红", "dividends paid this year", low=0)
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
    recorded_share = Column(
        "f8", "share", "村建档发生率", "recorded incidence", "listed persons at the November review", low=0, high=1
    )

    def step(self) -> None:
        """The village's part of the month: weather, price and rent, what neighbours do, the collective in December."""
        from fupin.model import steps  # steps know every process, and processes know the agents

        steps.step("village", self)
