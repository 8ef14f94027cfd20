"""A package of somebody else that declares instruments: a broken one is told in one message that names it."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from conftest import Run
from worlds import region, villages

from fupin.errors import FupinError
from fupin.experiments.asked_outcomes import outcome_named
from fupin.experiments.manifest import manifest
from fupin.experiments.study.identity import code_identity, source_identity
from fupin.model.instruments.kinds import instrument_kinds
from fupin.model.ledger import Side
from fupin.model.outcomes import OUTCOMES
from fupin.model.processes.income import pay_households

SOURCE = '''"""Stoves: an instrument of another house."""

from fupin.model.instruments.base import Funded, Instrument


class Stoves(Instrument):
    """Stoves for those who are cold."""

    kind, family, zh, en = "stoves", "housing", "炉灶", "stoves"
    about_zh = "给受冻的住户。"
    Settings = Funded
'''

OWN_OUTCOME = """
from fupin.model.outcome import Outcome
from fupin.model.ledger import Side
from fupin.model.outcomes import OUTCOMES
from fupin.model.processes.income import pay_households

OUTCOMES["cold_homes"] = Outcome("cold_homes", "冷屋", "homes without a stove", "share", -1, "poverty", "", lambda s: 0)
"""


class Site:
    """A folder on `sys.path` with the packages that were installed there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def install(
        self, name: str = "warmhouse", source: str = SOURCE, target: str = "Stoves", version: str = "1"
    ) -> None:
        """Leave behind what installing a package leaves behind."""
        (self.folder / f"{name}.py").write_text(source, encoding="utf-8")
        info = self.folder / f"{name}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
        (info / "entry_points.txt").write_text(f"[fupin.instruments]\nstoves = {name}:Stoves\n", encoding="utf-8")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    for name in ("warmhouse", "otherhouse"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return Site(folder)


def complaint() -> str:
    """What is said when the kinds of instruments are asked for."""
    with pytest.raises(FupinError) as told:
        instrument_kinds()
    return str(told.value)


def test_an_instrument_of_an_installed_package_stands_beside_fupins_own(site: Site) -> None:
    before = set(instrument_kinds())
    site.install(source=SOURCE.replace("炉灶", ""))
    assert set(instrument_kinds()) - before == {"stoves"}


@pytest.mark.parametrize(
    ("changed", "to", "said"),
    [
        ("from fupin.model", "import nothing_of_that_name\nfrom fupin.model", "ModuleNotFoundError"),
        ("class Stoves", "def (:\nclass Stoves", "SyntaxError"),
        ("class Stoves", "1 / 0\nclass Stoves", "ZeroDivisionError"),
        ("class Stoves", "class Stove", "has no attribute 'Stoves'"),
        ("(Instrument)", "", "no Instrument class|not an Instrument class"),
        ('kind, family, zh, en = "stoves", ', 'family, zh, en = ', "does not say its kind"),
        ('zh, en = "stoves", "housing", "炉灶", "stoves"', 'zh = "stoves", "housing", "炉灶"', "zh and en"),
        ('"炉灶", "stoves"', '"", ""', "zh and en"),
        ("Settings = Funded", "Settings = dict", "no class of fupin.model.settings.Settings"),
        ("Settings = Funded", 'Settings = Funded\n    sized_by = ("budgit",)', "did you mean 'budget'"),
        ("Settings = Funded", "Settings = Funded\n    months = (0, 6)", "no month 0"),
        ('"stoves", ', '"dibao", ', "fupin has an instrument of kind 'dibao' already"),
    ],
)  # fmt: skip
def test_a_broken_package_is_named_with_what_is_wrong(site: Site, changed: str, to: str, said: str) -> None:
    assert changed in SOURCE
    site.install(source=SOURCE.replace(changed, to))
    told = complaint()
    assert any(words in told for words in said.split("|"))
    assert "warmhouse 1" in told
    assert "mend or uninstall" in told


def test_two_packages_cannot_have_one_kind(site: Site) -> None:
    site.install()
    site.install("otherhouse", version="2")
    assert "already" in (told := complaint())
    assert "warmhouse 1" in told
    assert "otherhouse 2" in told


def test_the_command_tells_a_broken_package_without_a_traceback(site: Site, run: Run) -> None:
    from fupin.scenarios.catalogue import catalogue

    site.install(source="import nothing_of_that_name\n")
    catalogue.cache_clear()
    try:
        code, _, error = run("scenario", "check", "fuping")
    finally:
        catalogue.cache_clear()
    assert code == 2
    assert error.startswith("fupin: ")
    assert error.count("\n") == 1
    assert "warmhouse 1" in error


def test_runs_are_others_when_a_package_with_instruments_is_installed_or_its_source_changes(site: Site) -> None:
    without = code_identity()
    site.install()
    assert code_identity() != without
    one = source_identity("warmhouse")
    (site.folder / "warmhouse.py").write_text(SOURCE + "\n# another line", encoding="utf-8")
    assert source_identity("warmhouse") != one


def test_a_manifest_names_the_packages_whose_instruments_there_are(site: Site) -> None:
    site.install(version="2.3")
    assert manifest(["run", "fuping"], {}, {}, seconds=1.0)["versions"]["warmhouse"] == "2.3"


def test_an_outcome_of_an_installed_package_can_be_asked_for_by_name(site: Site) -> None:
    site.install(source=SOURCE + OWN_OUTCOME)
    try:
        assert outcome_named("cold_homes", judged=True).en == "homes without a stove"
        with pytest.raises(FupinError, match="--aim 'cold_hom': no outcome 'cold_hom'; did you mean 'cold_homes'"):
            outcome_named("cold_hom", "--aim 'cold_hom'")
    finally:
        OUTCOMES.pop("cold_homes", None)
    with pytest.raises(FupinError, match="nobody says whether more of 'entries' is better"):
        outcome_named("entries", judged=True)


def test_a_purpose_that_nobody_declared_is_named_with_the_nearest_one() -> None:
    world = region(villages(1), [])
    paid = np.zeros(1, np.int64), np.ones(1)
    with pytest.raises(KeyError, match=r"undeclared purpose 'dibbao'; did you mean 'dibao'\?"):
        pay_households(world, "dibbao", Side("markets", np.ones(1)), *paid)
