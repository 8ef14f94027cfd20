"""Write the pages of this folder that are made of the model's own declarations.

    python docs/generate.py            all pages that are made of declarations
    python docs/generate.py figures    also the run in the READMEs, tables in patterns.md, sampling.md

`tests/test_docs_generated.py` compares the pages with what this script would write.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from pieces import cell, code, dated, first_line, named_numbers, page, prose, span, table

import fupin.model.rules
from fupin.experiments.decide.save import FINDING_FILES, SEARCH_FILES
from fupin.experiments.replicated.save import FILES as REPLICATED_FILES
from fupin.experiments.save import COMPARISON_FILES, FILES, LIVES_FILES
from fupin.experiments.sensitivity.save import FILES as SENSITIVITY_FILES
from fupin.experiments.sweep_save import FILES as SWEEP_FILES
from fupin.library import library
from fupin.model import ages
from fupin.model.agents import AGENT_CLASSES, AGENT_LABELS
from fupin.model.columns import columns_of
from fupin.model.draws import STREAMS
from fupin.model.instruments.base import Instrument
from fupin.model.instruments.kinds import instrument_kinds
from fupin.model.mechanisms import CLASSES, STATUSES, Mechanism, counts, read_mechanisms
from fupin.model.month import CADENCES, MONTH
from fupin.model.outcomes import GROUPS, OUTCOMES
from fupin.model.parameters import load_parameters
from fupin.model.rules import scales
from fupin.model.rules.arguments import ARGUMENTS
from fupin.model.rules.vocabulary import RULES

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
FOLDERS = {
    "fupin run": FILES,
    "fupin compare": COMPARISON_FILES,
    "fupin compare --replicates": REPLICATED_FILES,
    "fupin twin --out": LIVES_FILES,
    "fupin sweep": SWEEP_FILES,
    "fupin sensitivity": SENSITIVITY_FILES,
    "fupin search": SEARCH_FILES,
    "fupin discover --out": FINDING_FILES,
    "fupin robust --out": FINDING_FILES,
}
SOURCES = """
Sources that name a file under `domain/`, or `model.md`, `prototype.md`, `literature.md` or a `.csv` alone, are the
project's working papers: figures collected by hand, about half of them seen in a public source, the others written from
general knowledge and not yet verified. The papers are not part of this repository.
"""
ABOUT = {
    "columns": """
Every attribute of every kind of agent, as it is declared on the agent's class. A column is one NumPy array a region:
`region.rows("household").savings` is the array, `agent.savings` one value of it. Money is in current yuan of the agent
itself, not weighted. In the terminal: `fupin show columns household --lang zh`.
""",
    "parameters": """
Every number of the model that is not a setting of an instrument: dated values, unit, allowed range, status and source,
from `model/parameters/*.toml`. A star marks parameters to be varied in sensitivity runs. Status: *seed* (given by a
source document), *official statistic*, *published estimate*, *calibrated* (fitted, see [patterns](patterns.md)),
*assumption*, *driver* (a scenario series). What fixes the meaning of parameters (ages of law, the middle from which a
coefficient is measured, floors of logarithms) stands below them under “Definitions”; any other number in the code of
the model has a name, and a comment where it stands (`tests/test_numbers.py` sees to it).
"""
    + SOURCES,
    "month": """
What happens in a month, in this order. One tick is a month; a process runs in the calendar months of its cadence. The
list is `src/fupin/model/month.py`; a process is one function in `src/fupin/model/processes/`.
""",
    "mechanisms": """
The source documents describe 344 mechanisms. `model/mechanisms.csv` says of each what the model makes of it: class,
status, the function or class that does it (*symbol*), the setting that turns it on or sets its strength, the column or
ledger purpose that differs first (*moves*), the outcome, the sign when the setting is raised, and what is missing
(*note*). In the terminal: `fupin show mechanisms --family industry --status open`.

Claims are tested by forks of the gallery region: `fupin check mechanisms` (`src/fupin/experiments/register_forks.py`).
""",
    "instruments": """
