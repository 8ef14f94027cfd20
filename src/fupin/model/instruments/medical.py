"""Medical cover of the registered: more of each bill is paid, own payments are capped, treatment comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.labels import Label
from fupin.model.engine.among import places_where
from fupin.model.engine.kernels import rowwise
from fupin.model.household import EXITED, REGISTERED
from fupin.model.instruments.base import QUARTER_ENDS, Amounts, Funded, Instrument, Rows
from fupin.model.instruments.own_rows import alike, heir
from fupin.model.ledger import Side, weighted_sum
from fupin.model.modifiers import modify
from fupin.model.near import part_within
from fupin.model.processes.registry import BLOCK
from fupin.model.rules.health import outpatient_cost
from fupin.model.settings import Dated, setting

if TYPE_CHECKING:
    from fupin.model.region import Region


NEARLY_ALL = 0.99  # share of a cost that a top-up takes off at most: of nothing there is no logarithm


class MedicalSettings(Funded):
    """Layers on top of what everybody's insurance pays, caps, the chronic top-up and the time of payment."""

    basic_bonus: Dated = setting(
        0.1, unit="share of cost", zh="基本医保提高", en="more of each hospital bill paid by basic insurance", low=0,
        high=0.5, source="higher rates for the poor from 2016 (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    critical_threshold: Dated = setting(
        5000, unit="yuan", zh="大病起付线", en="own cost above which critical-illness insurance pays", low=0,
        high=50000, source="half of the general threshold (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    critical_bonus: Dated = setting(
        0.3, unit="share", zh="大病保险报销", en="part paid of own cost above the threshold", low=0, high=1,
        source="general knowledge, to verify: 50-60 % less what everybody has", status="assumption",
    )  # fmt: skip
    assistance: Dated = setting(
        0.3, unit="share", zh="医疗救助", en="part of the rest paid by medical assistance", low=0, high=1,
        source="baoding.csv: three layers; rates of counties to verify", status="assumption",
    )  # fmt: skip
    annual_caps: Dated = setting(
        0, unit="1 on, 0 off", zh="“351”自付封顶", en="annual caps on own hospital cost (“351”)", low=0, high=1,
        source="Anhui; mechanisms.csv M224: off unless transplanted", status="seed",
    )  # fmt: skip
    cap_county: Dated = setting(
        3000, unit="yuan/year", zh="县内封顶", en="cap in county hospitals", low=0, high=100000,
        source="002 names “351” only; mechanisms.csv M224 (external, unverified)", status="assumption",
    )  # fmt: skip
    cap_city: Dated = setting(
        5000, unit="yuan/year", zh="市级封顶", en="cap in city hospitals", low=0, high=100000,
        source="002 names “351” only; mechanisms.csv M224 (external, unverified)", status="assumption",
    )  # fmt: skip
    cap_province: Dated = setting(
        10000, unit="yuan/year", zh="省级封顶", en="cap in provincial hospitals", low=0, high=200000,
        source="002 names “351” only; mechanisms.csv M224 (external, unverified)", status="assumption",
    )  # fmt: skip
    city_from: Dated = setting(
        15000, unit="yuan", zh="转市级费用", en="cost from which a case goes to a city hospital", low=0, high=500000,
        source="county hospitals treat ordinary stays, 6,000 yuan (health.csv); threshold assumed", status="assumption",
    )  # fmt: skip
    province_from: Dated = setting(
        50000, unit="yuan", zh="转省级费用", en="cost from which a case goes to a provincial hospital", low=0,
        high=1000000, source="threshold assumed", status="assumption",
    )  # fmt: skip
    chronic_top_up: Dated = setting(
        0, unit="share", zh="“180”慢病补充", en="part of the chronically ill's own outpatient cost paid (“180”)", low=0,
        high=1, source="Anhui: 0.8; mechanisms.csv M225: off unless transplanted", status="seed",
    )  # fmt: skip
    pay_later: Dated = setting(
        0, unit="1 on, 0 off", zh="先诊疗后付费", en="treat first, pay later", low=0, high=1,
        source="mechanisms.csv M226: a switch", status="seed",
    )  # fmt: skip
    at_discharge: Dated = setting(
        0.5, unit="share", zh="出院即付上限", en="paid at discharge, at most this share of cash and credit", low=0,
        high=1, source="the rest is owed to the hospital; size assumed", status="assumption",
    )  # fmt: skip
    instalment: Dated = setting(
        0.25, unit="share/quarter", zh="欠费偿还比例", en="part of savings that repays the hospital in a quarter",
        low=0, high=1, source="agreed instalments; size assumed", status="assumption",
    )  # fmt: skip
    induced: Dated = setting(
        0, unit="1", zh="过度医疗弹性", en="elasticity of treatment to what the patient does not pay (0: none)", low=0,
        high=1, source="mechanisms.csv M227: visits rise by elasticity e when own cost falls; off by default",
        status="assumption",
    )  # fmt: skip
    most_treatment: Dated = setting(
        3, unit="ratio", zh="治疗量上限", en="most treatment against need", low=1, high=10, source="assumed",
        status="assumption",
    )  # fmt: skip
    control: Dated = setting(
        0, unit="share", zh="控费力度", en="part of the elasticity that checks of bills take away", low=0, high=1,
        source="mechanisms.csv M227: control cuts e by d; off by default", status="assumption",
    )  # fmt: skip
    control_cost: Dated = setting(
        50, unit="yuan/bill", zh="审核成本", en="cost of checking a bill, at full control", low=0, high=5000,
        source="mechanisms.csv M227: at cost c; size assumed", status="assumption",
    )  # fmt: skip
    after_exit: Dated = setting(
        1, unit="1 on, 0 off", zh="脱贫不脱政策", en="cover goes on after exit from the register", low=0, high=1,
        source="policies go on after exit until 2020", status="seed",
    )  # fmt: skip


