"""What groups of parameters and distributions are called."""

from __future__ import annotations

from fupin.labels import Label

GROUPS = {
    "approval": Label("群众认可", "approval"),
    "assets": Label("生产性资产", "productive assets"),
    "collectives": Label("村集体", "village collectives"),
    "consumption": Label("消费与储蓄", "consumption and saving"),
    "demography": Label("人口", "demography"),
    "enterprises": Label("企业", "enterprises"),
    "exit": Label("退出", "exit"),
    "farm": Label("农业生产", "farming"),
    "gaming": Label("数字脱贫", "gaming of figures"),
    "governance": Label("治理", "governance"),
    "health": Label("健康", "health"),
    "housing": Label("住房", "housing"),
    "labour": Label("劳动力选择", "choice of work"),
    "land": Label("土地", "land"),
    "motivation": Label("内生动力", "motivation"),
    "posts": Label("公益岗位", "public posts"),
    "prices": Label("物价", "prices"),
    "registry": Label("识别与建档", "identification and registry"),
    "schooling": Label("教育", "schooling"),
    "services": Label("公共服务", "public services"),
    "teams": Label("驻村帮扶", "village work teams"),
    "transfers": Label("转移支付", "transfers"),
    "wages": Label("工资", "wages"),
}
DISTRIBUTIONS = {
    "uniform": Label("均匀", "uniform"),
    "triangular": Label("三角", "triangular"),
    "lognormal": Label("对数正态", "lognormal"),
    "discrete": Label("离散", "discrete"),
}


def group_label(path: str) -> Label:
    """The label of a parameter's group: the first part of its path."""
    name = path.partition(".")[0]
    return GROUPS.get(name, Label(name, name))
