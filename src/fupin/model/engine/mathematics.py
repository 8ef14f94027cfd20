"""Exponential, logarithm, powers and Philox without calls into a library, so that a loop of them is vectorised.

Each agrees with NumPy's to about one unit in the last place for what rules give them: `exp` over all of the range
(results below 1e-307 are zero), `log` for zero and everything above 1e-300, `power` for bases that are not negative.
Products and sums that are rounded once say so (`fused`): left to the compiler, the same number would have other last
bits in another loop, and twins would part where nothing happened to them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core import cgutils
from numba.extending import intrinsic

LARGEST = 709.782712893384  # beyond it e to the x is infinite
LOG2_E = 1.4426950408889634
LN2_HIGH = 6.93147180369123816490e-01
LN2_LOW = 1.90821492927058770002e-10
ROUND = 6755399441055744.0  # adding and subtracting it rounds to a whole number: 1.5 · 2**52
SQRT_HALF_BITS = 0x3FE6A09E667F3BCD  # of sqrt(1/2)
MASK = 0xFFFFFFFF
M0, M1 = 0xD2511F53, 0xCD9E8D57
W0, W1 = 0x9E3779B9, 0xBB67AE85


@intrinsic
def bits_of(typing: Any, x: Any) -> Any:
    """The bits of a float as a whole number."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], context.get_value_type(types.int64))

    return types.int64(types.float64), code


@intrinsic
def float_of(typing: Any, bits: Any) -> Any:
    """The float that some bits mean."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], context.get_value_type(types.float64))

    return types.float64(types.int64), code


@intrinsic
def fused(typing: Any, a: Any, b: Any, c: Any) -> Any:
    """a·b + c in one rounding."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.fma(*args)

    return types.float64(types.float64, types.float64, types.float64), code


@intrinsic
def prefetch(typing: Any, array: Any, index: Any) -> Any:
    """Have the memory of an item fetched that will be wanted soon; nothing else happens."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        byte, number = ir.IntType(8).as_pointer(), ir.IntType(32)
        item = builder.gep(context.make_array(signature.args[0])(context, builder, args[0]).data, [args[1]])
        kind = ir.FunctionType(ir.VoidType(), [byte, number, number, number])
        call = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0i8")
        builder.call(call, [builder.bitcast(item, byte), number(0), number(3), number(1)])
        return context.get_dummy_value()

    return types.void(array, index), code


@intrinsic
def choose(typing: Any, condition: Any, a: Any, b: Any) -> Any:
    """a where a condition holds, else b: one instruction, where `if` makes four pieces of code to be joined again."""

    def code(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        return builder.select(*args)

    found = typing.unify_types(a, b)
    return found(types.boolean, found, found), code


@njit(forceinline=True)
def if_so(condition: Any, x: Any) -> Any:
    """x where a condition holds, else 0: without a branch, which would be guessed wrong every other time."""
    return float_of(bits_of(x) & -np.int64(condition))


@njit(forceinline=True, error_model="numpy")
def exp(x: Any) -> Any:
    """e to the x: a power of two times the series for what is left, at most ln(2)/2."""
    held = x if x < LARGEST else LARGEST
    held = held if held > -708.0 else -708.0
    shifted = fused(held, LOG2_E, ROUND)
    n = shifted - ROUND
    r = fused(n, -LN2_LOW, fused(n, -LN2_HIGH, held))
    series = 1.6059043836821613e-10
    series = fused(series, r, 2.08767569878681e-09)
    series = fused(series, r, 2.505210838544172e-08)
    series = fused(series, r, 2.755731922398589e-07)
    series = fused(series, r, 2.7557319223985893e-06)
    series = fused(series, r, 2.48015873015873e-05)
    series = fused(series, r, 0.0001984126984126984)
    series = fused(series, r, 0.001388888888888889)
    series = fused(series, r, 0.008333333333333333)
    series = fused(series, r, 0.041666666666666664)
    series = fused(series, r, 0.16666666666666666)
    series = fused(series, r, 0.5)
    series = fused(r * r, series, r)
    # the whole number stands in the low bits of `shifted`; half the scale, so that the largest does not overflow
    scale = float_of((bits_of(shifted) + 1022) << 52)
    result = fused(scale, series, scale) * 2.0
    result = result if x > -708.0 else 0.0
    return result if x <= LARGEST else x + np.inf  # what is no number stays none


@njit(forceinline=True, error_model="numpy")
def log(x: Any) -> Any:
    """Natural logarithm: of the mantissa between sqrt(1/2) and sqrt(2) by a series, plus the exponent."""
    bits = bits_of(x)
    k = (bits - SQRT_HALF_BITS) >> 52
    f = float_of(bits - (k << 52)) - 1.0
    s = f / (2.0 + f)
    z = s * s
    w = z * z
    even = w * fused(w, fused(w, 0.15313837699209373, 0.22222198432149784), 0.3999999999940942)
    odd = fused(w, 0.14798198605116586, 0.1818357216161805)
    odd = z * fused(w, fused(w, odd, 0.2857142874366239), 0.6666666666666735)
    half = 0.5 * f * f
    # the whole number k as a float, by its bits: there is no vector instruction for it everywhere
    dk = float_of(bits_of(ROUND) + k) - ROUND
    small = fused(s, half + odd + even, dk * LN2_LOW)
    result = fused(dk, LN2_HIGH, -((half - small) - f))
    result = result if x > 0.0 else (-np.inf if x == 0.0 else np.nan)
    return result if x < np.inf else x


@njit(forceinline=True, error_model="numpy")
def power(x: Any, y: Any) -> Any:
    """x to the y for x that are not negative."""
    value = exp(y * log(x if x > 0.0 else 1.0))
    return value if x > 0.0 else (1.0 if y == 0.0 else (0.0 if y > 0.0 else np.inf))


@njit(forceinline=True)
def philox(c0: Any, c1: Any, c2: Any, c3: Any, k0: Any, k1: Any) -> Any:
    """Four words of Philox4x32-10, as `draws.philox` defines them, all of them unsigned 64-bit numbers below 2**32."""
    m0, m1, mask, half = np.uint64(M0), np.uint64(M1), np.uint64(MASK), np.uint64(32)
    for _ in range(10):
        p0, p1 = m0 * c0, m1 * c2
        c0, c1, c2, c3 = (p1 >> half) ^ c1 ^ k0, p1 & mask, (p0 >> half) ^ c3 ^ k1, p0 & mask
        k0, k1 = (k0 + np.uint64(W0)) & mask, (k1 + np.uint64(W1)) & mask
    return c0, c1, c2, c3
