"""Shocks from outside: drought, farm prices, jobs away, programmes that end with the exit. What each does and where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from worlds import BOOK, START, changed, instruments, money, region, same_bits, snapshot, villages

from fupin.model.county import OUT
from fupin.model.household import EXITED, REGISTERED
from fupin.model.outcomes import OUTCOMES
from fupin.model.person import CARE, MIGRANT
from fupin.model.processes.away_jobs import shut_out
from fupin.model.processes.support import supported
from fupin.model.processes.village_lists import village_lists
from fupin.model.region import Region
from fupin.model.snapshot import Snapshot
from fupin.model.village import MOUNTAIN, PLAIN


def world(months: int, overrides: Mapping[str, Any] = {}, package: Any = ()) -> Region:
    """A few villages after some months; overrides by path, dated ones too."""
    made = region(villages(60), package, years=4)
    made.parameters = BOOK.resolve(START, START + 47, dict(overrides))
    made.run_to(START - 1 + months)
    return made


def operating(made: Region) -> Any:
    return made.rows("household").operating_income


# drought


def dry(terrain: int) -> tuple[Any, Any]:
    """Output of the second quarter without and with a drought, everybody living in such a terrain."""
    found = []
    for loss in (0.0, 0.5):
        made = world(3, {"shocks.drought_loss": {"always": 0, "2014-04": loss}} if loss else {})
        made.rows("village").terrain = terrain
        made.run_to(START + 5)
        found.append(operating(made).copy())
    return found[0], found[1]


def test_a_drought_takes_crops_and_takes_most_where_land_is_not_irrigated() -> None:
    lost = [float((usual - less).sum()) for usual, less in map(dry, (PLAIN, MOUNTAIN))]
    assert lost[1] > 2.0 * lost[0] > 0.0
    usual, less = dry(MOUNTAIN)
    assert (less <= usual).all()


def test_fully_irrigated_land_knows_no_drought() -> None:
    wet = {f"shocks.irrigated_{place}": 1.0 for place in ("plain", "hill", "mountain")}
    usual, less = (world(6, wet | {"shocks.drought_loss": loss}) for loss in (0.0, 0.9))
    assert not changed(snapshot(usual), snapshot(less))


def test_crop_insurance_pays_for_a_drought() -> None:
    package = {"crop_insurance": {"start": "2014-01"}}
    paid = []
    for loss in (0.0, 0.5):
        made = world(12, {"shocks.drought_loss": loss}, instruments("crop_insurance", **package))
        paid.append(sum(amount for key, amount in money(made).items() if key[1] == "insurance.payout"))
    assert paid[1] > 2.0 * paid[0]


# prices


def test_when_farm_prices_fall_home_production_earns_less_and_is_worth_less() -> None:
    usual, less = (world(3, {"shocks.farm_price": price}) for price in (1.0, 0.8))
    assert operating(less).sum() < operating(usual).sum()
    share = BOOK["shocks.farm_share"].values[2012 * 12]
    fallen = less.rows("county").price / usual.rows("county").price
    np.testing.assert_allclose(fallen, 1.0 - 0.2 * share, rtol=1e-12)
    a, b = (made.rows("household").home_return for made in (usual, less))
    assert b.sum() < a.sum()


# jobs away


def away(made: Region) -> Any:
    person = made.rows("person")
    return np.flatnonzero(person.able & (person.activity == MIGRANT))


def test_in_a_shortage_nobody_without_a_job_is_away_and_those_who_came_home_look_for_work() -> None:
    usual, short = (world(3, {"shocks.away_jobs": jobs}) for jobs in (1.0, 0.7))
    assert not shut_out(short, away(short), 0.7).any()
    lost = np.setdiff1d(away(usual), away(short))
    assert 0.15 < len(lost) / len(away(usual)) < 0.45
    activity = short.rows("person").activity[lost]
    assert np.mean(activity != CARE) > 0.5  # most find something else


def test_a_mild_shortage_hits_a_part_of_those_whom_a_severe_one_hits() -> None:
    made = world(0)
    who = np.arange(len(made.rows("person")))
    mild, severe = shut_out(made, who, 0.9), shut_out(made, who, 0.6)
    assert (mild <= severe).all()
    assert 0.05 < mild.mean() < 0.15


def test_when_jobs_come_back_people_go_again() -> None:
    short = world(12, {"shocks.away_jobs": 0.5})
    back = world(12, {"shocks.away_jobs": {"2014-01": 0.5, "2014-07": 1.0}})
    assert len(away(back)) > len(away(short))
    gone = away(back)
    assert shut_out(back, gone, 0.5).any()


# funding that stops


STOP = {"buffer.buffer_years": 3.0, "buffer.support_ends": 1.0}


def out(overrides: Mapping[str, Any]) -> Region:
    """A world in which the county is out, a village too, and some households have left the register."""
    made = world(13, overrides)
    made.rows("county").exit_stage = OUT
    h = made.rows("household")
    h.registry[h.registry == REGISTERED] = np.where(np.arange((h.registry == REGISTERED).sum()) % 2, REGISTERED, EXITED)
    h.exited_month = made.month - 1
    return made


def test_in_a_county_that_is_out_nobody_is_supported_where_programmes_end_with_the_exit() -> None:
    assert supported(out({"buffer.buffer_years": 3.0})).any()
    assert not supported(out(STOP)).any()


def test_a_village_that_has_exited_is_struck_off_in_january_and_still_counts_as_one_that_left() -> None:
    for overrides, stays in ((STOP, False), ({"buffer.buffer_years": 3.0}, True)):
        made = world(24, overrides)
        v = made.rows("village")
        poor = np.flatnonzero(v.poor_village)
        assert len(poor) > 1
        v.exited[poor[0]] = True
        before = OUTCOMES["villages_out"].compute(Snapshot(made))
        made.month += 1
        village_lists(made)
        assert bool(v.poor_village[poor[0]]) is stays
        assert v.poor_village[poor[1:]].all()
        assert OUTCOMES["villages_out"].compute(Snapshot(made)) == before


@pytest.mark.parametrize(
    ("path", "value"), [("shocks.drought_loss", 0.0), ("shocks.farm_price", 1.0), ("shocks.away_jobs", 1.0)]
)
def test_a_shock_of_no_size_changes_nothing(path: str, value: float) -> None:
    usual, named = world(6), world(6, {path: value, "shocks.crop_share": 0.9, "shocks.farm_share": 0.9})
    assert not changed(snapshot(usual), snapshot(named))
    assert same_bits(operating(usual), operating(named))
