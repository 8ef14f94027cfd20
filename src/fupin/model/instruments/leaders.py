"""Leaders of villages: pay of cadres, elections, training of leaders who start projects, strong partners."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.draws import declare_stream
from fupin.model.enterprise import COOPERATIVE
from fupin.model.instruments.base import EVERY_MONTH, Amounts, Funded, Instrument, Rows
from fupin.model.instruments.institutions import Institution, InstitutionSettings
from fupin.model.ledger import Side
from fupin.model.processes.enterprises import derived_uid, productivity_for
from fupin.model.processes.leakage import connections
from fupin.model.processes.queue import Keys, run_starts, standing
from fupin.model.rules.governance import cadre_effort, caught_up, elected_strength
from fupin.model.settings import Dated, setting
from fupin.model.shared_lists import homes_mask

if TYPE_CHECKING:
    from fupin.model.region import Region

ELECTION = declare_stream("governance.election", "quality of those elected in a village")
PROJECT = declare_stream("governance.project", "whether trained leaders of a village start a project this year")


class CadrePaySettings(Funded):
    """What cadres are paid and what it changes."""

    pay: Dated = setting(
        1000, unit="yuan/month", zh="村干部月补贴", en="pay of a cadre", low=0, high=10000,
        source="mechanisms.csv M084 names no amount; about 1,000 was common in 2014 (general knowledge, to verify)",
        status="assumption",
    )  # fmt: skip
    cadres: Dated = setting(
        4, unit="persons", zh="每村干部数", en="paid cadres of a village", low=1, high=10,
        source="both committees of a village (general knowledge)", status="assumption",
    )  # fmt: skip
    unpaid_effort: Dated = setting(
        0.3, unit="0-1", zh="无补贴时投入", en="effort of unpaid cadres", low=0, high=1,
        source="mechanisms.csv M084: effort = e0 + e1*pay/outside wage; size assumed", status="assumption",
    )  # fmt: skip
    paid_effort: Dated = setting(
        0.5, unit="0-1", zh="补贴达外出工资时的投入增量", en="effort that pay at the outside wage adds", low=0, high=1,
        source="mechanisms.csv M084; size assumed", status="assumption",
    )  # fmt: skip
    speed: Dated = setting(
        0.5, unit="1/year", zh="班子变化速度", en="part of the gap to that effort closed in a year", low=0, high=4,
        source="a term of three years changes most of it; assumed", status="assumption",
    )  # fmt: skip


class CadrePay(Instrument):
    """Village cadres, who come from the best connected homes, are paid each month; the branch is as strong as they try.

    They measure their pay by what local workers earn.
    """

    kind, family = "cadre_pay", "governance"
    zh, en = "村干部补贴", "pay of village cadres"
    about_zh = "村干部多出自人脉最广的家庭，按月领补贴；干部肯出力，班子就强。"
    sized_by = ("pay",)
    Settings = CadrePaySettings
    months = EVERY_MONTH

    def eligible(self, region: Region, s: Any) -> Rows:
        """The best connected homes with a worker, one a cadre."""
        state, terms = region.state_of(self), (s.cadres, region.p.connection_ability)
        working = homes_mask(region) & (region.rows("household").workers > 0)
        # connections last, so the choice is another only when other homes have a worker
        if getattr(state, "terms", None) != terms or (working != state.among).any():
            state.terms, state.among = terms, working
            state.cadres = self.best_connected(region, s, working.nonzero()[0])
        return np.asarray(state.cadres)

    def best_connected(self, region: Region, s: Any, rows: Rows) -> Rows:
        """Of some homes the best connected of each village."""
        h, v = region.rows("household"), region.rows("village")
        place = h.village[rows]
        before = standing(place, -connections(region, rows), np.ones(len(rows)), Keys(h.uid, rows))
        share = np.minimum(s.cadres, np.bincount(place, minlength=len(v)))
        return np.asarray(rows[before < share[place]])

    def cost(self, region: Region, s: Any, rows: Rows) -> Amounts:
        return np.full(len(rows), float(s.pay))

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        h, v, county = region.rows("household"), region.rows("village"), region.rows("county")
        self.pay(region, s, "cadres.pay", rows, self.cost(region, s, rows), earned=True)
        place = h.village[rows]
        villages = place[run_starts(place)]
        outside = county.wage_cost[v.county[villages]] / 12.0
        effort = cadre_effort(s.pay, outside, s.unpaid_effort, s.paid_effort)
        v.branch_strength[villages] += min(s.speed / 12.0, 1.0) * (effort - v.branch_strength[villages])


class ElectionSettings(InstitutionSettings):
    """Term of office and screening of candidates."""

    share_per_year: Dated = setting(
        1.0, unit="share", zh="换届覆盖比例", en="villages that take part", low=0, high=1,
        source="elections are held in all villages of a county at once (general knowledge)", status="assumption",
    )  # fmt: skip
    term: Dated = setting(
        3, unit="years", zh="任期", en="term of a committee", low=1, high=5,
        source="village committees were elected for three years until 2018 (general knowledge)", status="assumption",
    )  # fmt: skip
    screening: Dated = setting(
        0.15, unit="0-1", zh="候选人把关", en="strength that screening of candidates adds", low=0, high=0.5,
        source="mechanisms.csv M292: a screened pool raises the mean by s; size assumed", status="assumption",
    )  # fmt: skip
    quality_spread: Dated = setting(
        0.15, unit="0-1", zh="班子素质离散", en="spread of the quality of committees", low=0, high=0.3,
        source="strong and weak villages (M081, M302); size assumed", status="assumption",
    )  # fmt: skip


class CommitteeElection(Institution):
    """At the end of a term a new committee is elected; screening makes the pool of candidates better."""

    kind = "committee_election"
    zh, en = "选优配强村“两委”", "election of strong committees"
    about_zh = "任期届满选举新班子；资格审查使候选人更强。"
    Settings = ElectionSettings

    def begin(self, region: Region, s: Any, villages: Rows) -> None:
        self.elect(region, s, villages)

    def renew(self, region: Region, s: Any) -> None:
        """Besides the year's work: the term ends every `term` years after the first election."""
        super().renew(region, s)
        since = self.memory(region).since
        self.elect(region, s, np.flatnonzero((since >= 0) & ((region.year - since) % max(int(s.term), 1) == 0)))

    def elect(self, region: Region, s: Any, villages: Rows) -> None:
        """Draw the quality of the new committees."""
        v = region.rows("village")
        luck = region.draws.normal(ELECTION, region.year, v.uid[villages])
        v.branch_strength[villages] = elected_strength(luck, s.screening, s.quality_spread)


