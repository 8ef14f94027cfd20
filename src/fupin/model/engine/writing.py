"""A trace written down as a loop in plain Python, which Numba compiles.

The text is what a person would have written: the numbers that are the same for all rows first, then one statement for
each node of the graph, then the columns that change. What is summed is summed by chunks of rows, so that sums do not
depend on who worked on which rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from fupin.model.engine.pieces import ROWS, End, cut, is_long
from fupin.model.engine.symbols import BOOL, FLOAT, INT, MEMBER, ROW, UNIFORM, NotElementwiseError, Symbol
from fupin.model.engine.tracing import ByGroup, Totals, Trace

AHEAD = (("far", 16), ("near", 8))  # households further on in a list: for their own memory, and for their members'
LINES = 288  # of memory that are fetched ahead while rows of a list are worked on
FEW, MANY = 8, 32  # rows for which they are, at least and at most
LARGE = ("household", "person")  # tables that do not stay in the processor's cache
PLACES = ("village", "county")  # kinds of agents to which rows that follow each other mostly belong together
CHUNK = 4096  # rows that are summed together, whoever works on them
_INFIX = {
    "add": "+", "subtract": "-", "multiply": "*", "divide": "/", "less": "<", "less_equal": "<=", "greater": ">",
    "greater_equal": ">=", "equal": "==", "not_equal": "!=", "both": "&", "either": "|",
}  # fmt: skip
_CALL = {"exp", "log", "power"}
HEAD = """from math import floor, sqrt

import numpy as np
from fupin.model.engine.compiling import compiled, plus
from fupin.model.engine.mathematics import choose, exp, if_so, log, philox, power, prefetch

