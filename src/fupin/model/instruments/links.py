"""Four drives and own farming: a poor household ties itself to a park, a firm, a co-operative, a grower, or nobody.

The chosen link decides whom the other instruments of the package may serve: the park leases from those linked to it,
the firm contracts them, the co-operative holds their shares, and grants go to those who farm on their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.labels import Label
from fupin.model import sizes
from fupin.model.calendar import JANUARY, SEPTEMBER
from fupin.model.draws import declare_stream
from fupin.model.household import COOP_LINK, FIRM_LINK, GROWER_LINK, LINKS, OWN_LINK, PARK_LINK
from fupin.model.instruments.base import Amounts, Funded, Instrument, Rows
from fupin.model.instruments.own_rows import all_over
from fupin.model.ledger import Side
from fupin.model.processes.income import pay_households
from fupin.model.processes.queue import admit
from fupin.model.rules.assets import return_on_assets
from fupin.model.rules.employment import works_for_the_day
from fupin.model.rules.scales import THOUSAND
from fupin.model.settings import Dated, setting
from fupin.model.shared_lists import supported_homes
from fupin.model.sums import sums_of

if TYPE_CHECKING:
    from fupin.model.region import Region

TASTE = declare_stream("link.taste", "what a household sees in each link besides its gain, lasting")


class LinkSettings(Funded):
    """What each link is expected to bring, and how households choose."""

    weight: Dated = setting(
        1.0, unit="utils/1000 yuan", zh="收益权重", en="weight of the expected gain in the choice; 0 chooses blindly",
        low=0, high=20, source="mechanisms.csv M143: link choice; size assumed", status="assumption",
    )  # fmt: skip
    rent: Dated = setting(
        1000, unit="yuan/mu/year", zh="园区租金", en="rent that a park promises", low=0, high=5000,
        source="domain/data/baoding.csv", status="seed",
    )  # fmt: skip
    premium: Dated = setting(
        0.06, unit="share", zh="订单溢价", en="price above the market that a firm promises", low=0, high=1,
        source="as for contract farming", status="assumption",
    )  # fmt: skip
    grant: Dated = setting(
        5000, unit="yuan/household", zh="入股或补助资金", en="money that a co-operative or the own farm would hold",
        low=0, high=100000, source="as for production grants and shares", status="assumption",
    )  # fmt: skip
    dividend: Dated = setting(
        0.07, unit="1/year", zh="合作社分红", en="dividend that a co-operative promises", low=0, high=0.3,
        source="as for enterprise shares", status="assumption",
    )  # fmt: skip
    day_wage: Dated = setting(
        100, unit="yuan/day", zh="大户日工资", en="pay of a day with a big grower", low=0, high=1000,
        source="within the 80 to 200 yuan a day of the mushroom base (baoding.csv); assumed", status="assumption",
    )  # fmt: skip
    days: Dated = setting(
        40, unit="days/year", zh="大户用工天数", en="days that a big grower offers to one household", low=0, high=300,
        source="planting and harvest; assumed", status="assumption",
    )  # fmt: skip
    days_per_mu: Dated = setting(
        1.0, unit="days/mu/year", zh="大户亩均用工", en="hired days on a mu that growers rent", low=0, high=50,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip
    slack: Dated = setting(
        0.5, unit="share", zh="闲时价值", en="worth of a spare day against a mean day at home", low=0, high=1,
        source="as for relief work; assumed", status="assumption",
    )  # fmt: skip
    organising: Dated = setting(
        100, unit="yuan/household", zh="对接组织费", en="cost of a link", low=0, high=5000,
        source="general knowledge, to verify", status="assumption",
    )  # fmt: skip


class LinkChoice(Instrument):
    """Each January listed households without a link choose the best of five; big growers hire those linked to them."""

    kind, family = "link_choice", "industry"
    zh, en = "四带一自利益联结", "links: park, firm, co-operative, grower or own farm"
    about_zh = "每年1月尚无利益联结的在册户从五种带动方式中选最好的；种养大户雇用联结户。"
    not_sized = sizes.ASKED
    single = Label("每户只有一种利益联结", "a household has one link")
    Settings = LinkSettings
    months = (1,)
    service_months = (JANUARY, SEPTEMBER)

    def eligible(self, region: Region, s: Any) -> Rows:
        rows = supported_homes(region)
        return np.asarray(rows[region.rows("household").link[rows] < 0])

    def cost(self, region: Region, s: Any, rows: Rows) -> Amounts:
        return np.full(len(rows), s.organising)

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        """The link of greatest worth: weight · gain in 1,000 yuan + taste."""
        h = region.rows("household")
        tastes = region.draws.gumbels(TASTE, 0, h.uid[rows], len(LINKS) - 1)
        worth = s.weight * gains_of_links(region, s, rows) / THOUSAND + tastes
        h.link[rows] = np.argmax(worth, axis=0)
        self.buy(region, s, "link.organising", rows, self.cost(region, s, rows))

    def service(self, region: Region, s: Any) -> None:
        """In September growers pay for the days that their land asks for, for those for whom the day is worth it."""
        h = region.rows("household")
        if not self.settings.active(region.month):
            if region.calendar_month == JANUARY and all_over(region, self) and (h.link >= 0).any():
                h.link[:] = -1
            return
        if region.calendar_month != SEPTEMBER:
            return
        rows = ((h.link == GROWER_LINK) & (h.members > 0)).nonzero()[0]
        at_home = h.workers[rows] - h.local_workers[rows] - h.migrants[rows] - h.post_pay[rows] >= 1.0
        rows = rows[at_home & works_for_the_day(s.day_wage, h.home_return[rows], s.slack, region.p.work_days_year)]
        grown = sums_of(region, "village", h.weight * h.rented_in)
        room = s.days_per_mu * grown / max(s.days, 1e-9)
        rows = rows[admit(h.village[rows], h.workers[rows], h.weight[rows], room, h.uid[rows])]
        pay = np.full(len(rows), s.day_wage * s.days)
        pay_households(region, "link.grower_days", Side("markets"), rows, pay, self.id, earned=True)


def gains_of_links(region: Region, s: Any, rows: Rows) -> Amounts:
    """What each link would bring a household in a year, (links, households), yuan, in the order of the codes."""
    h, p = region.rows("household"), region.p
    free = np.maximum(h.land[rows] - h.rented_out[rows] - h.park_land[rows], 0.0)
    output = h.expected_output[rows]
    gains = np.zeros((len(LINKS) - 1, len(rows)))
    gains[PARK_LINK] = s.rent * free - p.land_exponent * (1.0 - p.input_share) * output
    gains[FIRM_LINK] = s.premium * output
    gains[COOP_LINK] = s.dividend * s.grant
    spare = h.workers[rows] - h.local_workers[rows] - h.migrants[rows] - h.post_pay[rows]
    worth_at_home = s.slack * h.home_return[rows] / p.work_days_year
    gains[GROWER_LINK] = np.maximum(s.day_wage - worth_at_home, 0.0) * s.days * (spare >= 1.0)
    yields = return_on_assets(output, h.capital[rows] + s.grant, p.capital_exponent, p.capital_floor)
    gains[OWN_LINK] = (yields - p.depreciation_rate) * s.grant
    return gains


def linked(region: Region, rows: Rows, link: int) -> Rows:
    """Those of the households whom another instrument may serve: all, unless they have chosen another link."""
    if not region.of_kind(LinkChoice.kind):
        return rows
    chosen = region.rows("household").link[rows]
    return np.asarray(rows[(chosen < 0) | (chosen == link)])


KINDS = (LinkChoice,)
