"""Random packages: any instruments with settings all over their ranges, in worlds with random parameters.

The books are kept by account and compared with the stocks every month: whatever a planner combines, no yuan appears
or vanishes.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

import numpy as np

from fupin.experiments.gallery import START, gallery_data, parameter_book
from fupin.model.instruments.base import Instrument
from fupin.model.instruments.kinds import instrument_kinds
from fupin.model.region import Region
from fupin.model.region_data import RegionData

MONTHS = 24
MOST = {"": 1e9, "months": 60.0}
"""What stands for a range that is open above, by unit."""


class Books(NamedTuple):
    """What came of one package: its kinds, the largest difference of an account, postings by purpose.

    Differences are in yuan; in accounts of more than 1e8 yuan, in that share of the account.
    """

    seed: int
    kinds: tuple[str, ...]
    difference: float
    postings: Counter[str]


def highest(record: dict[str, Any]) -> float:
    """The top of a setting's range, or what stands for it."""
    return float(MOST.get(record["unit"], MOST[""]) if record["high"] is None else record["high"])


def lowest(record: dict[str, Any]) -> float:
    """The bottom of a setting's range, or zero."""
    return 0.0 if record["low"] is None else float(record["low"])


def random_settings(rng: np.random.Generator, kind: type[Instrument]) -> dict[str, Any]:
    """Some settings as declared, the others anywhere in their range, now and then at an end or changing in time."""
    given: dict[str, Any] = {}
    for record in kind.Settings.describe():
        if rng.random() < 0.4:
            continue
        if record["kind"] == "number":
            low, high = lowest(record), highest(record)
            anywhere = (low, high, rng.uniform(low, high), low + (high - low) * 10 ** rng.uniform(-6, 0))
            value = float(rng.choice(anywhere))
            given[record["name"]] = value if rng.random() < 0.8 else {"2014-01": value, "2015-03": high}
        elif record["kind"] == "true or false":
            given[record["name"]] = bool(rng.random() < 0.5)
        elif record["kind"] == "text" and record["choices"]:
            given[record["name"]] = str(rng.choice(record["choices"]))
    if rng.random() < 0.3:
        given["start"] = f"2014-{rng.integers(1, 13):02d}"
    if rng.random() < 0.3:
        given["end"] = f"2015-{rng.integers(1, 13):02d}"
    return given


def random_package(rng: np.random.Generator) -> list[Instrument]:
    """A random subset of all instruments in a random order."""
    kinds = [kind for kind in instrument_kinds().values() if rng.random() < 0.5]
    order = rng.permutation(len(kinds))
    return [kinds[place](kinds[place].Settings(**random_settings(rng, kinds[place]))) for place in order]


def random_world(seed: int, data: RegionData | None = None) -> Region:
    """A random package in a world in which every third uncertain parameter is anywhere in its range."""
    rng = np.random.default_rng(seed)
    moved = [entry for entry in parameter_book().values() if entry.uncertain and entry.distribution != "discrete"]
    overrides = {one.path: rng.uniform(one.low, one.high) for one in moved if rng.random() < 1 / 3}
    path = parameter_book().resolve(START, START + MONTHS - 1, overrides)
    return Region(data or gallery_data(), path, random_package(rng), seed=seed, first=START, start=START, audit=True)


def check_package(seed: int, data: RegionData | None = None) -> Books:
    """Run one package in the gallery (or another region); raises `LedgerError` in a month that does not balance."""
    world = random_world(seed, data)
    largest = 0.0
    for _ in range(MONTHS):
        world.step()
        world.ledger.check()
        for (sector, holding), difference in world.ledger.differences().items():
            size = np.max(np.abs(world.stock(sector, holding)), initial=0.0)  # random settings make some accounts huge
            largest = max(largest, difference / max(1.0, float(size) / 1e8))
    posted = Counter(entry.purpose for entry in world.ledger.journal if entry.amount > 1.0)
    return Books(seed, tuple(one.kind for one in world.instruments), largest, posted)
