"""The documents say what the program says: pages are fresh, names exist, links lead somewhere, numbers are right."""

from __future__ import annotations

import csv
import doctest
import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
from rule_faces import import_all_rules

from fupin.library import library
from fupin.model.draws import STREAMS
from fupin.model.instruments.kinds import instrument_kinds
from fupin.model.month import MONTH
from fupin.model.parameters import load_parameters
from fupin.model.rules.vocabulary import RULES

ROOT = Path(__file__).parents[1]
PAGES = ["README.md", "README.zh.md", "CONTRIBUTING.md", "CHANGELOG.md", "model/ODD.md"]
PAGES += [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "docs").glob("*.md"))]
import_all_rules()


def load(name: str) -> ModuleType:
    """A script of the folder docs, as a module."""
    spec = importlib.util.spec_from_file_location(f"docs_{name}", ROOT / "docs" / f"{name}.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", sorted(load("generate").PAGES))
def test_a_generated_page_is_what_the_declarations_say(name: str) -> None:
    written = text_of(f"docs/{name}")
    fresh = load("generate").PAGES[name]()
    stale = [line for line in written.splitlines() if line not in set(fresh.splitlines())]
    assert written == fresh, f"docs/{name} is stale; refresh it with: python docs/generate.py\n" + "\n".join(stale[:5])


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_to_files_that_exist(page: str) -> None:
    targets = re.findall(
        r"\]\(([^)#\s]+)[^)]*\)|<img[^>]*src=\"([^\"]+)\"", re.sub(r"```.*?```", "", text_of(page), flags=re.DOTALL)
    )
    here = [one or other for one, other in targets if "://" not in one + other]
    assert not [target for target in here if not ((ROOT / page).parent / target).exists()]


@pytest.mark.parametrize("page", PAGES)
def test_source_files_that_are_named_exist(page: str) -> None:
    named = set(
        re.findall(r"`((?:src|docs|tests|model|scenarios|calibration|experiments|benchmarks)/[\w./-]+)`", text_of(page))
    )
    assert not {name for name in named if not (ROOT / name).exists()}


def test_the_protocol_names_every_process_and_rule_and_nothing_that_does_not_exist() -> None:
    named = set(re.findall(r"`([a-z_]+)`", text_of("model/ODD.md")))
    kinds = {kind: cls for kind, cls in instrument_kinds().items() if cls.__module__.startswith("fupin.")}
    to_be_named = {process.name for process in MONTH} | set(RULES)
    silent = to_be_named - named
    assert not silent, "model/ODD.md says nothing about these"
    leaves = {entry.leaf for entry in load_parameters(library("model", "parameters")).values()}
    columns = set(re.findall(r"^\| `(\w+)`", text_of("docs/columns.md"), flags=re.MULTILINE))
    settings = {name for kind in kinds.values() for name in kind.Settings.model_fields}
    unknown = named - to_be_named - set(kinds) - leaves - columns - settings
    assert not unknown, "model/ODD.md names what the program does not have"


def test_the_protocol_names_streams_of_random_numbers_that_exist() -> None:
    chapter = text_of("model/ODD.md").partition("## 5. Randomness")[2].partition("## 6.")[0]
    rows = "\n".join(line.split("|")[1] for line in chapter.splitlines() if line.startswith("|"))
    named = set(re.findall(r"\b[a-z_]+\.[a-z_]+\b", rows))
    load("generate").streams()  # imports whatever declares one
    assert len(named) > 20
    assert not named - set(STREAMS)


def test_the_worked_numbers_of_the_rules_are_right() -> None:
    page = re.sub(r"^```.*$", "", text_of("docs/model.md"), flags=re.MULTILINE)
    examples = doctest.DocTestParser().get_doctest(page, {}, "docs/model.md", "docs/model.md", 0)
    wrong: list[str] = []
    result = doctest.DocTestRunner(verbose=False).run(examples, out=wrong.append)
    assert not result.failed, "".join(wrong)
    assert result.attempted > 30


def test_every_pattern_that_is_missed_has_a_diagnosis() -> None:
    page = text_of("docs/patterns.md")
    with library("calibration", "targets", "patterns.csv").open(encoding="utf-8", newline="") as file:
        targets = list(csv.DictReader(file))
    assert not [row["en"] for row in targets if row["en"] not in page], "refresh: python docs/generate.py figures"
    missed = {line.split("|")[2].strip() for line in page.splitlines() if "| outside" in line}
    diagnosed = page.partition("## Diagnosis")[2]
    assert not [name for name in missed if name not in diagnosed]
