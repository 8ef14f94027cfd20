"""Productive assets: depreciation, investment, distress sale (rule 7)."""

from __future__ import annotations

from fupin.model.rules.vocabulary import Num, both, maximum, minimum, rule, where


@rule
def depreciation(capital: Num, depreciation_rate: Num) -> Num:
    """Wear of a quarter, yuan; the rate is yearly and converted by compounding."""
    return capital * (1.0 - (1.0 - depreciation_rate) ** 0.25)


@rule
def return_on_assets(expected_output: Num, capital: Num, capital_exponent: Num, capital_floor: Num) -> Num:
    """Marginal product of assets, 1/year: aK·Y/K."""
    return capital_exponent * expected_output / maximum(capital, capital_floor)


@rule
def investment(
    saving: Num, savings: Num, income_year: Num, asset_return: Num, hurdle: Num, cash_buffer: Num, investment_share: Num
) -> Num:
    """Purchase of productive assets: a share of saving, if the return passes the hurdle and the cash buffer is full."""
    wanted = investment_share * maximum(saving, 0.0)
    room = maximum(savings - cash_buffer * maximum(income_year, 0.0), 0.0)
    return where(both(asset_return > hurdle, room > 0.0), minimum(wanted, room), 0.0 * wanted)


@rule
def distress_sale(need: Num, capital: Num, sale_loss: Num, sale_limit: Num) -> Num:
    """Book value of assets sold in distress: enough to raise the need after the loss, at most a share of all."""
    return minimum(need / (1.0 - sale_loss), sale_limit * maximum(capital, 0.0))


@rule
def trapped_productivity(capital: Num, members: Num, trap_threshold: Num, trap_penalty: Num) -> Num:
    """Optional asset trap: log productivity lost below a threshold of assets per head (penalty 0: off)."""
    return where(capital < trap_threshold * members, -trap_penalty, 0.0 * trap_penalty)
