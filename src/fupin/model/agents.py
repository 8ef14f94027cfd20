"""The kinds of agents, in one place: the data dictionary, the tables of a region and the command read it."""

from __future__ import annotations

from fupin.labels import Label
from fupin.model.agent import ArrayAgent
from fupin.model.county import County
from fupin.model.enterprise import Enterprise
from fupin.model.household import Household
from fupin.model.person import Person
from fupin.model.village import Village
from fupin.model.workteam import WorkTeam

AGENT_CLASSES: dict[str, type[ArrayAgent]] = {
    "household": Household,
    "person": Person,
    "village": Village,
    "enterprise": Enterprise,
    "workteam": WorkTeam,
    "county": County,
}

AGENT_LABELS: dict[str, Label] = {
    "household": Label("农户", "households"),
    "person": Label("成员", "persons"),
    "village": Label("村", "villages"),
    "enterprise": Label("企业", "enterprises"),
    "workteam": Label("驻村工作队", "work teams"),
    "county": Label("县", "counties"),
}
"""What the kinds are called."""
