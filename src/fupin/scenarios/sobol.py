"""Sobol points: sequences that fill the unit cube more evenly than chance.

The same numbers as `scipy.stats.qmc.Sobol` without scrambling, to the last bit; the few lines here spare every process
that draws a population the import of all of `scipy.stats`, which takes longer than the drawing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BITS = 30
# Primitive polynomials (their coefficients as bits, the leading and the last one included) and the first direction
# numbers of the dimensions after the first: S. Joe and F. Y. Kuo (2008), SIAM J. Sci. Comput. 30, 2635-2654,
# new-joe-kuo-6.
_BEGINNINGS: tuple[tuple[int, tuple[int, ...]], ...] = (
    (3, (1,)),
    (7, (1, 3)),
    (11, (1, 3, 1)),
    (13, (1, 1, 1)),
    (19, (1, 1, 3, 3)),
    (25, (1, 3, 5, 13)),
    (37, (1, 1, 5, 5, 17)),
    (41, (1, 1, 5, 5, 5)),
    (47, (1, 1, 7, 11, 19)),
    (55, (1, 1, 5, 1, 1)),
    (59, (1, 1, 1, 3, 11)),
    (61, (1, 3, 5, 5, 31)),
    (67, (1, 3, 3, 9, 7, 49)),
    (91, (1, 1, 1, 15, 21, 21)),
    (97, (1, 3, 1, 13, 27, 49)),
    (103, (1, 1, 1, 15, 7, 5)),
    (109, (1, 3, 1, 15, 13, 25)),
    (115, (1, 1, 5, 5, 19, 61)),
    (131, (1, 3, 7, 11, 23, 15, 103)),
    (137, (1, 3, 7, 13, 13, 15, 69)),
    (143, (1, 1, 3, 13, 7, 35, 63)),
    (145, (1, 3, 5, 9, 1, 25, 53)),
    (157, (1, 3, 1, 13, 9, 35, 107)),
)
MOST = 1 + len(_BEGINNINGS)


def sobol(dimensions: int, power: int) -> NDArray[np.float64]:
    """The first 2**power points (dimensions, n), multiples of 2**-30 in [0, 1); a longer sequence begins with them."""
    if dimensions > MOST or power > BITS:
        raise IndexError(f"{dimensions} dimensions, 2**{power} points; allowed: up to {MOST} and 2**{BITS}")
    place = np.arange(1 << power)
    gray = place ^ (place >> 1)  # neighbours differ in one bit: the order of Antonov and Saleev (1979)
    points = np.zeros((dimensions, len(place)), np.int64)
    for row, directions in zip(points, _directions()[:dimensions], strict=True):
        for bit in range(power):
            row ^= np.where(gray >> bit & 1, directions[bit], 0)
    return np.asarray(points * 2.0**-BITS, np.float64)


def _directions() -> NDArray[np.int64]:
    """Direction numbers (dimensions, bits), shifted to the left end."""
    found = np.ones((MOST, BITS), np.int64)  # the first dimension is van der Corput's sequence
    for row, (polynomial, beginning) in zip(found[1:], _BEGINNINGS, strict=True):
        degree = polynomial.bit_length() - 1
        row[:degree] = beginning
        for k in range(degree, BITS):
            row[k] = row[k - degree] ^ row[k - degree] << degree
            for j in range(1, degree):
                if polynomial >> (degree - j) & 1:
                    row[k] ^= row[k - j] << j
    return found << np.arange(BITS - 1, -1, -1)
