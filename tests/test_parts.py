"""Named counties have their part of what policies say of the whole region; what is said of them stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fupin.cli import main
from fupin.errors import FupinError
from fupin.model.instruments.kinds import instrument_kinds
from fupin.scenarios.overrides import prepare
from fupin.scenarios.profiles import load_profile
from fupin.scenarios.scenario import load_scenario, scenario_of_text

FUPING, WANGDU = "阜平县", "Wangdu"


def quantities(policy: str, **given: Any) -> dict[str, float]:
    world = prepare("baoding", policies=[policy], **given).resolve()
    settings = {chosen.id: chosen.settings.at(world.last) for chosen in world.instruments}
    return {f"{name}.{key}": value for name, one in settings.items() for key, value in vars(one).items()}


def share(*names: str) -> float:
    return sum(one.rural_share for one in load_profile("baoding").county if one.zh in names or one.en in names)


@pytest.mark.parametrize("policy", ["employment", "relocation", "tourism", "history"])
def test_a_county_has_its_share_of_quantities_of_the_region_and_all_of_the_rest(policy: str) -> None:
    whole, county = quantities(policy), quantities(policy, area=[FUPING])
    scaled = {
        f"{chosen.id}.{record['name']}"
        for chosen in prepare("baoding", policies=[policy]).resolve().instruments
        for record in instrument_kinds()[chosen.kind].Settings.describe()
        if record["scaled"]
    }
    for name, value in whole.items():
        part = share(FUPING) if name in scaled and value < 1e12 else 1.0
        assert county[name] == (pytest.approx(part * value, rel=1e-5) if isinstance(value, float) else value), name
    assert any(value != county[name] for name, value in whole.items())


def test_parts_of_all_counties_add_up_and_all_counties_together_are_the_region() -> None:
    names = [one.zh for one in load_profile("baoding").county]
    parts = [quantities("employment", area=[name])["skills_training.places"] for name in names]
    assert sum(parts) == pytest.approx(quantities("employment")["skills_training.places"], rel=1e-4)
    assert quantities("employment", area=names) == quantities("employment")


def test_what_is_set_for_the_counties_stands() -> None:
    sets = ["skills_training.places=500", "labour_platform.places@2016-01=700"]
    said = quantities("employment", area=[FUPING, WANGDU], sets=sets)
    assert said["skills_training.places"] == 500
    assert said["labour_platform.places"] == 700
    world = prepare("baoding", policies=["employment"], area=[FUPING], sets=sets).resolve()
    platform = next(chosen.settings for chosen in world.instruments if chosen.id == "labour_platform")
    assert platform.at(world.start).places == pytest.approx(26000 * share(FUPING), rel=1e-5)  # before its date


def test_a_scenarios_own_instrument_keeps_what_it_says_and_has_a_part_of_what_it_does_not(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        f'region = "baoding"\narea = ["{FUPING}"]\n'
        '[[instrument]]\nkind = "skills_training"\nsettings = { places = 900 }\n'
        '[[instrument]]\nkind = "labour_platform"\n',
        encoding="utf-8",
    )
    world = load_scenario(str(file)).resolve()
    training, platform = (chosen.settings.at(world.start) for chosen in world.instruments)
    assert training.places == 900
    assert platform.places == pytest.approx(26000 * share(FUPING), rel=1e-5)


def test_a_saved_scenario_is_not_brought_down_twice() -> None:
    world = prepare("baoding", policies=["employment"], area=[FUPING]).resolve()
    assert scenario_of_text(world.to_toml()).resolve().instruments == world.instruments


def test_in_the_prefecture_the_poor_counties_share_among_themselves() -> None:
    part = [
        next(one.settings.at(world.last).places for one in world.instruments if one.kind == "skills_training")
        for world in (
            prepare(region, policies=["employment"], area=[FUPING]).resolve()
            for region in ("baoding", "baoding-prefecture")
        )
    ]
    assert part[1] == pytest.approx(part[0], rel=0.02)


def test_a_county_that_does_not_exist_is_named() -> None:
    with pytest.raises(FupinError, match=r"no county 'Fupin' in baoding"):
        prepare("baoding", policies=["employment"], area=["Fupin"]).resolve()


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "named counties get their share: budget, places"), ("zh", "分得：budget, places")]
)
def test_show_names_what_is_of_the_whole_region(capsys: pytest.CaptureFixture[str], lang: str, said: str) -> None:
    with pytest.raises(SystemExit):
        main(["show", "instrument", "relocation", "--lang", lang])
    assert said in capsys.readouterr().out
