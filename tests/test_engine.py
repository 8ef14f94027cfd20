"""The compiled engine: rules are traced, written as loops, compiled, kept, and give what NumPy gives."""

import copy

import numpy as np
import pytest
from worlds import START, random_region, region

from fupin.cli import main
from fupin.errors import FupinError
from fupin.model.columns import one_of, set_one_of
from fupin.model.draws import Draws, declare_stream
from fupin.model.engine import choice, sharing, store
from fupin.model.engine.kernels import Rowwise, rowwise
from fupin.model.engine.symbols import NotElementwiseError
from fupin.model.engine.tracing import ByGroup, Lookup, Totals
from fupin.model.engine.writing import CHUNK
from fupin.model.parameters import Values
from fupin.model.processes.income import QUARTERS

pytest.importorskip("numba", reason="the compiled engine is an extra")

LUCK = declare_stream("test.engine", "draws of the tests of the engine")


@rowwise("household")
def harvest(world, h, p, share):
    """Everything that a loop can hold: parameters, a branch on one, a place, draws, columns, an array of its own."""
    rent = world.rows("village").rent[h.village]
    own, luck = world.draws.shocks(LUCK, world.month, h.uid, 1, 1)
    yields = np.exp(0.1 * own) * np.power(h.land + 1.0, 0.4) * (1.0 + share)
    if p.taxed:
        yields = yields - p.tax * np.maximum(yields - 1.0, 0.0)
    h.savings = h.savings + np.where(luck < 0.5, yields, rent)
    h.location = np.where(h.savings > 1e4, 1, 0)
    return yields, (luck < 0.5) & ~(h.location == 1), h.members.astype(np.int64)


@rowwise("household")
def worth(world, h):
    return Totals({"savings": h.savings, "land": np.log(h.land + 1.0)}, h.weight)


@rowwise("person")
def heads(world, person, wage):
    home = world.rows("household").village[person.household]
    return ByGroup({"heads": ("village", home, np.where(person.alive, 1.0, 0.0)), "pay": ("village", home, wage[home])})


@rowwise("household")
def dues(world, h, at, due):
    return ByGroup(
        {"county": ("county", at, due), "village": ("village", h.village, due), "again": ("county", at, 1.0 * at)}
    )


@rowwise("household")
def mark(world, h, worth):
    h.savings = worth + 0.0 * h.savings


@rowwise("household")
def earned(world, h, season):
    set_one_of(h, QUARTERS, season, one_of(h, QUARTERS, season) + 10.0 * h.land)
    return h.income_q1 - h.income_q2 + 2.0 * h.income_q3 - 3.0 * h.income_q4


def both(process: Rowwise, rows=None, **given):
    """What a process gives on each engine, and the household table after it."""
    found = []
    for engine in ("numpy", "compiled"):
        world = region(engine=engine)
        result = process(world, rows, **given)
        found.append((result, {name: column.copy() for name, column in world.table_of("household").arrays.items()}))
    return found


def same(one, other, tolerance=1e-13):
    np.testing.assert_allclose(one, other, rtol=tolerance, atol=0)


@pytest.mark.parametrize("taxed", [True, False])
@pytest.mark.parametrize("listed", [True, False])
def test_a_process_by_rows_gives_the_same_on_both_engines(taxed, listed):
    rows = np.arange(0, 60, 3) if listed else None
    n = 20 if listed else len(region().table_of("household"))
    given = {"p": Values({"taxed": taxed, "tax": 0.2}), "share": np.linspace(0.0, 1.0, n)}
    (numpy, table), (compiled, other) = both(harvest, rows, **given)
    same(compiled[0], numpy[0])
    assert compiled[1].dtype == np.bool_
    assert np.array_equal(compiled[1], numpy[1])
    assert np.array_equal(compiled[2], numpy[2])
    for name in table:
        same(other[name], table[name])
    untaxed = both(harvest, rows, **given | {"p": Values({"taxed": False, "tax": 0.2})})[1][0][0]
    assert np.array_equal(untaxed, compiled[0]) is not taxed


