"""The household quarter: produce, earn, receive, spend, invest, feel. Elementwise: rules and nothing else.

Each function takes a household `h`, its place `v` (village), the parameters `p` of the quarter, the draws `d` and the
flows `f` to be booked. `h` may be a window of rows, one agent view or a plain object: the body is the same; for one
household the scalar face (`vocabulary.scalar`) is used. Flows are positive yuan of the household in the quarter.
"""

from __future__ import annotations

from typing import Any

from fupin.model.columns import one_of, set_one_of
from fupin.model.processes.income import QUARTERS
from fupin.model.rules.assets import depreciation, distress_sale, investment, return_on_assets, trapped_productivity
from fupin.model.rules.consumption import (
    borrowed,
    credit_room,
    desired_consumption,
    renewed_belief,
    repaid,
    routine_spending,
    subsistence,
)
from fupin.model.rules.farming import (
    gross_output,
    home_earnings,
    inputs_committed,
    irrigated_part,
    labour_power,
    loss_of_output,
    lost_to_drought,
    operated_land,
    output_per_labour_power,
)
from fupin.model.rules.health import out_of_pocket, outpatient_cost
from fupin.model.rules.labour import at_home_or_site
from fupin.model.rules.motivation import (
    dependence_on_transfers,
    renewed_aspiration,
    renewed_motivation,
    unearned_in_a_year,
)
from fupin.model.rules.transfers import (
    basic_pension,
    deposit_interest,
    farm_subsidy,
    formal_pension_paid,
    support_from_children,
)
from fupin.model.rules.vocabulary import exp, maximum, minimum, where
from fupin.model.rules.wages import casual_pay, local_rate, remittance, work_luck


def produce(h: Any, v: Any, p: Any, d: Any, f: Any) -> None:
    """Farm and home business: expected output, what one more worker would add, sales and inputs of the season."""
    land = operated_land(h.land, h.rented_out + h.park_land, h.rented_in)
    trap = trapped_productivity(h.capital, h.members, p.trap_threshold, p.trap_penalty) if p.trap_penalty else 0.0
    unit = output_per_labour_power(
        p.output_level,
        v.village_productivity,
        h.productivity + h.productivity_shift + v.village_shift + trap,
        h.luck,
        p.luck_sd,
        land,
        h.capital,
        h.motivation,
        p.land_exponent,
        p.labour_exponent,
        p.capital_exponent,
        p.effort_floor,
        p.land_floor,
        p.capital_floor,
        where(h.location == 1, p.site_land_access, 1.0),
    )
    f.price = v.price * exp(h.price_shift + v.market_shift)
    h.home_return = home_earnings(unit, h.own_labour, p.labour_exponent, p.input_share, f.price)
    h.expected_output = unit * labour_power(h.own_labour, p.labour_exponent, p.labour_floor)
    gross = gross_output(
        h.expected_output, p.season_share, f.price, v.weather, d.own_shock, p.season_shock_sd, p.common_share
    )
    f.lost = loss_of_output(gross, d.loss_draw, p.loss_hazard, p.loss_share)
    if p.drought_loss:
        wet = irrigated_part(v.terrain, p.irrigated_plain, p.irrigated_hill, p.irrigated_mountain)
        f.lost = f.lost + lost_to_drought(gross - f.lost, land, p.drought_loss, p.crop_share, wet)
    f.sales = gross - f.lost
    f.inputs = inputs_committed(h.expected_output, p.season_share, p.input_share, p.fixed_inputs)


def earn(h: Any, v: Any, p: Any, d: Any, f: Any) -> None:
    """Wages: local jobs, casual days, and what migrants send or bring home."""
    luck = work_luck(d.work_shock, p.months_worked_sd)
    level = at_home_or_site(h.location, v.wage_level, maximum(v.wage_level, p.site_wage_level))
    h.local_rate = local_rate(p.local_wage, level, luck)
    f.local_wages = h.local_pay * h.local_rate
    f.casual_wages = casual_pay(h.casual_labour, p.casual_days, p.casual_wage)
    resident_pay = maximum(h.migrant_pay - h.remitted_pay, 0.0)
    f.migrant_wages = remittance(resident_pay, p.migrant_wage, p.living_share, p.remitted_share, luck)
    f.remittances = remittance(h.remitted_pay, p.migrant_wage, p.living_share, p.remitted_share, luck)


