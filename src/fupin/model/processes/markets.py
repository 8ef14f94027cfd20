"""Weather, prices and land: what households of a village or county share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.draws import declare_stream
from fupin.model.engine.kernels import rowwise
from fupin.model.engine.tracing import ByGroup, Lookup
from fupin.model.rules.farming import outside_price, supply_price
from fupin.model.rules.vocabulary import maximum, where

if TYPE_CHECKING:
    from fupin.model.region import Region

WEATHER = declare_stream("village.weather", "weather and pests of a village in a quarter")


def weather_and_prices(region: Region) -> None:
    """Weather of each village; prices fall where the county supplies more than its trend; wage costs follow."""
    v, county, p = region.rows("village"), region.rows("county"), region.p
    if region.markets_on:
        county_market(county, output_of_counties(region)["supply"], p)
        v.price = county.price[v.county]
    v.weather = region.draws.normal(WEATHER, region.month, v.uid)
    v.rent = p.rent_level


@rowwise("household")
def output_of_counties(region: Region, h: Any) -> ByGroup:
    """What the households of each county expect to make."""
    return ByGroup({"supply": ("county", h.county, h.weight * h.expected_output)})


def county_market(county: Any, supply: Any, p: Any) -> None:
    """Supply at constant prices, the price it fetches, and what a worker costs. Elementwise."""
    county.supply = supply / p.output_level
    county.supply_trend = where(county.supply_trend > 0.0, county.supply_trend, county.supply)
    fetched = supply_price(county.supply, county.supply_trend, p.price_elasticity, p.price_low, p.price_high)
    county.price = outside_price(p.farm_price, p.farm_share) * fetched
    county.wage_cost = p.local_wage * county.base_pay


def supply_trends(region: Region) -> None:
    """Each January the trend of supply moves towards supply."""
    follow_supply(region.rows("county"), region.p)


def follow_supply(county: Any, p: Any) -> None:
    """One year of the slow average, once it has begun. Elementwise."""
    step = p.supply_memory * (county.supply - county.supply_trend)
    county.supply_trend = county.supply_trend + where(county.supply_trend > 0.0, step, 0.0)


def rent_land(region: Region) -> None:
    """Each March households without labour offer land, and those with little land per worker want some.

    The short side of the village decides and the long side is served in proportion.
    """
    if not region.markets_on:
        return
    h, v = region.rows("household"), region.rows("village")
    offered, labour = offered_and_labour(region)
    had = sums_of_villages(region, one=h.land, other=labour)
    wanted = land_wanted(region, labour=labour, per_worker=Lookup(had["one"] / np.maximum(had["other"], 1.0)))
    asked = sums_of_villages(region, one=offered, other=wanted)
    offers, wants = asked["one"], asked["other"]
    taken = np.minimum(offers, wants)
    v.idle_land = offers - taken
    v.rented_share = taken / np.maximum(offers, 1e-9)
    found = taken / np.maximum(wants, 1e-9)
    let_land(region, offered=offered, wanted=wanted, let=Lookup(v.rented_share), found=Lookup(found))


@rowwise("household")
def offered_and_labour(region: Region, h: Any) -> tuple[Any, Any]:
    """Land that a household offers, or the labour that it has for more; of an empty one nobody takes the rent."""
    idle, p = h.own_labour < region.p.rental_labour, region.p
    return where(idle & (h.members > 0.0), p.offer_share * (h.land - h.park_land), 0.0), where(idle, 0.0, h.own_labour)


@rowwise("household")
def land_wanted(region: Region, h: Any, labour: Any, per_worker: Lookup) -> Any:
    """Land that a household wants besides its own."""
    return maximum(region.p.want_ratio * per_worker[h.village] * labour - h.land, 0.0) * (labour > 0.0)


@rowwise("household")
def let_land(region: Region, h: Any, offered: Any, wanted: Any, let: Lookup, found: Lookup) -> None:
    """What of it is let and rented in, by the shares of the village."""
    h.rented_out = offered * let[h.village]
    h.rented_in = wanted * found[h.village]


@rowwise("household")
def sums_of_villages(region: Region, h: Any, one: Any, other: Any) -> ByGroup:
    """Two amounts of households by village."""
    return ByGroup({"one": ("village", h.village, one), "other": ("village", h.village, other)})
