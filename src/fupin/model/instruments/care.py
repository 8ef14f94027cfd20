"""Care: full cover of the old in one county, four auxiliary reliefs of hospital bills, and homes of mutual care."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.ages import OLD
from fupin.model.draws import declare_stream
from fupin.model.engine.among import among
from fupin.model.engine.tracing import Lookup
from fupin.model.household import EXITED, REGISTERED
from fupin.model.instruments.base import QUARTER_ENDS, Amounts, Funded, Instrument, Rows
from fupin.model.instruments.own_rows import elsewhere
from fupin.model.ledger import Side, weighted_sum
from fupin.model.near import FEN
from fupin.model.processes.care import relieve
from fupin.model.processes.health import choose_member
from fupin.model.processes.income import pay_households
from fupin.model.processes.stakes import choose_villages
from fupin.model.rules.transfers import support_from_children
from fupin.model.settings import Dated, setting
from fupin.model.shared_lists import of_villages

if TYPE_CHECKING:
    from fupin.model.region import Region

INSURED = declare_stream("care.insured", "whether a household is in the co-operative medical scheme")
RELIEF = declare_stream("care.relief", "whether each auxiliary relief is granted for a bill")
PLEDGE = declare_stream("care.pledge", "whether absent children sign the pledge to support their parents")


class ElderSettings(Funded):
    """Whom the pilot covers, and where."""

    county: str = setting(
        "阜平县",
        zh="试点县",
        en="county of the pilot (empty: all)",
        source="mechanisms.csv M223: Fuping",
        status="seed",
    )
    age: Dated = setting(
        60, unit="years", zh="保障年龄", en="covered from this age on", low=40, high=100,
        source="mechanisms.csv M223: 60 and older", status="seed",
    )  # fmt: skip
    insured: Dated = setting(
        0.95, unit="share", zh="参合率", en="households in the co-operative medical scheme", low=0, high=1,
        source="mechanisms.csv M223: only the insured; rate from general knowledge", status="assumption",
    )  # fmt: skip
    county_hospital: Dated = setting(
        15000, unit="yuan", zh="县域内费用上限", en="cost from which a case leaves the county", low=0, high=500000,
        source="mechanisms.csv M223: county hospitals only; threshold as medical_cover.city_from", status="assumption",
    )  # fmt: skip


class ElderCover(Instrument):
    """What is left of a bill of an insured person of 60 or older in a county hospital is paid in full (Fuping)."""

    kind, family = "elder_cover", "security"
    zh, en = "60岁以上县域内医疗全额救助", "full cover of the old"
    about_zh = "60岁以上参合人员在县内医院就医，报销后余下的费用全额救助（阜平）。"
    sized_by = ("insured",)
    Settings = ElderSettings
    months = ()

    def covered(self, region: Region, s: Any, rows: Rows, cost: Amounts) -> Any:
        """Bills of insured old patients in hospitals of the county."""
        h = region.rows("household")
        here = np.array([s.county in ("", names[0]) for names in region.data.county_names], np.bool_)
        insured = region.lifelong(INSURED, "household")[rows] < s.insured
        covered = here[h.county[rows]] & insured & (cost < s.county_hospital)
        some = covered.nonzero()[0]
        if len(some):
            covered[some] = region.rows("person").age[choose_member(region, rows[some])] >= s.age
        return covered

    def meet_bill(
        self, region: Region, rows: Rows, cost: Amounts, due: Amounts, taken: Amounts, liquidity: Amounts
    ) -> tuple[Amounts, Amounts]:
        """The budget pays what the household would owe; nothing is forgone."""
        if not self.settings.active(region.month) or not len(rows):
            return due, taken
        s = self.settings.at(region.month)
        who = np.flatnonzero(self.covered(region, s, rows, cost))
        yuan = due[who] * region.rows("household").weight[rows[who]] * (1.0 + s.administration_share)
        who = who[np.cumsum(yuan) <= self.left(region, s)]
        if not len(who):
            return due, taken
        region.reach(self, rows[who])
        self.buy(region, s, "care.elders", rows[who], due[who])
        due, taken = due.copy(), taken.copy()
        due[who], taken[who] = 0.0, 1.0
        return due, taken


class AuxiliarySettings(Funded):
    """Four reliefs after the three layers: how often and how much each pays."""

    premium: Dated = setting(
        50, unit="yuan/person/year", zh="商业补充保险保费", en="premium of supplementary insurance", low=0, high=2000,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    insured_from: Dated = setting(
        3000, unit="yuan", zh="商业保险起付线", en="own cost above which supplementary insurance pays", low=0,
        high=100000, source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    insured_share: Dated = setting(
        0.5, unit="share", zh="商业保险赔付比例", en="part that supplementary insurance pays", low=0, high=1,
        source="mechanisms.csv M330: size not stated; assumed", status="assumption",
    )  # fmt: skip
    emergency: Dated = setting(
        0.5, unit="share", zh="疾病应急救助概率", en="cases that cannot pay met by the emergency fund", low=0, high=1,
        source="mechanisms.csv M330: size not stated; assumed", status="assumption",
    )  # fmt: skip
    charity: Dated = setting(
        0.1, unit="share", zh="慈善救助概率", en="heavy cases that a charity takes up", low=0, high=1,
        source="mechanisms.csv M330: size not stated; assumed", status="assumption",
    )  # fmt: skip
    charity_from: Dated = setting(
        8000, unit="yuan", zh="慈善救助起点", en="own cost from which charities help", low=0, high=100000,
        source="assumed", status="assumption",
    )  # fmt: skip
    charity_share: Dated = setting(
        0.5, unit="share", zh="慈善救助比例", en="part that a charity pays", low=0, high=1, source="assumed",
        status="assumption",
    )  # fmt: skip
    donations: Dated = setting(
        2e6, unit="yuan/year", zh="社会捐助总额", en="donations of a year", low=0, high=1e9, scaled=True,
        source="mechanisms.csv M330: size not stated; assumed", status="assumption",
    )  # fmt: skip
    donation: Dated = setting(
        3000, unit="yuan/case", zh="单例捐助额", en="donation for a case, at most", low=0, high=100000,
        source="assumed", status="assumption",
    )  # fmt: skip


class AuxiliaryRelief(Instrument):
    """What three layers leave of a registered household's bill: insurance, emergency fund, charity, donations, in turn.

    It stands after the medical cover in a package. Emergency relief goes to those who cannot pay.
    """

    kind, family = "auxiliary_relief", "security"
    zh, en = "疾病应急、慈善、捐助与商业保险", "four auxiliary medical reliefs"
    about_zh = "建档立卡户三重保障后余下的费用，依次由商业保险、应急救助、慈善和捐助分担。"
    sized_by = ("insured_share", "emergency")
    Settings = AuxiliarySettings
    months = (1,)

    def eligible(self, region: Region, s: Any) -> Rows:
        h = region.rows("household")
        return np.flatnonzero(((h.registry == REGISTERED) | (h.registry == EXITED)) & (h.members > 0))

    def cost(self, region: Region, s: Any, rows: Rows) -> Amounts:
        return np.asarray(s.premium * region.rows("household").members[rows])

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        """The year's premium goes to the insurers; who is insured is remembered."""
        premium = self.cost(region, s, rows)
        by_county = self.charge(region, s, rows, premium)
        region.ledger.post_by_county("care.premium", "counties", "insurers", by_county, self.id)
        state = region.state_of(self)
        state.insured = np.zeros(len(region.rows("household")), np.bool_)
        state.insured[rows] = True

    def meet_bill(
        self, region: Region, rows: Rows, cost: Amounts, due: Amounts, taken: Amounts, liquidity: Amounts
    ) -> tuple[Amounts, Amounts]:
        """Each relief takes its part of what is left."""
        insured = getattr(region.state_of(self), "insured", None)
        if insured is None or not self.settings.active(region.month) or not len(rows):
            return due, taken
        who = np.flatnonzero(insured[rows])
        if not len(who):
            return due, taken
        s, h, homes = self.settings.at(region.month), region.rows("household"), rows[who]
        luck = region.draws.uniforms(RELIEF, region.month, h.uid[homes], 2)
        left = due[who].copy()
        self.outside(region, "care.insurer", "insurers", homes, self.supplement(s, left))
        self.outside(region, "care.charity", "donors", homes, self.charities(s, left, luck[0]))
        self.outside(region, "care.donations", "donors", homes, self.donors(region, s, homes, left))
        ready = np.maximum(liquidity[who], 0.0)
        met = np.where((luck[1] < s.emergency) & (left - ready >= FEN), left - ready, 0.0)
        met[np.cumsum(met * h.weight[homes]) * (1.0 + s.administration_share) > self.left(region, s)] = 0.0
        self.buy(region, s, "care.emergency", homes, met)
        left -= met
        region.reach(self, homes)
        due, taken = due.copy(), taken.copy()
        due[who] = left
        taken[who] = np.maximum(taken[who], np.minimum(1.0, ready / np.maximum(left, 1.0)))
        return due, taken

    def supplement(self, s: Any, left: Amounts) -> Amounts:
        """Supplementary insurance pays a part above its threshold."""
        paid = s.insured_share * np.maximum(left - s.insured_from, 0.0)
        left -= paid
        return np.asarray(paid)

    def charities(self, s: Any, left: Amounts, luck: Amounts) -> Amounts:
        """A charity takes up some of the heavy cases."""
        paid = np.where((left > s.charity_from) & (luck < s.charity), s.charity_share * left, 0.0)
        left -= paid
        return paid

    def donors(self, region: Region, s: Any, homes: Rows, left: Amounts) -> Amounts:
        """Donations for the largest of what is left, until the year's are used up."""
        state, weight = region.state_of(self), region.rows("household").weight[homes]
        year, given = getattr(state, "given", (region.year, 0.0))
        given = given if year == region.year else 0.0
        paid = np.minimum(s.donation, left)
        order = np.lexsort((region.rows("household").uid[homes], -left))
        used = np.cumsum((weight * paid)[order])
        paid[order[used > max(s.donations - given, 0.0)]] = 0.0
        state.given = region.year, given + weighted_sum(paid, weight)
        left -= paid
        return np.asarray(paid)

    def outside(self, region: Region, purpose: str, payer: str, homes: Rows, paid: Amounts) -> None:
        """Somebody outside the budget pays the hospital."""
        h = region.rows("household")
        h.benefits[homes] += paid
        region.ledger.transfer(purpose, payer, "markets", weighted_sum(paid, h.weight[homes]), self.id)