def test_a_loop_finds_the_columns_of_a_table_that_has_grown():
    world = region(engine="compiled")
    worth(world)
    before, n = world.table_of("household").arrays["savings"], len(world.rows("household"))
    world.add("household", {"savings": np.full(2 * n, 7.0), "weight": 1.0, "land": 0.0})
    assert world.table_of("household").arrays["savings"] is not before
    h = world.rows("household")
    same(worth(world)["savings"], float(h.savings @ h.weight), tolerance=1e-12)


def test_a_copy_of_a_region_is_computed_in_its_own_columns():
    world = region(engine="compiled")
    mark(world, worth=1.0)
    twin = copy.deepcopy(world)
    mark(twin, worth=2.0)
    assert set(world.rows("household").savings.tolist()) == {1.0}
    assert set(twin.rows("household").savings.tolist()) == {2.0}


def test_a_number_may_be_whole_in_one_call_and_broken_in_the_next():
    world = region(engine="compiled")
    for number in (3, 2.5, 4):
        mark(world, worth=number)
        assert set(world.rows("household").savings.tolist()) == {number}


def test_columns_that_a_number_tells_are_one_loop():
    for season in range(4):
        (one, before), (other, after) = both(earned, season=season)
        assert np.array_equal(one, other)
        assert all(np.array_equal(before[name], after[name]) for name in QUARTERS)
        assert not np.array_equal(after[QUARTERS[season]], region().table_of("household")[QUARTERS[season]])
    assert sum(map(len, earned.variants.values())) == 1


def test_sums_are_the_same_on_both_engines():
    (numpy, _), (compiled, _) = both(worth)
    assert set(compiled) == {"savings", "land"}
    for name in numpy:
        same(compiled[name], numpy[name])


def test_sums_by_group_are_the_same_to_the_last_bit():
    wage = Lookup(np.linspace(1.0, 2.0, 200))
    (numpy, _), (compiled, _) = both(heads, wage=wage)
    assert numpy["heads"].sum() > 0
    for name in numpy:
        assert np.array_equal(compiled[name], numpy[name])


@pytest.mark.parametrize("rows", [None, np.array([7, 50, 51, 3, 3, 12]), np.empty(0, np.int64)])
def test_sums_of_places_are_the_same_in_whatever_order_rows_stand(rows):
    rng = np.random.default_rng(3)
    n = len(region().table_of("household")) if rows is None else len(rows)
    (numpy, _), (compiled, _) = both(
        dues, rows, at=rng.integers(0, len(region().table_of("county")), n), due=rng.gamma(1.0, 1e3, n)
    )
    assert (numpy["county"].sum() > 0) == bool(n)
    for name, sums in numpy.items():
        assert sums.tobytes() == compiled[name].tobytes()


@pytest.mark.parametrize("method", ["uniforms", "normals", "gumbels"])
@pytest.mark.parametrize("count", [1, 5])
def test_draws_are_the_same_on_both_engines(method, count):
    uid = np.array([0, 1, 2**31, 2**32 + 5, 2**50])
    for month in (24190, np.arange(5) + 2**32 - 2):
        one = getattr(Draws(3), method)(LUCK, month, uid, count)
        other = getattr(Draws(3, compiled=True), method)(LUCK, month, uid, count)
        if method == "uniforms":
            assert np.array_equal(one, other)
        same(other, one)


def test_the_number_of_threads_changes_nothing(monkeypatch):
    monkeypatch.setattr(sharing, "FEW", 1)
    world = random_region(1, 3 * CHUNK + 7, START)
    world.compiled = True
    one, asked, pool = worth(world), [], sharing._pool
    monkeypatch.setattr(sharing, "_pool", lambda parts: asked.append(parts) or pool(parts))
    monkeypatch.setenv("FUPIN_THREADS", "3")
    assert worth(world) == one
    assert asked == [3, 3]  # the others were at work
    monkeypatch.setenv("FUPIN_THREADS", "many")
    with pytest.raises(FupinError, match="a number of threads from 1 to 64"):
        worth(world)