Every kind of instrument and what a planner may set. A policy file names an instrument by `kind`; a setting with several
dates has the value of the last date that has come. In the terminal: `fupin show instrument dibao`.
"""
    + SOURCES,
    "outcomes": """
What a run is judged by. Every outcome is one line of `src/fupin/model/outcomes.py`, computed after December's
processes (and once for the December before the start); tables, figures, comparisons and the files below read it
there. Persons are counted by survey weight times members, households by survey weight. Money is in current yuan;
files hold yuan, persons and shares, the terminal and the figures scale them (万人, million yuan, %). Better: + more,
− less.

**Twins** (`fupin compare`). Every household lives in both worlds with the same luck. At each December its persons
are *lifted* (poor in the reference, not under the policy), *not poor anyway* (poor in neither), *not lifted* (poor
in both), *harmed* (poor under the policy only), or live in one world only. *Reached* are households that an
instrument has served which the other world lacks or runs by other settings. The sums over the Decembers are
person-years; the cost of a person-year lifted is the extra public spending over the net person-years lifted,
payments of the health insurance stand beside it. This is exact arithmetic about two simulated worlds, spillovers
included; it is not the effect of receiving. The ± beside a difference is the standard error of drawing villages
(linearised, within the strata of the sample); it contains the luck of households but not the uncertainty of
parameters.

**Groups** (`groups.csv`) are formed once, before any instrument has acted: county, poor village or not, fifth of
income, main hardship (the first that applies of illness, disability, no able worker, members at school), and the
register as first drawn up.
""",
    "streams": """
Every random number is a function of the run's seed, the name of a stream, a month (or another epoch) and the key of the
agent. A stream serves one purpose; who is the agent of the main ones is said in [the ODD protocol](../model/ODD.md).
""",
    "rules": """
