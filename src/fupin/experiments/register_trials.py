"""The paired experiment that a row of the register declares, read strictly: what is in force in which world.

    with      `kind` of an instrument, `kind.setting=value`, `parameter.path=value`, `table.column=value`, by `; `
    off on strong   values of the row's setting; blank `on`: as declared; `absent`: its instrument is not in the package
    without   `table.column=value; …`, set before the fork: off and on are then bitwise equal
    months    12 to 36

The instrument of the row's setting is in force in every world but an `absent` one; what `with` says about that kind
belongs to it. A mistake is told with the row's line, the column, what was given and what is allowed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, NamedTuple

from fupin.errors import FupinError, nearest
from fupin.experiments.gallery import LONGEST, parameter_book
from fupin.model.agents import AGENT_CLASSES
from fupin.model.columns import columns_of
from fupin.model.instruments.base import Instrument
from fupin.model.instruments.kinds import instrument_kinds
from fupin.model.mechanisms import Mechanism

ABSENT = "absent"
DEFAULT = "default"
SHORTEST = 12

type Cell = tuple[str, str, float]
type Package = tuple[tuple[str, tuple[tuple[str, Any], ...]], ...]


class Rules(NamedTuple):
    """What holds in one world beside the gallery itself: parameters, instruments by kind, columns that are set."""

    overrides: tuple[tuple[str, float], ...] = ()
    package: Package = ()
    cells: tuple[Cell, ...] = ()

    def instruments(self) -> list[Instrument]:
        """The package, made anew."""
        known = _kinds()
        return [known[kind](known[kind].Settings(**dict(given))) for kind, given in self.package]


@dataclass(frozen=True)
class Trial:
    """The experiment of one row; `at(value)` are the rules of the world in which the setting has that value."""

    row: Mechanism
    line: int
    overrides: tuple[tuple[str, float], ...]
    package: Mapping[str, Mapping[str, Any]]
    cells: tuple[Cell, ...]
    off: Any
    on: Any
    strong: Any | None
    without: tuple[Cell, ...]
    months: int
    least: float

    @property
    def kind(self) -> str:
        """Kind of the instrument whose setting the row names; empty if it names a parameter."""
        kind = self.row.setting.partition(".")[0]
        return kind if kind in _kinds() and self.row.setting not in parameter_book() else ""

    @property
    def leaf(self) -> str:
        """Last name of the setting."""
        return self.row.setting.rpartition(".")[2]

    @cached_property
    def worlds(self) -> tuple[Rules, Rules, Rules | None]:
        """Rules of the worlds off, on and strong."""
        return self.at(self.off), self.at(self.on), None if self.strong is None else self.at(self.strong)

    def at(self, value: Any) -> Rules:
        """Rules of the world in which the row's setting has a value."""
        if not self.kind:
            overrides = {path: given for path, given in self.overrides if path != self.row.setting}
            if value != DEFAULT and not _as_declared(self.row.setting, value):
                overrides[self.row.setting] = float(value)
            return Rules(tuple(sorted(overrides.items())), _package(self.package), self.cells)
        # last, so that the places of the others (bits in `household.reached`) are the same where it is absent
        package = {kind: given for kind, given in self.package.items() if kind != self.kind}
        if value != ABSENT:
            own = {name: given for name, given in self.package.get(self.kind, {}).items() if name != self.leaf}
            declared = _settings_of(_kinds()[self.kind])[self.leaf]["default"]
            package[self.kind] = own if value in (DEFAULT, declared) else {**own, self.leaf: value}
        return Rules(self.overrides, _package(package), self.cells)

    def bare(self, rules: Rules) -> Rules:
        """The same rules with the precondition taken away."""
        return rules._replace(cells=(*rules.cells, *self.without))


def _as_declared(path: str, value: float) -> bool:
    """Is it the value that the parameter has anyway? Such worlds are shared with those that do not name it."""
    return set(parameter_book()[path].values.values()) == {value}


def _package(given: Mapping[str, Mapping[str, Any]]) -> Package:
    return tuple((kind, tuple(settings.items())) for kind, settings in given.items())


def declares_trial(row: Mechanism) -> bool:
    """Does the row declare an experiment (some cell of it is filled)?"""
    return any((row.least, row.with_, row.off, row.on, row.strong, row.without, row.months))


def read_trials(rows: Iterable[Mechanism]) -> list[Trial]:
    """The experiments of the implemented rows that declare one, in their order; raises FupinError for a mistake."""
    numbered = enumerate(rows, start=2)  # the first line holds the names of the columns
    return [read_trial(row, line) for line, row in numbered if row.status == "implemented" and declares_trial(row)]


def read_trial(row: Mechanism, line: int) -> Trial:
    """The experiment of a row."""
    reader = _Reader(row, line)
    if not (row.symbol and row.setting and row.moves):
        raise reader.error("months", "an experiment needs a symbol, a setting and what it moves")
    overrides, package, cells = reader.conditions()
    off, on = reader.value("off", row.off), reader.value("on", row.on)
    strong = reader.value("strong", row.strong) if row.strong else None
    trial = Trial(
        row, line, overrides, package, cells, off, on, strong, reader.cells("without", row.without), reader.months(),
        reader.least(),
    )  # fmt: skip
    for name, value in (("off", off), ("on", on), ("strong", strong)):
        if value is not None:
            reader.possible(name, trial.at(value))
    if trial.worlds[0] == trial.worlds[1]:
        raise reader.error("off", f"off and on are the same world ({row.off!r} and {row.on or 'the default'!r})")
    return trial


