"""Patterns of the minimum living allowance: its errors, its money and its size beside what is published.

Most of these rows are context and judge nothing: surveys differ in year, place, line and in their own errors of income.
"""

from __future__ import annotations

import numpy as np

from fupin.calibration.patterns import Panel
from fupin.model.outcomes_targeting import standard_at
from fupin.model.region import Region
from fupin.model.targeting import Aim

KINDS = ("old", "minors", "disabled")


def allowance_quantities(region: Region, panel: dict[int, Panel]) -> dict[str, float]:
    """Errors against the poverty line, whom it lifts, what it pays; nothing where no household ever gets it."""
    weight = region.table_of("household")["weight"]
    aims = {year: aim_of(columns, weight) for year, columns in panel.items()}
    if not all(aims[year].reached.any() for year in (2014, 2015, 2016, 2019)):
        return {}
    line = {year: float(region.parameters.at(year * 12 + 11).poverty_line) for year in (2014, 2016, 2019)}
    first, known = aims[2014], aims[2015]
    listed = float((weight * panel[2015]["listed"])[known.reached].sum())
    persons, *kinds = (float((weight * panel[2015][f"listed_{kind}"]).sum()) for kind in ("persons", *KINDS))
    paid = float((weight * known.yuan)[known.reached].sum())
    poor = aims[2016].poor(line[2016])
    return {
        "dibao_inclusion_2014": first.inclusion(line[2014]),
        "dibao_inclusion_2019": aims[2019].inclusion(line[2019]),
        "dibao_exclusion_2014": first.exclusion(line[2014]),
        "dibao_to_poor_2014": first.to_poor(line[2014]),
        "dibao_lifted_2016": aims[2016].lifted(line[2016])
        * float(aims[2016].persons.sum() / aims[2016].persons[poor].sum()),
        "dibao_paid_2015": paid / listed / standard_at(region, 2015 * 12 + 11),
        "dibao_listed_2015": listed / float(weight[known.reached].sum()),
        **{f"dibao_{kind}_2015": listed_of_kind / persons for kind, listed_of_kind in zip(KINDS, kinds, strict=True)},
    }


def aim_of(columns: Panel, weight: np.ndarray) -> Aim:
    """The allowance of a December's columns over income of the year without it."""
    yuan, members = 12.0 * columns["allowance"], columns["members"]
    return Aim(yuan, (columns["income"] - yuan) / np.maximum(members, 1.0), weight, members)
