"""Random numbers as a function of who, when and what for: the same household has the same luck in every world.

A draw is Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3") of the counter
(uid low, uid high, month, block) under a key made of the run's seed and the name of the stream. Nothing is consumed
and nothing is remembered: a draw does not depend on order, on other agents, on other streams or on how often it is
asked for.

A stream is one purpose, declared where it is used: `ILLNESS = declare_stream("health.illness", "who falls ill")`. Two
purposes in one stream would share their numbers. Every method takes a column of uids, or a single uid as an `int` (the
per-agent path), and then returns floats without the last axis: the same numbers.
"""

from __future__ import annotations

import difflib
import functools
import hashlib
import operator
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fupin.errors import FupinError
from fupin.labels import tell
from fupin.model.engine.drawing import fill
from fupin.model.rules.normal import MIDDLE, normal_middle, normal_tail, standard_normal

__all__ = ["STREAMS", "Draws", "declare_stream", "philox", "standard_normal"]

type Uid = NDArray[Any] | int
type Month = NDArray[Any] | int
type Num = Any  # float64 array, or a float where the uid is an int
type Floats = NDArray[np.float64]
type Word = NDArray[np.uint32]

ROUNDS = 10
MULTIPLIERS = 0xD2511F53, 0xCD9E8D57
WEYL = 0x9E3779B9, 0xBB67AE85
MASK = 0xFFFFFFFF
BLOCK = 16384  # rows worked on at a time: the workspace of 800 kB stays in the cache of a core
PIECE = 8192  # rows made normal at a time
FEW = 4  # up to here plain Python is quicker than array calls
SOME = 512  # from here on it pays to begin with what is the same for all
MANY = 2048  # from here on a word costs more than a call
LOW, HIGH = (0, 1) if sys.byteorder == "little" else (1, 0)
STEP = 2.0**-32

STREAMS: dict[str, str] = {}


def declare_stream(name: str, meaning: str) -> str:
    """Declare what the draws called `name` decide, and return the name. ValueError if it has another meaning."""
    if STREAMS.setdefault(name, meaning) != meaning:
        raise ValueError(f"stream {name!r} already means {STREAMS[name]!r}, so it cannot also mean {meaning!r}")
    return name