"""


@dataclass(frozen=True)
class Written:
    """A loop as text, and what it is to be called with."""

    text: str
    columns: tuple[tuple[str, str], ...]
    given: tuple[str, ...]
    leaves: tuple[tuple[str, str], ...]
    streams: tuple[str, ...]
    outputs: tuple[str, ...]  # types of what is kept by row
    single: bool  # one value, rather than a tuple
    sums: tuple[str, ...]
    groups: tuple[tuple[str, str], ...]  # name and kind of agent


def write(trace: Trace, result: Any, by_list: bool) -> Written:
    """The loop of a trace whose process returned `result`; `by_list` runs over listed rows only."""
    graph, summed = trace.graph, result.values if isinstance(result, Totals) else {}
    shared = result.values if isinstance(result, ByGroup) else {}
    groups = {name: (graph.of(index), graph.of(value)) for name, (_, index, value) in shared.items()}
    totals = {name: graph.of(value * result.weight) for name, value in summed.items()}
    single = not isinstance(result, tuple)
    values = () if result is None or totals or groups else (result,) if single else result
    kept = [graph.of(value) for value in values]
    if conflict := trace.gathered & set(trace.values):
        raise NotElementwiseError(f"a loop reads of other rows what it writes: {sorted(conflict)}")
    used = _used([*kept, *totals.values(), *trace.values.values(), *(one for pair in groups.values() for one in pair)])
    order = [node for node in graph.nodes if node in used]
    columns = _together(key for key in trace.columns if _needed(key, trace, used))
    leaves = _together((node.args[0], node.args[1]) for node in order if node.op == "leaf")
    given = tuple(dict.fromkeys(node.args[0] for node in order if node.op in ("given", "lookup")))
    writer = _Writer({key: f"{key[0]}_{key[1]}" for key in columns}, leaves)
    before = [writer.statement(node) for node in order if node.level == UNIFORM]
    ends = [End(value, writer.columns[key] + "[i] = {}", key) for key, value in trace.values.items()]
    ends += [End(node, f"out_{place}[j] = {{}}") for place, node in enumerate(kept)]
    ends += [End(node, f"sum_{name} = plus(sum_{name}, {{}})") for name, node in totals.items()]
    arguments = ["start", "stop", "leaf", "key", *(["rows"] if by_list else []), *writer.columns.values()]
    arguments += [*(f"given_{name}" for name in given), *(f"out_{place}" for place in range(len(kept)))]
    arguments += [f"group_{name}" for name in groups]
    lines = [*filter(None, before)]
    if is_long(order) and not by_list and not groups:
        buffers, loops = cut(writer, order, ends, set(totals.values()))
        lines += buffers
        body = [f"for s in range(start, stop, {ROWS}):"]
        body += [
            f"    base, length = np.uint64(s), np.uint64(min({ROWS}, stop - s))",
            *(f"    {line}" for line in loops),
        ]
    else:
        inside = _inside(writer, order) + [str(end) for end in ends]
        opening, sharing, closing = _shared_out({name: kind for name, (kind, _, _) in shared.items()}, groups)
        lines, inside = [*lines, *opening], inside + sharing
        of_families = any(node.op == "sum" for node in order)
        ahead = _ahead(writer.columns, trace.kind) if by_list and of_families else []
        inside = ["i = np.uint64(rows[j])" if by_list else "i = j", *ahead, *filter(None, inside)]
        if by_list and not of_families and not totals:
            body = _few_at_a_time(writer.columns, trace.kind, order, inside)
        else:
            body = ["for j in range(np.uint64(start), np.uint64(stop)):", *(f"    {line}" for line in inside)]
        body += closing
    if totals:
        arguments += ["totals"]
    lines += _by_chunk(tuple(totals), body) if totals else body
    text = HEAD + "\n@compiled\ndef loop(" + ", ".join(arguments) + "):\n" + "".join(f"    {line}\n" for line in lines)
    outputs = tuple(node.dtype for node in kept)
    kinds = tuple((name, kind) for name, (kind, _, _) in shared.items())
    return Written(text, columns, given, leaves, tuple(trace.streams), outputs, single, tuple(totals), kinds)


def _shared_out(
    kinds: dict[str, str], groups: dict[str, tuple[Symbol, Symbol]]
) -> tuple[list[str], list[str], list[str]]:
    """The statements that add values up by group: before a loop over rows, in it, and after it.

    The sum of a village or county is held for as long as rows belong to it: added to in memory, each row would have to
    wait until the one before has been written there.
    """
    opening, sharing, closing = list[str](), list[str](), list[str]()
    together: dict[Symbol, list[str]] = {}
    for name, (at, value) in groups.items():
        if kinds[name] in PLACES:
            together.setdefault(at, []).append(name)
        else:
            sharing.append(f"group_{name}[np.uint64({at.name})] += {value.name}")
    for number, (at, names) in enumerate(together.items()):
        last = f"last_{number}"
        put = [f"group_{name}[{last}] = held_{name}" for name in names]
        opening += [f"{last} = np.uint64(0)", *(f"held_{name} = 0.0" for name in names)]
        change = [*put, f"{last} = np.uint64({at.name})", *(f"held_{name} = group_{name}[{last}]" for name in names)]
        sharing += [f"if np.uint64({at.name}) != {last}:", *(f"    {line}" for line in change)]
        sharing += [f"held_{name} += {groups[name][1].name}" for name in names]
        closing += ["if start < stop:", *(f"    {line}" for line in put)]
    return opening, sharing, closing


def _together(keys: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Keys of two parts, each once, those with the same first part together."""
    once = dict.fromkeys(keys)
    return tuple(key for first in dict.fromkeys(key[0] for key in once) for key in once if key[0] == first)


def _by_chunk(sums: tuple[str, ...], body: list[str]) -> list[str]:
    """The statements of a body from `start` to `stop` for one chunk of rows after the other, with sums of its own."""
    lines = [f"start, stop = b * {CHUNK}, min(b * {CHUNK} + {CHUNK}, end)", *(f"sum_{name} = 0.0" for name in sums)]
    lines += [*body, *(f"totals[b, {place}] = sum_{name}" for place, name in enumerate(sums))]
    chunks = ["end = stop", f"for b in range(start // {CHUNK}, (end + {CHUNK - 1}) // {CHUNK}):"]
    return chunks + [f"    {line}" for line in lines]


