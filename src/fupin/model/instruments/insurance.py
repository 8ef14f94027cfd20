"""Agricultural insurance: a subsidised premium, and payouts on the loss events of the household quarter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.instruments.base import Amounts, Funded, Instrument, Rows
from fupin.model.instruments.own_rows import alone, own, take
from fupin.model.ledger import Side
from fupin.model.processes.support import supported
from fupin.model.settings import Dated, setting

if TYPE_CHECKING:
    from fupin.model.region import Region


class InsuranceSettings(Funded):
    """Cover, premium and who pays it."""

    cover: Dated = setting(
        0.5, unit="share", zh="赔付比例", en="part of lost output that is paid", low=0, high=1,
        source="cost cover only (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    rate: Dated = setting(
        0.03, unit="share", zh="保险费率", en="premium, share of the insured output", low=0, high=0.3,
        source="loss hazard 0.03 x share 0.75 (farming.toml) and a third for costs", status="assumption",
    )  # fmt: skip
    subsidy: Dated = setting(
        0.8, unit="share", zh="保费补贴比例", en="part of the premium paid by the budget", low=0, high=1,
        source="policy insurance (general knowledge, to verify)", status="assumption",
    )  # fmt: skip
    take_up: Dated = setting(
        0.4, unit="share", zh="投保率", en="take-up", low=0, high=1,
        source="baoding.csv: 4.0bn yuan insured in 2016; literature.md take-up 0.3-0.95", status="assumption",
    )  # fmt: skip
    registered_only: Dated = setting(
        0, unit="1 on, 0 off", zh="仅限建档户", en="for registered households only", low=0, high=1,
        source="open to all farmers", status="assumption",
    )  # fmt: skip
    least_output: Dated = setting(
        2000, unit="yuan/year", zh="产量门槛", en="least output that is insured", low=0, high=100000, source="assumed",
        status="assumption",
    )  # fmt: skip


class CropInsurance(Instrument):
    """Farm households insure a part of their output each March; losses of the twelve months are paid in the season."""

    kind, family = "crop_insurance", "finance"
    zh, en = "农业保险", "agricultural insurance"
    about_zh = "农户每年3月为部分产值投保，十二个月内的损失当季赔付。"
    sized_by = ("subsidy",)
    Settings = InsuranceSettings
    months = (3,)

    def premium(self, region: Region, s: Any, rows: Rows) -> Amounts:
        """Whole premium of the year."""
        return np.asarray(s.rate * s.cover * region.rows("household").expected_output[rows])

    def eligible(self, region: Region, s: Any) -> Rows:
        """Producers who can pay their part."""
        h = region.rows("household")
        farms = (h.members > 0) & (h.own_labour > 0.0) & (h.expected_output >= s.least_output)
        if not alone(region, self):
            farms &= h.crop_cover <= 0.0  # nobody insures with two
        rows = (farms & (supported(region) | (s.registered_only < 0.5))).nonzero()[0]
        return np.asarray(rows[h.savings[rows] >= (1.0 - s.subsidy) * self.premium(region, s, rows)])

    def take_up(self, region: Region, s: Any, rows: Rows) -> Amounts | float:
        return float(s.take_up)

    def cost(self, region: Region, s: Any, rows: Rows) -> Amounts:
        return np.asarray(s.subsidy * self.premium(region, s, rows))

    def offer(self, region: Region, s: Any) -> None:
        """Policies run for a year; new ones take their place."""
        self.let_lapse(region)
        super().offer(region, s)

    def deliver(self, region: Region, s: Any, rows: Rows) -> None:
        """The budget and the household pay their parts of the premium."""
        h = region.rows("household")
        premium = self.premium(region, s, rows)
        aid, own = s.subsidy * premium, (1.0 - s.subsidy) * premium
        by_county = self.charge(region, s, rows, aid)
        h.benefits[rows] += aid
        region.ledger.post_by_county("insurance.subsidy", "counties", "insurers", by_county, self.id)
        h.savings[rows] -= own
        region.ledger.post("insurance.premium", Side("households", own, rows), Side("insurers"), instrument=self.id)
        h.crop_cover[rows] = s.cover
        take(region, self, rows)

    def service(self, region: Region, s: Any) -> None:
        """After the last month in force nobody is insured."""
        if not self.settings.active(region.month):
            self.let_lapse(region)

    def let_lapse(self, region: Region) -> None:
        """Its policies are over."""
        h = region.rows("household")
        h.crop_cover[own(region, self, (h.crop_cover > 0.0).nonzero()[0])] = 0.0