@functools.lru_cache(maxsize=4096)
def _key(seed: int, stream: str) -> tuple[int, int]:
    if stream not in STREAMS:
        near = difflib.get_close_matches(stream, STREAMS, 1, 0.0)
        raise KeyError(f"no stream {stream!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
    digest = hashlib.blake2b(f"{seed} {stream}".encode(), digest_size=8, person=b"fupin draws").digest()
    return int.from_bytes(digest[:4], "little"), int.from_bytes(digest[4:], "little")


def philox(counter: tuple[int, int, int, int], key: tuple[int, int]) -> tuple[int, int, int, int]:
    """Four 32-bit words of Philox4x32-10 in plain Python: the definition, and the quick way for one agent."""
    c0, c1, c2, c3 = counter
    k0, k1 = key
    for _ in range(ROUNDS):
        p0, p1 = MULTIPLIERS[0] * c0, MULTIPLIERS[1] * c2
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & MASK, (p0 >> 32) ^ c3 ^ k1, p0 & MASK
        k0, k1 = (k0 + WEYL[0]) & MASK, (k1 + WEYL[1]) & MASK
    return c0, c1, c2, c3


@functools.lru_cache(maxsize=1024)
def _schedule(key: tuple[int, int]) -> tuple[tuple[Any, Any], ...]:
    """The two key words of each round, as arrays without axes: the cheapest operand of a ufunc."""
    words = (
        [np.array((k + r * weyl) & MASK, np.uint64) for k, weyl in zip(key, WEYL, strict=True)] for r in range(ROUNDS)
    )
    return tuple((k0, k1) for k0, k1 in words)


_M0, _M1, _HALF, _LOWER = (np.array(number, np.uint64) for number in (*MULTIPLIERS, 32, MASK))


class _Philox(threading.local):
    """`philox` on columns, in few array calls a round: both lanes of the counters lie end to end in one array.

    The 64-bit `c0` and `c2` have zero high halves; `c1` and `c3` are never stored: they are the low halves of the last
    round's products. Those are written crosswise, the product of c2 first, because that is where the next round wants
    them. Each thread has its own workspace and keeps it: fresh memory would cost as much as the numbers.

    Where all have the same month, and no uid more than 32 bits, half of the first two rounds is the same for all
    (`_begin`); the first two words need only half of the last round, and no c0 of the one before.
    """

    def __init__(self) -> None:
        self.space = np.empty((3, 2 * BLOCK), np.uint64)
        halves = self.space.view(np.uint32)
        self.low, self.high = halves[:, LOW::2], halves[:, HIGH::2]

    def words(
        self,
        key: tuple[int, int],
        uid: NDArray[np.uint64],
        month: Month,
        block: int | NDArray[np.uint64],
        wanted: int = 4,
    ) -> tuple[Word, Word, Word, Word]:
        """Four words for each of the `uid` (at most BLOCK), of which so many are `wanted`: the others mean nothing.

        They are views that the next call overwrites.
        """
        n, rounds = len(uid), _schedule(key)
        state, fresh, spent = self.space[:, : 2 * n]
        low = self.low[0, : 2 * n]
        c0, c2 = state[:n], state[n:]
        many = n > MANY
        if n > SOME and isinstance(month, int) and int(np.maximum.reduce(uid)) <= MASK:
            self._begin(key, uid, month, block)
            rounds = rounds[2:]
        else:
            np.bitwise_and(uid, MASK, out=c0)
            c2[:] = month
            # c1 and c3 of the counter go where a round before the first would have left them
            np.right_shift(uid, 32, out=spent[:n])
            spent[n:] = block
        new = fresh, fresh[:n], fresh[n:], self.high[1, : 2 * n], self.low[1, : 2 * n]
        old = spent, spent[:n], spent[n:], self.high[2, : 2 * n], self.low[2, : 2 * n]
        multiply, xor = np.multiply, np.bitwise_xor
        for k0, k1 in rounds[:-2] if many and wanted <= 2 else rounds:
            multiply(c0, _M0, new[2])
            multiply(c2, _M1, new[1])
            if many:  # three operations on whole words are quicker than one on halves that lie apart
                _crossed(old[0], new[0], state)
            else:
                xor(new[3], old[4], low)
            xor(c0, k0, c0)
            xor(c2, k1, c2)
            new, old = old, new
        if many and wanted <= 2:
            (_, k1), (k0, _) = rounds[-2:]
            multiply(c0, _M0, new[2])
            multiply(c2, _M1, new[1])
            _crossed(old[2], new[2], c2)
            xor(c2, k1, c2)
            multiply(c2, _M1, old[1])
            _crossed(new[1], old[1], c0)
            xor(c0, k0, c0)
        return low[:n], old[4][:n], low[n:], old[4][n:]

    def _begin(
        self, key: tuple[int, int], uid: NDArray[np.uint64], month: int, block: int | NDArray[np.uint64]
    ) -> None:
        """The first two rounds where c2, and the high half of the uid, are the same for all."""
        n = len(uid)
        state, fresh, spent = self.space[:, : 2 * n]
        c0, c2, ours, theirs = state[:n], state[n:], spent[:n], fresh[n:]
        shift, xor = np.right_shift, np.bitwise_xor
        first, with_c0, with_c2, last = _same_for_all(key, month)
        np.multiply(uid, _M0, theirs)
        shift(theirs, _HALF, c2)
        xor(c2, first, c2)
        if not isinstance(block, int) or block:
            xor(c2, block, c2)
        np.multiply(c2, _M1, ours)
        shift(ours, _HALF, c0)
        xor(c0, with_c0, c0)
        np.bitwise_and(theirs, _LOWER, c2)
        xor(c2, with_c2, c2)
        spent[n:] = last


@functools.lru_cache(maxsize=4096)
def _same_for_all(key: tuple[int, int], month: int) -> tuple[Any, Any, Any, Any]:
    """What of the first two rounds is the same for all agents of a month, as arrays without axes."""
    (k0, l0), (k1, l1) = ((k, (k + weyl) & MASK) for k, weyl in zip(key, WEYL, strict=True))
    product = MULTIPLIERS[1] * month
    other = MULTIPLIERS[0] * ((product >> 32) ^ k0)
    numbers = k1, (product & MASK) ^ l0, (other >> 32) ^ l1, other & MASK
    return tuple(np.array(number, np.uint64) for number in numbers)  # type: ignore[return-value]


def _crossed(before: NDArray[np.uint64], product: NDArray[np.uint64], out: NDArray[np.uint64]) -> None:
    """Low half of the products `before` with the high half of others; overwrites the former."""
    np.left_shift(before, _HALF, before)
    np.bitwise_xor(before, product, before)
    np.right_shift(before, _HALF, out)


_columns = _Philox()


def _to_normal(u: Floats) -> None:
    """`standard_normal`, in place: the same two approximations, the tail's only where it is needed (15 %)."""
    tail = (np.abs(u - 0.5) > MIDDLE).nonzero()[0]
    beyond = u[tail]
    for start in range(0, len(u), PIECE):  # so that what is worked out on the way stays in the cache
        piece = u[start : start + PIECE]
        piece[:] = normal_middle(piece - 0.5)
    u[tail] = np.copysign(normal_tail(np.minimum(beyond, 1.0 - beyond)), beyond - 0.5)


def _to_gumbel(u: Floats) -> None:
    for _ in range(2):
        np.log(u, out=u)
        np.negative(u, out=u)


@dataclass(frozen=True, slots=True)
class Draws:
    """All the random numbers of a run. `seed` is a whole number, 0 or larger; `compiled` says who makes them."""

    seed: int
    compiled: bool = False

    def __post_init__(self) -> None:
        try:
            object.__setattr__(self, "seed", operator.index(self.seed))
        except TypeError:
            raise FupinError(
                tell(
                    f"种子须为 0 以上的整数；所给为 {self.seed!r}",
                    f"a seed is a whole number, 0 or larger; got {self.seed!r}",
                )
            ) from None
        if self.seed < 0:
            raise FupinError(
                tell(
                    f"种子须为 0 以上的整数；所给为 {self.seed}",
                    f"a seed is a whole number, 0 or larger; got {self.seed}",
                )
            )

    def words(self, stream: str, month: Month, uid: NDArray[Any], block: int = 0) -> tuple[Word, Word, Word, Word]:
        """Four arrays (n,) of 32-bit words: the raw numbers from which every other draw is made.

        `uid` (n,) non-negative integers; `month` (or another epoch) an int or (n,), taken modulo 2**32; `block`
        numbers further words of the same agent, month and stream. KeyError for a stream that nobody declared.
        """
        key, uid, month, n = _key(self.seed, stream), _unsigned(uid), _epoch(month), len(uid)
        out = np.empty((4, n), np.uint32)
        for start in range(0, n, BLOCK):
            part = slice(start, start + BLOCK)
            for row, words in zip(out, _columns.words(key, uid[part], _part(month, part), block), strict=True):
                row[part] = words
        return out[0], out[1], out[2], out[3]

    def uniforms(self, stream: str, month: Month, uid: Uid, count: int = 1) -> Floats:
        """`count` independent uniform draws an agent, (count, n), in the open interval (0, 1): odd multiples of 2**-33.

        The first rows of a larger `count` are those of a smaller one.
        """
        return self._fill(stream, month, uid, count, None)

    def uniform(self, stream: str, month: Month, uid: Uid) -> Num:
        """One uniform draw an agent, (n,)."""
        return _single(self._fill(stream, month, uid, 1, None))

    def normals(self, stream: str, month: Month, uid: Uid, count: int = 1) -> Floats:
        """`count` independent standard normal draws an agent, (count, n): `standard_normal` of the uniform ones."""
        return self._fill(stream, month, uid, count, _to_normal)

    def normal(self, stream: str, month: Month, uid: Uid) -> Num:
        """One standard normal draw an agent, (n,)."""
        return _single(self._fill(stream, month, uid, 1, _to_normal))

    def shocks(self, stream: str, month: Month, uid: Uid, normals: int, uniforms: int) -> Floats:
        """`normals` standard normal draws, then `uniforms` uniform ones an agent, (normals + uniforms, n).

        They are the `uniforms` of the stream, the first ones made normal: one set of words serves both.
        """
        return self._fill(stream, month, uid, normals + uniforms, _to_normal, normals)

    def gumbels(self, stream: str, epoch: Month, uid: Uid, alternatives: int) -> Floats:
        """One standard Gumbel draw for each alternative, (alternatives, n): the agent's private taste in this `epoch`.

        Choosing the largest utility + Gumbel gives logit probabilities, and an alternative that improves attracts
        agents without moving anybody between the others. One added at the end leaves the others their draws.
        """
        return self._fill(stream, epoch, uid, alternatives, _to_gumbel)

    def lottery(
        self, stream: str, month: int, uid: NDArray[Any], weight: NDArray[Any] | float, quota: float
    ) -> NDArray[np.bool_]:
        """Who wins, (n,), when places are drawn by lot under a quota.

        Each candidate has one uniform draw and the smallest win, ties by uid, as long as the `weight` (people or
        households that a candidate stands for, not negative) adds up to no more than `quota`, in the same units. A
        larger quota only adds winners; a further candidate only displaces.
        """
        n = len(uid)
        weights = np.broadcast_to(np.asarray(weight, float), n)
        if weights.sum() * (1 + 1e-9) <= quota:  # room for all, with a margin for the order of summation
            return np.ones(n, bool)
        by_uid = np.argsort(uid, kind="stable")
        word = self.words(stream, month, uid[by_uid])[0].astype(np.uint64)
        order = by_uid[np.sort(word << 32 | np.arange(n, dtype=np.uint64)) & MASK]  # half the cost of a lexsort
        winners = np.zeros(n, bool)
        winners[order] = np.cumsum(weights[order]) <= quota + 1e-9
        return winners

    def _fill(
        self,
        stream: str,
        month: Month,
        uid: Uid,
        count: int,
        transform: Callable[[Floats], None] | None,
        transformed: int | None = None,
    ) -> Floats:
        """Uniform draws (count, n), or (count,) for one uid; the first `transformed` rows (by default all) are
        transformed in place while they are in the cache."""
        key = _key(self.seed, stream)
        ids, month = _unsigned(uid), _epoch(month)
        n = len(ids)
        out = np.empty((count, n))
        if self.compiled:
            name = transform.__name__ if transform else ""
            fill(out, month, ids, self.keys((stream,)), name, count if transformed is None else transformed)
            return out[:, 0] if np.ndim(uid) == 0 else out
        blocks = -(-count // 4)
        size = BLOCK // blocks
        if n <= FEW:
            months = month.tolist() if isinstance(month, np.ndarray) else [month] * n
            for i, (one, when) in enumerate(zip(ids.tolist(), months, strict=True)):
                for first in range(0, count, 4):
                    four = philox((one & MASK, one >> 32, when, first // 4), key)
                    out[first : first + 4, i] = four[: count - first]
            _finish(out, transform, transformed)
        elif n <= size:
            _fill_part(out, key, ids, month, blocks)
            _finish(out, transform, transformed)
        else:
            for start in range(0, n, size):
                part = slice(start, min(start + size, n))
                _fill_part(out[:, part], key, ids[part], _part(month, part), blocks)
                _finish(out[:, part], transform, transformed)
        return out[:, 0] if np.ndim(uid) == 0 else out

    def keys(self, streams: tuple[str, ...]) -> NDArray[np.uint64]:
        """The two key words of each stream, as loops of the compiled engine want them."""
        return _keys(self.seed, streams)


@functools.lru_cache(maxsize=4096)
def _keys(seed: int, streams: tuple[str, ...]) -> NDArray[np.uint64]:
    return np.array([word for stream in streams for word in _key(seed, stream)], np.uint64)


def _fill_part(out: Floats, key: tuple[int, int], ids: NDArray[np.uint64], month: Month, blocks: int) -> None:
    """Words as floats, (count, n), all blocks of four of them in one pass."""
    n = len(ids)
    number: int | NDArray[np.uint64] = 0
    if blocks > 1:
        ids, number = np.tile(ids, blocks), np.repeat(np.arange(blocks, dtype=np.uint64), n)
        month = np.tile(month, blocks) if isinstance(month, np.ndarray) else month
    words = _columns.words(key, ids, month, number, len(out))
    for place, row in enumerate(out):
        row[:] = words[place % 4][place // 4 * n : (place // 4 + 1) * n]


def _finish(words: Floats, transform: Callable[[Floats], None] | None, transformed: int | None = None) -> None:
    words *= STEP
    words += STEP / 2
    if transform:
        chosen = words[:transformed]
        for row in [chosen.reshape(-1)] if chosen.flags.c_contiguous else chosen:
            transform(row)


def _single(draws: Floats) -> Num:
    return draws[0] if draws.ndim == 2 else float(draws[0])


def _unsigned(uid: Uid) -> NDArray[np.uint64]:
    ids = uid if isinstance(uid, np.ndarray) and uid.ndim == 1 else np.atleast_1d(np.asarray(uid))
    return ids.view(np.uint64) if ids.dtype == np.int64 else ids.astype(np.uint64, copy=False)


def _epoch(month: Month) -> Month:
    """Months as 32-bit words, modulo 2**32: one for all or one an agent."""
    if isinstance(month, np.ndarray) and month.ndim:
        return month.astype(np.uint32, copy=False)
    return operator.index(month) & MASK


def _part(month: Month, part: slice) -> Month:
    return month[part] if isinstance(month, np.ndarray) else month
