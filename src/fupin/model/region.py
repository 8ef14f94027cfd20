"""A region: a Mesa model of households, villages, enterprises, teams and counties over a calendar.

`step()` is one month: the list in `month.py`. A region is built from plain columns (`RegionData`), resolved parameters
and a package of instruments; it runs its burn-in months before the scenario starts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fupin.model.agents import AGENT_CLASSES
from fupin.model.agentset import ArrayAgentSet
from fupin.model.columns import Rows, Table
from fupin.model.draws import Draws
from fupin.model.engine.at_work import on
from fupin.model.engine.choice import is_compiled
from fupin.model.engine.kernels import Calls
from fupin.model.engine.turns import AllTurns
from fupin.model.enterprise import LEAST_JOBS
from fupin.model.events import Event
from fupin.model.household import mark_of
from fupin.model.instruments.base import Instrument, fresh_state
from fupin.model.ledger import STOCKS, Ledger
from fupin.model.month import MONTH, Process
from fupin.model.parameters import ParameterPath, Values
from fupin.model.person import CARE, LOCAL, PER_HOUSEHOLD
from fupin.model.population import ArrayModel
from fupin.model.processes.budgets import Pool
from fupin.model.processes.enterprises import productivity_for
from fupin.model.processes.household_sums import refresh_pay, sum_labour, sum_members
from fupin.model.processes.labour import RESIDENCE, assign, draw_tastes
from fupin.model.processes.registry import enrol
from fupin.model.processes.retirement import first_retirees
from fupin.model.processes.settle import produce
from fupin.model.processes.settlement import Place, quarter_draws, quarter_values
from fupin.model.processes.staff import spread_hired
from fupin.model.region_data import RegionData
from fupin.model.shared_lists import SharedLists

SECTOR_TABLE = {
    "households": "household",
    "collectives": "village",
    "enterprises": "enterprise",
    "counties": "county",
}
WEIGHTED = ("households", "collectives")  # of a sample: a row stands for many


# The C library of Linux hands freed blocks above a threshold back to the system, and the next temporary array pays for
# fresh pages: 40 % of the time of a large region. Freeing one large block, never touched, raises the threshold to its
# size (32 MiB at most). Elsewhere it does nothing.
np.empty(31 * 2**20, np.uint8)


class Region(ArrayModel):
    """A county or prefecture in one world.

    `first` is the first month simulated, `start` the first month of the scenario (absolute months,
    year·12 + month − 1); parameters must cover both. `audit` keeps the books by account instead of by sector;
    `engine` is `numpy`, `compiled` or `auto` (`engine.choice`; by default what the process uses); `traced` are
    household uids whose postings are kept one by one. If `data` is `given_away`, nobody else may use its columns: they
    are let go as the tables take them over, so that the million households are never held twice.
    """

    processes: tuple[Process, ...] = MONTH  # what a month consists of
    pool: Pool | None = None  # money of the counties, where budget rules are in force

    def __init__(
        self,
        data: RegionData,
        parameters: ParameterPath,
        instruments: Sequence[Instrument] = (),
        *,
        seed: int = 1,
        first: int,
        start: int,
        audit: bool = False,
        traced: Sequence[int] = (),
        suppressed: Sequence[str] = (),
        given_away: bool = False,
        engine: str | None = None,
    ) -> None:
        super().__init__(rng=seed)
        self.data = data
        self.parameters = parameters
        self.instruments = tuple(instruments)
        self.compiled = is_compiled(
            engine, len(next(iter(data.households.values()), ())) * (parameters.last - first + 1)
        )
        self.draws = Draws(seed, self.compiled)
        self.first, self.start = first, start
        self.month = first
        self.funnel: list[tuple[int, str, float, float, float]] = []
        self.registry_flows = {"entries": 0.0, "exits": 0.0, "returns": 0.0}
        self.left_in: dict[int, list[NDArray[np.int64]]] = {}  # rows of the households that left the register, by year
        self.events: list[Event] = []
        self._states = {item.id: fresh_state() for item in self.instruments}
        self.turns: dict[str, Callable[[Region], None]] = {}  # months of the instruments, by id
        self.timetable: dict[int, list[Callable[[Region], None]]] = {}  # those due in a calendar month
        self._kinds = _by_kind(self.instruments)
        self._answering: dict[str, tuple[tuple[Instrument, ...], tuple[Instrument, ...]]] = {}  # and for which package
        self._marks = {item.id: mark_of(place) for place, item in enumerate(self.instruments)}
        self.lists = SharedLists()
        self.calls = Calls()
        self._windows: dict[str, Rows] = {}
        self._ones = np.ones(0)
        self._fate: tuple[int, SimpleNamespace] | None = None
        self._lasting: dict[str, NDArray[np.float64]] = {}
        self.turns_of_homes = AllTurns()
        self.staff: tuple[int, Any] = (-1, None)  # month, and who has an employer since (`staff.Staff`)
        self.payroll_month = -1  # month for which enterprises' payrolls have been opened
        columns = (data.households, data.persons, data.villages, data.enterprises, data.teams, data.counties)
        for agent_class, values in zip(AGENT_CLASSES.values(), columns, strict=True):
            if values:
                self.add_rows(agent_class, values)
            if given_away:
                values.clear()
        self.first_person = np.searchsorted(
            self.table_of("person")["household"], np.arange(len(self.rows("household")) + 1)
        )
        first_household = np.searchsorted(
            self.table_of("household")["village"], np.arange(len(self.rows("village")) + 1)
        )
        inhabited = np.flatnonzero(np.diff(first_household) > 0)
        self.inhabited = inhabited, first_household[inhabited]  # villages with households, and the first one of each
        self._each_county = np.ones(len(self.rows("county")))
        self.out_of_date = np.ones(len(self.rows("household")), np.bool_)  # households whose labour must be summed
        self.summed_activity = self.rows("person").activity.copy()  # of persons, when it last was
        self.ledger = Ledger(self.weights, self.stock, audit=audit, suppressed=frozenset(suppressed))
        self.old_loans = np.flatnonzero(self.table_of("household")["loan"] > 0.0)  # of banks, from before the run
        uids = self.table_of("household")["uid"]
        self.ledger.traced = np.flatnonzero(np.isin(uids, np.asarray(traced, np.int64)))
        self.base_wage = self.p.local_wage
        self._first_state()
        self.month = first - 1
        self.ledger.open(first)

    # time and parameters

    @property
    def p(self) -> Values:
        """Parameters of the present month; before the first one, of the first."""
        return self.parameters.at(max(self.month, self.first))

    @property
    def year(self) -> int:
        """Calendar year of the present month."""
        return self.month // 12

    @property
    def calendar_month(self) -> int:
        """1–12."""
        return self.month % 12 + 1

    @property
    def quarter(self) -> int:
        """0–3."""
        return self.month % 12 // 3

    @property
    def markets_on(self) -> bool:
        """Are markets, rationing and references between households at work?"""
        return bool(self.p.markets_on)

    def step(self) -> None:
        """One month."""
        for _ in self.stages():
            pass

    def stages(self) -> Iterator[Process]:
        """One month, process by process: each one that has just run. It has to be gone through to its end."""
        self.month += 1
        self.ledger.month = self.month
        if self.month == self.start:
            on(self.compiled, enrol, self)
        for process in self.processes:
            if self.calendar_month in process.months:
                self.lists.before(process.columns)
                on(self.compiled, process.run, self)
                yield process
        self.lists.close()
        self.ledger.close_month()

    def run_to(self, month: int) -> None:
        """Simulate up to and including a month."""
        while self.month < month:
            self.step()

    def come_under(self, parameters: ParameterPath, instruments: Sequence[Instrument]) -> None:
        """Go on under other parameters and another package, none of whose instruments remembers anything."""
        self.parameters, self.instruments = parameters, tuple(instruments)
        self.turns.clear()
        self.timetable.clear()
        self._kinds = _by_kind(self.instruments)
        self._marks = {item.id: mark_of(place) for place, item in enumerate(self.instruments)}
        self._states = {item.id: fresh_state() for item in self.instruments}

    # tables

    def table_of(self, kind: str) -> Table:
        """Table of a kind of agent, by its name in `AGENT_CLASSES`."""
        return self._windows[kind].table if kind in self._windows else self.table(AGENT_CLASSES[kind])

    def rows(self, kind: str) -> Rows:
        """Window on all rows of a kind of agent; not to be kept over a growth of the table."""
        found = self._windows.get(kind)
        if found is None or found.span.stop != found.table.n:
            found = self._windows[kind] = self.table(AGENT_CLASSES[kind]).rows()
        return found

    def agents_of(self, kind: str) -> ArrayAgentSet[Any]:
        """Mesa agent set of a kind of agent."""
        return self.table(AGENT_CLASSES[kind]).agents

    @property
    def households(self) -> ArrayAgentSet[Any]:
        """All households."""
        return self.agents_of("household")

    @property
    def villages(self) -> ArrayAgentSet[Any]:
        """All villages."""
        return self.agents_of("village")

    @property
    def enterprises(self) -> ArrayAgentSet[Any]:
        """All enterprises, closed ones included (`alive`)."""
        return self.agents_of("enterprise")

    @property
    def teams(self) -> ArrayAgentSet[Any]:
        """All work teams."""
        return self.agents_of("workteam")

    @property
    def counties(self) -> ArrayAgentSet[Any]:
        """All counties."""
        return self.agents_of("county")

    def add(self, kind: str, values: Mapping[str, Any]) -> NDArray[np.int64]:
        """Append agents and return their rows."""
        before = len(self.table_of(kind))
        self.add_rows(AGENT_CLASSES[kind], values)
        return np.arange(before, len(self.table_of(kind)))

    # money

    def weights(self, sector: str) -> NDArray[np.float64]:
        """Survey weights of a sector's rows; counties and enterprises are whole."""
        if sector == "counties":  # on one side of most postings
            return self._each_county
        rows = self.rows(SECTOR_TABLE[sector])
        if sector in WEIGHTED:
            return rows.weight
        if len(self._ones) < len(rows):
            self._ones = np.ones(2 * len(rows))
        return self._ones[: len(rows)]

    def stock(self, sector: str, holding: str) -> NDArray[np.float64]:
        """A sector's stock by row, as its state columns have it."""
        table = self.table_of(SECTOR_TABLE[sector])
        total = np.zeros(len(table))
        for name, sign in STOCKS[sector, holding]:
            total += sign * table[name]
        return total

    # instruments

    def of_kind(self, kind: str) -> Sequence[Instrument]:
        """The instruments of a kind in the package, in order, in force or not."""
        return self._kinds.get(kind, ())

    def answering(self, question: str) -> Sequence[Instrument]:
        """Those of the package that answer a question (a method of `Instrument`) in their own way, in order."""
        package, found = self._answering.get(question, ((), ()))
        if package is not self.instruments:
            alike = getattr(Instrument, question)
            found = tuple(one for one in self.instruments if getattr(type(one), question) is not alike)
            self._answering[question] = self.instruments, found
        return found

    def state_of(self, instrument: Instrument) -> SimpleNamespace:
        """What this region remembers for an instrument."""
        return self._states[instrument.id]

    def reach(self, instrument: Instrument, rows: Any) -> None:
        """Note that an instrument has reached the households in some rows."""
        word, bit = self._marks[instrument.id]
        self.table_of("household")[word][rows] |= bit

    def reached_by(self, instrument: Instrument, rows: Any = slice(None)) -> NDArray[np.bool_]:
        """Which households (by default of all) an instrument has reached since the start."""
        word, bit = self._marks[instrument.id]
        return np.asarray((self.table_of("household")[word][rows] & bit) != 0)

    # luck and the first state

    def fate(self) -> SimpleNamespace:
        """The quarter's draws of all households, made once a month."""
        if self._fate is None or self._fate[0] != self.month:
            self._fate = (self.month, quarter_draws(self, self.table_of("household")["uid"]))
        return self._fate[1]

    def lasting(self, stream: str, count: int) -> NDArray[np.float64]:
        """Standard normal scores that a household keeps for life, (count, households): drawn once."""
        if stream not in self._lasting:
            self._lasting[stream] = self.draws.normals(stream, 0, self.table_of("household")["uid"], count)
        return self._lasting[stream]

    def lifelong(self, stream: str, kind: str) -> NDArray[np.float64]:
        """A uniform draw that every agent of a kind keeps for life: drawn once, and anew when some have come since."""
        uid = self.rows(kind).uid
        name = f"{stream} of {kind}"
        if len(self._lasting.get(name, ())) != len(uid):
            self._lasting[name] = self.draws.uniform(stream, 0, uid)
        return self._lasting[name]

    def _first_state(self) -> None:
        """Complete the synthetic state: sums over members, tastes, first employers, productivity of enterprises."""
        person = self.rows("person")
        person.turn = (person.uid + person.uid // PER_HOUSEHOLD) % 4
        person.restless = False
        person.non_resident = self.draws.uniform(RESIDENCE, 0, person.uid) < self.p.non_resident_share
        if (said := self.data.residence) is not None:
            person.non_resident = np.where(np.isnan(said), person.non_resident, said > 0)
        first_retirees(self)
        sum_members(self)
        refresh_pay(self)
        draw_tastes(self, np.flatnonzero(person.able))
        self._first_jobs()
        sum_labour(self)
        h = self.rows("household")
        produce(
            h, Place(self.table_of("village").arrays, h.village), quarter_values(self), self.fate(), SimpleNamespace()
        )
        self._fate = None

    def _first_jobs(self) -> None:
        """Seat those who work locally with the county's enterprises, and give these the productivity for it."""
        person, h, v, e = (self.rows(kind) for kind in ("person", "household", "village", "enterprise"))
        county, p = self.rows("county"), self.p
        staff = np.flatnonzero(person.able & (person.activity == LOCAL))
        home = person.household[staff]
        if self.markets_on:
            free = np.where(e.alive, e.jobs, 0.0)
            employer = assign(h.county[home], person.priority[staff], h.weight[home], person.uid[staff], e.county, free)
            hired = home[employer >= 0]
            e.filled = 0.0
            spread_hired(self, free, h.county[hired], h.weight[hired])
        else:
            employer = np.searchsorted(e.county, h.county[home])
        person.employer[staff] = employer
        person.activity[staff] = np.where(employer >= 0, LOCAL, CARE)
        person.restless[staff] = employer < 0
        seated = employer >= 0
        person.skill[staff] = 1.0 - (1.0 - p.learning_rate) ** (person.tenure[staff] / 3.0)
        refresh_pay(self, staff)
        pay = person.pay[staff] * np.exp(v.wage_level[h.village[home]]) * h.weight[home]
        paid = np.bincount(h.county[home][seated], pay[seated], minlength=len(county))
        heads = np.bincount(h.county[home][seated], h.weight[home][seated], minlength=len(county))
        county.base_pay = np.where(heads > 0, paid / np.maximum(heads, 1.0), 1.0)
        county.wage_cost = p.local_wage * county.base_pay
        e.productivity = productivity_for(self, np.maximum(e.jobs, LEAST_JOBS), e.capital, county.wage_cost[e.county])


def _by_kind(instruments: Sequence[Instrument]) -> dict[str, list[Instrument]]:
    found: dict[str, list[Instrument]] = {}
    for one in instruments:
        found.setdefault(one.kind, []).append(one)
    return found
