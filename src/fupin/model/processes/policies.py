"""Instruments: each runs its pipeline in its months and its service every month, in the order of the package."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fupin.model.region import Region


def run_instruments(region: Region) -> None:
    """One month of the policy package; nothing before the scenario starts."""
    if region.month < region.start:
        return
    for instrument in region.instruments:
        instrument.run(region)