def test_a_process_may_not_branch_on_data():
    @rowwise("household")
    def branches(world, h):
        return 1.0 if h.land > 1.0 else 0.0

    with pytest.raises(NotElementwiseError, match="use `where`"):
        branches(region(engine="compiled"))


def test_a_process_may_not_do_what_no_loop_can():
    @rowwise("household")
    def sorts(world, h):
        return np.sort(h.land)

    @rowwise("household")
    def neighbour(world, h):
        h.savings = world.rows("household").savings[h.village]

    for process, message in ((sorts, "numpy.sort has no place"), (neighbour, "reads of other rows what it writes")):
        with pytest.raises(NotElementwiseError, match=message):
            process(region(engine="compiled"))


def test_an_unknown_column_is_named():
    @rowwise("household")
    def misspelt(world, h):
        return h.saving

    with pytest.raises(AttributeError, match="did you mean 'savings'"):
        misspelt(region(engine="compiled"))


# what is kept


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("FUPIN_CACHE", str(tmp_path))
    return tmp_path / "kernels"


TEXT = """import numpy as np
from fupin.model.engine.compiling import compiled, plus


@compiled
def loop(start, stop, out):
    for j in range(np.uint64(start), np.uint64(stop)):
        out[j] = j * 2.0
"""


def runs() -> bool:
    out = np.zeros(3)
    store.Loop(TEXT).run(0, 3, out)
    return out.tolist() == [0.0, 2.0, 4.0]


def test_a_loop_is_compiled_once_and_then_read(folder):
    told: list[int] = []
    with store.listen(told.append):
        assert runs()
        assert runs()
    assert told == [1, 0]
    assert store.is_kept(TEXT)


@pytest.mark.parametrize("ending", ["*.nbi", "*.nbc", "*.py"])
@pytest.mark.parametrize("damage", ["cut", "rubbish"])
def test_a_damaged_file_costs_a_compilation_and_nothing_else(folder, ending, damage):
    assert runs()
    hit = [*folder.glob(ending), *folder.glob(f"__pycache__/{ending}")]
    assert hit
    for file in hit:
        content = file.read_bytes()
        file.write_bytes(content[: len(content) // 2] if damage == "cut" else b"rubbish")
    assert runs()
    assert runs()
    assert store.is_kept(TEXT)


def test_a_folder_that_cannot_be_made_is_survived(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("FUPIN_CACHE", str(tmp_path / "file"))
    assert runs()


def test_a_folder_that_cannot_be_written_is_survived(folder, monkeypatch):
    def refused(**options):
        raise PermissionError("read-only")

    monkeypatch.setattr(store.tempfile, "mkstemp", refused)
    assert runs()
    assert not store.is_kept(TEXT)


# which engine


def test_auto_takes_the_compiled_engine_where_it_repays_itself(monkeypatch):
    monkeypatch.delenv(choice.VARIABLE, raising=False)
    for warm in (False, True):
        monkeypatch.setattr(choice, "is_warm", lambda warm=warm: warm)
        assert not choice.is_compiled(None, 1_000 * 84)
        assert choice.is_compiled(None, 100_000 * 84) is warm
        assert choice.is_compiled(None, 1_000_000 * 84)
    assert choice.is_compiled("compiled", 1)
    assert not choice.is_compiled("numpy", 1e12)
    monkeypatch.setattr(choice, "installed", lambda: False)
    assert not choice.is_compiled(None, 1e12)
    with pytest.raises(FupinError, match=r"install fupin\[fast\]"):
        choice.checked("compiled")


def test_an_unknown_engine_is_one_message(capsys, monkeypatch):
    monkeypatch.setenv(choice.VARIABLE, "numpy")  # and nothing of it stays
    for words, message in (
        (["run", "baoding", "--engine", "compield"], "did you mean 'compiled'"),
        (["sweep", "baoding", "--engine", "compiled,numpy"], "two of a kind"),
    ):
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert ended.value.code == 2
        assert message in capsys.readouterr().err