def receive(h: Any, v: Any, p: Any, d: Any, f: Any) -> None:
    """Property income and the transfers that are not programmes; then the income of the quarter and of the year."""
    f.interest = deposit_interest(h.savings, p.deposit_rate)
    f.rent_received = 0.25 * v.rent * h.rented_out
    f.rent_paid = 0.25 * v.rent * h.rented_in
    f.basic_pension = basic_pension(h.elders, p.pension_per_elder)
    f.formal_pension = formal_pension_paid(h.formal_pension, p.formal_index)
    f.support = support_from_children(h.absent_support, p.support_per_elder, h.elders)
    f.subsidy = farm_subsidy(h.land, p.subsidy_per_mu)
    f.payout = h.crop_cover * f.lost
    wages = f.local_wages + f.casual_wages + f.migrant_wages
    operating = f.sales - f.inputs - f.rent_paid
    own_property = f.interest + f.rent_received
    transfers = f.basic_pension + f.formal_pension + f.support + f.subsidy + f.remittances + f.payout
    h.wage_income += wages
    h.operating_income += operating
    h.property_income += own_property
    h.transfer_income += transfers
    f.income = wages + operating + own_property + transfers
    h.savings += f.income
    earlier = one_of(h, QUARTERS, p.season)  # what programmes paid since the quarter began
    f.quarter_income = earlier + f.income
    set_one_of(h, QUARTERS, p.season, f.quarter_income)
    h.income_year = h.income_q1 + h.income_q2 + h.income_q3 + h.income_q4


def spend(h: Any, v: Any, p: Any, d: Any, f: Any) -> None:
    """Consumption, health, schooling and ceremony within cash and credit; relief by kin as the last resort."""
    h.permanent_income = renewed_belief(h.permanent_income, h.income_year, p.belief_weight)
    outpatient = outpatient_cost(h.members, h.ill, p.outpatient_per_head, p.ill_multiple)
    own_outpatient = exp(h.care_shift + h.outpatient_shift) * out_of_pocket(outpatient, p.basic_reimbursement, 0.0, 0.0)
    f.insured = outpatient - own_outpatient
    f.health = own_outpatient + h.health_due
    f.schooling = 0.25 * maximum(h.school_cost, 0.0)
    needs = f.health + f.schooling
    wanted = desired_consumption(
        h.permanent_income,
        h.income_year,
        h.savings,
        h.members,
        p.poverty_line,
        p.subsistence_share,
        p.permanent_propensity,
        p.transitory_propensity,
        p.wealth_propensity,
    )
    floor = subsistence(h.members, p.poverty_line, p.subsistence_share)
    room = credit_room(h.income_year, h.debt, p.debt_ceiling)
    cash = maximum(h.savings, 0.0)
    hole = maximum(-h.savings, 0.0)  # a season's losses already spent
    left = where(h.members > 0.0, maximum(cash + room - hole - needs, 0.0), 0.0)  # the dead leave it to their lenders
    f.consumption = routine_spending(wanted, p.cut_share * floor, left)
    custom = p.ceremony_share * (1.0 - v.ceremony_cut) if p.feasts_limited else p.ceremony_share
    f.ceremony = minimum(custom * maximum(f.quarter_income, 0.0), maximum(left - f.consumption, 0.0))
    spending = needs + f.consumption + f.ceremony
    f.borrowed = borrowed(spending, h.savings, room)
    gap = maximum(spending - h.savings - f.borrowed, 0.0)
    f.sold = distress_sale(gap, h.capital, p.sale_loss, p.sale_limit)
    f.sale_cash = (1.0 - p.sale_loss) * f.sold
    f.sale_lost = f.sold - f.sale_cash
    f.relief = maximum(gap - f.sale_cash, 0.0)
    h.shortfall += maximum(floor - f.consumption, 0.0)
    h.savings -= spending
    h.savings += f.borrowed
    h.savings += f.sale_cash
    h.savings += f.relief
    h.debt += f.borrowed
    h.capital -= f.sold
    h.health_due *= 0.0
    h.health_spending += f.health
    h.school_spending += f.schooling
    f.spending = spending
    h.consumption += spending


def invest(h: Any, v: Any, p: Any, d: Any, f: Any) -> None:
    """Debt is paid back, assets wear, and saving above a buffer buys assets whose return passes the hurdle."""
    f.repaid = repaid(h.savings, h.debt, 0.25 * p.cash_buffer * maximum(h.income_year, 0.0), p.debt_repayment)
    h.savings -= f.repaid
    h.debt -= f.repaid
    f.worn = depreciation(h.capital, p.depreciation_rate)
    h.capital -= f.worn
    f.invested = investment(
        f.quarter_income - f.spending,
        h.savings,
        h.income_year,
        return_on_assets(f.price * h.expected_output, h.capital, p.capital_exponent, p.capital_floor),
        p.hurdle,
        p.cash_buffer,
        p.investment_share,
    )
    h.savings -= f.invested
    h.capital += f.invested


def feel(h: Any, v: Any, p: Any, d: Any, f: Any) -> None:
    """Motivation and aspiration of the quarter."""
    dependence = dependence_on_transfers(
        unearned_in_a_year(h.programme_income, h.programme_income_before),
        h.income_year,
        p.subsistence_share * p.poverty_line * h.members,
        p.tolerated_share,
    )
    h.motivation = renewed_motivation(
        h.motivation,
        h.motivation_base,
        h.income_growth,
        h.aspiration,
        v.norm,
        h.visits,
        dependence,
        p.success_weight,
        p.norm_weight,
        p.visit_weight,
        p.dependence_weight,
        p.return_weight,
    )
    h.aspiration = renewed_aspiration(h.aspiration, h.income_growth, v.income_growth, p.aspiration_speed, p.own_weight)


PHASES = (produce, earn, receive, spend, invest, feel)