def _inside(writer: _Writer, order: Sequence[Symbol]) -> list[str]:
    """The statements for a row: what is known of it, then a loop over its members, then what follows from their sums.

    Sums that are needed for other sums are made in a loop before.
    """
    stage: dict[Symbol, int] = {}
    for node in order:
        stage[node] = max((stage[one] for one in node.args if isinstance(one, Symbol)), default=0) + (node.op == "sum")
    lines = []
    for now in range(max(stage.values(), default=0) + 1):
        here = [node for node in order if node.level == ROW and node.op != "sum" and stage[node] == now]
        lines += [writer.statement(node) for node in here]
        sums = [node for node in order if node.op == "sum" and stage[node] == now + 1]
        if sums:
            needed = _used([one for node in sums for one in node.args])
            members = [writer.statement(node) for node in order if node.level == MEMBER and node in needed]
            first, last = (one.name for one in sums[0].args[:2])
            lines += [writer.begin(node) for node in sums]
            lines += [f"for m in range(np.uint64({first}), np.uint64({last})):"]
            lines += [f"    {line}" for line in [*members, *map(writer.add, sums)] if line]
            lines += map(writer.end, sums)
    return lines


def _ahead(columns: dict[tuple[str, str], str], kind: str) -> list[str]:
    """Statements that have the memory of households further on in a list fetched, and then that of their members: of
    the first and the last, who often lie in two lines of the cache."""
    lines = [
        f"{name} = np.uint64(rows[min(j + np.uint64({far}), np.uint64(stop) - np.uint64(1))])" for name, far in AHEAD
    ]
    lines += ["prefetch(given_first, far)", "prefetch(given_last, far)"]
    lines += ["near, last = np.uint64(given_first[near]), np.uint64(given_last[near] - 1)"]
    for (of, _), name in columns.items():
        lines += [f"prefetch({name}, {one})" for one in (("far",) if of == kind else ("near", "last"))]
    return lines


