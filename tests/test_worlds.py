"""The same household in every world: what is added, drawn, copied or compared changes nobody who is not concerned."""

from __future__ import annotations

import hashlib
import pickle
import subprocess
import sys
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from worlds import START, changed, instruments, money, region, same_bits, snapshot, villages, with_twin_of

from fupin.model.draws import Draws
from fupin.model.household import REACHED
from fupin.model.instruments.base import Instrument
from fupin.model.instruments.kinds import instrument_kinds
from fupin.model.person import LOCAL
from fupin.model.region import Region
from fupin.model.region_data import RegionData
from fupin.scenarios.frame import build_frame
from fupin.scenarios.profiles import load_profile
from fupin.scenarios.regions import build_region_data
from fupin.scenarios.synthesis import build_households

EVERYTHING = tuple(instrument_kinds())
UNRATIONED = {  # instruments in which nobody can take another's place
    "production_grant": {"share_per_year": 1.0},
    "education_aid": {},
    "micro_credit": {"share_per_year": 1.0},
}
OFF = {"switches.markets_on": 0.0}


# one household more


def others(world: Region, without: int | None) -> dict[str, Any]:
    """Everybody's columns, without one household (by its uid) and its members."""
    columns = {}
    for (kind, name), values in snapshot(world).items():
        uid = world.table_of(kind)["uid"]
        household = {"household": uid, "person": uid // 64}.get(kind, np.full(len(uid), -1))
        if name not in ("household", "first_person"):  # row numbers move up
            columns[f"{kind}.{name}"] = values[household != without]
    return columns


def assert_same_others(fewer: Region, more: Region, new: int, besides: tuple[str, ...] = ()) -> None:
    left, right = others(fewer, None), others(more, new)
    different = {name for name in left if not same_bits(left[name], right[name])}
    assert {name for name in different if not name.startswith(besides or ("-",))} == set()


def newcomer(fewer: RegionData, more: RegionData) -> int:
    (uid,) = set(more.households["uid"].tolist()) - set(fewer.households["uid"].tolist())
    return int(uid)


def without_local_work(data: RegionData) -> int:
    """Row of a household in the first village none of whose members has a local job."""
    employed = np.bincount(data.persons["household"], data.persons["activity"] == LOCAL)
    return int(np.flatnonzero((employed == 0) & (data.households["village"] == 0))[0])


@pytest.mark.parametrize("markets", [0.0, 1.0])
def test_adding_a_household_leaves_the_initial_state_of_everybody_else(markets: float) -> None:
    data = villages()
    more = with_twin_of(data, without_local_work(data))
    worlds = [region(one, overrides={"switches.markets_on": markets}) for one in (data, more)]
    assert_same_others(*worlds, newcomer(data, more))


def test_without_markets_and_rationing_an_added_household_changes_nobody_in_three_years() -> None:
    data = villages()
    local = np.bincount(data.persons["household"], data.persons["activity"] == LOCAL)
    more = with_twin_of(data, int(np.argmax(local)))  # even one that takes jobs
    fewer, larger = (region(one, instruments(*UNRATIONED, **UNRATIONED), overrides=OFF) for one in (data, more))
    for world in (fewer, larger):
        world.run_to(START + 35)
    assert len(set(fewer.table_of("household")["registry"].tolist())) == 3  # listed, exited and never listed
    assert fewer.table_of("household")["reached"].any()
    money_of_others = ("enterprise.", "county.", "village.collective_cash", "village.dividends")
    assert_same_others(fewer, larger, newcomer(data, more), money_of_others)


def test_a_household_that_loses_a_worker_earns_no_more_wages() -> None:
    data = villages()
    workers = np.flatnonzero(data.persons["able"])
    _, first = np.unique(data.persons["household"][workers], return_index=True)
    lost = np.zeros(len(data.persons["uid"]), bool)
    lost[workers[first]] = True  # one worker of every household that has any
    persons = data.persons | {
        "able": data.persons["able"] & ~lost,
        "disabled": data.persons["disabled"] | lost,
        "activity": np.where(lost, -1, data.persons["activity"]),
        "employer": np.where(lost, -1, data.persons["employer"]),
    }
    wages = []
    for one in (data, replace(data, persons=persons)):
        world = region(one, overrides=OFF)
        world.run_to(START + 11)
        wages.append(world.table_of("household")["wage_income"].copy())
    assert (wages[1] <= wages[0] + 1e-9).all()
    assert (wages[1] < wages[0]).mean() > 0.3


# one policy more


class Placebo(Instrument):
    """Nobody is eligible and nothing is spent."""

    kind, family, zh, en = "placebo", "test", "安慰剂", "placebo"
    months = tuple(range(1, 13))


class DrawsThatRemember(Draws):
    """Keyed draws that note every number by stream, month and uid."""

    __slots__ = ("seen",)

    def _fill(self, stream: str, month: Any, uid: Any, *how: Any) -> Any:
        values = super()._fill(stream, month, uid, *how)
        months = np.broadcast_to(month, np.shape(uid))
        for column, one, when in zip(values.T, np.ravel(uid).tolist(), np.ravel(months).tolist(), strict=True):
            self.seen.setdefault((stream, when, one), column.tobytes())
        return values


def remembering(*package: str) -> dict[Any, bytes]:
    # on NumPy, where every draw is asked for: loops make their own
    world = region(villages(8), instruments(*package), years=2, burn_in=6, engine="numpy")
    draws = DrawsThatRemember(1)
    object.__setattr__(draws, "seen", {})
    world.draws = draws
    world.run_to(START + 23)
    seen: dict[Any, bytes] = draws.seen  # type: ignore[attr-defined]
    return seen


def test_adding_a_policy_leaves_every_draw() -> None:
    without, with_one_more = remembering("education_aid"), remembering("production_grant", "education_aid")
    shared = without.keys() & with_one_more.keys()
    assert {stream for stream, _, _ in shared} >= {"household.quarter", "labour.tastes", "instrument.take_up"}
    assert [key for key in shared if without[key] != with_one_more[key]] == []


@pytest.mark.parametrize("other", [kind for kind in EVERYTHING if kind != "dibao"])
def test_a_policy_put_before_another_leaves_who_takes_the_other_up(other: str) -> None:
    lists = []
    for package in (("dibao",), ("dibao", other), (other, "dibao")):
        world = region(package=instruments(*package))
        world.run_to(START)
        lists.append(world.table_of("household")["dibao"].copy())
    assert lists[0].any()
    assert same_bits(lists[0], lists[1])
    assert same_bits(lists[0], lists[2])


def test_a_policy_changes_nothing_before_it_starts() -> None:
    plain, ready = (region(package=package, burn_in=12) for package in ([], instruments(*EVERYTHING)))
    for world in (plain, ready):
        world.run_to(START - 1)
    assert changed(snapshot(plain), snapshot(ready)) == set()
    assert money(plain) == money(ready)


@pytest.mark.parametrize("place", ["first", "last"])
def test_a_placebo_lifts_and_harms_nobody(place: str) -> None:
    package = instruments(*EVERYTHING)
    with_placebo = [Placebo(), *package] if place == "first" else [*package, Placebo()]
    plain, treated = (region(package=one) for one in (package, with_placebo))
    for world in (plain, treated):
        world.run_to(START + 35)
    for item in package:  # the bits say which instrument of the package it was
        assert np.array_equal(plain.reached_by(item), treated.reached_by(item))
    assert changed(snapshot(plain), snapshot(treated)) <= {f"household.{name}" for name in REACHED}
    assert money(plain) == money(treated)
    assert {entry for entry in treated.funnel if entry[1] != "placebo"} == set(plain.funnel)


# one region more, or the same again


def digest(seed: int = 1) -> str:
    """All columns and postings of a busy region after two years."""
    world = region(package=instruments(*EVERYTHING), years=2, seed=seed)
    world.run_to(START + 23)
    found = hashlib.sha256(repr(sorted(money(world).items())).encode())
    for (kind, name), values in snapshot(world).items():
        found.update(f"{kind}.{name}".encode() + values.tobytes())
    return found.hexdigest()


def test_one_seed_gives_one_world_in_any_process() -> None:
    here = digest()
    assert digest() == here
    assert digest(seed=2) != here
    tests = str(Path(__file__).parent)
    program = f"import sys; sys.path.insert(0, {tests!r}); import test_worlds; print(test_worlds.digest())"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == here


def test_a_region_that_is_given_its_columns_for_good_is_the_same_and_lets_them_go() -> None:
    kept, given = villages(20), deepcopy(villages(20))
    one, other = region(kept), region(given, given_away=True)
    assert not given.households
    assert not given.persons
    assert len(kept.households["uid"]) > 0
    one.run_to(START + 5)
    other.run_to(START + 5)
    assert changed(snapshot(one), snapshot(other)) == set()


def test_two_live_regions_share_nothing() -> None:
    package = instruments(*EVERYTHING)  # the very same instruments serve both

    def pair() -> tuple[Region, Region]:
        return region(package=package, years=2), region(package=package[:2], years=2, seed=3, overrides=OFF)

    together, apart = pair(), pair()
    for _ in range(24):
        for world in together:
            world.step()
    for world in apart:
        world.run_to(START + 23)
    for one, other in zip(together, apart, strict=True):
        assert changed(snapshot(one), snapshot(other)) == set()
        assert money(one) == money(other)


@pytest.mark.parametrize("months", [1, 14])
def test_a_pickled_region_goes_on_as_if_nothing_had_been(months: int) -> None:
    world = region(package=instruments(*EVERYTHING), audit=True)
    world.run_to(START + months - 1)
    copy = pickle.loads(pickle.dumps(world))
    for one in (world, copy):
        one.run_to(START + 35)
        one.ledger.check()
    assert changed(snapshot(world), snapshot(copy)) == set()
    assert money(world) == money(copy)
    assert world.funnel == copy.funnel


def test_a_sample_is_part_of_a_larger_sample() -> None:
    small, large = (build_region_data("baoding", sample, ["阜平县"], 1) for sample in (0.0001, 0.03))
    assert len(small.households["uid"]) < 0.7 * len(large.households["uid"])
    for kind in ("villages", "households", "persons", "teams"):
        ours, theirs = getattr(small, kind), getattr(large, kind)
        rows = np.searchsorted(theirs["uid"], ours["uid"])
        for name in ours.keys() - {"weight", "village", "household"}:  # what a sample is: rows and weights
            assert same_bits(ours[name], theirs[name][rows]), f"{kind}.{name}"


def test_a_village_that_has_one_household_more_has_the_same_others() -> None:
    profile = load_profile("baoding")
    frame = build_frame(profile, Draws(1))
    rows = np.arange(40, 44)
    sizes = frame.villages["households"].copy()
    sizes[41] += 1
    larger = replace(frame, villages=frame.villages | {"households": sizes})
    (few, few_members), (more, more_members) = (
        build_households(profile, one, Draws(1), rows) for one in (frame, larger)
    )
    (new,) = set(more["uid"].tolist()) - set(few["uid"].tolist())
    for ours, theirs, households in ((few, more, more["uid"]), (few_members, more_members, more_members["uid"] // 64)):
        for name in ours.keys() - {"household"}:
            assert same_bits(ours[name], theirs[name][households != new]), name
