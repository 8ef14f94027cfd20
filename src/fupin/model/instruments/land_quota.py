"""A land quota for projects: a site passes three tests or there is no land, and counties that are refused ask less."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model import sizes
from fupin.model.draws import declare_stream
from fupin.model.instruments.base import Instrument
from fupin.model.rules.budgets import land_tests_passed, still_applies
from fupin.model.settings import Dated, Settings, setting

if TYPE_CHECKING:
    from fupin.model.region import Region

TESTS = declare_stream("land_quota.tests", "how a site fares in the three tests, yearly")
ASKING = declare_stream("land_quota.asking", "whether the county asks for land for a village, yearly")


def passing(zh: str, en: str) -> Any:
    """Setting of the share of sites that pass a test."""
    return setting(
        0.65, unit="share", zh=zh, en=en, low=0, high=1,
        source="three tests at 0.65 give 27.4 %, the share of photovoltaic land that was approved (M171, M172)",
        status="assumption",
    )  # fmt: skip


class LandQuotaSettings(Settings):
    """The three tests, who goes first, and how applicants respond."""

    plan_pass: Dated = passing("符合土地规划比例", "sites in the land-use plan")
    swap_pass: Dated = passing("增减挂钩可行比例", "sites that can be swapped for land given back")
    balance_pass: Dated = passing("占补平衡可行比例", "sites for which farmland is made elsewhere")
    poverty_first: Dated = setting(
        0, unit="0-1", zh="优先保障扶贫用地", en="poor villages need no swap", low=0, high=1,
        source="002: land for poverty projects first (M173); off by default", status="seed",
    )  # fmt: skip
    discouragement: Dated = setting(
        1.0, unit="1", zh="被拒后申报意愿下降", en="how far refusals deter counties", low=0, high=20,
        source="M172: counties apply less after refusals; size assumed", status="assumption",
    )  # fmt: skip
    policies: tuple[str, ...] = setting(
        ("village_photovoltaics", "land_park", "village_workshop", "village_tourism"), zh="需要用地的项目",
        en="instruments that need land", source="plants and buildings stand on land; list assumed",
        status="assumption",
    )  # fmt: skip


class LandQuota(Instrument):
    """Each January counties ask for land for villages; where a site fails a test, nothing that needs land is built."""

    kind, family = "land_quota", "governance"
    zh, en = "扶贫专项用地指标", "land quota for projects"
    about_zh = "每年1月各县为村申报用地；地块有一项审查不过，需要用地的项目就不能建。"
    not_sized = sizes.FREE
    Settings = LandQuotaSettings
    months = (1,)

    def offer(self, region: Region, s: Any) -> None:
        """Ask, be tested, remember the refusals. A permit lasts."""
        v, count, state = region.rows("village"), len(region.rows("county")), region.state_of(self)
        if not hasattr(state, "asked"):
            state.asked, state.refused = np.zeros(count), np.zeros(count)
        willing = still_applies(state.refused / np.maximum(state.asked, 1e-9), s.discouragement)
        open_to = (~v.land_permit).nonzero()[0]
        luck = region.draws.uniform(ASKING, self._key(region), v.uid[open_to])
        asking = open_to[luck < willing[v.county[open_to]]]
        u = region.draws.uniforms(TESTS, self._key(region), v.uid[asking], 3)
        first = self.goes_first(region, s)[asking]
        passed = land_tests_passed(u[0], u[1], u[2], s.plan_pass, s.swap_pass, s.balance_pass, first)
        v.land_permit[asking[passed]] = True
        state.asked += np.bincount(v.county[asking], v.weight[asking], minlength=count)
        state.refused += np.bincount(v.county[asking[~passed]], v.weight[asking[~passed]], minlength=count)
        first_stage, second, third = (float(v.weight[rows].sum()) for rows in (open_to, asking, asking[passed]))
        region.funnel.append((region.month, self.id, first_stage, second, third))

    def goes_first(self, region: Region, s: Any) -> Any:
        """Mask of villages for whose projects land is found first, without a swap (M173)."""
        return region.rows("village").poor_village & (s.poverty_first >= 0.5)


KINDS = (LandQuota,)