Every rule of households, enterprises and teams. A rule is a pure function, written once in `src/fupin/model/rules/`;
the same body serves one household (`fupin.model.rules.vocabulary.scalar`), a population (NumPy) and a compiled loop.
Its arguments are columns, [parameters](parameters.md) (in italics), draws, or results of other rules. How to read
them, with worked numbers: [model.md](model.md).
""",
}


def main(arguments: Sequence[str]) -> None:
    """Write the pages; with `figures` the measured parts too."""
    for name, made in PAGES.items():
        (DOCS / name).write_text(made(), encoding="utf-8", newline="\n")
    if "figures" in arguments:
        sys.path.insert(0, str(DOCS))
        importlib.import_module("measure").main()


def columns() -> str:
    """The data dictionary."""
    kinds = (
        (
            f"{name} · {AGENT_LABELS[name].zh}: {first_line(cls)}",
            table(
                ("column", "名称", "label", "unit", "dtype", "range or codes", "default", "含义", "meaning"),
                (
                    (
                        code(item.name),
                        item.zh,
                        item.en,
                        item.unit,
                        item.dtype,
                        {number: f"{zh} {en}" for number, (zh, en) in item.codes.items()} or span(item.low, item.high),
                        item.default,
                        *item.about,
                    )
                    for item in columns_of(cls).values()
                ),
            ),
        )
        for name, cls in AGENT_CLASSES.items()
    )
    return page("Data dictionary · 数据字典", ABOUT["columns"], kinds)


def parameters() -> str:
    """The parameter table."""
    book: dict[str, list[Mapping[str, Any]]] = {}
    for entry in load_parameters(library("model", "parameters")).table():
        book.setdefault(entry["path"].partition(".")[0], []).append(entry)
    chapters = (
        (
            name,
            table(
                ("path", "名称", "label", "values", "unit", "range", "growth a year", "status", "source"),
                (
                    (
                        code(one["path"]) + (" \\*" if one["uncertain"] else ""),
                        one["zh"],
                        one["en"],
                        dated(one["values"]),
                        one["unit"],
                        span(one["low"], one["high"]),
                        f"{one['growth']:+.1%}" if one["growth"] else "",
                        one["status"],
                        one["source"] + (f" ({one['note']})" if one["note"] else ""),
                    )
                    for one in entries
                ),
            ),
        )
        for name, entries in book.items()
    )
    defined = (
        (f"Definitions: {first_line(module)}", table(("name", "value", "what it is"), _named_in(module)))
        for module in (ages, scales)
    )
    return page("Parameters · 参数表", ABOUT["parameters"], (*chapters, *defined))


def _named_in(module: ModuleType) -> list[tuple[str, float, str]]:
    return [(code(name), value, told) for name, value, told in named_numbers(module)]


def month() -> str:
    """The month as a list."""
    lines = (
        (place, code(one.name), *CADENCES[one.months], one.zh, one.en, *one.about, one.reads, one.writes)
        for place, one in enumerate(MONTH, 1)
    )
    head = ("no", "process", "频率", "cadence", "名称", "label", "内容", "about", "reads", "writes")
    return page("The month · 一个月里发生什么", ABOUT["month"], [("", table(head, lines))])


def mechanisms() -> str:
    """How far the register of mechanisms is."""
    rows = read_mechanisms(library("model", "mechanisms.csv"))

    def how_many(by: str) -> str:
        sums = [(name, *(one[state] for state in STATUSES), one.total()) for name, one in counts(rows, by).items()]
        sums.append(("**all**", *(sum(one[place] for one in sums) for place in range(1, len(STATUSES) + 2))))
        return table(("", *STATUSES, "all"), sums)

    def noted(status: str) -> str:
        return table(
            ("id", "机制", "mechanism", "reason"), ((*_named(row), row.note) for row in rows if row.status == status)
        )

    symbols = {row.symbol for row in rows if row.status == "implemented"}
    about = "\n".join(f"- *{name}* ({zh}): {meaning}" for name, (zh, meaning) in STATUSES.items())
    about += f"\n\nThe implemented rows name {len(symbols)} different symbols."
    targets = ((*_named(row), code(row.outcome), row.note) for row in rows if row.status == "outcome")
    chapters = (
        ("What a status means", about),
        (f"By class ({', '.join(f'{zh} {name}' for name, zh in CLASSES.items())})", how_many("cls")),
        ("By group", how_many("group")),
        ("Targets that an outcome reports", table(("id", "目标", "target", "outcome", "note"), targets)),
        ("Not modelled", noted("not modelled")),
        ("Open", ", ".join(f"{row.id} {row.english}" for row in rows if row.status == "open") + "."),
    )
    return page("Mechanisms · 机制登记", ABOUT["mechanisms"], chapters)


def _named(row: Mechanism) -> tuple[str, str, str]:
    """Number and name of a mechanism."""
    return row.id, row.phrase_zh, row.english


def instruments() -> str:
    """All kinds of instruments with their settings."""
    kinds = sorted((kind, cls) for kind, cls in instrument_kinds().items() if cls.__module__.startswith("fupin."))
    chapters = (
        (
            f"{kind}: {cls.zh} · {cls.en}",
            f"{cls.about().zh}\n\nFamily: {cls.family}. {prose(cls)}\n\n"
            + only_one(cls)
            + steps(cls)
            + table(
                ("setting", "名称", "label", "default", "unit", "allowed", "status", "source"),
                (
                    (
                        code(one["name"]),
                        one["zh"],
                        one["en"],
                        "required"
                        if one["required"]
                        else cell(dated(one["default"])) or " · ".join(one["unset"] or ()),
                        one["unit"] or one["kind"],
                        " · ".join(one["allowed"] or ()) or one["choices"] or span(one["low"], one["high"]),
                        one["status"] or "情景设定 · scenario",
                        one["source"],
                    )
                    for one in cls.Settings.describe()
                ),
            ),
        )
        for kind, cls in kinds
    )
    return page("Instruments · 政策工具", ABOUT["instruments"], chapters)


def only_one(kind: type[Instrument]) -> str:
    """Why no two of a kind can be in force at once, where that is so."""
    why = kind.single
    return f"Only one can be in force at a time · 同一时间只能有一个: {why.en} · {why.zh}\n\n" if why else ""


def steps(kind: type) -> str:
    """What the methods that a kind of instrument has of its own say of themselves, as a list."""
    own = {name: item for name, item in vars(kind).items() if inspect.isfunction(item) and not name.startswith("_")}
    lines = [f"- *{name}*: {re.sub(r'\s+', ' ', item.__doc__.strip())}" for name, item in own.items() if item.__doc__]
    return "\n".join(lines) + "\n\n" if lines else ""


def streams() -> str:
    """All streams of random numbers."""
    for part in ("model", "scenarios", "calibration"):
        for info in pkgutil.walk_packages(importlib.import_module(f"fupin.{part}").__path__, f"fupin.{part}."):
            if ".engine." not in info.name:  # declares none, and needs Numba
                importlib.import_module(info.name)
    source = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "src").rglob("*.py"))
    declared = set(re.findall(r'declare_stream\(\s*"([^"]+)"', source))  # the tests declare some too
    ours = sorted(item for item in STREAMS.items() if item[0] in declared)
    rows = ((code(name), meaning) for name, meaning in ours)
    return page("Streams of random numbers · 随机数流", ABOUT["streams"], [("", table(("stream", "decides"), rows))])


def outcomes() -> str:
    """All outcomes by group, and the files of a results folder."""
    head = ("outcome", "名称", "label", "unit", "better", "by group", "definition")
    chapters = [
        (
            f"{en} · {zh}",
            table(
                head,
                (
                    (
                        code(one.name),
                        one.zh,
                        one.en,
                        one.unit,
                        {1: "+", -1: "−", 0: ""}[one.direction],
                        "yes" if one.by_group else "",
                        one.meaning,
                    )
                    for one in OUTCOMES.values()
                    if one.group == group
                ),
            ),
        )
        for group, (zh, en) in GROUPS.items()
    ]
    for command, files in FOLDERS.items():
        lines = ((code(name), zh, en) for name, (zh, en) in files.items())
        chapters.append((f"Files of `{command}`", table(("file", "内容", "content"), lines)))
    return page("Outcomes · 结果指标", ABOUT["outcomes"], chapters)


def rules() -> str:
    """All rules by theme."""
    units = argument_units()
    themes: dict[str, list[Callable[..., Any]]] = {}
    for name in sorted(info.name for info in pkgutil.iter_modules(fupin.model.rules.__path__, "fupin.model.rules.")):
        importlib.import_module(name)
        here = (item for item in RULES.values() if item.__module__ == name)
        themes[name] = sorted(here, key=lambda item: item.__code__.co_firstlineno)
    chapters = (
        (
            f"{name.rpartition('.')[2]}: {first_line(sys.modules[name])}",
            table(
                ("rule", "what it says", "arguments"),
                (
                    (code(one.__name__), prose(one), ", ".join(units[arg] for arg in inspect.signature(one).parameters))
                    for one in found
                ),
            ),
        )
        for name, found in themes.items()
        if found
    )
    return page("Rules · 规则", ABOUT["rules"], chapters)


def argument_units() -> dict[str, str]:
    """Every name that a rule may use as an argument, with its unit, as Markdown."""
    named = {name: f"{code(name)} ({unit})" for name, (unit, *_) in ARGUMENTS.items()}
    for cls in reversed(AGENT_CLASSES.values()):
        named |= {name: f"{code(name)} ({item.unit or 'key'})" for name, item in columns_of(cls).items()}
    book = load_parameters(library("model", "parameters")).values()
    return named | {entry.leaf: f"*{code(entry.leaf)}* ({entry.unit})" for entry in book}


PAGES: dict[str, Callable[[], str]] = {
    "columns.md": columns,
    "parameters.md": parameters,
    "month.md": month,
    "instruments.md": instruments,
    "mechanisms.md": mechanisms,
    "streams.md": streams,
    "outcomes.md": outcomes,
    "rules.md": rules,
}

if __name__ == "__main__":
    main(sys.argv[1:])