class _Reader:
    """Cells of one row, and how a mistake in them is told."""

    def __init__(self, row: Mechanism, line: int) -> None:
        self.row, self.line = row, line
        self.kinds, self.book = _kinds(), parameter_book()

    def error(self, column: str, message: str) -> FupinError:
        return FupinError(f"mechanisms.csv, line {self.line}, {self.row.id}, column `{column}`: {message}")

    def value(self, column: str, text: str) -> Any:
        """A value of the row's setting; blank: the declared default."""
        setting = self.row.setting
        kind, _, name = setting.partition(".")
        if setting in self.book:
            if text == ABSENT:
                raise self.error(column, f"{setting} is a parameter, which cannot be absent; allowed: a number")
            return DEFAULT if not text and column == "on" else self._number(column, text)
        if kind not in self.kinds:
            raise self.error("setting", f"unknown instrument or parameter {setting!r}; {nearest(setting, self.book)}")
        if text == ABSENT and column == "off":
            return ABSENT
        if not text and column == "on":
            return DEFAULT
        return self._setting(column, kind, name, text)

    def conditions(self) -> tuple[tuple[tuple[str, float], ...], dict[str, dict[str, Any]], tuple[Cell, ...]]:
        """What `with` puts in force: parameters, instruments, columns."""
        overrides: dict[str, float] = {}
        package: dict[str, dict[str, Any]] = {}
        cells: list[Cell] = []
        for part in _parts(self.row.with_):
            name, equals, text = (word.strip() for word in part.partition("="))
            first, _, last = name.partition(".")
            if name in self.book and equals:
                overrides[name] = self._number("with", text)
            elif first in self.kinds and (bool(last) == bool(equals)):
                settings = package.setdefault(first, {})
                if last:
                    settings[last] = self._setting("with", first, last, text)
            elif first in AGENT_CLASSES and equals:
                cells.append(self._cell("with", part))
            else:
                known = [*self.kinds, *self.book, *AGENT_CLASSES]
                raise self.error(
                    "with",
                    f"{part!r} is not understood; allowed: `kind`, `kind.setting=value`, `parameter.path=value`, "
                    f"`table.column=value`; {nearest(name, known)}",
                )
        return tuple(sorted(overrides.items())), package, tuple(cells)

    def cells(self, column: str, text: str) -> tuple[Cell, ...]:
        return tuple(self._cell(column, part) for part in _parts(text))

    def months(self) -> int:
        text = self.row.months
        if not text.isdigit() or not SHORTEST <= int(text) <= LONGEST:
            raise self.error("months", f"{text!r}; allowed: a whole number from {SHORTEST} to {LONGEST}")
        return int(text)

    def least(self) -> float:
        return self._number("least", self.row.least) if self.row.least else 0.0

    def possible(self, column: str, rules: Rules) -> None:
        """Refuse values outside their declared ranges."""
        try:
            parameters = dict(rules.overrides)
            for path, value in parameters.items():
                self.book.find(path).check(value)
            rules.instruments()
        except (FupinError, ValueError) as error:  # pydantic's errors are ValueErrors
            raise self.error(column, " ".join(str(error).split())) from None

    def _cell(self, column: str, part: str) -> Cell:
        name, equals, text = (word.strip() for word in part.partition("="))
        table, _, field = name.partition(".")
        if table not in AGENT_CLASSES or not equals:
            raise self.error(column, f"{part!r} is no `table.column=value`; tables: {', '.join(AGENT_CLASSES)}")
        declared = columns_of(AGENT_CLASSES[table])
        if field not in declared:
            raise self.error(column, f"{table} has no column {field!r}; {nearest(field, declared)}")
        value, bounds = self._number(column, text), declared[field]
        if not bounds.low <= value <= bounds.high:
            raise self.error(column, f"{part!r} is out of range; allowed: {bounds.low:g} to {bounds.high:g}")
        return table, field, value

    def _setting(self, column: str, kind: str, name: str, text: str) -> Any:
        """A value for a setting of an instrument, of the type that it declares."""
        declared = _settings_of(self.kinds[kind])
        if name not in declared:
            raise self.error(column, f"{kind} has no setting {name!r}; {nearest(name, declared)}")
        record = declared[name]
        if not text:
            raise self.error(column, f"is blank; allowed: a value of {kind}.{name}, or `absent` in `off`")
        match record["kind"]:
            case "number" | "float":
                return self._number(column, text)
            case "whole number":
                return int(self._number(column, text))
            case "true or false":
                if text not in ("true", "false"):
                    raise self.error(column, f"{text!r} for {kind}.{name}; allowed: true, false")
                return text == "true"
            case "list of text":
                return tuple(word.strip() for word in text.split("+"))
            case _:
                return text

    def _number(self, column: str, text: str) -> float:
        try:
            return float(text)
        except ValueError:
            raise self.error(column, f"{text!r} is not a number") from None


@cache
def _settings_of(kind: type[Instrument]) -> dict[str, dict[str, Any]]:
    return {record["name"]: record for record in kind.Settings.describe()}


@cache
def _kinds() -> dict[str, type[Instrument]]:
    return instrument_kinds()


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]
