"""Budget rules: what a county gets for its poor, from whom, when, and for what it may be spent."""

from __future__ import annotations

from fupin.labels import Label
from fupin.model import sizes
from fupin.model.instruments.base import Instrument
from fupin.model.settings import Dated, Settings, setting


class BudgetSettings(Settings):
    """The rules of the counties' money. Amounts a person count the persons of the 2014 quotas, so samples agree."""

    # what there is

    central: Dated = setting(
        {"2014-01": 483, "2015-01": 522, "2016-01": 738, "2017-01": 961, "2018-01": 1184,
         "2019-01": 1407, "2020-01": 1630},
        unit="yuan/person/year", zh="中央专项资金", en="central funds, a person listed in 2014", low=0, high=20000,
        source="funds_central.csv over 89.62m registered persons of 2014 (programme_totals.csv)",
        status="published estimate",
    )  # fmt: skip
    province_ratio: Dated = setting(
        0.63, unit="ratio", zh="省级与中央资金之比", en="provincial money over central money", low=0, high=5,
        source="funds_central.csv: provinces added about 540 to 861 (100m yuan) in 2017", status="published estimate",
    )  # fmt: skip
    city: Dated = setting(
        {"2014-01": 54.9, "2016-01": 111.9}, unit="yuan/person/year", zh="市级专项资金",
        en="special fund of the city, a person listed in 2014", low=0, high=20000,
        source="baoding.csv: 102m yuan in 2016 (+104 %) over 911,200 persons; mechanisms.csv M103", status="seed",
    )  # fmt: skip
    matching_ratio: Dated = setting(
        {"2014-01": 0.3, "2019-01": 1.0}, unit="ratio", zh="非贫困县市县配套比例",
        en="city and county money over provincial money, counties off the list", low=0, high=3,
        source="000: not below the provincial level from 2019 (M100); before: assumed", status="seed",
    )  # fmt: skip
    matching_poor: Dated = setting(
        0.3, unit="ratio", zh="贫困县市县配套比例", en="the same, poor counties", low=0, high=3,
        source="000 asks counties off the list only; assumed", status="assumption",
    )  # fmt: skip
    sector: Dated = setting(
        1000, unit="yuan/person/year", zh="行业涉农资金",
        en="agricultural funds of other departments, a person listed in 2014", low=0, high=20000,
        source="004: 20 central, 20 provincial and 3 city items; amount assumed", status="assumption",
    )  # fmt: skip
    sector_farm: Dated = setting(
        0.4, unit="share", zh="其中农业生产", en="part for farm production", low=0, high=1, source="assumed",
        status="assumption",
    )  # fmt: skip
    sector_works: Dated = setting(
        0.7, unit="share", zh="其余用于基础设施", en="part of the rest for works", low=0, high=1, source="assumed",
        status="assumption",
    )  # fmt: skip
    donations: Dated = setting(
        {"2014-01": 85, "2016-01": 236}, unit="yuan/person/year", zh="社会捐赠",
        en="donations, a person listed in 2014", low=0, high=20000,
        source="baoding.csv: 215m yuan in 2016, 77.6m in 2015, over 911,200 persons; mechanisms.csv M104",
        status="seed",
    )  # fmt: skip
    project_size: Dated = setting(
        277000, unit="yuan", zh="捐赠项目规模", en="size of a donated project", low=1000, high=1e8,
        source="baoding.csv: 215m yuan in 776 projects", status="seed",
    )  # fmt: skip
    east_west: Dated = setting(
        0, unit="yuan/village/year", zh="东西扶贫协作", en="money of paired regions of the east, a poor village",
        low=0, high=1e7, source="001: townships and villages are paired (M110); amount assumed", status="assumption",
    )  # fmt: skip
    donor_ease: Dated = setting(
        0.5, unit="1", zh="协作方偏好", en="how far donors prefer what is easily reached", low=0, high=5,
        source="M110: by donor's choice; strength assumed", status="assumption",
    )  # fmt: skip
    paired_county: Dated = setting(
        0, unit="yuan/person/year", zh="县域结对帮扶", en="money of paired counties, a person listed in 2014", low=0,
        high=20000, source="002: paired counties help in five forms (M113); amount assumed", status="assumption",
    )  # fmt: skip
    donor_growth: Dated = setting(
        0.08, unit="1/year", zh="结对方财力增速", en="growth of the paired counties' revenue", low=-0.2, high=0.5,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    form_money: Dated = setting(
        0.3, unit="share", zh="结对形式：资金投入", en="part of paired help given as money", low=0, high=1,
        source="002: five forms (M113); split assumed", status="assumption",
    )  # fmt: skip
    form_projects: Dated = setting(
        0.25, unit="share", zh="结对形式：项目建设", en="part of paired help given as projects", low=0, high=1,
        source="002: five forms (M113); split assumed", status="assumption",
    )  # fmt: skip
    form_industry: Dated = setting(
        0.25, unit="share", zh="结对形式：产业合作", en="part of paired help given as industry", low=0, high=1,
        source="002: five forms (M113); split assumed", status="assumption",
    )  # fmt: skip
    form_staff: Dated = setting(
        0.1, unit="share", zh="结对形式：人才支援", en="part of paired help given as staff", low=0, high=1,
        source="002: five forms (M113); split assumed", status="assumption",
    )  # fmt: skip
    form_jobs: Dated = setting(
        0.1, unit="share", zh="结对形式：劳务协作", en="part of paired help given as jobs", low=0, high=1,
        source="002: five forms (M113); split assumed", status="assumption",
    )  # fmt: skip
    # to whom it goes

    equal_per_person: Dated = setting(
        {"2014-01": 0, "2019-01": 1}, unit="1 on, 0 off", zh="同标准分配",
        en="equal allocation per poor person over all counties", low=0, high=1, source="000: from 2019 (M099)",
        status="seed",
    )  # fmt: skip
    poor_factor: Dated = setting(
        2.0, unit="factor", zh="贫困县权重", en="weight of a poor person in a poor county, before the equal rule",
        low=1, high=10, source="M099: above 1; size assumed", status="assumption",
    )  # fmt: skip
    deep_factor: Dated = setting(
        1.5, unit="factor", zh="深度贫困权重", en="weight of a poor person in a deeply poor village", low=1, high=5,
        source="mechanisms.csv M107: 1, 1.5 or 2", status="assumption",
    )  # fmt: skip
    deep_incidence: Dated = setting(
        0.4, unit="share", zh="深度贫困村标准", en="registered share from which a poor village is deeply poor", low=0,
        high=1, source="assumed", status="assumption",
    )  # fmt: skip
    hard_extra: Dated = setting(
        0.25, unit="share", zh="深山区加权", en="more for poor persons in mountain villages", low=0, high=5,
        source="002: mountain and remote areas are supported first (M249); size assumed", status="assumption",
    )  # fmt: skip
    exit_tilt: Dated = setting(
        0.2, unit="share", zh="退出县倾斜", en="more for counties that apply for exit this year", low=0, high=5,
        source="002: tilted to the counties that apply (M036); size assumed", status="assumption",
    )  # fmt: skip
    applying_reach: Dated = setting(
        2.0, unit="factor", zh="拟退出判定",
        en="a county is expected to apply up to this multiple of the exit incidence", low=1, high=20,
        source="assumed", status="assumption",
    )  # fmt: skip
    performance_link: Dated = setting(
        0, unit="share", zh="绩效挂钩", en="how far money follows participation and lasting exit", low=0, high=1,
        source="001: explored, off by default (M106)", status="assumption",
    )  # fmt: skip
    growth_share: Dated = setting(
        0, unit="share", zh="区域发展占比", en="part of the special funds for the county's enterprises", low=0,
        high=1, source="001: regional growth as the base of household targeting (M309); off by default",
        status="assumption",
    )  # fmt: skip
    # what counties add and owe

    revenue_poor: Dated = setting(
        4000, unit="yuan/household/year", zh="贫困县财力", en="own revenue of a poor county, a rural household",
        low=0, high=100000, source="general knowledge, to verify: about 400m yuan for 100,000 households",
        status="assumption",
    )  # fmt: skip
    revenue_other: Dated = setting(
        8000, unit="yuan/household/year", zh="非贫困县财力", en="own revenue of another county, a rural household",
        low=0, high=100000, source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    growth_poor: Dated = setting(
        0.05, unit="1/year", zh="贫困县财力增速", en="growth of a poor county's revenue", low=-0.2, high=0.5,
        source="004: weak economies, slow growth (M175); size assumed", status="assumption",
    )  # fmt: skip
    growth_other: Dated = setting(
        0.09, unit="1/year", zh="非贫困县财力增速", en="growth of another county's revenue", low=-0.2, high=0.5,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    programme_share: Dated = setting(
        0.03, unit="share", zh="可用于扶贫的财力", en="part of own revenue that can go to the programme", low=0,
        high=1, source="assumed", status="assumption",
    )  # fmt: skip
    other_own_extra: Dated = setting(
        0, unit="share", zh="非重点区县加大投入", en="more own money of non-poor counties to meet what is due", low=0,
        high=5, source="001: districts outside the focus raise their own budgets (M112); size assumed",
        status="assumption",
    )  # fmt: skip
    policy_credit: Dated = setting(
        0, unit="yuan/person/year", zh="政策性贷款", en="policy-bank credit for works, a person listed in 2014",
        low=0, high=20000, source="004: nine county platforms borrow (M120); amount assumed, off by default",
        status="assumption",
    )  # fmt: skip
    policy_rate: Dated = setting(
        0.049, unit="1/year", zh="政策性贷款利率", en="interest of policy banks", low=0, high=0.2,
        source="general knowledge, to verify: base rate above five years", status="assumption",
    )  # fmt: skip
    policy_years: Dated = setting(
        10, unit="years", zh="政策性贷款期限", en="term of policy banks", low=1, high=40,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    # when and for what it may be spent

    integrated_poor: Dated = setting(
        {"2014-01": 0, "2016-01": 1}, unit="share", zh="贫困县统筹整合",
        en="part of its sector money that a poor county may integrate", low=0, high=1,
        source="004: full autonomy (M101); farm production and works only (001, M306)", status="seed",
    )  # fmt: skip
    integrated_other: Dated = setting(
        {"2014-01": 0, "2019-01": 0.5}, unit="share", zh="非贫困县统筹整合",
        en="part of its local sector money that another county may integrate", low=0, high=1,
        source="000: part of the provincial and lower funds (M305); size assumed", status="assumption",
    )  # fmt: skip
    approval_steps: Dated = setting(
        {"2014-01": 2, "2016-01": 1}, unit="steps", zh="审批层级", en="approvals before money may be spent", low=0,
        high=5, source="004: approval wholly with the county (M102)", status="seed",
    )  # fmt: skip
    step_months: Dated = setting(
        2, unit="months", zh="每级审批时间", en="months that an approval takes", low=0, high=12, source="assumed",
        status="assumption",
    )  # fmt: skip
    fast_lane: Dated = setting(
        0, unit="share", zh="绿色通道", en="part of the wait that a fast lane cuts", low=0, high=1,
        source="004: a suggestion (M077), off by default", status="assumption",
    )  # fmt: skip
    absorption: Dated = setting(
        1, unit="factor", zh="吸纳能力系数", en="factor on the county's absorptive capacity", low=0, high=2,
        source="model.md section 2; the capacity is the region's", status="assumption",
    )  # fmt: skip
    last_start: Dated = setting(
        11, unit="month", zh="最晚开工月", en="last calendar month in which projects begin", low=1, high=12,
        source="002 wants works done by then (M038); that none begin later is assumed", status="assumption",
    )  # fmt: skip
    returned_share: Dated = setting(
        0.3, unit="share", zh="结余收回比例", en="part of unspent money taken back at the end of the year", low=0,
        high=1, source="general knowledge, to verify: idle balances are taken back", status="assumption",
    )  # fmt: skip
    condition_met: Dated = setting(
        0.65, unit="share", zh="前置条件满足率", en="chance that one precondition of a hard policy is met", low=0,
        high=1, source="0.65 cubed is 27.4 %, as with photovoltaics (M171, M076)", status="assumption",
    )  # fmt: skip
    conditions: Dated = setting(
        0, unit="conditions", zh="前置条件数", en="preconditions of a hard policy", low=0, high=6,
        source="M172 names three; off by default", status="assumption",
    )  # fmt: skip
    # switches
    yearly_plan: bool = setting(
        True, zh="年度资金计划", en="lines divided over the programmes before any draws (off: in order of the package)",
        source="001: the county answers for plan, funds and projects; 004: it decides alone; rule of division assumed",
        status="assumption",
    )  # fmt: skip
    donors_name_villages: bool = setting(
        False, zh="社会资金限定贫困村", en="donors' money only for poor villages",
        source="001: three outside sources are for the upgrading of poor villages (M308)", status="seed",
    )  # fmt: skip
    project_pool: bool = setting(
        False, zh="项目库管理", en="only projects entered in an earlier year are funded",
        source="001: projects are taken from the pool (M109)", status="seed",
    )  # fmt: skip
    hard_policies: tuple[str, ...] = setting(
        ("village_workshop", "land_park", "village_tourism", "ecommerce_station"), zh="难落地的政策",
        en="policies with preconditions", source="004: some policies are hard to carry out (M076); list assumed",
        status="assumption",
    )  # fmt: skip


class BudgetRules(Instrument):
    """Money of the counties by source and line; other instruments draw on it (`processes/budgets.py`)."""

    kind, family = "budget_rules", "finance"
    zh, en = "资金分配与使用规则", "budget rules of the counties"
    about_zh = "县级扶贫资金按来源和用途分列，其他政策工具从中列支。"
    not_sized = sizes.RULES
    single = Label("资金只按一套办法分配", "money is allocated by one set of rules")
    Settings = BudgetSettings
    months = ()


KINDS = (BudgetRules,)
