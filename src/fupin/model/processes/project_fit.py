"""How well projects fit the villages they are brought to: what the team sees, who was asked, who leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from fupin.model.processes.teams import fit_by_village
from fupin.model.rules.governance import fit_by_leaders, fit_by_voice

if TYPE_CHECKING:
    from fupin.model.region import Region


def project_fit(region: Region) -> NDArray[np.float64]:
    """Fit of the projects of each village, 0–1.

    With `governance.voice_fit` at 0, middling branches and kinds of projects it is that of the team.
    """
    v, p = region.rows("village"), region.p
    asked = fit_by_voice(fit_by_village(region), v.participation, p.voice_fit)
    return np.asarray(fit_by_leaders(asked, v.branch_strength, v.project_match, p.strength_fit, p.match_fit))
