"""A small library for the tests of scenario text: two parameters, two instruments, a few files."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from fupin.library import library
from fupin.model.parameters import load_parameters
from fupin.model.settings import Dated, Settings, setting
from fupin.scenarios.catalogue import Catalogue
from fupin.scenarios.scenario import Scenario, load_scenario


class GrantSettings(Settings):
    amount: Dated = setting(
        5000, unit="yuan/household", zh="补助", en="grant", low=0, high=20000, source="test", status="assumption"
    )
    quota: Dated = setting(unit="households", zh="名额", en="quota", low=0, source="test", status="seed", scaled=True)
    target: str = setting("poor", zh="对象", en="whom", choices=("poor", "all"), source="test", status="seed")
    counties: tuple[str, ...] = setting((), zh="县", en="counties", source="test", status="seed")
    merit: bool = setting(False, zh="评优", en="merit", source="test", status="seed")


class Grant:
    kind, zh, en = "grant", "补助", "grant"
    Settings: ClassVar[type[Settings]] = GrantSettings


class PostSettings(Settings):
    wage: Dated = setting(500, unit="yuan/month", zh="工资", en="wage", source="test", status="seed")


class Post:
    kind, zh, en = "post", "岗位", "post"
    Settings: ClassVar[type[Settings]] = PostSettings


PARAMETERS = """
[farm.land_exponent]
zh = "土地产出弹性"
en = "land exponent"
unit = "1"
values = { "2012-01" = 0.30 }
range = [0.25, 0.45]
status = "published estimate"
source = "literature"

[wages.migrant_wage]
zh = "务工工资"
en = "migrant wage"
unit = "yuan/year"
values = { "2014-01" = 20000 }
status = "driver"
source = "yearbook"
growth = 0.05
"""
SCENARIO = """#:schema ./scenario.schema.json
name = "dale"
zh = "谷地"
region = "dale"
start = "2014-01"
years = 7
policies = ["base"]

[parameters]
"farm.land_exponent" = 0.32
"wages.migrant_wage" = { "2016-01" = 21000 }
"""
BASE = """
zh = "原有"
en = "as it was"
[[instrument]]
kind = "grant"
settings = { quota = 100, amount = { "2015-01" = 6000 } }
[[instrument]]
kind = "post"
id = "rangers"
"""
MORE = """
includes = ["base"]
[parameters]
"wages.migrant_wage" = { "2015-01" = 22000 }
[[instrument]]
kind = "grant"
settings = { amount = { "2016-01" = 7000 }, target = "all" }
"""


def build_library(folder: Path) -> Catalogue:
    """Write the files and read them as a catalogue."""
    files = {
        "parameters/all.toml": PARAMETERS,
        "scenarios/dale.toml": SCENARIO,
        "scenarios/policies/base.toml": BASE,
        "scenarios/policies/more.toml": MORE,
        "scenarios/policies/do-nothing.toml": 'zh = "无"\nen = "none"\n',
        "scenarios/regions/dale.toml": library("scenarios", "regions", "baoding.toml").read_text(encoding="utf-8"),
        "scenarios/regions/hill.toml": 'name = "hill"\n',
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return Catalogue(load_parameters(folder / "parameters"), {"grant": Grant, "post": Post}, folder / "scenarios")


def written(folder: Path, known: Catalogue, text: str = SCENARIO) -> Scenario:
    """A scenario file `mine.toml` of this text, read."""
    file = folder / "mine.toml"
    file.write_text(text, encoding="utf-8")
    return load_scenario(str(file), known)