def _few_at_a_time(
    columns: dict[tuple[str, str], str], kind: str, order: Sequence[Symbol], body: Sequence[str]
) -> list[str]:
    """The loop over a list by a few rows at a time, for the next few of which memory is fetched meanwhile.

    Rows of a list lie apart: the processor does not foresee them, and would wait for one column after the other.
    """
    wanted = [f"prefetch({name}, i)" for (of, _), name in columns.items() if of == kind]
    for node in order:
        of, name, index = node.args if node.op == "read" else ("", "", node)
        if of in LARGE and of != kind and index.op == "read" and index.args[2].op == "row":
            wanted.append(f"prefetch({columns[of, name]}, np.uint64({columns[index.args[:2]]}[i]))")
    wanted = list(dict.fromkeys(wanted))
    few = min(max(LINES // max(len(wanted), 1) // FEW * FEW, FEW), MANY)
    return [
        f"for b in range(start, stop, {few}):",
        f"    for j in range(np.uint64(min(b + {few}, stop)), np.uint64(min(b + {2 * few}, stop))):",
        "        i = np.uint64(rows[j])",
        *(f"        {line}" for line in wanted),
        f"    for j in range(np.uint64(b), np.uint64(min(b + {few}, stop))):",
        *(f"        {line}" for line in body),
    ]


def _used(ends: Sequence[Symbol]) -> set[Symbol]:
    found: set[Symbol] = set()
    waiting = list(ends)
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting += [one for one in node.args if isinstance(one, Symbol)]
    return found


def _needed(key: tuple[str, str], trace: Trace, used: set[Symbol]) -> bool:
    return key in trace.values or any(node.op == "read" and node.args[:2] == key for node in used)


class _Writer:
    """Gives nodes their names and writes their statements."""

    def __init__(self, columns: dict[tuple[str, str], str], leaves: Sequence[tuple[str, str]]) -> None:
        self.columns = columns
        self.leaves = {key: place for place, key in enumerate(leaves)}
        self.count = 0

    def statement(self, node: Symbol) -> str:
        """The line that works a node out; nothing for what needs none."""
        op, args = node.op, node.args
        if op == "number":
            node.name = f"({args[0]!r})" if args[0] < 0 else repr(args[0])
            if args[0] in (float("inf"), float("-inf")):
                node.name = f"({'-' if args[0] < 0 else ''}np.inf)"
            return ""
        if op in ("row", "member"):
            node.name = "i" if op == "row" else "m"
            return ""
        self.count += 1
        node.name = f"x{self.count}"
        return f"{node.name} = {self._expression(node)}"

    def begin(self, node: Symbol) -> str:
        """The line before a loop over members that makes a sum of them."""
        self.count += 1
        node.name = f"x{self.count}"
        return f"{node.name}_sum = 0.0"

    def add(self, node: Symbol) -> str:
        """The line in the loop that adds a member, who counts for nothing unless the condition holds."""
        condition, *value = node.args[2:]
        return f"{node.name}_sum += if_so({condition.name}, {value[0].name if value else '1.0'})"

    def end(self, node: Symbol) -> str:
        """The line after the loop: a number of members is a whole number, though it is quicker to count in floats."""
        return f"{node.name} = {f'{node.name}_sum' if node.dtype == FLOAT else f'np.int64({node.name}_sum)'}"

    def _expression(self, node: Symbol) -> str:
        op, args = node.op, node.args
        names = [one.name if isinstance(one, Symbol) else one for one in args]
        if op == "leaf":
            place = self.leaves[args[0], args[1]]
            return {FLOAT: "leaf[{}]", INT: "np.int64(leaf[{}])", BOOL: "(leaf[{}] != 0.0)"}[node.dtype].format(place)
        if op == "read":
            index = args[2].name if args[2].op == "row" else f"np.uint64({args[2].name})"
            value = f"{self.columns[args[0], args[1]]}[{index}]"
            return (
                f"np.int64({value})" if node.dtype == INT else f"np.float64({value})" if node.dtype == FLOAT else value
            )
        if op == "given":
            value = f"given_{args[0]}[j]"
            return {FLOAT: "np.float64({})", INT: "np.int64({})", BOOL: "{}"}[node.dtype].format(value)
        if op == "lookup":
            value = f"given_{args[0]}[np.uint64({names[1]})]"
            return {FLOAT: "np.float64({})", INT: "np.int64({})", BOOL: "{}"}[node.dtype].format(value)
        if op == "philox":
            uid, month, block, stream = names
            c0 = f"np.uint64({uid}) & np.uint64(0xFFFFFFFF)"
            c1 = f"np.uint64({uid}) >> np.uint64(32)"
            c2 = f"np.uint64({month}) & np.uint64(0xFFFFFFFF)"
            first = 2 * int(stream)
            return f"philox({c0}, {c1}, {c2}, np.uint64({block}), key[{first}], key[{first + 1}])"
        if op == "word":
            return f"np.float64(np.int64({names[0]}[{args[1]}]))"
        if op in _INFIX:
            return f"{names[0]} {_INFIX[op]} {names[1]}"
        if op == "where":
            yes, no = (_as(one, node.dtype) for one in args[1:])
            return f"choose({names[0]}, {yes}, {no})"
        if op in ("maximum", "minimum"):
            a, b = (_as(one, node.dtype) for one in args)
            return f"choose({a} {'>' if op == 'maximum' else '<'} {b}, {a}, {b})"
        if op in _CALL:
            return f"{op}({', '.join(_as(one, FLOAT) for one in args)})"
        if op == "cast":
            to = {FLOAT: "np.float64", INT: "np.int64", BOOL: "np.bool_"}[args[1]]
            return f"({names[0]} != 0)" if args[1] == BOOL else f"{to}({names[0]})"
        return {
            "negative": "-{0}", "negate": "not {0}", "sqrt": "sqrt({0})", "absolute": "abs({0})", "floor": "floor({0})",
        }[op].format(*names)  # fmt: skip


def _as(node: Symbol, dtype: str) -> str:
    return node.name if node.dtype == dtype or dtype != FLOAT else f"np.float64({node.name})"
