"""Collectives: how strong a village's leaders are, what a way to earn is worth to them, and what a partner pays."""

from __future__ import annotations

from fupin.model.rules.vocabulary import Num, exp, maximum, minimum, power, rule


@rule
def leadership_of_village(participation: Num, disclosure: Num, branch_strength: Num) -> Num:
    """Strength of a village's leaders, 0-1: people take part, accounts are open, the branch is strong; equal parts."""
    return (participation + disclosure + branch_strength) / 3.0


@rule
def letting_chance(search: Num, road: Num, leadership: Num, road_need: Num, leader_weight: Num) -> Num:
    """Share of what lies idle that finds a tenant in a year, 0-1: a road brings tenants, good leaders look for them.

    s·(1 − w_r·(1 − road))·(1 + w_l·(leadership − ½)); s is what leaders of middling strength let beside a full road.
    """
    found = search * (1.0 - road_need * (1.0 - road)) * (1.0 + leader_weight * (leadership - 0.5))
    return minimum(found, 1.0)


@rule
def perceived_worth(yearly: Num, outlay: Num, charge: Num, misjudgement: Num, leadership: Num, score_draw: Num) -> Num:
    """What leaders think a way to earn brings in a year, yuan: income less a charge on the outlay, misjudged.

    The log error has a spread that falls from `misjudgement` to nothing as leaders grow stronger.
    """
    return yearly * exp(misjudgement * (1.0 - leadership) * score_draw) - charge * outlay


@rule
def dividend_of_stake(stake_yuan: Num, dividend_rate: Num, firm_cash: Num, asked_yuan: Num) -> Num:
    """What a partner firm pays on a stake, yuan: the agreed rate, as far as its cash goes for all who ask."""
    return dividend_rate * stake_yuan * minimum(1.0, maximum(firm_cash, 0.0) / maximum(asked_yuan, 1e-9))


@rule
def crowded_price(base_price: Num, supplied: Num, market_size: Num, crowding: Num) -> Num:
    """Price after a quantity is offered on a market of a given size: p·(1 + q/Q)^−e."""
    return base_price * power(1.0 + supplied / maximum(market_size, 1e-9), -crowding)


@rule
def service_turnover(machines_yuan: Num, turnover: Num, output_served: Num) -> Num:
    """Farm output that a service station handles in a year, yuan: no more than its machines can, nor than there is."""
    return minimum(turnover * machines_yuan, output_served)