class TrainingSettings(InstitutionSettings):
    """What training brings about."""

    spawn: Dated = setting(
        0.15, unit="1/year", zh="带头人办项目概率", en="chance that trained leaders start a project in a year", low=0,
        high=1, source="mechanisms.csv M293: spawn probability rises with trained leaders; size assumed",
        status="assumption",
    )  # fmt: skip
    places: Dated = setting(
        8, unit="jobs", zh="项目用工", en="jobs of a project", low=1, high=200,
        source="small co-operatives led by party members (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    capital_per_job: Dated = setting(
        15000, unit="yuan/job", zh="每岗投资", en="own capital put in a job", low=1000, high=500000,
        source="orchards, greenhouses, workshops (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    reserve: Dated = setting(
        0.25, unit="years", zh="项目启动现金", en="wages that the founders put in the till", low=0, high=2,
        source="until the first sales; assumed", status="assumption",
    )  # fmt: skip
    yearly_cost: Dated = setting(
        5000, unit="yuan/village/year", zh="村培训经费", en="training of a village's leaders", low=0, high=200000,
        source="courses of some weeks (general knowledge, to verify)", status="assumption",
    )  # fmt: skip


class LeaderTraining(Institution):
    """Party members and secretaries are trained to lead projects; some start a co-operative with their own money.

    One a village; it hires, pays and may fail like any other enterprise.
    """

    kind = "leader_training"
    zh, en = "党员创办领办项目", "party members lead projects"
    about_zh = "培训党员和书记领办项目；有人自己出资办起合作社。"
    Settings = TrainingSettings
    work_months = (4,)

    def work(self, region: Region, s: Any, villages: Rows) -> None:
        """April: trained leaders of villages without such a co-operative may found one."""
        v, e = region.rows("village"), region.rows("enterprise")
        taken = np.isin(villages, e.village[(e.kind == COOPERATIVE) & e.alive])
        luck = region.draws.uniform(PROJECT, region.month, v.uid[villages])
        found = villages[~taken & (luck < s.spawn)]
        if len(found):
            self.found(region, s, found)

    def found(self, region: Region, s: Any, villages: Rows) -> None:
        """An enterprise a village, for all the villages that it stands for, with the founders' money and assets."""
        v, county = region.rows("village"), region.rows("county")
        places = s.places * v.weight[villages]
        capital, wage = s.capital_per_job * places, county.wage_cost[v.county[villages]]
        born = {
            "uid": derived_uid(region, PROJECT, v.uid[villages]),
            "county": v.county[villages],
            "village": villages,
            "kind": np.full(len(villages), COOPERATIVE),
            "productivity": productivity_for(region, places, capital, wage),
            "places": places,
            "capital": capital,
            "cash": s.reserve * wage * places,
        }
        rows = region.add("enterprise", born)
        region.ledger.post("firm.equity", Side("markets"), Side("enterprises", born["cash"], rows), instrument=self.id)
        region.ledger.post("firm.founded", Side("markets"), Side("enterprises", capital, rows), "assets", self.id)


class PairingSettings(InstitutionSettings):
    """How much a weak village learns."""

    speed: Dated = setting(
        0.4, unit="1/year", zh="追赶速度", en="part of the gap that a weak village closes in a year", low=0, high=4,
        source="mechanisms.csv M081: g += s*(g_strong - g); size assumed", status="assumption",
    )  # fmt: skip
    share_per_year: Dated = setting(
        1.0, unit="share", zh="结对村比例", en="villages that join in a year", low=0, high=1,
        source="pairs are made for the whole county; assumed", status="assumption",
    )  # fmt: skip


class VillagePairing(Institution):
    """In each county the weakest branch learns from the strongest, the next from the next, until they are even."""

    kind = "village_pairing"
    zh, en = "强弱村结对共建", "weak villages paired with strong ones"
    about_zh = "各县最弱的村班子向最强的学，其余依次结对，直到拉平。"
    Settings = PairingSettings
    work_months = Institution.months

    def work(self, region: Region, s: Any, villages: Rows) -> None:
        v = region.rows("village")
        for county in np.unique(v.county[villages]):
            here = villages[v.county[villages] == county]
            order = here[np.lexsort((v.uid[here], v.branch_strength[here]))]
            half = len(order) // 2
            weak, strong = order[:half], order[::-1][:half]
            v.branch_strength[weak] = caught_up(v.branch_strength[weak], v.branch_strength[strong], s.speed)


KINDS = (CadrePay, CommitteeElection, LeaderTraining, VillagePairing)
