"""Elementary effects are those of a factor's whole range, and noise is no effect."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from fupin.experiments.sensitivity import Plan
from fupin.experiments.sensitivity.known import plain_factors
from fupin.experiments.sensitivity.methods import elementary_effects, indices, sample
from fupin.experiments.sensitivity.noise import measure_noise


@pytest.mark.parametrize("groups", [None, ("a", "b", "a", "b", "c")])
def test_elementary_effects_have_the_mean_that_salib_gives(groups: tuple[str, ...] | None) -> None:
    from SALib.analyze import morris

    u = sample("morris", 5, groups, 12, False, 3)
    y = u @ np.array([3.0, -2.0, 0.5, 0.0, 1.0]) + u[:, 0] * u[:, 1] ** 2
    effects = elementary_effects(u, y, groups)
    table, _ = indices("morris", u, y, groups, False, 3)
    problem: dict[str, object] = {"num_vars": 5, "names": list("vwxyz"), "bounds": [[0.0, 1.0]] * 5}
    theirs = morris.analyze(problem | ({"groups": list(groups)} if groups else {}), u, y, num_levels=4)
    for name in ("mu_star",) if groups else ("mu_star", "mu", "sigma"):
        np.testing.assert_allclose(np.ma.filled(theirs[name], np.nan), table[name], rtol=1e-9, atol=1e-12)
    if not groups:
        np.testing.assert_allclose(effects[:, 4], 1.0)


def test_an_effect_is_that_of_the_whole_range_whether_a_factor_is_a_switch_or_a_number() -> None:
    number, switch, three = plain_factors(3, 0.0, 2.0)
    factors = (
        number,
        replace(switch, distribution="discrete", levels=(0.0, 1.0)),
        replace(three, distribution="discrete", levels=(0.0, 4.0, 8.0)),
    )
    plan = Plan("morris", 20, factors)
    u = plan.points()
    y = sum((one.at(u[:, at]) / (one.at(np.array([1.0]))) for at, one in enumerate(factors)), np.zeros(len(u)))
    table, _ = indices("morris", plan.places(u), y, None, False, 1)
    np.testing.assert_allclose(table["mu"], 1.0)  # each of them takes y from 0 to 1, in equal steps
    np.testing.assert_allclose(table["sigma"], 0.0, atol=1e-12)


@pytest.mark.parametrize("groups", [None, ("a", "a", "b", "c")])
def test_pure_noise_is_no_higher_than_the_floor_of_morris(groups: tuple[str, ...] | None) -> None:
    u, rng = sample("morris", 4, groups, 300, False, 1), np.random.default_rng(5)
    y, again = rng.normal(size=len(u)), rng.normal(size=(2, len(u)))
    items = 3 if groups else 4
    noise = measure_noise("morris", u, y, again, np.arange(len(u)), groups, items, 1)
    table, _ = indices("morris", u, y, groups, False, 1)
    np.testing.assert_allclose(table["mu_star"], noise.floor, rtol=0.15)
