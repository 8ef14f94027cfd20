"""The model has one source of random numbers, `fupin.model.draws`: a scan of its source finds no other."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import fupin.model

MODEL = Path(fupin.model.__file__).parent
FILES = sorted(path for path in MODEL.rglob("*.py") if path != MODEL / "draws.py")

MODULES = {"random", "secrets", "uuid", "time", "numpy.random"}
ATTRIBUTES = {
    *("random", "rng", "default_rng", "RandomState", "Generator", "SeedSequence", "rvs"),
    *("urandom", "getrandom", "getpid", "uuid1", "uuid4"),
    *("now", "utcnow", "today", "perf_counter", "monotonic", "time_ns"),
}
NAMES = {"random", "rng"}
CALLS = {"hash"}  # of a string it differs from process to process
# Mesa's agent sets carry the generator of their Mesa model and two verbs shuffle with it, as Mesa's users expect.
MESAS = {  # file -> functions, "" being the level of the module and its classes
    "agentset.py": {"shuffle", "shuffle_do"},  # these draw
    "agentset_live.py": {"of"},  # these hand the generator on
    "membership.py": {"", "__init__", "of_keys", "_made"},
    "agent.py": {"create_agents", "from_dataframe"},
    "population.py": {"add_rows"},
}


def sources_of_randomness(text: str, file: str = "rules.py") -> list[str]:
    """What in this source could make two runs with one seed differ, as `line: what`."""
    return [f"{line}: {what}" for line, what in _scan(ast.parse(text), file, "")]


def _scan(node: ast.AST, file: str, function: str) -> Iterator[tuple[int, str]]:
    for child in ast.iter_child_nodes(node):
        inside = child.name if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) else function
        if inside not in MESAS.get(file, ()):
            yield from ((getattr(child, "lineno", 0), what) for what in _suspects(child, inside))
        yield from _scan(child, file, inside)


def _suspects(node: ast.AST, function: str) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (f"import {a.name}" for a in names if _forbidden_module(a.name))
        case ast.ImportFrom(module=str(module), names=names):
            if _forbidden_module(module):
                yield f"from {module} import"
            else:
                found = [a.name for a in names if _forbidden_module(f"{module}.{a.name}") or a.name in ATTRIBUTES]
                yield from (f"from {module} import {name}" for name in found)
        case ast.Attribute(attr=attribute) if attribute in ATTRIBUTES:
            yield f".{attribute}"
        case ast.Name(id=name) if name in NAMES:
            yield name
        case ast.Call(func=ast.Name(id=name)) if name in CALLS and function != "__hash__":
            yield f"{name}()"
        case ast.Call(func=ast.Name(id="getattr" | "__import__") | ast.Attribute(attr="import_module"), args=args):
            given = [a.value for a in args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            yield from (f"{name!r} by name" for name in given if name in ATTRIBUTES or _forbidden_module(name))
        case _:
            pass


def _forbidden_module(name: str) -> bool:
    return any(name == module or name.startswith(module + ".") for module in MODULES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(MODEL).as_posix())
def test_model_code_draws_only_by_key(path: Path) -> None:
    found = sources_of_randomness(path.read_text(encoding="utf-8"), path.name)
    assert not found, f"{path.name} has a source of randomness that is not keyed: {'; '.join(found)}"


@pytest.mark.parametrize(
    "planted",
    [
        "import random",
        "import numpy.random as nr",
        "from numpy import random",
        "from numpy.random import default_rng",
        "from random import gauss",
        "from os import urandom",
        "import secrets",
        "import uuid",
        "import time",
        "from time import perf_counter",
        "x = np.random.normal(size=3)",
        "x = numpy.random.default_rng(1)",
        "x = os.urandom(8)",
        "x = scipy.stats.norm.rvs(size=3)",
        "x = self.random.random()",
        "x = self.model.rng.normal()",
        "def step(self, rng):\n    return rng.normal()",
        "def step(self):\n    def inner():\n        return self.random.gauss(0, 1)\n    return inner()",
        "seed = hash('county')",
        "class A:\n    def key(self):\n        return hash(self.name)",
        "x = getattr(model, 'random')",
        "x = __import__('random')",
        "x = importlib.import_module('numpy.random')",
        "x = datetime.date.today()",
    ],
)
def test_a_planted_source_is_found(planted: str) -> None:
    assert sources_of_randomness(planted)


@pytest.mark.parametrize(
    "harmless",
    [
        "luck = draws.normal('farm.luck', month, h.uid)",
        "for name in {1, 2, 3}: pass",
        "class A:\n    def __hash__(self):\n        return hash(self.path)",
        "randomised = True  # random numbers of the county",
        "from fupin.model.draws import Draws, declare_stream",
        "x = months.time_to_maturity",
        "super().__init__(rng=seed)",
    ],
)
def test_keyed_draws_and_plain_words_pass(harmless: str) -> None:
    assert sources_of_randomness(harmless) == []


def test_only_mesas_own_verbs_may_shuffle_and_only_where_they_live() -> None:
    text = "class A:\n    def shuffle(self):\n        self.random.shuffle(rows)\n"
    assert sources_of_randomness(text, "agentset.py") == []
    assert sources_of_randomness(text, "farming.py")
    assert sources_of_randomness(text.replace("shuffle(self)", "do(self)"), "agentset.py")
    nested = "def shuffle(self):\n    def draw():\n        return self.random.random()\n    return draw()\n"
    assert sources_of_randomness(nested, "agentset.py") == ["3: .random", "3: .random"]


@pytest.mark.parametrize(
    ("file", "function"), [(file, name) for file, names in MESAS.items() for name in sorted(names)]
)
def test_every_exception_is_still_needed(file: str, function: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MESAS, file, MESAS[file] - {function})
    assert sources_of_randomness((MODEL / file).read_text(encoding="utf-8"), file)


def test_the_scan_reaches_the_whole_model() -> None:
    names = {path.relative_to(MODEL).as_posix() for path in FILES}
    assert {"columns.py", "rules/vocabulary.py", "rules/farming.py"} <= names
    assert "draws.py" not in names
    assert sources_of_randomness("x = np.random.normal()", "household.py") == ["1: .random"]
