"""Units in Chinese: what a unit declared in English is called in tables for Chinese readers."""

from __future__ import annotations

PHRASES = {
    "": "",
    "1": "",
    "0-1": "0–1",
    "1 on, 0 off": "1开0关",
    "1 yes, 0 no": "1是0否",
    "%": "%",
    "points": "百分点",
    "ratio": "倍",
    "1/year per visit/month": "每年（每次月走访）",
    "log, year": "对数（年）",
    "quarters of payroll": "季工资额",
    "score per 1.2 workers": "分/1.2个劳动力",
    "share of capital": "占资本比例",
    "share of expected gross": "占预期产值比例",
    "share of income": "占收入比例",
    "share of migrants": "占外出者比例",
    "share of persons": "占人口比例",
    "share of poor villages": "占贫困村比例",
    "share of revenue": "占收入比例",
    "share of subsistence": "占基本生存支出比例",
    "share of the gap/quarter": "每季缩小差距比例",
    "share of the line": "占贫困线比例",
    "share of the parent": "占母企业比例",
    "share of the standard": "占标准比例",
    "share of variance": "占方差比例",
    "share of wage": "占工资比例",
    "years of income": "年收入倍数",
    "x line": "贫困线倍数",
    "hazard/year": "年发生率",
    "utils/10 years": "效用/10岁",
    "utils/3 years": "效用/3年",
}
WORDS = {
    "1": "1",
    "bits": "位",
    "code": "代码",
    "day": "天",
    "days": "天",
    "elder": "老人",
    "enterprises": "家",
    "factor": "系数",
    "household": "户",
    "households": "户",
    "index": "指数",
    "job": "岗位",
    "jobs": "岗位",
    "kW": "千瓦",
    "log": "对数",
    "month": "月",
    "months": "月",
    "mu": "亩",
    "person": "人",
    "persons": "人",
    "posts": "岗",
    "pupil": "生",
    "quarter": "季",
    "quarters": "季",
    "row": "行",
    "score": "分",
    "share": "比例",
    "times": "次",
    "utils": "效用",
    "villages": "村",
    "visits": "次",
    "worker": "劳动力",
    "workers": "劳动力",
    "workshop": "车间",
    "x": "倍",
    "year": "年",
    "years": "年",
    "yuan": "元",
}


def unit_in(unit: str, lang: str) -> str:
    """The unit in a language. KeyError for a unit that has no Chinese name: declare it here."""
    if lang != "zh":
        return unit
    if unit in PHRASES:
        return PHRASES[unit]
    return "/".join(WORDS[word] for word in unit.split("/"))
