"""Enterprises: they hire, pay, earn, borrow, grow and fail."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fupin.labels import Label
from fupin.model.agent import ArrayAgent
from fupin.model.columns import Column

LEADING, COOPERATIVE, WORKSHOP, TOURISM, ECOMMERCE, PARK = range(6)
BASE, GUEST_HOUSE, VISITOR_FARM, FACTORY, RETURNEE = range(6, 11)
KINDS = {
    LEADING: Label("龙头企业", "leading enterprise"),
    COOPERATIVE: Label("合作社", "co-operative"),
    WORKSHOP: Label("扶贫车间", "village workshop"),
    TOURISM: Label("旅游企业", "tourism"),
    ECOMMERCE: Label("电商", "e-commerce"),
    PARK: Label("农业园区", "agricultural park"),
    BASE: Label("大棚基地", "base of sheds"),
    GUEST_HOUSE: Label("民宿", "guest house"),
    VISITOR_FARM: Label("扶贫农庄", "farm for visitors"),
    FACTORY: Label("劳动密集型企业", "labour-intensive factory"),
    RETURNEE: Label("返乡企业", "firm of a returnee"),
}


class Enterprise(ArrayAgent):
    """An employer of the county, or of one village when `village` is not -1. Quantities are in population units."""

    uid = Column("i8", "", "企业编号", "key of the enterprise", low=0)
    county = Column("i8", "row", "县", "county", "row of the county", "县的行号", low=0)
    village = Column(
        "i8", "row", "村", "village", "row of the village, -1 county-wide", "村的行号，−1 全县", default=-1, low=-1
    )
    kind = Column("i8", "code", "类型", "kind", choices=KINDS, low=0, high=10)
    alive = Column("?", "", "存续", "in business", default=1, low=0, high=1)
    capital = Column("f8", "yuan", "资本", "capital", low=0, high=1e9)
    productivity = Column(
        "f8", "log", "生产率", "log productivity", "solved from the jobs of the first year", "由首年岗位数反推", low=-5,
        high=15,
    )  # fmt: skip
    orders = Column(
        "f8", "log", "订单波动", "orders", "AR(1) log demand shock", "一阶自回归的需求冲击（对数）", low=-1.5, high=1.5
    )
    jobs = Column(
        "f8", "workers", "用工需求", "jobs offered", "labour demand at the going wage", "现行工资下的用工需求", low=0,
        high=1e5,
    )  # fmt: skip
    places = Column(
        "f8", "workers", "工位", "places", "most workers a workshop can seat", "车间最多容纳的劳动力", default=1e5,
        low=0, high=1e5,
    )  # fmt: skip
    filled = Column(
        "f8", "workers", "在岗人数", "jobs filled", "population workers on the payroll", "在册职工（总体人数）", low=0,
        high=1e5,
    )  # fmt: skip
    payroll = Column("f8", "yuan/quarter", "工资支出", "wages paid in the quarter", low=0, high=1e9)
    reserved = Column("f8", "share", "保留岗位", "jobs reserved for registered households", low=0, high=1)
    hire_share = Column("f8", "share", "带贫用工比例", "least share of registered staff", low=0, high=1)
    wage_support = Column("f8", "share", "劳务补助占比", "part of a wage that the budget pays", low=0, high=0.9)
    variety = Column(
        "f8", "kinds", "产品种类", "kinds of goods made", "orders average out", "种类多则订单平稳", default=1, low=1,
        high=50,
    )  # fmt: skip
    founder = Column(
        "i8", "row", "创办户", "household of the founder", "-1 none in the region", "−1 不在本区", default=-1, low=-1
    )
    site = Column("i8", "row", "占地村", "village whose land it stands on", "-1 none", "−1 无", default=-1, low=-1)
    outside = Column("?", "", "外来资本", "owned from outside", low=0, high=1)
    polluting = Column("?", "", "污染企业", "polluting", low=0, high=1)
    cash = Column("f8", "yuan", "现金", "cash", low=-1e9, high=1e9)
    loan = Column("f8", "yuan", "贷款", "bank loan", low=0, high=1e9)
    profit = Column("f8", "yuan", "利润", "profit this year", low=-1e9, high=1e9)
    losses = Column("f8", "quarters", "连续亏损", "quarters of losses in a row", low=0, high=100)

    def step(self) -> None:
        """The enterprise's part of the month: at the end of a quarter jobs are planned and the accounts made up.

        Wages are charged by the households' steps, which therefore come first.
        """
        from fupin.model import steps  # steps know every process, and processes know the agents

        steps.step("enterprise", self)


IDLE = float(Enterprise.productivity.low)
"""Log productivity of an employer without standing staff: the least that the column knows; it offers no jobs."""
LEAST_JOBS = 0.1
"""Workers: who wants fewer counts as wanting so many where a logarithm of jobs is taken; less than a person is none."""


def in_bounds(productivity: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log productivity of new or replanned employers, held within what the column declares."""
    declared = Enterprise.productivity
    return np.clip(productivity, declared.low, declared.high)
