"""Books under random packages: `python tests/ledger_fuzz.py --packages 200 --households 1000` is the long form.

A package is a random subset of the instruments, each with random settings all over their declared ranges, in a world
with some random parameters. The books are kept by account and compared with the stocks every month.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from typing import Any

import numpy as np
from worlds import BOOK, region, villages

from fupin.model.instruments.base import Instrument
from fupin.model.instruments.kinds import instrument_kinds
from fupin.model.region import Region
from fupin.model.region_data import RegionData

MONTHS = 24
MOST = {"": 1e9, "months": 60.0}  # stands for a range that is open above, by unit


def random_settings(rng: np.random.Generator, kind: type[Instrument]) -> dict[str, Any]:
    """Some settings as declared, the others anywhere in their range, now and then at an end or changing in time."""
    given: dict[str, Any] = {}
    for record in kind.Settings.describe():
        if record["kind"] != "number" or rng.random() < 0.4:
            continue
        low = 0.0 if record["low"] is None else record["low"]
        high = MOST.get(record["unit"], MOST[""]) if record["high"] is None else record["high"]
        values = [float(rng.choice([low, high, rng.uniform(low, high), low + (high - low) * 10 ** rng.uniform(-6, 0)]))]
        given[record["name"]] = values[0] if rng.random() < 0.8 else {"2014-01": values[0], "2015-03": high}
    if rng.random() < 0.3:
        given["start"] = f"2014-{rng.integers(1, 13):02d}"
    if rng.random() < 0.3:
        given["end"] = f"2015-{rng.integers(1, 13):02d}"
    return given


def random_package(rng: np.random.Generator) -> list[Instrument]:
    """A random subset in a random order."""
    kinds = [kind for kind in instrument_kinds().values() if rng.random() < 0.5]
    rng.shuffle(kinds)  # type: ignore[arg-type]
    return [kind(kind.Settings(**random_settings(rng, kind))) for kind in kinds]


def random_world(seed: int, data: RegionData) -> Region:
    """A random package in a world in which every third uncertain parameter is anywhere in its range."""
    rng = np.random.default_rng(seed)
    moved = [entry for entry in BOOK.values() if entry.uncertain and entry.distribution != "discrete"]
    overrides = {one.path: rng.uniform(one.low, one.high) for one in moved if rng.random() < 1 / 3}
    return region(data, random_package(rng), years=MONTHS // 12, seed=seed, overrides=overrides, audit=True)


def check_package(seed: int, data: RegionData) -> tuple[float, Counter[str]]:
    """Run one package, check the books every month; the largest difference (yuan, less in huge accounts), postings."""
    world = random_world(seed, data)
    largest = 0.0
    for _ in range(MONTHS):
        world.step()
        world.ledger.check()
        for (sector, holding), difference in world.ledger.differences().items():
            size = np.max(np.abs(world.stock(sector, holding)), initial=0.0)  # random settings make some accounts huge
            largest = max(largest, difference / max(1.0, float(size) / 1e8))
    return largest, Counter(entry.purpose for entry in world.ledger.journal if entry.amount > 1.0)


def main() -> None:
    """Print what came of the packages asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--packages", type=int, default=200)
    parser.add_argument("--households", type=int, default=1000, help="at least so many, up to 1,400")
    asked = parser.parse_args()
    data = villages(asked.households // 7 + 12, sample=0.03)
    begun, largest, purposes = time.perf_counter(), 0.0, Counter[str]()
    for seed in range(asked.packages):
        difference, posted = check_package(seed, data)
        largest, purposes = max(largest, difference), purposes + posted
    print(
        f"{asked.packages} packages, {len(data.households['uid'])} households, {MONTHS} months: "
        f"largest difference {largest:.3g} yuan an account, {purposes.total()} postings, {len(purposes)} purposes, "
        f"{time.perf_counter() - begun:.1f} s"
    )


if __name__ == "__main__":
    main()
