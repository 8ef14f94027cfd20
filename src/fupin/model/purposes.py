"""What money moves for: every purpose a posting may name, with its labels and the income it counts as.

`income` is the survey category that a household's receipt belongs to (wage, operating, property, transfer) or ""
where it is not income. Official definitions, stated once: pay for work is wage income; sales less inputs are
operating income; interest, rent and dividends are property income; pensions, allowances, aid in cash, support from
relatives and the remittances of members who are not resident are transfer income. Loans, relief by kin in need and
assets given in kind are not income.
"""

from __future__ import annotations

from typing import NamedTuple


class Purpose(NamedTuple):
    """Labels of a purpose and the income category of the receiving household."""

    zh: str
    en: str
    income: str = ""


PURPOSES: dict[str, Purpose] = {
    # farm and home business
    "sales": Purpose("农产品与经营销售", "sales of farm and home business", "operating"),
    "inputs": Purpose("生产投入", "inputs"),
    "land.rent.received": Purpose("土地流转租金收入", "land rent received", "property"),
    "land.rent.paid": Purpose("土地流转租金支出", "land rent paid"),
    # work
    "wages.local": Purpose("本地工资", "local wages", "wage"),
    "wages.casual": Purpose("零工收入", "casual day labour", "wage"),
    "wages.migrant": Purpose("外出务工带回收入", "migrants' pay sent home (resident members)", "wage"),
    "remittances": Purpose("非常住成员汇款", "remittances of non-resident members", "transfer"),
    # property and transfers with a holder
    "interest.deposits": Purpose("存款利息", "interest on deposits", "property"),
    "pension.basic": Purpose("基础养老金", "basic pension", "transfer"),
    "pension.formal": Purpose("离退休金", "retirement pay", "transfer"),
    "support.children": Purpose("子女赡养", "support by absent children", "transfer"),
    "subsidy.farm": Purpose("农业补贴", "farm subsidy", "transfer"),
    # spending
    "consumption": Purpose("日常消费", "routine consumption"),
    "ceremony": Purpose("人情支出", "ceremonial spending"),
    "schooling": Purpose("教育支出", "schooling"),
    "health.own": Purpose("自付医疗", "health care out of pocket"),
    "health.insured": Purpose("医保报销", "health care paid by insurance"),
    # saving and debt
    "investment": Purpose("购置生产性资产", "purchase of productive assets"),
    "investment.goods": Purpose("生产性资产（实物）", "productive assets bought (goods)"),
    "depreciation": Purpose("折旧", "depreciation"),
    "distress.sale": Purpose("变卖资产", "distress sale (cash)"),
    "distress.goods": Purpose("变卖资产（实物）", "distress sale (goods)"),
    "distress.loss": Purpose("变卖损失", "loss in distress sales"),
    "debt.borrowed": Purpose("私人借款", "private borrowing (cash)"),
    "debt.owed": Purpose("私人借款（债务）", "private borrowing (claim)"),
    "debt.repaid": Purpose("归还私人借款", "repayment of private debt (cash)"),
    "debt.cleared": Purpose("归还私人借款（债务）", "repayment of private debt (claim)"),
    "relief.kin": Purpose("亲友救济", "relief by kin"),
    # enterprises
    "firm.revenue": Purpose("企业增加值", "value added of enterprises"),
    "firm.overheads": Purpose("企业管理费用", "overheads of enterprises"),
    "firm.interest": Purpose("企业利息", "interest paid by enterprises"),
    "firm.investment": Purpose("企业投资", "investment of enterprises"),
    "firm.goods": Purpose("企业投资（实物）", "investment of enterprises (goods)"),
    "firm.depreciation": Purpose("企业折旧", "depreciation of enterprises"),
    "firm.owners": Purpose("企业主提取", "profit drawn by owners"),
    "firm.equity": Purpose("企业主投入", "equity put in by owners"),
    "firm.founded": Purpose("新办企业资产", "assets of new enterprises"),
    "firm.borrowed": Purpose("企业贷款", "enterprise loans (cash)"),
    "firm.owed": Purpose("企业贷款（债务）", "enterprise loans (claim)"),
    "firm.repaid": Purpose("企业还贷", "repayment by enterprises (cash)"),
    "firm.cleared": Purpose("企业还贷（债务）", "repayment by enterprises (claim)"),
    "firm.write_off": Purpose("企业坏账", "bad loans of enterprises"),
    "firm.closure": Purpose("企业清算", "cash of closed enterprises"),
    "firm.scrapped": Purpose("企业关闭资产损失", "assets lost in closures"),
    # collectives
    "collective.leases": Purpose("集体资产租金", "leases of collective assets and land"),
    "collective.dividends": Purpose("集体分红", "dividends of the collective", "property"),
    "collective.works": Purpose("集体公益支出", "village works and posts"),
    # public money
    "grant.centre": Purpose("中央专项资金", "central funds"),
    "grant.province": Purpose("省级资金", "provincial funds"),
    "grant.city": Purpose("市级资金", "city funds"),
    "county.revenue": Purpose("县级自有财力", "county's own revenue"),
    "administration": Purpose("项目管理费", "administration of programmes"),
    # the instruments
    "dibao": Purpose("低保金", "minimum living allowance", "transfer"),
    "production_grant": Purpose("产业到户补助", "production grant (money)"),
    "production_grant.goods": Purpose("产业到户补助（实物）", "production grant (goods)"),
    "asset.loss": Purpose("项目资产损失", "loss of granted or financed assets"),
    "workshop.setup": Purpose("扶贫车间建设补助", "set-up grant of workshops"),
    "workshop.goods": Purpose("扶贫车间资产", "assets of workshops"),
    "workshop.wage_subsidy": Purpose("扶贫车间吸纳补贴", "subsidy for hiring the registered"),
    "relocation.building": Purpose("易地搬迁建房", "relocation: building and services"),
    "relocation.own_share": Purpose("搬迁自筹", "relocation: own contribution"),
    "relocation.follow_up": Purpose("搬迁后续扶持", "relocation: follow-up industry"),
    "education.stipend": Purpose("教育生活补助", "stipend", "transfer"),
    "education.vocational": Purpose("雨露计划补助", "vocational subsidy", "transfer"),
    "posts.pay": Purpose("公益岗位工资", "pay of public posts", "wage"),
    "training.course": Purpose("技能培训费", "training courses"),
    "training.allowance": Purpose("培训补贴", "allowance of trainees", "transfer"),
    "platform.service": Purpose("劳务服务", "labour platform: registration and information"),
    "platform.transport": Purpose("外出交通补贴", "transport subsidy of migrants", "transfer"),
    "relief.wages": Purpose("以工代赈劳务报酬", "work-for-relief: pay", "wage"),
    "relief.materials": Purpose("以工代赈材料", "work-for-relief: materials"),
    "works.building": Purpose("村基础设施建设", "village works: building"),
    "works.upkeep": Purpose("村基础设施管护", "village works: upkeep"),
    "housing.grant": Purpose("危房改造补助", "grant for dangerous houses"),
    "housing.own_share": Purpose("危房改造自筹", "dangerous houses: own share"),
    "ecology.planting": Purpose("退耕造林种苗", "land retirement: planting"),
    "ecology.retirement": Purpose("退耕补助", "land retirement payment", "transfer"),
    "ecology.forest": Purpose("林果收入", "forest and orchard income", "operating"),
    "credit.granted": Purpose("小额信贷发放", "micro-credit (cash)"),
    "credit.owed": Purpose("小额信贷（债务）", "micro-credit (claim)"),
    "credit.repaid": Purpose("小额信贷还本", "repayment of micro-credit (cash)"),
    "credit.cleared": Purpose("小额信贷还本（债务）", "repayment of micro-credit (claim)"),
    "credit.interest": Purpose("小额信贷贴息", "interest subsidy"),
    "credit.write_off": Purpose("小额信贷坏账", "bad micro-credit (claim)"),
    "credit.risk_fund": Purpose("风险补偿金", "risk fund pays part of bad loans"),
    # photovoltaics
    "photovoltaics.plant": Purpose("村级光伏电站建设", "village plants (money)"),
    "photovoltaics.goods": Purpose("村级光伏电站（实物）", "village plants (goods)"),
    "photovoltaics.power": Purpose("光伏售电收入", "power sold by village plants"),
    "photovoltaics.upkeep": Purpose("光伏运维", "upkeep of village plants"),
    "photovoltaics.debt_service": Purpose("光伏垫资偿还", "builders of village plants paid back"),
    "photovoltaics.wear": Purpose("光伏折旧", "village plants written off"),
    "photovoltaics.tasks": Purpose("光伏公益岗位报酬", "tasks paid out of photovoltaics", "wage"),
    "photovoltaics.dividends": Purpose("光伏分红", "dividends of photovoltaics", "property"),
    "photovoltaics.roofs": Purpose("户用光伏安装", "panels on roofs"),
    "photovoltaics.own_power": Purpose("户用光伏售电", "power sold by households", "operating"),
    # the rest of the safety net
    "extremely_poor": Purpose("特困供养金", "support of the extremely poor", "transfer"),
    "temporary_relief": Purpose("临时救助金", "temporary relief", "transfer"),
    "disability_subsidy": Purpose("残疾人补贴", "subsidies for the disabled", "transfer"),
    "pension.premium": Purpose("养老保险代缴", "pension premium paid"),
    "pension.account": Purpose("个人账户养老金", "pension from the account", "transfer"),
    "medical.layers": Purpose("贫困户医疗保障支出", "hospital bills paid for the registered"),
    "medical.top_up": Purpose("慢病补充保障", "chronic top-up"),
    "medical.deferred": Purpose("先诊疗后付费", "care given before it is paid"),
    "medical.owed": Purpose("先诊疗后付费（债务）", "care given before it is paid (claim)"),
    "medical.repaid": Purpose("偿还医院欠费", "hospitals paid back"),
    "medical.cleared": Purpose("偿还医院欠费（债务）", "hospitals paid back (claim)"),
    # access to markets
    "ecommerce.station": Purpose("电商站点建设与运行", "e-commerce stations"),
    "purchases.matching": Purpose("产销对接组织费", "matching buyers and producers"),
    "contract.organising": Purpose("订单组织补助", "organising contract farming"),
    "contract.premium": Purpose("订单溢价", "premium of the contract price", "operating"),
    "contract.margin": Purpose("订单加工利润", "processing margin on contracted goods"),
    "insurance.subsidy": Purpose("农业保险保费补贴", "premium subsidy of crop insurance"),
    "insurance.premium": Purpose("农业保险自缴保费", "own premium of crop insurance"),
    "insurance.payout": Purpose("农业保险赔款", "payout of crop insurance", "transfer"),
    # tourism, parks and shares
    "tourism.works": Purpose("旅游村建设", "works in tourism villages"),
    "tourism.goods": Purpose("旅游村资产", "assets of village tourism"),
    "tourism.hosts": Purpose("民宿改造补助", "grants to hosts"),
    "tourism.guests": Purpose("民宿农家乐收入", "net receipts from guests", "operating"),
    "park.setup": Purpose("园区建设补助", "set-up grant of parks"),
    "park.goods": Purpose("园区资产", "assets of parks"),
    "park.equity": Purpose("园区自有投资（实物）", "assets put in by the owners of parks"),
    "park.rent": Purpose("园区土地租金", "rent paid by parks", "property"),
    "shares.grant": Purpose("资金入股", "grants turned into shares"),
    "shares.goods": Purpose("资金入股形成资产", "assets bought with shares"),
    "shares.dividends": Purpose("入股分红", "dividends on shares", "property"),
    # governance and motivation
    "leakage": Purpose("截留挪用", "diverted on the way"),
    "leakage.restored": Purpose("追缴退赔", "diverted money given back", "transfer"),
    "leakage.returned": Purpose("追缴退还村集体", "diverted money given back to collectives"),
    "governance.work": Purpose("村级治理与监督工作经费", "work of village governance and supervision"),
    "cadres.pay": Purpose("村干部补贴", "pay of village cadres", "wage"),
    "award": Purpose("脱贫表彰奖金", "awards", "transfer"),
    "effort.support": Purpose("以奖代补", "support by effort", "transfer"),
    "exit.perks": Purpose("主动脱贫优惠", "perks for active exit", "transfer"),
}
