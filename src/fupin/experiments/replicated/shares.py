"""The numbers behind the answer to a planner: shares of the person-years lifted and reached, years, gaps."""

from __future__ import annotations

import math

from fupin.experiments.replicated.findings import Findings
from fupin.experiments.replicated.intervals import interval
from fupin.experiments.twins import STATUSES
from fupin.labels import tell


def gap_between(found: Findings, first: str, second: str) -> dict[str, float]:
    """Household-years that the first arm lifts more than the second for what the first costs, with interval.

    Of each replicate: its net effect less that of the second times the mean costs of the first over those of the
    second; at one budget the two are the same. No interval if the second costs nothing.
    """
    sides = [found.plane[found.plane["arm"] == arm].set_index("replicate") for arm in (first, second)]
    both = sides[0].join(sides[1].add_suffix("_second"), how="inner")
    costs = [float(both[name].mean()) for name in ("gross", "gross_second")]
    scale = costs[0] / costs[1] if costs[1] > 0 else math.nan
    return interval((both["net_households"] - scale * both["net_households_second"]).to_numpy(float))


def share_lifted(found: Findings, arm: str, dimension: str, group: int) -> float:
    """Share of a group in the person-years that an arm lifts (households founded later are in no group)."""
    mine = (found.winners["arm"] == arm) & (found.winners["dimension"] == dimension)
    rows = found.winners[mine & (found.winners["quantity"] == "lifted")]
    total = float(rows["mean"].sum())
    return float(rows.loc[rows["group"] == group, "mean"].sum()) / total if total > 0 else math.nan


def net_by_year(found: Findings, arm: str) -> dict[int, float]:
    """Persons lifted less persons harmed at each December, mean over the replicates."""
    sides = [found.twin(arm, "all", status).set_index("year")["mean"] for status in ("lifted", "harmed")]
    return {year: float(sides[0][year] - sides[1][year]) for year in found.years}


def left_of_best(found: Findings, arm: str, lang: str) -> str:
    """Net number lifted in the last year over that of the best year."""
    net = net_by_year(found, arm)
    last, most = net[found.years[-1]], max(net.values())
    if most <= 0:
        return "–"
    return per_cent(last / most) if last > 0 else tell("没有了", "nothing left", lang)


def years_each(found: Findings, arm: str) -> float:
    """Decembers at which a household is lifted, mean over the households lifted at one at least."""
    row = found.costs(arm)
    return row["lifted_years"] / row["ever_lifted"] if row["ever_lifted"] > 0 else math.nan


def of_those_reached(found: Findings, arm: str) -> dict[str, float]:
    """Shares of the statuses in the person-years of the reached."""
    sums = {status: float(found.twin(arm, "reached", status)["mean"].sum()) for status in STATUSES}
    total = sum(sums.values())
    return {status: value / total if total > 0 else math.nan for status, value in sums.items()}


def per_cent(share: float) -> str:
    """A share in whole per cent, or a dash."""
    return f"{100 * share:.0f} %".replace("-", "−") if math.isfinite(share) else "–"


def years_text(value: float) -> str:
    """Years with a decimal, or a dash."""
    return f"{value:.1f}" if math.isfinite(value) else "–"


def per_hundred(part: float, whole: float) -> str:
    """How many there are to a hundred of the whole, or a dash where there is none."""
    return f"{100 * part / whole:.0f}" if whole > 0 else "–"
