"""`--trace`: a county, a village or a household followed month by month in both languages; the run is not touched."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from small_runs import OPTIONS, population, resolved
from typer.testing import CliRunner

from fupin.cli import app
from fupin.errors import FupinError
from fupin.experiments.run import run_world
from fupin.experiments.trace import Trace
from fupin.experiments.trace_targets import Target, targets_of
from fupin.experiments.trace_text import account, table
from fupin.model.household import REGISTERED

POLICIES = ("exit", "industry", "services")


def listed_household() -> int:
    """A registered household that a grant reaches."""
    result = run_world(resolved(*POLICIES), population(), panel=True)
    assert result.panel is not None
    last = result.panel[result.panel["year"] == 2016]
    bits = [place for place, (name, _, _) in enumerate(result.instruments) if name == "production_grant"]
    got = last[(last["reached"].to_numpy() >> bits[0] & 1 == 1) & (last["registry"] == REGISTERED)]
    return int(got["uid"].iloc[0])


@cache
def traced() -> tuple[Trace, dict[str, Target]]:
    village = int(population().villages["uid"][0])
    asked = ["county:Fuping", f"village:{village}", f"household:{listed_household()}"]
    trace = Trace(targets_of(asked, population()))
    run_world(resolved(*POLICIES), population(), trace=trace)
    return trace, {target.kind: target for target in trace.targets}


def texts(kind: str) -> tuple[str, str]:
    trace, targets = traced()
    return account(trace, targets[kind], "zh"), account(trace, targets[kind], "en")


def test_a_county_tells_of_register_procedure_standards_and_buffer() -> None:
    zh, en = texts("county")
    for part in ("回头看", "自查整改", "不申请", "退出标准", "摘帽不摘政策", "在册"):
        assert part in zh
    for part in ("look-back", "self-check", "does not apply", "standards", "still supported", "on the list"):
        assert part in en


def test_a_sampled_county_says_what_its_account_must_not_be_used_for() -> None:
    zh, en = texts("county")
    count = len(population().villages["uid"])
    assert f"只模拟了本县 {count} 个村" in zh.splitlines()[2]
    assert "dates of exit must not be used" in en.splitlines()[2]
    whole = replace(population(), counties=population().counties | {"fully_simulated": np.ones(1, np.bool_)})
    assert targets_of(["county:Fuping"], whole)[0].zh_caution == ""
    assert "不能用" not in texts("village")[0]


def test_the_incidence_told_of_a_county_is_that_of_its_register_of_the_month() -> None:
    _, en = texts("county")
    shares = re.findall(r"on the list, ([\d.]+) % of persons|recorded incidence ([\d.]+) %", en)
    places = [place for place, (_, recorded) in enumerate(shares) if recorded]
    assert places
    assert all(abs(float(shares[place][1]) - float(shares[place - 1][0])) < 0.5 for place in places)


def test_a_village_tells_of_services_conditions_team_and_collective() -> None:
    zh, en = texts("village")
    for part in ("集体收入", "驻村", "基础设施", "主导产业", "累计受益"):
        assert part in zh
    for part in ("[collective]", "[team]", "[exit conditions]", "leading industry", "households reached so far"):
        assert part in en


def test_a_household_tells_of_contacts_money_and_changes() -> None:
    zh, en = texts("household")
    for part in ("【建档】", "首次享受：产业到户补助", "【收入】", "【支出】", "【全年】", "认定人均收入"):
        assert part in zh
    for part in ("[register]", "first reached by: production grants", "[money in]", "[money out]", "[year]"):
        assert part in en


@pytest.mark.parametrize("kind", ["county", "village", "household"])
def test_both_languages_say_as_much_and_months_run_on(kind: str) -> None:
    zh, en = texts(kind)
    trace, targets = traced()
    assert zh.count("\n") == en.count("\n") > 20
    months = [note.month for note in trace.of(targets[kind])]
    assert months == sorted(months)
    rows = table(trace, targets[kind])
    assert not rows[["month", "topic_zh", "topic_en", "zh", "en"]].eq("").any(axis=None)


def test_money_told_of_a_household_is_the_money_of_its_books() -> None:
    trace, targets = traced()
    told = [note for note in trace.of(targets["household"]) if note.topic_en in ("money in", "money out")]
    assert told
    for note in told:
        total, _, parts = note.en.partition(": ")
        amounts = [float(part.rsplit(" ", 1)[1].replace(",", "")) for part in parts.split("; ")]
        assert sum(amounts) == pytest.approx(float(total.split()[0].replace(",", "")), abs=len(amounts))


def test_a_traced_run_is_the_same_run() -> None:
    trace = Trace(targets_of(["county:阜平"], population()))
    one = run_world(resolved("exit"), population(), trace=trace)
    other = run_world(resolved("exit"), population())
    assert one.outcomes.equals(other.outcomes)
    assert one.ledger.equals(other.ledger)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("county:Fupin", "did you mean 'Fuping'"),
        ("county:平阜", "county"),
        ("village:999999999", "nearest is village:"),
        ("household:1", "nearest is household:"),
        ("household:abc", "named by its number"),
        ("town:Fuping", "write county:NAME"),
        ("Fuping", "write county:NAME"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(asked: str, answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUPIN_LANG", "en")
    with pytest.raises(FupinError, match=answer):
        targets_of([asked], population())


def test_a_county_is_known_by_either_name_and_followed_once() -> None:
    found = targets_of(["county:阜平县", "county:fuping", "county：阜平"], population())
    assert [target.en for target in found] == ["Fuping"]


@pytest.mark.parametrize(("lang", "title"), [("zh", "阜平县：逐月记录"), ("en", "Fuping: month by month")])
def test_the_command_prints_the_account_and_keeps_it(lang: str, title: str, tmp_path: Path) -> None:
    asked = ["run", "fuping", *OPTIONS, "--policy", "exit", "--no-figures", "--trace", "county:阜平县", "--lang", lang]
    shown = CliRunner().invoke(app, [*asked, "--out", str(tmp_path)])
    assert shown.exit_code == 0
    assert title in shown.output
    assert (tmp_path / "trace-county-Fuping.txt").read_text(encoding="utf-8") in shown.output
    with (tmp_path / "trace-county-Fuping.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) > 20
    assert {"month", "zh", "en"} <= set(rows[0])
    assert "trace-county-Fuping.txt" in (tmp_path / "README.md").read_text(encoding="utf-8")


def test_an_unknown_name_ends_the_command_before_the_run(tmp_path: Path) -> None:
    asked = ["run", "fuping", *OPTIONS, "--trace", "county:Fupng", "--out", str(tmp_path / "none"), "--lang", "en"]
    failed = CliRunner().invoke(app, asked)
    assert isinstance(failed.exception, FupinError)
    assert "Fuping" in str(failed.exception)
    assert not (tmp_path / "none").exists()
