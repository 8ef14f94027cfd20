"""Education: stipends by stage and the vocational subsidy (Yulu) for registered households."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.calendar import AUGUST, OCTOBER
from fupin.model.engine.among import among
from fupin.model.engine.families import members_of
from fupin.model.engine.kernels import rowwise
from fupin.model.engine.tracing import ByGroup, Lookup
from fupin.model.instruments.base import Amounts, Funded, Instrument, Rows
from fupin.model.instruments.own_rows import alone
from fupin.model.ledger import weighted_sum
from fupin.model.near import part_within
from fupin.model.person import NOT_IN_SCHOOL, VOCATIONAL
from fupin.model.settings import Dated, setting
from fupin.model.shared_lists import supported_rows

if TYPE_CHECKING:
    from fupin.model.region import Region


class EducationSettings(Funded):
    """Stipends by stage, yuan a pupil and school year."""

    primary: Dated = setting(
        300, unit="yuan/pupil/year", zh="小学生活补助", en="stipend, primary", low=0, high=5000,
        source="boarders' grant of 1,000 x about 30 % boarders (general knowledge)", status="assumption",
    )  # fmt: skip
    junior: Dated = setting(
        875, unit="yuan/pupil/year", zh="初中生活补助", en="stipend, junior high", low=0, high=6000,
        source="boarders' grant of 1,250 x about 70 % boarders (general knowledge)", status="assumption",
    )  # fmt: skip
    senior: Dated = setting(
        2000, unit="yuan/pupil/year", zh="高中助学金", en="stipend, senior high", low=0, high=10000,
        source="state grant of 2,000 (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    vocational: Dated = setting(
        3000, unit="yuan/pupil/year", zh="雨露计划职教补助", en="vocational subsidy (Yulu)", low=0, high=12000,
        source="domain/data/baoding.csv: 7,429 students, 3,000 each", status="seed",
    )  # fmt: skip
    take_up: Dated = setting(
        0.85, unit="share", zh="申领率", en="take-up", low=0, high=1,
        source="domain/literature.md take-up 0.3-0.95", status="assumption",
    )  # fmt: skip


@among("person")
def promised(region: Region, person: Any) -> Any:
    """Pupils to whom aid has been announced."""
    return (person.school_aid > 0) | (person.vocational_aid > 0)


@rowwise("person")
def aid_of_households(region: Region, person: Any, rates: Lookup) -> ByGroup:
    """Aid due by the stage of pupils: all of it, and that of vocational schools."""
    stage, home = person.stage, person.household
    due = rates[stage]
    return ByGroup({"all": ("household", home, due), "vocational": ("household", home, due * (stage == VOCATIONAL))})


class EducationAid(Instrument):
    """Announced in August, paid in October to pupils of registered households who are still at school."""

    kind, family = "education_aid", "education"
    zh, en = "教育资助与雨露计划", "stipends and vocational subsidy"
    about_zh = "8月公布，10月发给仍在校就读的建档立卡户学生。"
    sized_by = ("primary", "junior", "senior", "vocational")
    Settings = EducationSettings
    months = (AUGUST,)
    service_months = (OCTOBER,)

    def rates(self, s: Any) -> Amounts:
        """Stipend by code of the stage."""
        return np.array([0.0, s.primary, s.junior, s.senior, s.vocational, 0.0])

    def eligible(self, region: Region, s: Any) -> Rows:
        rows = supported_rows(region)
        return np.asarray(rows[region.rows("household").pupils[rows] > 0])

    def take_up(self, region: Region, s: Any, rows: Rows) -> Amounts | float:
        return float(s.take_up)

    def cost(self, region: Region, s: Any, rows: Rows) -> Amounts:
        pupils, home = self.pupils_of(region, rows)
        return np.bincount(home, self.rates(s)[region.rows("person").stage[pupils]], minlength=len(rows))

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        """Announce next year's aid to the pupils: it counts in the decision to stay and in the choice of the school."""
        person = region.rows("person")
        pupils, _ = self.pupils_of(region, rows)
        person.school_aid[pupils] += self.rates(s)[person.stage[pupils]]
        person.vocational_aid[pupils] += s.vocational
        if not alone(region, self):
            region.state_of(self).promised = pupils

    def pupils_of(self, region: Region, rows: Rows) -> tuple[Rows, Rows]:
        """Rows of the pupils of some households, and the place of each one's household among these."""
        who, home = members_of(region, rows)
        at_school = np.flatnonzero(region.rows("person").stage[who] != NOT_IN_SCHOOL)
        return who[at_school], home[at_school]

    def offered(self, region: Region) -> Rows:
        """Pupils to whom it has announced aid, where it is not the only one to do so."""
        found: Rows = region.state_of(self).__dict__.pop("promised", np.empty(0, np.int64))
        return found[region.rows("person").alive[found]]

    def service(self, region: Region, s: Any) -> None:
        """In October the aid is paid to those who are at school; the announcements lapse.

        More pupils may be at school, or at a dearer stage, than in August: what is left of the year's budget then goes
        to all in the same part.
        """
        if region.calendar_month != OCTOBER:
            return
        person = region.rows("person")
        offered = promised(region) if alone(region, self) else self.offered(region)
        if not len(offered):
            return
        sums = aid_of_households(region, offered, rates=Lookup(self.rates(s)))
        yuan = weighted_sum(sums["all"], region.rows("household").weight) * (1.0 + s.administration_share)
        part = part_within(yuan, self.budget_left(region, s))
        due, kind = part * sums["all"], part * sums["vocational"]
        person.school_aid[offered] = 0.0
        person.vocational_aid[offered] = 0.0
        for purpose, sums in (("education.vocational", kind), ("education.stipend", due - kind)):
            rows = np.flatnonzero(sums > 0)
            if len(rows):
                self.pay(region, s, purpose, rows, sums[rows])
