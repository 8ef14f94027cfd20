"""Voice, openness and audit: who gets in, what is diverted, who finds it, and how well projects fit the village."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from worlds import START, changed, instruments, money, region, same_bits, snapshot, villages

from fupin.model.enterprise import COOPERATIVE
from fupin.model.instruments.kinds import instrument_kinds
from fupin.model.processes.leakage import connections
from fupin.model.processes.project_fit import project_fit
from fupin.model.region import Region

LEAKY = {"governance.leak_share": 0.3}


def after(
    months: int,
    *kinds: str,
    overrides: Mapping[str, float] | None = None,
    columns: Mapping[str, float] | None = None,
    homes: int = 30,
    **settings: Any,
) -> Region:
    """A region some months on, with some village columns set beforehand; its books are checked."""
    world = region(villages(homes), instruments(*kinds, **settings), years=3, overrides=overrides, audit=True)
    for name, value in (columns or {}).items():
        kind, _, column = name.partition(".")
        world.table_of(kind)[column] = value
    world.run_to(START + months - 1)
    world.ledger.check()
    return world


def flow(world: Region, purpose: str) -> float:
    return sum(amount for key, amount in money(world).items() if key[1] == purpose)


# capture


def standing_of_the_granted(participation: float, capture: float = 0.9) -> tuple[float, float, int]:
    """Mean connections of those who got a grant, the share of grants that went to the better-off half, how many."""
    world = after(
        3,
        "production_grant",
        homes=60,
        columns={"village.participation": participation, "village.disclosure": participation},
        overrides={"governance.capture_share": capture},
        production_grant={"share_per_year": 0.3, "take_up": 1.0},
    )
    h = world.rows("household")
    listed = np.flatnonzero((h.registry == 1) & (h.own_labour >= 0.5))
    got = np.flatnonzero(h.granted_month >= 0)
    better_off = h.ability >= np.median(h.ability[listed])
    return float(connections(world, got).mean()), float(better_off[got].mean()), len(got)


def test_participation_and_disclosure_lower_capture() -> None:
    closed, among_better_off, count = standing_of_the_granted(0.0)
    open_to_all, among_better_off_in_the_open, as_many = standing_of_the_granted(1.0)
    assert closed > open_to_all + 0.3
    assert among_better_off > among_better_off_in_the_open + 0.05
    assert count == as_many  # a village keeps its places


def test_without_rationing_connections_are_of_no_use() -> None:
    package = ("production_grant",)
    everybody = {"production_grant": {"share_per_year": 1.0}}
    fair = after(3, *package, **everybody)
    captured = after(3, *package, overrides={"governance.capture_share": 1.0}, **everybody)
    assert (fair.rows("household").granted_month >= 0).any()
    assert changed(snapshot(fair), snapshot(captured)) == set()


def test_the_allowance_goes_to_the_connected_where_nothing_is_open() -> None:
    def connected(openness: float, capture: float) -> float:
        columns = {"village.participation": openness, "village.disclosure": openness}
        world = after(2, "dibao", homes=60, columns=columns, overrides={"governance.capture_share": capture})
        return float(connections(world, np.flatnonzero(world.rows("household").dibao > 0.0)).mean())

    assert connected(0.0, 1.0) > connected(1.0, 1.0) + 0.3
    assert connected(0.0, 1.0) > connected(0.0, 0.5) > connected(0.0, 0.0)


# leakage


def test_what_leaks_is_in_the_books_and_does_not_arrive() -> None:
    whole, leaky = after(1, "dibao"), after(1, "dibao", overrides=LEAKY)
    gone = flow(leaky, "leakage")
    assert gone > 0.05 * flow(whole, "dibao")
    assert flow(leaky, "dibao") + gone == pytest.approx(flow(whole, "dibao"))
    assert flow(leaky, "grant.centre") == pytest.approx(flow(whole, "grant.centre"))
    h, fair = leaky.rows("household"), whole.rows("household")
    lost = fair.benefits - h.benefits
    np.testing.assert_allclose(h.diverted, lost, atol=1e-9)
    np.testing.assert_allclose(fair.savings - h.savings, lost, atol=1e-9)
    rate = leaky.rows("village").leakage[h.village]
    np.testing.assert_allclose(lost, rate * fair.benefits, atol=1e-9)


def test_fewer_goods_arrive_too() -> None:
    package = {"production_grant": {"share_per_year": 1.0}}
    whole, leaky = (after(3, "production_grant", overrides=given, **package) for given in ({}, LEAKY))
    h, fair = leaky.rows("household"), whole.rows("household")
    assert 0.0 < h.grant_pending.sum() < 0.95 * fair.grant_pending.sum()
    np.testing.assert_allclose(h.grant_pending + h.diverted, fair.grant_pending)


OPENERS: dict[str, dict[str, Any]] = {
    "open_decisions": {"share_per_year": 1.0},
    "village_voice": {"share_per_year": 1.0},
    "hamlet_councils": {"share_per_year": 1.0, "unit_size": 10},
    "governance_bodies": {"share_per_year": 1.0},
    "fund_notices": {"share_per_year": 1.0},
    "process_supervision": {"share_per_year": 1.0},
    "discipline": {},
    "joint_supervision": {},
}


@pytest.mark.parametrize("kind", OPENERS)
def test_whoever_opens_or_watches_lowers_leakage(kind: str) -> None:
    closed, watched = after(6, "dibao", overrides=LEAKY), after(6, "dibao", kind, overrides=LEAKY, **OPENERS)
    assert flow(watched, "leakage") < 0.98 * flow(closed, "leakage")
    assert flow(watched, "governance.work") > 0.0


def test_more_stages_watched_more_departments_and_more_bodies_leave_less() -> None:
    for kind, name, values in (
        ("process_supervision", "stages", (0, 1, 3)),
        ("joint_supervision", "departments", (1, 3, 5)),
        ("governance_bodies", "bodies", (0, 2, 5)),
        ("fund_notices", "reach", (0, 0.5, 1)),
    ):
        left = [
            flow(after(3, "dibao", kind, overrides=LEAKY, **{kind: OPENERS[kind] | {name: value}}), "leakage")
            for value in values
        ]
        assert left[0] > left[1] > left[2], kind


def test_audit_that_finds_everything_gives_back_its_part_and_deters() -> None:
    found = after(12, "dibao", overrides=LEAKY, columns={"county.audit": 1.0})
    h, v = found.rows("household"), found.rows("village")
    assert flow(found, "leakage.restored") > 0.0
    assert (v.deterrence == 0.5).all()
    assert {event.en for event in found.events if event.kind == "village"} == {"diversion found, money recovered"}
    unseen = after(12, "dibao", overrides=LEAKY, columns={"county.audit": 0.0})
    assert flow(unseen, "leakage.restored") == 0.0
    assert (v.leakage < 0.3 * unseen.rows("village").leakage).all()
    assert h.diverted.sum() < 0.2 * unseen.rows("household").diverted.sum()


def test_works_are_smaller_by_what_leaks_and_the_collective_gets_part_back() -> None:
    works = {"village_roads": {"share_per_year": 1.0, "poor_only": False, "building_months": 6}}
    whole, leaky = (after(11, "village_roads", overrides=given, **works) for given in ({}, LEAKY))
    before = after(1).rows("village").road
    built, less = whole.rows("village").road - before, leaky.rows("village").road - before
    assert built.any()
    v = leaky.rows("village")
    np.testing.assert_allclose(less, (1.0 - v.leakage) * built)
    assert flow(leaky, "works.building") + flow(leaky, "leakage") == pytest.approx(flow(whole, "works.building"))
    assert v.diverted @ v.weight == pytest.approx(flow(leaky, "leakage"))
    found = after(12, "village_roads", overrides=LEAKY, columns={"county.audit": 1.0}, **works)
    assert flow(found, "leakage.returned") == pytest.approx(0.5 * flow(found, "leakage"))


def test_where_nothing_is_paid_nothing_leaks() -> None:
    world = after(12, overrides=LEAKY)
    assert flow(world, "leakage") == 0.0
    assert not world.rows("household").diverted.any()


# institutions


def test_an_institution_that_ends_leaves_the_village_as_it_was() -> None:
    kinds = [kind for kind, cls in instrument_kinds().items() if getattr(cls, "columns", ())]
    assert len(kinds) == 9
    for kind in kinds:
        before = snapshot(after(1), ["village"])
        during = after(2, kind, **{kind: OPENERS.get(kind, {"share_per_year": 1.0})})
        moved = {name.partition(".")[2] for name in changed(before, snapshot(during, ["village"]))}
        assert set(instrument_kinds()[kind].columns) <= moved, kind  # type: ignore[attr-defined]
        ended = after(4, kind, **{kind: OPENERS.get(kind, {"share_per_year": 1.0}) | {"end": "2014-02"}})
        for column in instrument_kinds()[kind].columns:  # type: ignore[attr-defined]
            np.testing.assert_allclose(ended.table_of("village")[column], before["village", column], atol=1e-12)


def test_an_institution_that_is_not_paid_for_another_year_ends() -> None:
    twice = {"fund_notices": {"share_per_year": 1.0, "budget": {"2014-01": 1e9, "2015-01": 0.0}}}
    assert after(12, "fund_notices", **twice).rows("village").informed.all()
    assert not after(13, "fund_notices", **twice).rows("village").informed.any()


def test_smaller_units_have_more_voice_and_cost_more() -> None:
    small, large = (
        after(1, "hamlet_councils", hamlet_councils={"share_per_year": 1.0, "unit_size": size}) for size in (5, 20)
    )
    assert (small.rows("village").participation > large.rows("village").participation).all()
    assert flow(small, "governance.work") > flow(large, "governance.work")


# fit of projects


def test_fit_is_what_the_team_sees_until_voice_or_leaders_count() -> None:
    world = after(1)
    known = project_fit(world)
    asked = after(1, overrides={"governance.voice_fit": 0.5})
    asked.rows("village").participation = 1.0
    assert same_bits(project_fit(asked), known)
    asked.rows("village").participation = 0.0
    np.testing.assert_allclose(project_fit(asked), 0.5 * known)
    world.rows("village").branch_strength = 1.0
    np.testing.assert_allclose(project_fit(world), known + 0.2)
    world.rows("village").project_match = 0.0
    np.testing.assert_allclose(project_fit(world), known)


def test_projects_that_nobody_was_asked_about_are_lost_more_often() -> None:
    package = {"production_grant": {"share_per_year": 1.0, "lag_months": 6}}
    silent = {"village.participation": 0.0}
    lost = [
        flow(after(9, "production_grant", overrides=given, columns=silent, **package), "asset.loss")
        for given in ({}, {"governance.voice_fit": 0.8})
    ]
    assert lost[1] > 1.1 * lost[0] > 0.0


def test_deliberation_takes_time_that_elders_spare() -> None:
    package = {
        "production_grant": {"share_per_year": 1.0},
        "village_voice": {"share_per_year": 1.0, "delay": 6},
        "five_elders": {"share_per_year": 1.0, "mediation": 1.0},
    }
    ready = [
        after(4, *kinds, **package).rows("household").grant_ready.max()
        for kinds in (
            ("production_grant",),
            ("production_grant", "village_voice"),
            ("village_voice", "production_grant"),
            ("production_grant", "village_voice", "five_elders"),
        )
    ]
    assert ready[1] == ready[2] > ready[0] == ready[3]


def test_villages_that_choose_among_several_projects_choose_better_the_more_they_are_heard() -> None:
    def match(options: float, participation: float) -> Any:
        heard = {"village.participation": participation}
        world = after(1, "project_choice", columns=heard, project_choice={"options": options})
        return world.rows("village").project_match

    uniform, heard, unheard = match(1, 1.0), match(6, 1.0), match(6, 0.0)
    assert same_bits(np.asarray(uniform), np.asarray(unheard))
    assert (heard > uniform).all()


# leaders


def test_screened_committees_are_stronger_and_last_for_a_term() -> None:
    plain, screened = (
        after(14, "committee_election", committee_election={"screening": value}).rows("village").branch_strength
        for value in (0.0, 0.2)
    )
    np.testing.assert_allclose(screened, np.minimum(plain + 0.2, 1.0))
    assert np.ptp(plain) > 0.0
    again = (
        after(36, "committee_election", committee_election={"screening": 0.0, "term": 2})
        .rows("village")
        .branch_strength
    )
    assert (again != plain).all()


def test_weak_villages_learn_from_strong_ones() -> None:
    spread = {"governance.strength_spread": 0.2}
    alone, paired = (
        after(12, *kinds, overrides=spread).rows("village").branch_strength for kinds in ((), ("village_pairing",))
    )
    assert np.ptp(paired) < 0.8 * np.ptp(alone)
    assert paired.max() == alone.max()
    assert same_bits(
        after(12).rows("village").branch_strength, after(12, "village_pairing").rows("village").branch_strength
    )


def test_cadres_are_paid_and_try_as_their_pay_compares() -> None:
    unpaid, poorly, well = (after(12, "cadre_pay", cadre_pay={"pay": pay, "cadres": 2}) for pay in (0.0, 500.0, 2000.0))
    strength = [float(world.rows("village").branch_strength.mean()) for world in (unpaid, poorly, well)]
    assert strength[0] < strength[1] < strength[2]
    weight = well.rows("village").weight.sum()
    assert flow(well, "cadres.pay") == pytest.approx(12 * 2 * 2000 * weight)
    earned = well.rows("household").wage_income.sum() - unpaid.rows("household").wage_income.sum()
    assert earned > 0.0


def test_trained_leaders_start_enterprises_that_hire() -> None:
    world = after(18, "leader_training", leader_training={"share_per_year": 1.0, "spawn": 1.0})
    e = world.rows("enterprise")
    own = (e.kind == COOPERATIVE) & (e.village >= 0)
    assert np.bincount(e.village[own], minlength=4).tolist() == [1, 1, 1, 1]
    assert e.filled[own].sum() > 0.0
    untrained = after(18, "leader_training", leader_training={"spawn": 0.0}).rows("enterprise")
    assert not ((untrained.kind == COOPERATIVE) & (untrained.village >= 0)).any()
