"""Work teams stationed in villages: days, paperwork, visits, and how well they see."""

from __future__ import annotations

from fupin.labels import Label
from fupin.model.agent import ArrayAgent
from fupin.model.columns import Column

OWN_TEAM, SHARED_TEAM, NEIGHBOUR_TEAM, ONE_PERSON = range(4)
MODES = {
    OWN_TEAM: Label("本村工作队", "own team"),
    SHARED_TEAM: Label("一队拖多村", "one team for several villages"),
    NEIGHBOUR_TEAM: Label("代管邻村", "in charge of a neighbouring village too"),
    ONE_PERSON: Label("专人负责", "one person in charge"),
}
GRADUATE, ENTREPRENEUR, VETERAN, RETURNEE, YOUNG_CADRE, ENTERPRISE_STAFF = range(6)
ORIGINS = {
    -1: Label("未选派", "none sent"),
    GRADUATE: Label("大学生村官", "graduate village official"),
    ENTREPRENEUR: Label("创业致富能手", "entrepreneur"),
    VETERAN: Label("复退军人", "veteran"),
    RETURNEE: Label("返乡农民工", "returned migrant worker"),
    YOUNG_CADRE: Label("年轻干部和后备干部", "young or reserve cadre"),
    ENTERPRISE_STAFF: Label("企事业单位人员", "staff of an enterprise or institution"),
}


class WorkTeam(ArrayAgent):
    """A team of cadres in charge of one village (or more: `villages`)."""

    uid = Column("i8", "", "工作队编号", "key of the team", low=0)
    village = Column("i8", "row", "驻村", "village", "row of the village", "村的行号", low=0)
    weight = Column("f8", "", "权数", "survey weight", "of its village", "所驻村的权数", default=1, low=0)
    mode = Column("i8", "code", "派驻方式", "mode", choices=MODES, low=0, high=3)
    members = Column("f8", "persons", "队员", "members", default=3, low=1, high=10)
    villages = Column("f8", "villages", "负责村数", "villages covered", default=1, low=1, high=10)
    skill = Column(
        "f8", "0-1", "能力", "skill", "knowledge of farming, trade and welfare rules", "农业、经营和福利政策知识",
        low=0, high=1,
    )  # fmt: skip
    days = Column("f8", "days/month", "工作日", "person-days a month", low=0, high=1250)
    paperwork = Column("f8", "share", "填表占比", "share of days on paperwork", low=0, high=1)
    load = Column(
        "f8", "households/day", "负荷", "load", "households in charge per free day", "每个空闲工作日负责的户数", low=0,
        high=500,
    )  # fmt: skip
    accuracy = Column(
        "f8", "0-1", "识别精度", "accuracy", "how much of the noise of the four looks it removes",
        "消除“四看”噪声的程度", low=0, high=1,
    )  # fmt: skip
    visits = Column(
        "f8", "visits/month", "走访", "visits", "visits to households in its charge a month",
        "每月走访所负责农户的次数", low=0, high=500,
    )  # fmt: skip
    matching = Column(
        "f8", "0-1", "信息对接", "matching", "share of what is on offer that households in its charge hear of",
        "所负责农户得知可得项目的比例", low=0, high=1,
    )  # fmt: skip
    project_fit = Column(
        "f8", "0-1", "项目匹配", "project fit", "how well it fits projects to village and household",
        "项目与村、户匹配的程度", low=0, high=1,
    )  # fmt: skip
    # the first secretary
    origin = Column(
        "i1", "code", "第一书记来源", "origin", "of its first secretary", "其第一书记", choices=ORIGINS, default=-1,
        low=-1, high=5,
    )  # fmt: skip
    industry_skill = Column(
        "f8", "0-1", "产业能力", "skill in industry", "of its first secretary", "其第一书记", low=0, high=1
    )
    governance_skill = Column(
        "f8", "0-1", "治理能力", "skill in governance", "of its first secretary", "其第一书记", low=0, high=1
    )
    welfare_skill = Column(
        "f8", "0-1", "民政能力", "skill in welfare", "of its first secretary", "其第一书记", low=0, high=1
    )
    # shifts of named quantities by instruments (modifiers.py)
    days_shift = Column(
        "f8", "days/month", "增加工作日", "days that others add", "team.days", "作用于 team.days", low=-100, high=1000
    )
    presence_shift = Column(
        "f8", "share", "在岗变化", "shift of presence", "team.presence; -1: gone", "作用于 team.presence；−1：不在岗",
        low=-3, high=0,
    )  # fmt: skip
    paperwork_shift = Column(
        "f8", "share", "填表变化", "shift of paperwork", "team.paperwork", "作用于 team.paperwork", low=-3, high=5
    )
    skill_shift = Column("f8", "0-1", "能力变化", "shift of skill", "team.skill", "作用于 team.skill", low=-3, high=3)
    fit_shift = Column(
        "f8", "0-1", "项目能力变化", "shift of project skill", "team.fit", "作用于 team.fit", low=-3, high=3
    )
    matching_shift = Column(
        "f8", "0-1", "对接变化", "shift of matching", "team.matching", "作用于 team.matching", low=-3, high=3
    )
    talk_share = Column(
        "f8", "share", "扶志用时", "days for talks", "on motivation; team.talk", "谈心扶志；team.talk", low=0, high=1
    )
    gift_share = Column(
        "f8", "share", "慰问用时", "days for gifts", "team.gifts", "送钱送物；team.gifts", low=0, high=1
    )

    def step(self) -> None:
        """The team's month: days, load, accuracy, and its visits to the registered households in its charge."""
        from fupin.model import steps  # steps know every process, and processes know the agents

        steps.step("workteam", self)
