"""Work teams stationed in villages: days, paperwork, visits, and how well they see."""

from __future__ import annotations

from fupin.model.agent import ArrayAgent
from fupin.model.columns import Column

OWN_TEAM, SHARED_TEAM, NEIGHBOUR_TEAM, ONE_PERSON = range(4)
MODES = {
    OWN_TEAM: "own team",
    SHARED_TEAM: "one team for several villages",
    NEIGHBOUR_TEAM: "in charge of a neighbouring village too",
    ONE_PERSON: "one person in charge",
}
GRADUATE, ENTREPRENEUR, VETERAN, RETURNEE, YOUNG_CADRE, ENTERPRISE_STAFF = range(6)
ORIGINS = {
    -1: "none sent",
    GRADUATE: "graduate village official",
    ENTREPRENEUR: "entrepreneur",
    VETERAN: "veteran",
    RETURNEE: "returned migrant worker",
    YOUNG_CADRE: "young or reserve cadre",
    ENTERPRISE_STAFF: "staff of an enterprise or institution",
}


class WorkTeam(ArrayAgent):
    """A team of cadres in charge of one village (or more: `villages`)."""

    uid = Column("i8", "", "工作队编号", "key of the team", low=0)
    village = Column("i8", "row", "驻村", "village", "row of the village", low=0)
    weight = Column("f8", "", "权数", "survey weight", "of its village", default=1, low=0)
    mode = Column("i8", "code", "派驻方式", "mode", choices=MODES, low=0, high=3)
    members = Column("f8", "persons", "队员", "members", default=3, low=1, high=10)
    villages = Column("f8", "villages", "负责村数", "villages covered", default=1, low=1, high=10)
    skill = Column("f8", "0-1", "能力", "skill", "knowledge of farming, trade and welfare rules", low=0, high=1)
    days = Column("f8", "days/month", "工作日", "person-days a month", low=0, high=1250)
    paperwork = Column("f8", "share", "填表占比", "share of days on paperwork", low=0, high=1)
    load = Column("f8", "households/day", "负荷", "load", "households in charge per free day", low=0, high=500)
    accuracy = Column(
        "f8", "0-1", "识别精度", "accuracy", "how much of the noise of the four looks it removes", low=0, high=1
    )
    visits = Column(
        "f8", "visits/month", "走访", "visits", "visits to households in its charge a month", low=0, high=500
    )
    matching = Column(
        "f8",
        "0-1",
        "信息对接",
        "matching",
        "share of what is on offer that households in its charge hear of",
        low=0,
        high=1,
    )
    project_fit = Column(
        "f8", "0-1", "项目匹配", "project fit", "how well it fits projects to village and household", low=0, high=1
    )
    # the first secretary
    origin = Column(
        "i1", "code", "第一书记来源", "origin", "of its first secretary", choices=ORIGINS, default=-1, low=-1, high=5
    )
    industry_skill = Column("f8", "0-1", "产业能力", "skill in industry", "of its first secretary", low=0, high=1)
    governance_skill = Column("f8", "0-1", "治理能力", "skill in governance", "of its first secretary", low=0, high=1)
    welfare_skill = Column("f8", "0-1", "民政能力", "skill in welfare", "of its first secretary", low=0, high=1)
    # shifts of named quantities by instruments (modifiers.py)
    days_shift = Column("f8", "days/month", "增加工作日", "days that others add", "team.days", low=-100, high=1000)
    presence_shift = Column("f8", "share", "在岗变化", "shift of presence", "team.presence; -1: gone", low=-3, high=0)
    paperwork_shift = Column("f8", "share", "填表变化", "shift of paperwork", "team.paperwork", low=-3, high=5)
    skill_shift = Column("f8", "0-1", "能力变化", "shift of skill", "team.skill", low=-3, high=3)
    fit_shift = Column("f8", "0-1", "项目能力变化", "shift of project skill", "team.fit", low=-3, high=3)
    matching_shift = Column("f8", "0-1", "对接变化", "shift of matching", "team.matching", low=-3, high=3)
    talk_share = Column("f8", "share", "扶志用时", "days for talks", "on motivation; team.talk", low=0, high=1)
    gift_share = Column("f8", "share", "慰问用时", "days for gifts", "team.gifts", low=0, high=1)

    def step(self) -> None:
        """The team's month: days, load, accuracy, and its visits to the registered households in its charge."""
        from fupin.model import steps  # steps know every process, and processes know the agents

        steps.step("workteam", self)
