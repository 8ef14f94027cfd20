"""Money of a pair of worlds over the horizon: by programme and source, discounted, gross and net.

Gross cost is what the policy's own instruments spend beyond what the same instruments spend in the reference. A policy
also changes what is paid under rules that both worlds share: a household that earns more loses its allowance. What is
paid less under shared rules (instruments alike in both worlds, pensions and farm subsidies) are entitlement savings;
net cost is gross cost less these savings. All amounts are population yuan; money of month m is worth
(1 + rate)^(-m/12) at the start.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from fupin.experiments.run import WorldResult
from fupin.model.snapshot import FUNDING, SOURCES

DISCOUNT = 0.05
DISCOUNT_SOURCE = (
    "assumption: between the 3 % usual in health economics and the 8 % of China's manual of project appraisal "
    "(3rd ed., 2006; general knowledge, to verify)"
)
PUBLIC = ("centre", "province", "city", "counties")
PROGRAMME = ["year", "instrument", "kind", "family", "zh", "en", "shared"]
AMOUNTS = ["reference", "policy", "difference", "discounted", *SOURCES]
LEDGER = ["purpose", "payer", "payee"]
DISCOUNT_SOURCE_ZH = (
    "假设：介于卫生经济学常用的 3 % 与中国建设项目经济评价手册（第三版，2006；一般知识，待核实）的 8 % 之间"
)


def worth(months: np.ndarray, start: int, rate: float) -> np.ndarray:
    """What a yuan of each month is worth at the start."""
    return np.asarray((1.0 + rate) ** (-(months - start) / 12.0))


def months_of(ledger: pd.DataFrame) -> np.ndarray:
    """The month number of each row of a ledger table."""
    calendar = ledger["month"].str.slice(5, 7).astype(int).to_numpy(int)
    return np.asarray(ledger["year"].to_numpy(int) * 12 + calendar - 1)


def programme_costs(policy: WorldResult, reference: WorldResult, rate: float) -> pd.DataFrame:
    """Public spending of each instrument by year in both worlds (administration included), yuan.

    `shared`: 1 if both worlds have the instrument with the same settings. `difference` by source in the columns of
    `SOURCES`; `discounted` is the worth of the difference at the start. Under budget rules what an instrument draws
    from the counties' lines is counted at the middle of its year.
    """
    known = set(reference.scenario.instruments)
    shared = {chosen.id: int(chosen in known) for chosen in policy.scenario.instruments}
    keys = PROGRAMME[:-1]
    sides = [_spending(world, rate) for world in (reference, policy)]
    both = sides[0].merge(sides[1], on=["year", "instrument"], how="outer", suffixes=("_reference", "_policy"))
    for name in keys[2:]:
        both[name] = both[f"{name}_policy"].fillna(both[f"{name}_reference"])
    table = both[keys].copy()
    table["shared"] = [shared.get(name, 0) for name in table["instrument"]]
    amounts = {name: [both[f"{name}_{side}"].fillna(0.0) for side in ("reference", "policy")] for name in _YUAN}
    table["reference"], table["policy"] = amounts["spent"]
    table["difference"] = table["policy"] - table["reference"]
    table["discounted"] = amounts["worth"][1] - amounts["worth"][0]
    for name in SOURCES:
        table[name] = amounts[name][1] - amounts[name][0]
    return table.sort_values(["year", "instrument"], ignore_index=True)


_YUAN = ("spent", "worth", *SOURCES)


def _spending(world: WorldResult, rate: float) -> pd.DataFrame:
    """Spending by year and instrument, with its worth at the start."""
    start = world.scenario.start
    ledger = world.ledger[world.ledger["purpose"].isin(list(FUNDING))]
    value = ledger["yuan"] * worth(months_of(ledger), start, rate)
    by_month = value.groupby([ledger["year"], ledger["instrument"]]).sum()
    table = world.programmes.drop(columns=["administration", "households"])
    paid = table[list(SOURCES)].sum(axis=1)
    middle = worth(table["year"].to_numpy(int) * 12 + 6, start, rate)
    found = [float(by_month.get(key, 0.0)) for key in zip(table["year"], table["instrument"], strict=True)]
    return table.assign(worth=np.array(found) + (table["spent"] - paid).to_numpy() * middle)


def ledger_differences(policy: WorldResult, reference: WorldResult, rate: float) -> pd.DataFrame:
    """All flows of both worlds from the start on, by purpose, payer and payee: yuan, and discounted difference."""
    sides = []
    for world in (reference, policy):
        cash = world.ledger[world.ledger["holding"] == "cash"]
        value = cash["yuan"] * worth(months_of(cash), world.scenario.start, rate)
        sides.append(cash.assign(worth=value).groupby(LEDGER)[["yuan", "worth"]].sum().reset_index())
    both = sides[0].merge(sides[1], how="outer", on=LEDGER, suffixes=("_reference", "_policy")).fillna(0.0)
    table = both[LEDGER].copy()
    table["reference"], table["policy"] = both["yuan_reference"], both["yuan_policy"]
    table["difference"] = table["policy"] - table["reference"]
    table["discounted"] = both["worth_policy"] - both["worth_reference"]
    return table


def standing(policy: WorldResult, reference: WorldResult, rate: float) -> tuple[float, float]:
    """Extra public payments to households outside all instruments, and extra insurance payments; discounted yuan."""
    found = []
    for world in (reference, policy):
        ledger = world.ledger
        value = ledger["yuan"] * worth(months_of(ledger), world.scenario.start, rate)
        outside = (ledger["instrument"] == "") & ledger["payer"].isin(PUBLIC) & (ledger["payee"] == "households")
        found.append((float(value[outside].sum()), float(value[ledger["purpose"] == "health.insured"].sum())))
    return found[1][0] - found[0][0], found[1][1] - found[0][1]


def cost_sums(policy: WorldResult, reference: WorldResult, rate: float) -> dict[str, float]:
    """Sums over the years, yuan: gross, savings and net, plain and discounted; insurance beside them."""
    table = programme_costs(policy, reference, rate)
    own = table["shared"] == 0
    extra, insurance = standing(policy, reference, rate)
    gross = float(table["discounted"][own].sum())
    savings = -float(table["discounted"][~own].sum()) - extra
    return {
        "gross_undiscounted": float(table["difference"][own].sum()),
        "gross": gross,
        "savings": savings,
        "net": gross - savings,
        "insurance": insurance,
    }
