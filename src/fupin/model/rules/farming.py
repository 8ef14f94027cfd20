"""Farm and home business: Cobb–Douglas output, committed inputs, shocks (model section 4, rule 1)."""

from __future__ import annotations

from fupin.model.rules.vocabulary import Num, clip, exp, log, maximum, minimum, rule, where


@rule
def effort(motivation: Num, effort_floor: Num) -> Num:
    """Effort e = e_min + (1 − e_min)·m, a share of full effort."""
    return effort_floor + (1.0 - effort_floor) * motivation


@rule
def operated_land(land: Num, rented_out: Num, rented_in: Num) -> Num:
    """Land that the household works itself, mu."""
    return maximum(land - rented_out + rented_in, 0.0)


@rule
def output_per_labour_power(
    output_level: Num,
    village_productivity: Num,
    productivity: Num,
    luck: Num,
    luck_sd: Num,
    operated_mu: Num,
    capital: Num,
    motivation: Num,
    land_exponent: Num,
    labour_exponent: Num,
    capital_exponent: Num,
    effort_floor: Num,
    land_floor: Num,
    capital_floor: Num,
    land_access: Num,
) -> Num:
    """Expected gross output of one worker's labour, yuan a year: A_v·A_i·exp(luck − sd²/2)·T^aT·e^aL·K^aK.

    `luck` is what persists of good and bad years; a wider spread of it adds no output. Floors on land and capital leave
    every household a home-business branch. `land_access` is the share of the land that can still be worked (1 at home,
    less from a relocation site).
    """
    land = maximum(operated_mu * land_access, land_floor)
    assets = maximum(capital, capital_floor)
    spirit = effort_floor + (1.0 - effort_floor) * motivation
    return output_level * exp(
        village_productivity
        + productivity
        + luck
        - 0.5 * luck_sd * luck_sd
        + land_exponent * log(land)
        + capital_exponent * log(assets)
        + labour_exponent * log(spirit)
    )


@rule
def labour_power(own_labour: Num, labour_exponent: Num, labour_floor: Num) -> Num:
    """L^aL, zero below the least labour with which a business runs."""
    return where(
        own_labour < labour_floor, 0.0 * own_labour, exp(labour_exponent * log(maximum(own_labour, labour_floor)))
    )


@rule
def home_earnings(unit_output: Num, own_labour: Num, labour_exponent: Num, input_share: Num, price: Num) -> Num:
    """What one more worker adds to net output, yuan a year: (p − c)·aL·Y(1)·max(L, 1)^(aL − 1), at least zero.

    The price is the one received; inputs are bought at theirs, so that a fall of it weighs more than in proportion.
    """
    labour = maximum(own_labour, 1.0)
    margin = maximum(price - input_share, 0.0)
    return margin * labour_exponent * unit_output * exp((labour_exponent - 1.0) * log(labour))


@rule
def gross_output(
    expected_output: Num, season_share: Num, price: Num, weather: Num, own_shock: Num, shock_sd: Num, common_share: Num
) -> Num:
    """Gross output of a season, yuan: expected · price · exp(eps − sd²/2), so that variance adds no income.

    eps = sd·(√c·weather of the village + √(1 − c)·own shock); `shock_sd` is the sd of a season.
    """
    eps = shock_sd * (common_share**0.5 * weather + (1.0 - common_share) ** 0.5 * own_shock)
    return expected_output * season_share * price * exp(eps - 0.5 * shock_sd * shock_sd)


@rule
def loss_of_output(gross: Num, loss_draw: Num, loss_hazard: Num, loss_share: Num) -> Num:
    """Output lost to a rare event (disease, theft, fire, failed sale), yuan."""
    return where(loss_draw < loss_hazard, loss_share * gross, 0.0 * gross)


@rule
def irrigated_part(terrain: Num, irrigated_plain: Num, irrigated_hill: Num, irrigated_mountain: Num) -> Num:
    """Share of a village's land that is irrigated, by terrain (0 plain, 1 hills, 2 mountains)."""
    return where(terrain == 0, irrigated_plain, where(terrain == 1, irrigated_hill, irrigated_mountain))


@rule
def lost_to_drought(gross: Num, operated_mu: Num, drought_loss: Num, crop_share: Num, irrigated: Num) -> Num:
    """Output lost to a drought, yuan: gross · crops' share · loss · (1 − irrigated part); nothing without land."""
    return where(operated_mu > 0.0, gross * crop_share * drought_loss * (1.0 - irrigated), 0.0 * gross)


@rule
def outside_price(farm_price: Num, farm_share: Num) -> Num:
    """Price index of what a home sells when outside markets pay `farm_price` for farm produce: 1 + share·(p − 1)."""
    return 1.0 + farm_share * (farm_price - 1.0)


@rule
def inputs_committed(expected_output: Num, season_share: Num, input_share: Num, fixed_inputs: Num) -> Num:
    """Seed, fodder, fuel and goods bought before the shock, yuan: so net income can be negative.

    A share of the expected output and, whatever the scale, F yuan a year (ploughing, irrigation, power, fees)
    that weigh on small producers; nobody commits more than he expects to sell: s·min(c·Y + F, Y).
    """
    return season_share * minimum(input_share * expected_output + fixed_inputs, expected_output)


@rule
def autoregression(state: Num, persistence: Num, innovation: Num, stationary_sd: Num) -> Num:
    """One step of an AR(1) with a given stationary sd: ρ·x + √(1 − ρ²)·sd·z."""
    return persistence * state + (1.0 - persistence * persistence) ** 0.5 * stationary_sd * innovation


@rule
def supply_price(supply: Num, supply_trend: Num, price_elasticity: Num, price_low: Num, price_high: Num) -> Num:
    """Price index of a county: falls when supply runs ahead of its trend, (supply/trend)^(−elasticity), bounded."""
    index = exp(-price_elasticity * log(maximum(supply, 1.0) / maximum(supply_trend, 1.0)))
    return clip(index, price_low, price_high)