class MedicalCover(Instrument):
    """Basic and critical-illness insurance, medical assistance, caps and top-up for registered households."""

    kind, family = "medical_cover", "security"
    zh, en = "健康扶贫医疗保障", "medical cover of the registered"
    about_zh = "建档立卡户享受基本医保、大病保险和医疗救助，自付封顶，再予补充报销。"
    sized_by = ("basic_bonus", "critical_bonus", "assistance")
    single = Label("医疗账单只按一套办法结算", "a hospital bill is met by one set of rules")
    Settings = MedicalSettings
    months = ()
    service_months = (1, *QUARTER_ENDS)

    def covered(self, region: Region, s: Any, rows: Rows) -> Any:
        """Who has the cover."""
        return has_cover(region.rows("household").registry[rows], s.after_exit)

    def meet_bill(
        self, region: Region, rows: Rows, cost: Amounts, due: Amounts, taken: Amounts, liquidity: Amounts
    ) -> tuple[Amounts, Amounts]:
        """Layer after layer of the bill, the cap of the hospital's level, and what is owed to it for later."""
        if not self.settings.active(region.month) or not len(rows):
            return due, taken
        s, h = self.settings.at(region.month), region.rows("household")
        who = np.flatnonzero(self.covered(region, s, rows))
        homes, bill, before = rows[who], cost[who], due[who]
        if s.induced > 0.0:
            more = self.over_treatment(region, s, homes, before, bill)
            insured = (more - 1.0) * (bill - before)  # everybody's insurance pays its part of the rest too
            bill, before = more * bill, more * before
        own = self.capped(region, s, homes, bill, self.layers(s, before, bill))
        if (met := self.means(region, s, homes, before - own)) < 1.0:
            own = before - met * (before - own)
        part = self.treated_part(region, s, homes, own, np.maximum(liquidity[who], 0.0))
        h.hospital_paid[homes] += own * part
        region.reach(self, homes)
        self.buy(region, s, "medical.layers", homes, (before - own) * part)
        if s.induced > 0.0:
            region.ledger.transfer(
                "health.insured", "insurers", "markets", weighted_sum(insured * part, h.weight[homes])
            )
        due, taken = due.copy(), taken.copy()
        due[who], taken[who] = own, part
        return due, taken

    def means(self, region: Region, s: Any, homes: Rows, amounts: Amounts) -> float:
        """Part of what households are to get of the cover for which the year's budget still does: as a rule all."""
        wanted = weighted_sum(amounts, region.rows("household").weight[homes]) * (1.0 + s.administration_share)
        return part_within(wanted, self.budget_left(region, s))

    def layers(self, s: Any, own: Amounts, bill: Amounts) -> Amounts:
        """What basic insurance, critical-illness insurance and medical assistance leave of the own cost."""
        return np.asarray((1.0 - s.assistance) * self.critical_layer(s, self.basic_layer(s, bill, own)))

    def over_treatment(self, region: Region, s: Any, homes: Rows, own: Amounts, bill: Amounts) -> Amounts:
        """Treatment against need: (own cost without over with cover)^e, within limits; checks damp e."""
        control = s.control
        if control > 0.0:
            control *= self.means(region, s, homes, np.full(len(homes), s.control * s.control_cost))
            yuan = np.full(len(homes), control * s.control_cost)
            by_county = self.charge(region, s, homes, yuan)
            region.ledger.post_by_county("care.control", "counties", "markets", by_county, self.id)
        price = np.maximum(self.layers(s, own, bill), 1.0) / np.maximum(own, 1.0)
        return np.asarray(np.minimum(price ** (-s.induced * (1.0 - control)), s.most_treatment))

    def basic_layer(self, s: Any, bill: Amounts, own: Amounts) -> Amounts:
        """Basic insurance pays more of the bill."""
        return np.asarray(np.maximum(own - s.basic_bonus * bill, 0.0))

    def critical_layer(self, s: Any, own: Amounts) -> Amounts:
        """Critical-illness insurance pays part of what is above the threshold."""
        return np.asarray(own - s.critical_bonus * np.maximum(own - s.critical_threshold, 0.0))

    def capped(self, region: Region, s: Any, homes: Rows, bill: Amounts, own: Amounts) -> Amounts:
        """“351”: within the year nobody pays more than the cap of the hospital's level."""
        if s.annual_caps <= 0.5:
            return own
        cap = np.where(bill < s.city_from, s.cap_county, np.where(bill < s.province_from, s.cap_city, s.cap_province))
        return np.asarray(np.minimum(own, np.maximum(cap - region.rows("household").hospital_paid[homes], 0.0)))

    def treated_part(self, region: Region, s: Any, homes: Rows, own: Amounts, ready: Amounts) -> Amounts:
        """Share of the treatment that is taken: what can be paid, or all of it if the hospital waits for the rest."""
        if s.pay_later <= 0.5:
            return np.minimum(1.0, ready / np.maximum(own, 1.0))
        self.owe(region, homes, np.maximum(own - s.at_discharge * ready, 0.0))
        return np.ones(len(own))

    def owe(self, region: Region, homes: Rows, later: Amounts) -> None:
        """The hospital waits: it lends what the household need not pay at discharge."""
        h = region.rows("household")
        h.savings[homes] += later
        h.care_debt[homes] += later
        households = Side("households", later, homes)
        region.ledger.post("medical.deferred", Side("markets"), households, instrument=self.id)
        region.ledger.post("medical.owed", households, Side("markets"), "debt", self.id)

    def service(self, region: Region, s: Any) -> None:
        """Each quarter: instalments to hospitals, and the chronic top-up for the bills of the quarter."""
        h = region.rows("household")
        if region.calendar_month == 1:
            h.hospital_paid = 0.0
        if region.calendar_month % 3 == 0:
            if heir(region, alike(region, self)) is self:  # hospitals are owed by households, whoever covered them
                self.repay(region, s)
            self.top_up(region, s)

    def repay(self, region: Region, s: Any) -> None:
        """Instalments out of savings."""
        h = region.rows("household")
        rows = (h.care_debt > 0.0).nonzero()[0]
        rows = rows[h.savings[rows] > 0.0]
        if not len(rows):
            return
        paid = np.minimum(h.care_debt[rows], s.instalment * h.savings[rows])
        h.savings[rows] -= paid
        h.care_debt[rows] -= paid
        households = Side("households", paid, rows)
        region.ledger.post("medical.repaid", households, Side("markets"), instrument=self.id)
        region.ledger.post("medical.cleared", Side("markets"), households, "debt", self.id)

    def top_up(self, region: Region, s: Any) -> None:
        """Own outpatient cost falls by the top-up on the part that the ill cause; the budget pays the fund for it."""
        h, p, state = region.rows("household"), region.p, region.state_of(self)
        terms = {"after_exit": s.after_exit, "top_up": s.chronic_top_up * self.settings.active(region.month)}
        saved, everyone = chronic_part(region, **terms)
        rows = places_where(region, saved > 0.0)
        own = np.exp(h.care_shift[rows]) * (1.0 - p.basic_reimbursement) * everyone[rows]
        if (met := self.means(region, s, rows, own * saved[rows])) < 1.0:
            saved = met * saved
        if not hasattr(state, "saved"):
            state.saved, state.shift = np.zeros(len(h)), np.zeros(len(h))
        changed = places_where(region, saved != state.saved)
        if len(changed):
            shift = np.log1p(-np.minimum(saved[changed], NEARLY_ALL))
            modify(region, "health.outpatient_cost", changed, shift - state.shift[changed])
            state.shift[changed] = shift
        state.saved = saved
        amounts = own * saved[rows]
        if not amounts.any():
            return
        h.benefits[rows] += amounts
        region.reach(self, rows)
        by_county = self.charge(region, s, rows, amounts)
        region.ledger.post_by_county("medical.top_up", "counties", "insurers", by_county, self.id)


def has_cover(status: Any, after_exit: Any) -> Any:
    """Who has the cover, by status on the list. Elementwise."""
    return (status == REGISTERED) | ((status == EXITED) & (after_exit > 0.5))


@rowwise("household", block=BLOCK)
def chronic_part(region: Region, h: Any, after_exit: float, top_up: float) -> tuple[Any, Any]:
    """Part of the outpatient cost that a top-up on what the ill cause pays, and the cost of the quarter."""
    p = region.p
    everyone = outpatient_cost(h.members, h.ill, p.outpatient_per_head, p.ill_multiple)
    ills = outpatient_cost(0.0 * h.ill, h.ill, p.outpatient_per_head, p.ill_multiple)
    ills = ills + 0.25 * p.outpatient_per_head * h.ill
    on = has_cover(h.registry, after_exit) & (h.ill > 0.0)
    return np.where(on, top_up * ills / np.maximum(everyone, 1e-9), 0.0), everyone
