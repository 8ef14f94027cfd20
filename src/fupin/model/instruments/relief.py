"""The rest of the safety net: the extremely poor, relief after a shock, the disabled, the pension premium."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.labels import Label
from fupin.model.ages import OLD, WORK
from fupin.model.draws import declare_stream
from fupin.model.engine.among import among, places_where
from fupin.model.engine.kernels import rowwise
from fupin.model.engine.tracing import Lookup
from fupin.model.instruments.base import QUARTER_ENDS, Amounts, Funded, Instrument, Rows
from fupin.model.instruments.own_rows import all_over
from fupin.model.ledger import Side
from fupin.model.near import room_for
from fupin.model.person import NOT_IN_SCHOOL
from fupin.model.processes.household_sums import members_of
from fupin.model.processes.income import pay_households
from fupin.model.processes.queue import run_lengths, run_starts
from fupin.model.processes.support import supported
from fupin.model.settings import Dated, setting
from fupin.model.shared_lists import homes, supported_rows

if TYPE_CHECKING:
    from fupin.model.region import Region

PLACE = declare_stream("extremely_poor.place", "whether one of the extremely poor lives in a home")


class ExtremelyPoorSettings(Funded):
    """Standards of support and who counts."""

    dispersed: Dated = setting(
        {"2015-01": 3000, "2016-01": 4000}, unit="yuan/person/year", zh="分散供养标准", en="standard at home", low=0,
        high=30000, source="domain/data/baoding.csv; mechanisms.csv M234", status="seed",
    )  # fmt: skip
    concentrated: Dated = setting(
        {"2015-01": 5000, "2016-01": 6000}, unit="yuan/person/year", zh="集中供养标准", en="standard in a home", low=0,
        high=30000, source="domain/data/baoding.csv; mechanisms.csv M234", status="seed",
    )  # fmt: skip
    in_homes: Dated = setting(
        0.3, unit="share", zh="集中供养率", en="share that lives in a home", low=0, high=1,
        source="general knowledge, to verify: about three in ten", status="assumption",
    )  # fmt: skip
    income_limit: Dated = setting(
        1.0, unit="share of the line", zh="收入上限", en="largest observed income per head", low=0, high=5,
        source="no means of one's own; limit assumed", status="assumption",
    )  # fmt: skip


class ExtremelyPoor(Instrument):
    """Elders and disabled persons without a worker, a pension or children who support them; listed each January."""

    kind, family = "extremely_poor_support", "security"
    zh, en = "特困（五保）供养", "support of the extremely poor (wubao)"
    about_zh = "供养无劳动力、无养老金、无子女赡养的老人和残疾人，每年1月核定名单。"
    sized_by = ("dispersed", "concentrated")
    single = Label("特困人员名单只有一份", "there is one list of the extremely poor")
    Settings = ExtremelyPoorSettings
    months = (1,)

    def eligible(self, region: Region, s: Any) -> Rows:
        h, rows = region.rows("household"), homes(region)
        rows = rows[h.workers[rows] <= 0.0]
        alone = (h.absent_support[rows] <= 0.0) & (h.formal_pension[rows] <= 0.0)
        needy = h.observed_income[rows] <= s.income_limit * region.p.poverty_line
        return np.asarray(rows[alone & needy & (h.elders[rows] + h.disabled[rows] > 0.0)])

    def monthly(self, region: Region, s: Any, rows: Rows) -> Amounts:
        """Support of a household before dibao is deducted: its elders and disabled, at the standard of their place."""
        h = region.rows("household")
        home = region.draws.uniform(PLACE, 0, h.uid[rows]) < s.in_homes
        persons = np.minimum(h.elders[rows] + h.disabled[rows], h.members[rows])
        return np.asarray(persons * np.where(home, s.concentrated, s.dispersed) / 12.0)

    def cost(self, region: Region, s: Any, rows: Rows) -> Amounts:
        return 12.0 * self.monthly(region, s, rows)

    def offer(self, region: Region, s: Any) -> None:
        """A new list each year."""
        region.rows("household").wubao = 0.0
        super().offer(region, s)

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        region.rows("household").wubao[rows] = self.monthly(region, s, rows)

    def service(self, region: Region, s: Any) -> None:
        """Pay the month, less dibao: nobody draws both in full; when the instrument ends, so does the list."""
        h = region.rows("household")
        rows = (h.wubao > 0.0).nonzero()[0]
        if not len(rows):
            return
        if not self.settings.active(region.month):
            if all_over(region, self):
                h.wubao[rows] = 0.0
            return
        rows = rows[h.members[rows] > 0]
        self.pay(region, s, "extremely_poor", rows, np.maximum(h.wubao[rows] - h.dibao[rows], 0.0))


class TemporaryReliefSettings(Funded):
    """What counts as a shock and what is given."""

    hardship: Dated = setting(
        0.4, unit="share of income", zh="困难门槛", en="care, forgone care and want, least share of income", low=0.05,
        high=5, source="usual threshold of catastrophic health spending (general knowledge)", status="assumption",
    )  # fmt: skip
    income_limit: Dated = setting(
        2.0, unit="share of the line", zh="收入上限", en="largest income per head after the shock", low=0, high=10,
        source="low-income families (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    share: Dated = setting(
        0.3, unit="share", zh="救助比例", en="part of the hardship that is met", low=0, high=1,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    ceiling: Dated = setting(
        6, unit="months", zh="救助上限月数", en="at most so many months of the poverty line a head", low=0, high=60,
        source="county rules: some months of the standard (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    interval: Dated = setting(
        12, unit="months", zh="救助间隔", en="months after which a family may be helped again", low=1, high=60,
        source="once a year for the same cause (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    take_up: Dated = setting(
        0.6, unit="share", zh="申请率", en="take-up", low=0, high=1, source="literature.md take-up 0.3-0.95",
        status="assumption",
    )  # fmt: skip
    schooling: Dated = setting(
        0, unit="share", zh="上学花费计入", en="part of a year's school costs that counts as hardship", low=0, high=1,
        source="001: against poverty by schooling too (M229); off by default", status="assumption",
    )  # fmt: skip


def want_of(h: Any, schooling: Any) -> Any:
    """Care paid and forgone, subsistence not afforded, and a part of a year at school (M229)."""
    return h.health_spending + h.forgone + h.shortfall + schooling * h.school_cost


@rowwise("household")
def wants(region: Region, h: Any, schooling: float) -> Any:
    """The same by row."""
    return want_of(h, schooling)


@among("household")
def struck(region: Region, h: Any, hardship: float, schooling: float) -> Any:
    """Whose want is large against income, or against the line for those with less."""
    return want_of(h, schooling) > hardship * np.maximum(h.income_year, region.p.poverty_line * h.members)


@among("household")
def in_need(region: Region, h: Any, limit: float, interval: float, schooling: float) -> Any:
    """Who is left with little, and has had no relief for some months."""
    want, before = want_of(h, schooling), h.relief_month
    low = h.income_year - want <= limit * region.p.poverty_line * h.members
    return low & ((before < 0) | (region.month - before >= interval))


class TemporaryRelief(Instrument):
    """One payment a year at most to a family whose care or want has used up its income, registered or not."""

    kind, family = "temporary_relief", "security"
    zh, en = "临时救助", "temporary relief"
    about_zh = "医疗或生活支出耗尽收入的家庭每年至多救助一次，不论是否建档立卡。"
    sized_by = ("share",)
    Settings = TemporaryReliefSettings
    months = (4, 7, 10)

    def want(self, region: Region, s: Any, rows: Rows) -> Amounts:
        """Care paid and forgone, and subsistence not afforded, this year; what school costs, as far as it counts."""
        return np.asarray(wants(region, rows, schooling=s.schooling))

    def eligible(self, region: Region, s: Any) -> Rows:
        who = struck(region, homes(region), hardship=s.hardship, schooling=s.schooling)
        return np.asarray(in_need(region, who, limit=s.income_limit, interval=s.interval, schooling=s.schooling))

    def take_up(self, region: Region, s: Any, rows: Rows) -> Amounts | float:
        return float(s.take_up)

    def priority(self, region: Region, s: Any, rows: Rows) -> Amounts:
        """The greatest hardship first."""
        return -self.want(region, s, rows)

    def cost(self, region: Region, s: Any, rows: Rows) -> Amounts:
        most = s.ceiling / 12.0 * region.p.poverty_line * region.rows("household").members[rows]
        return np.asarray(np.minimum(s.share * self.want(region, s, rows), most))

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        region.rows("household").relief_month[rows] = region.month
        self.pay(region, s, "temporary_relief", rows, self.cost(region, s, rows))


class DisabilitySettings(Funded):
    """The monthly subsidy."""

    monthly: Dated = setting(
        {"2016-01": 55}, unit="yuan/person/month", zh="残疾人补贴", en="living and care subsidy", low=0, high=2000,
        source="two subsidies of 2016, 50-80 yuan (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    take_up: Dated = setting(
        0.8, unit="share", zh="申领率", en="take-up", low=0, high=1, source="literature.md take-up 0.3-0.95",
        status="assumption",
    )  # fmt: skip


class DisabilitySubsidy(Instrument):
    """Paid by the quarter for disabled members of households on dibao or the register."""

    kind, family = "disability_subsidy", "security"
    zh, en = "残疾人两项补贴", "subsidies for the disabled"
    about_zh = "按季发给低保户和建档立卡户中的残疾人。"
    sized_by = ("monthly",)
    Settings = DisabilitySettings
    months = QUARTER_ENDS

    def eligible(self, region: Region, s: Any) -> Rows:
        h = region.rows("household")
        rows = places_where(region, (h.disabled > 0.0) & (h.members > 0))
        return np.asarray(rows[supported(region, rows) | (h.dibao[rows] > 0.0)])

    def take_up(self, region: Region, s: Any, rows: Rows) -> Amounts | float:
        return float(s.take_up)

    def cost(self, region: Region, s: Any, rows: Rows) -> Amounts:
        return np.asarray(3.0 * s.monthly * region.rows("household").disabled[rows])

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        self.pay(region, s, "disability_subsidy", rows, self.cost(region, s, rows))


class PremiumSettings(Funded):
    """The premium and what it brings."""

    premium: Dated = setting(
        100, unit="yuan/person/year", zh="代缴保费", en="premium paid by the budget", low=0, high=5000,
        source="lowest class of the pension scheme (general knowledge); mechanisms.csv M235", status="assumption",
    )  # fmt: skip
    collective: Dated = setting(
        0, unit="yuan/person/year", zh="集体补助", en="what a collective with the means adds to each account", low=0,
        high=5000, source="001: villages with the means are encouraged (M235); amount assumed, off by default",
        status="assumption",
    )  # fmt: skip
    divisor: Dated = setting(
        139, unit="months", zh="计发月数", en="months over which an account is paid out", low=60, high=300,
        source="national rule for retirement at 60 (general knowledge)", status="assumption",
    )  # fmt: skip


@rowwise("person")
def of_working_age(region: Region, person: Any) -> Any:
    """Who is of working age and out of school."""
    age = person.age
    return person.alive & (age >= WORK) & (age < OLD) & (person.stage == NOT_IN_SCHOOL)


@among("person")
def belong_to(region: Region, person: Any, chosen: Lookup) -> Any:
    """Persons of chosen households."""
    return chosen[person.household]


@rowwise("person")
def keep_accounts(region: Region, person: Any) -> tuple[Any, Any]:
    """Whose account lapses (of the dead, whose place a child may have taken), and who of the others is 60 or older."""
    alive, age = person.alive, person.age
    return ~alive | (age < WORK), alive & (age >= OLD)


class PensionPremium(Instrument):
    """The budget pays the premium of registered members of 16-59 years into their account; from 60 on it pays them."""

    kind, family = "pension_premium", "security"
    zh, en = "养老保险代缴", "pension premium paid"
    about_zh = "财政为16—59岁建档立卡人口缴费，记入个人账户，满60岁起领取。"
    sized_by = ("premium",)
    single = Label("养老保险保费只代缴一次", "a pension premium is paid once")
    Settings = PremiumSettings
    months = (3,)
    service_months = QUARTER_ENDS

    def insured(self, region: Region) -> tuple[Rows, Rows]:
        """Persons of supported households of working age, out of school, and how many each household has."""
        known: tuple[Rows, Rows] | None = getattr(region.state_of(self), "insured", None)
        if known is not None:
            return known
        members, home = members_of(region, rows := supported_rows(region))
        insured = of_working_age(region, members)
        count = np.zeros(len(region.rows("household")), np.int64)
        count[rows] = np.bincount(home[insured], minlength=len(rows))
        return members[insured], count

    def offer(self, region: Region, s: Any) -> None:
        """The insured are counted once for all steps of the offer."""
        state = region.state_of(self)
        state.insured = self.insured(region)
        super().offer(region, s)
        del state.insured

    def eligible(self, region: Region, s: Any) -> Rows:
        rows = supported_rows(region)
        return rows[self.insured(region)[1][rows] > 0]

    def cost(self, region: Region, s: Any, rows: Rows) -> Amounts:
        return np.asarray(s.premium * self.insured(region)[1][rows])

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        """The county pays the pension fund; the accounts grow."""
        person, state = region.rows("person"), region.state_of(self)
        amounts = self.cost(region, s, rows)
        by_county = self.charge(region, s, rows, amounts)
        region.rows("household").benefits[rows] += amounts
        region.ledger.post_by_county("pension.premium", "counties", "centre", by_county, self.id)
        chosen = np.zeros(len(region.rows("household")), np.bool_)
        chosen[rows] = True
        who = belong_to(region, self.insured(region)[0], chosen=Lookup(chosen))
        person.pension_account[who] += s.premium
        self.top_up(region, s, who)
        held = np.zeros(len(person), np.bool_)
        held[self.accounts(region)] = held[who] = True
        state.accounts = held.nonzero()[0]
        state.year = -1

    def top_up(self, region: Region, s: Any, who: Rows) -> None:
        """A collective that holds enough for all its insured pays the fund its part for each of them (M235)."""
        if s.collective <= 0.0:
            return
        h, v, person = region.rows("household"), region.rows("village"), region.rows("person")
        home = person.household[who]
        place = h.village[home]
        due = s.collective * np.bincount(place, h.weight[home], minlength=len(v)) / np.maximum(v.weight, 1e-9)
        able = (due > 0.0) & room_for(due, v.collective_cash)
        paid = np.where(able, np.minimum(due, v.collective_cash), 0.0)
        v.collective_cash -= paid
        person.pension_account[who[able[place]]] += s.collective
        region.ledger.post("pension.collective", Side("collectives", paid), Side("centre"), instrument=self.id)

    def accounts(self, region: Region) -> Rows:
        """Persons with money in their account; nobody else pays into it."""
        state = region.state_of(self)
        if not hasattr(state, "accounts"):
            state.accounts = (region.rows("person").pension_account > 0.0).nonzero()[0]
        return np.asarray(state.accounts)

    def pensioners(self, region: Region) -> Rows:
        """Persons with an account who are 60 or older; accounts of the dead lapse."""
        lapse, old = keep_accounts(region, rows := self.accounts(region))
        region.rows("person").pension_account[rows[lapse]] = 0.0
        region.state_of(self).accounts = rows[~lapse]
        return np.asarray(rows[old])

    def service(self, region: Region, s: Any) -> None:
        """From 60 on, each quarter pays its part of the account for life."""
        state, person = region.state_of(self), region.rows("person")
        if region.calendar_month not in self.service_months:
            return
        if getattr(state, "year", -1) != region.year:  # people age and die in January, and join in the year's offer
            state.year, state.old = region.year, self.pensioners(region)
        if len(state.old):
            home = person.household[state.old]  # in the order of households
            first = run_starts(home)
            place = np.repeat(np.arange(len(first)), run_lengths(first, len(home)))
            due = np.bincount(place, 3.0 / s.divisor * person.pension_account[state.old])
            paid = due > 0.0
            pay_households(region, "pension.account", Side("centre"), home[first][paid], due[paid], self.id)
