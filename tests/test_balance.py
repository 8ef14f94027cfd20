"""Claims about books that do not balance: it is said, marked in all that is written, and the exit code tells it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from small_runs import OPTIONS, population, resolved

from fupin.experiments import lives
from fupin.experiments import run as runs
from fupin.experiments.balance import UNBALANCED, account_line
from fupin.experiments.figures_run import note_of_run
from fupin.experiments.run import run_world
from fupin.experiments.study import simulate
from fupin.model.ledger import Imbalance, LedgerError
from fupin.model.region import Region
from fupin.scenarios.build import build_region

Run = Callable[..., tuple[int, str, str]]
FORGOTTEN = "relief.kin"


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every region under the policy `industry` forgets to book consumption: as a line left out would."""

    own = set(resolved("industry").instruments) - set(resolved("baseline-2014").instruments)

    def build(world: Any, *given: Any, **named: Any) -> Region:
        region = build_region(world, *given, **named)
        if own & set(world.instruments):
            region.ledger.suppressed = frozenset({"consumption"})
        return region

    for module in (runs, simulate, lives):
        monkeypatch.setattr(module, "build_region", build)


def test_a_world_whose_books_balance_says_so_and_leaves_no_mark(run: Run, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / UNBALANCED).write_text("of an earlier run", encoding="utf-8")
    code, shown, told = run("run", "fuping", *OPTIONS, "--out", "out", "--no-figures", "--json")
    assert (code, told) == (0, "")
    assert json.loads(shown)["balanced"] is True
    assert json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))["balanced"] is True
    assert not (tmp_path / "out" / UNBALANCED).exists()


@pytest.mark.usefixtures("forgetful")
def test_a_posting_left_out_is_told_with_account_purpose_and_yuan_and_what_is_written_is_marked(
    run: Run, tmp_path: Path
) -> None:
    code, shown, told = run("run", "fuping", *OPTIONS, "--policy", "industry", "--out", "out", "--no-figures")
    assert code == 3
    assert "income" in shown  # what was found is still shown
    assert told.startswith("fupin: the books do not balance")
    assert "households, cash: " in told
    assert "yuan less there than booked" in told
    assert "sales of farm and home business +" in told
    folder = tmp_path / "out"
    about = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (wrong,) = about["imbalances"]
    spent = -wrong["yuan"]
    assert about["balanced"] is False
    assert (wrong["sector"], wrong["holding"]) == ("households", "cash")
    assert f"{spent:,.2f} yuan" in told
    assert "账目不平" in (folder / "README.md").read_text(encoding="utf-8").splitlines()[2]
    marked = (folder / UNBALANCED).read_text(encoding="utf-8")
    assert f"{spent:,.2f} yuan" in marked
    assert f"{spent:,.2f} 元" in marked
    assert (folder / "outcomes.csv").exists()


@pytest.mark.usefixtures("forgetful")
def test_the_figures_of_such_a_world_say_it_too() -> None:
    world = run_world(resolved("industry"), population(), panel=False)
    assert note_of_run(world, "en").startswith("THE BOOKS DO NOT BALANCE")
    assert note_of_run(world, "zh").startswith("账目不平")


@pytest.mark.usefixtures("forgetful")
def test_a_comparison_names_the_world_that_does_not_balance(run: Run, tmp_path: Path) -> None:
    arms = ("--policy", "industry", "--against", "baseline-2014")
    code, _, told = run("compare", "fuping", *OPTIONS, *arms, "--out", "out", "--no-figures")
    assert code == 3
    assert "industry: households, cash" in told
    assert "baseline-2014: " not in told
    places = {path.parent.name for path in (tmp_path / "out").rglob(UNBALANCED)}
    assert places == {"out", "industry"}


@pytest.mark.usefixtures("forgetful")
def test_of_two_lives_it_is_said_as_well(run: Run) -> None:
    uid = str(int(population().households["uid"][0]))
    arms = ("--policy", "industry", "--against", "baseline-2014")
    code, _, told = run("twin", "fuping", uid, *OPTIONS, *arms)
    assert code == 3
    assert "industry: households, cash" in told


@pytest.mark.usefixtures("forgetful")
def test_a_run_among_many_is_put_aside_and_told(run: Run, tmp_path: Path) -> None:
    arms = ("--policy", "industry", "--policy", "baseline-2014", "--replicates", "1")
    code, shown, told = run("sweep", "fuping", *OPTIONS, *arms, "--engine", "here", "--out", "out", "--no-figures")
    assert code == 3
    assert "the rules of 2014 go on" in shown
    assert "1 of 2 runs failed and are not in: LedgerError: households cash: stock and books differ by" in told


@pytest.mark.usefixtures("forgetful")
@pytest.mark.parametrize(
    ("lang", "message"), [("en", "every run failed; the first: "), ("zh", "所有运行都失败了；第一个：")]
)
def test_a_sweep_of_which_nothing_is_left_says_why(run: Run, lang: str, message: str) -> None:
    options = ("--policy", "industry", "--replicates", "1", "--engine", "here", "--out", "out", "--no-figures")
    code, _, told = run("sweep", "fuping", *OPTIONS, *options, "--lang", lang)
    assert code == 2
    assert f"{message}LedgerError: households cash" in told


@pytest.mark.usefixtures("forgetful")
def test_a_comparison_over_replicates_that_do_not_balance_has_no_result_and_says_why(run: Run) -> None:
    arms = ("--policy", "industry", "--against", "baseline-2014", "--replicates", "2", "--engine", "here")
    code, _, told = run("compare", "fuping", *OPTIONS, *arms, "--out", "out", "--no-figures")
    assert code == 2
    assert "no replicate ended well for all arms; the first one says: LedgerError: industry: households cash" in told


def test_a_posting_whose_sides_disagree_ends_with_one_line_that_names_the_purpose(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise LedgerError("wages.local: payer gives 1.0, payee gets 2.0")

    monkeypatch.setattr(runs, "run_world", broken)
    code, _, told = run("run", "fuping", *OPTIONS, "--out", "out", "--no-figures")
    assert code == 3
    assert told.splitlines()[-1] == (
        "fupin: the books do not balance (a fault of fupin): wages.local: payer gives 1.0, payee gets 2.0"
    )


def test_an_account_is_named_in_both_languages() -> None:
    one = Imbalance("counties", "loan", 12.5, ((FORGOTTEN, -3.0),))
    assert account_line(one, "zh").startswith("县财政·银行贷款：实有比账面多 12.50 元")
    assert account_line(one, "en").endswith("(largest purposes booked there: relief by kin -3)")
    assert "nothing" in account_line(one._replace(purposes=()), "en")
