"""Weather, prices and land: what households of a village or county share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.draws import declare_stream
from fupin.model.rules.farming import outside_price, supply_price
from fupin.model.rules.vocabulary import where

if TYPE_CHECKING:
    from fupin.model.region import Region

WEATHER = declare_stream("village.weather", "weather and pests of a village in a quarter")


def weather_and_prices(region: Region) -> None:
    """Weather of each village; prices fall where the county supplies more than its trend; wage costs follow."""
    v, county, p = region.rows("village"), region.rows("county"), region.p
    if region.markets_on:
        h = region.rows("household")
        supply = np.bincount(h.county, h.weight * h.expected_output, minlength=len(county))
        county_market(county, supply, p)
        v.price = county.price[v.county]
    v.weather = region.draws.normal(WEATHER, region.month, v.uid)
    v.rent = p.rent_level


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
    h, v, p = region.rows("household"), region.rows("village"), region.p
    if not region.markets_on:
        return
    n = len(v)
    offered = np.where(h.own_labour < p.rental_labour, p.offer_share * (h.land - h.park_land), 0.0)
    labour = np.where(h.own_labour < p.rental_labour, 0.0, h.own_labour)
    land = np.bincount(h.village, h.land, minlength=n)
    per_worker = land / np.maximum(np.bincount(h.village, labour, minlength=n), 1.0)
    wanted = np.maximum(p.want_ratio * per_worker[h.village] * labour - h.land, 0.0) * (labour > 0.0)
    offers, wants = (np.bincount(h.village, x, minlength=n) for x in (offered, wanted))
    taken = np.minimum(offers, wants)
    h.rented_out = offered * (taken / np.maximum(offers, 1e-9))[h.village]
    h.rented_in = wanted * (taken / np.maximum(wants, 1e-9))[h.village]
    v.idle_land = offers - taken
    v.rented_share = taken / np.maximum(offers, 1e-9)
