"""Work teams stationed in villages: days, paperwork, visits, and how well they see."""

from __future__ import annotations

from fupin.model.agent import ArrayAgent
from fupin.model.columns import Column

OWN_TEAM, SHARED_TEAM, NEIGHBOUR_TEAM = range(3)
MODES = {OWN_TEAM: "own team", SHARED_TEAM: "one team for several villages", NEIGHBOUR_TEAM: "neighbour's team"}


class WorkTeam(ArrayAgent):
    """A team of cadres in charge of one village (or more: `villages`)."""

    uid = Column("i8", "", "工作队编号", "key of the team", low=0)
    village = Column("i8", "row", "驻村", "village", "row of the village", low=0)
    weight = Column("f8", "", "权数", "survey weight", "of its village", default=1, low=0)
    mode = Column("i8", "code", "派驻方式", "mode", choices=MODES, low=0, high=2)
    members = Column("f8", "persons", "队员", "members", default=3, low=1, high=10)
    villages = Column("f8", "villages", "负责村数", "villages covered", default=1, low=1, high=10)
    skill = Column("f8", "0-1", "能力", "skill", "knowledge of farming, trade and welfare rules", low=0, high=1)
    days = Column("f8", "days/month", "工作日", "person-days a month", low=0, high=250)
    paperwork = Column("f8", "share", "填表占比", "share of days on paperwork", low=0, high=1)
    load = Column("f8", "households/day", "负荷", "load", "households in charge per free day", low=0, high=500)
    accuracy = Column(
        "f8", "0-1", "识别精度", "accuracy", "how much of the noise of the four looks it removes", low=0, high=1
    )
    visits = Column(
        "f8", "visits/month", "走访", "visits", "visits to households in its charge a month", low=0, high=500
    )

    def step(self) -> None:
        """The team's month: days, load, accuracy, and its visits to the registered households of the village."""
        from fupin.model import steps  # steps know every process, and processes know the agents

        steps.step("workteam", self)