class HomeSettings(Funded):
    """Homes, what they take over, and the pledge of children."""

    setup: Dated = setting(
        100000, unit="yuan/village", zh="幸福院建设", en="a home in a village", low=0, high=5e6,
        source="idle schools rebuilt (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    running: Dated = setting(
        20000, unit="yuan/village/year", zh="幸福院运行", en="running a home", low=0, high=1e6,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    hours: Dated = setting(
        0.6, unit="share", zh="照护替代比例", en="part of an ill elder's care that the home takes over", low=0, high=1,
        source="mechanisms.csv M236: elder care cost −c via the mutual home; size assumed", status="assumption",
    )  # fmt: skip
    share_per_year: Dated = setting(
        0.2, unit="share of villages", zh="年度新建比例", en="villages that get a home in a year", low=0, high=1,
        source="assumed", status="assumption",
    )  # fmt: skip
    pledge: Dated = setting(
        0.5, unit="share", zh="孝善承诺签订率", en="absent children who sign, where the village's norm is full", low=0,
        high=1, source="mechanisms.csv M236: filial norm; size assumed", status="assumption",
    )  # fmt: skip
    more_support: Dated = setting(
        0.25, unit="share", zh="赡养增加", en="more support by those who sign", low=0, high=3, source="assumed",
        status="assumption",
    )  # fmt: skip


def seriously_ill(person: Any) -> Any:
    """Who is severely ill."""
    return person.illness_months > 0.0


@among("person", seriously_ill)
def old_and_ill(region: Region, person: Any) -> Any:
    """The severely ill of 60 or older."""
    return person.alive & (person.age >= OLD)


def supported_by_children(h: Any) -> Any:
    """Homes of elders to whom absent children send money."""
    return (h.absent_support > 0.0) & (h.elders > 0.0) & (h.members > 0.0)


@among("household", supported_by_children)
def children_pledge(region: Region, h: Any, open_here: Lookup, luck: Lookup, pledge: float) -> Any:
    """Whose children sign, where there is a home in the village: the more, the better it thinks of effort."""
    return open_here[h.village] & (luck[h.span] < pledge * region.rows("village").norm[h.village])


class HappinessHomes(Instrument):
    """The hale old look after the ill old of the village; children who live apart pledge more support."""

    kind, family = "happiness_homes", "security"
    zh, en = "幸福院互助养老与孝善", "mutual care of elders"
    about_zh = "村里健康老人照看患病老人；分居的子女承诺多尽赡养。"
    sized_by = ("share_per_year",)
    Settings = HomeSettings
    months = (4,)
    service_months = (1, *QUARTER_ENDS)

    def offer(self, region: Region, s: Any) -> None:
        """Open homes where most elders are, within share and budget."""
        state, v = region.state_of(self), region.rows("village")
        if not hasattr(state, "open"):
            state.open = np.zeros(len(v), np.bool_)
        elders = of_villages(region, "elders") / np.maximum(v.weight, 1e-9)
        taken = state.open | elsewhere(region, self, lambda one: getattr(region.state_of(one), "open", False))
        rows = np.flatnonzero(~taken & (elders > 0.0))
        order = rows[np.lexsort((v.uid[rows], -elders[rows]))]
        yuan = v.weight[order] * s.setup * (1.0 + s.administration_share)
        total = float(v.weight.sum())
        chosen = choose_villages(region, s.share_per_year * total, self.left(region, s), order, yuan)
        stages = (total, float(v.weight[rows].sum()), float(v.weight[chosen].sum()))
        region.funnel.append((region.month, self.id, *stages))
        if len(chosen):
            state.open[chosen] = True
            self.spend(region, s, "care.home", chosen, s.setup)

    def spend(self, region: Region, s: Any, purpose: str, villages: Rows, yuan: float) -> None:
        """Pay for homes in some villages."""
        v = region.rows("village")
        by_county = np.bincount(v.county[villages], yuan * v.weight[villages], minlength=len(region.rows("county")))
        self.fund(region, s, by_county)
        region.ledger.post_by_county(purpose, "counties", "markets", by_county, self.id)

    def service(self, region: Region, s: Any) -> None:
        """Each January the running is paid; each quarter who needs care is counted and pledges are kept."""
        state, v = region.state_of(self), region.rows("village")
        if not hasattr(state, "open"):
            return
        if region.calendar_month == 1:
            rows = np.flatnonzero(state.open)
            yuan = v.weight[rows] * s.running * (1.0 + s.administration_share)
            kept = (np.cumsum(yuan) <= self.left(region, s)) & self.settings.active(region.month)
            state.open[rows[~kept]] = False
            self.spend(region, s, "care.home_running", rows[kept], s.running)
        if region.calendar_month % 3 == 0:
            relieve(region, state, s.hours * region.p.carer_time * self.ill_elders(region, state))
            self.keep_pledges(region, s, state)

    def ill_elders(self, region: Region, state: Any) -> Amounts:
        """Severely ill members of 60 or older in villages with a home, by household."""
        h = region.rows("household")
        home = region.rows("person").household[old_and_ill(region)]
        home = home[state.open[h.village[home]]]
        return np.bincount(home, minlength=len(h)).astype(float)

    def keep_pledges(self, region: Region, s: Any, state: Any) -> None:
        """Absent children who signed send more than they did: more sign where the village thinks well of effort."""
        h, p = region.rows("household"), region.p
        luck = Lookup(region.lifelong(PLEDGE, "household"))
        rows = children_pledge(region, open_here=Lookup(state.open), luck=luck, pledge=s.pledge)
        if len(rows):
            sent = support_from_children(h.absent_support[rows], p.support_per_elder, h.elders[rows])
            pay_households(region, "care.children", Side("kin"), rows, s.more_support * sent, self.id, earned=True)


KINDS = (ElderCover, AuxiliaryRelief, HappinessHomes)
