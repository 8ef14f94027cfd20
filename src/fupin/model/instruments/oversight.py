"""Oversight of funds and choice of projects: whole-process supervision, joint audits, discipline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.labels import Label
from fupin.model import sizes
from fupin.model.draws import declare_stream
from fupin.model.instruments.base import Amounts, Funded, Instrument, Rows
from fupin.model.instruments.institutions import QUARTER_STARTS, Institution, InstitutionSettings
from fupin.model.instruments.own_rows import all_over
from fupin.model.near import room_for
from fupin.model.rules.governance import best_of
from fupin.model.settings import Dated, setting
from fupin.model.village import Village

if TYPE_CHECKING:
    from fupin.model.region import Region

MATCH = declare_stream("governance.match", "how well the kind of project fits a village, yearly")


STAGES = 3  # of a project: before, during and after (M294)


class SupervisionSettings(InstitutionSettings):
    """Which stages are watched."""

    stages: Dated = setting(
        STAGES, unit="stages", zh="监督阶段数", en="stages watched: before, during, after", low=0, high=STAGES,
        source="mechanisms.csv M294: 3 stages", status="seed",
    )  # fmt: skip


class WholeProcessSupervision(Institution):
    """Obligatory supervisors of the village watch projects before, during and after."""

    kind = "process_supervision"
    zh, en = "事前事中事后全过程监督", "whole-process supervision"
    about_zh = "村义务监督员对项目事前、事中、事后全过程监督。"
    Settings = SupervisionSettings
    columns = ("watched",)

    def shifts(self, region: Region, s: Any, villages: Rows) -> dict[str, Amounts]:
        return {"watched": np.full(len(villages), s.stages / STAGES)}


class CountyWorkSettings(Funded):
    """What the work costs a county."""

    yearly_cost: Dated = setting(
        100000, unit="yuan/county/year", zh="县年工作经费", en="work in a county", low=0, high=1e8,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip


class CountyWork(Instrument):
    """Work that each county pays for by the year and that moves its own columns."""

    family = "governance"
    Settings = CountyWorkSettings
    months = QUARTER_STARTS

    def yearly(self, s: Any) -> float:
        """Cost of a year in a county, yuan."""
        return float(s.yearly_cost)

    def offer(self, region: Region, s: Any) -> None:
        """Pay the quarter in one county after the other, as far as the money goes, and do the work there."""
        yuan = np.full(len(region.rows("county")), 0.25 * self.yearly(s))
        gross = yuan * (1.0 + s.administration_share)
        there = room_for(gross.cumsum() - 0.5 * gross, self.left(region, s))
        if not there.any():
            self.rest(region, s)
            return
        self.fund(region, s, yuan * there)
        region.ledger.post_by_county("governance.work", "counties", "markets", yuan * there, self.id)
        self.work(region, s, there)

    def service(self, region: Region, s: Any) -> None:
        """When its time is over the work ends."""
        if not self.settings.active(region.month) and (self.single is None or all_over(region, self)):
            self.rest(region, s)

    def work(self, region: Region, s: Any, there: Any) -> None:
        """What a quarter of the work does in the counties where it is paid for (a mask)."""
        return None

    def rest(self, region: Region, s: Any) -> None:
        """What is left when it is not done."""
        return None


class DisciplineSettings(CountyWorkSettings):
    """How much harder the audit becomes."""

    audit: Dated = setting(
        0.5, unit="share", zh="审计加强", en="part of the missing audit intensity that it adds", low=0, high=1,
        source="mechanisms.csv M090: discipline and accountability; size assumed", status="assumption",
    )  # fmt: skip


class Discipline(CountyWork):
    """Discipline of officials: a harder audit, to which leakage, hiding and exits on paper respond."""

    kind = "discipline"
    zh, en = "作风建设与执纪问责", "discipline and accountability"
    about_zh = "整顿干部作风：审计更严，截留、隐瞒和虚假脱贫随之减少。"
    not_sized = sizes.EVERYWHERE
    Settings = DisciplineSettings

    def work(self, region: Region, s: Any, there: Any) -> None:
        county, state = region.rows("county"), region.state_of(self)
        before = getattr(state, "added", np.zeros(len(county)))
        base = county.audit - before
        state.added = np.where(there, s.audit * (1.0 - base), 0.0)
        county.audit = np.clip(base + state.added, 0.0, 1.0)

    def rest(self, region: Region, s: Any) -> None:
        state, county = region.state_of(self), region.rows("county")
        if hasattr(state, "added"):
            county.audit = np.clip(county.audit - state.added, 0.0, 1.0)
            del state.added


class JointSettings(CountyWorkSettings):
    """How many departments audit together."""

    departments: Dated = setting(
        5, unit="departments", zh="联合监管部门数", en="departments that share supervision", low=1, high=5,
        source="mechanisms.csv M295: finance, audit, discipline, poverty office, procurators", status="seed",
    )  # fmt: skip


class JointSupervision(CountyWork):
    """Five departments share the supervision of funds; each more finds what the others miss, and costs as much."""

    kind = "joint_supervision"
    zh, en = "五部门联合监管", "supervision by five departments"
    about_zh = "五个部门共同监管资金；每多一家，就多查出别家漏掉的，也多一份花费。"
    not_sized = sizes.EVERYWHERE
    single = Label("每县的监管部门只有一套", "a county's departments supervise together once")
    Settings = JointSettings

    def yearly(self, s: Any) -> float:
        return float(s.yearly_cost * s.departments)

    def work(self, region: Region, s: Any, there: Any) -> None:
        region.rows("county").departments = np.where(there, s.departments, 1.0)

    def rest(self, region: Region, s: Any) -> None:
        region.rows("county").departments = 1.0


class ChoiceSettings(CountyWorkSettings):
    """How many kinds of projects a village may choose from."""

    options: Dated = setting(
        4, unit="kinds", zh="可选项目数", en="kinds of projects offered: 1 is the same for all", low=1, high=20,
        source="mechanisms.csv M051: uniform choice against the best of n; number assumed", status="assumption",
    )  # fmt: skip


class ProjectChoice(CountyWork):
    """No uniform projects: each year a village takes the best of several kinds, as far as its people are heard.

    With one kind for all the match is a matter of chance.
    """

    kind = "project_choice"
    zh, en = "不搞一刀切：因村选项目", "choice of projects by villages"
    about_zh = "不搞一刀切：村每年从几类项目中选最合适的，听取群众意见越多选得越准。"
    not_sized = sizes.EVERYWHERE
    single = Label("每村每年只选一次项目", "a village chooses its projects once a year")
    Settings = ChoiceSettings
    months = (1,)

    def yearly(self, s: Any) -> float:
        return float(4.0 * s.yearly_cost)

    def work(self, region: Region, s: Any, there: Any) -> None:
        v = region.rows("village")
        luck = region.draws.uniform(MATCH, region.month, v.uid)
        match = best_of(luck, 1.0 + (s.options - 1.0) * v.participation)
        v.project_match = np.where(there[v.county], match, Village.project_match.default)

    def rest(self, region: Region, s: Any) -> None:
        region.rows("village").project_match = Village.project_match.default


KINDS = (WholeProcessSupervision, Discipline, JointSupervision, ProjectChoice)
