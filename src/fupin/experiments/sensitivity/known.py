"""Functions whose indices are known exactly, as tasks: what the pipeline is tried on before it is believed."""

from __future__ import annotations

import math

import numpy as np

from fupin.experiments.sensitivity.factors import Factor
from fupin.experiments.study.design import Job, Tables

A, B = 7.0, 0.1  # Ishigami's constants
WEIGHTS = (0.0, 1.0, 4.5, 9.0, 99.0, 99.0)  # of the Sobol g function; the larger, the less a factor matters
YEAR = 2020


def plain_factors(count: int, low: float, high: float) -> tuple[Factor, ...]:
    """Factors x1, x2, … that are uniform between two numbers."""
    return tuple(
        Factor(
            f"x{n}", f"x{n}", f"x{n}", "1", f"g{(n + 1) // 2}", f"g{(n + 1) // 2}", f"g{(n + 1) // 2}", low, high, low
        )
        for n in range(1, count + 1)
    )


def ishigami(job: Job) -> Tables:
    """sin x1 + A sin² x2 + B x3⁴ sin x1, all between −π and π (Ishigami and Homma 1990)."""
    x1, x2, x3 = (float(job.row[f"x{n}"]) for n in (1, 2, 3))
    y = math.sin(x1) + A * math.sin(x2) ** 2 + B * x3**4 * math.sin(x1)
    return {"outcomes": {"year": [YEAR], "y": [math.nan if job.shared.get("spoil") == job.row["sample_point"] else y]}}


def ishigami_indices() -> dict[str, tuple[float, float]]:
    """First-order and total shares of the variance of `ishigami`."""
    one = 0.5 * (1.0 + B * math.pi**4 / 5.0) ** 2
    two = A**2 / 8.0
    both = B**2 * math.pi**8 * (1.0 / 18.0 - 1.0 / 50.0)  # x1 with x3
    total = one + two + both
    return {"x1": (one / total, (one + both) / total), "x2": (two / total,) * 2, "x3": (0.0, both / total)}


def sobol_g(job: Job) -> Tables:
    """∏ (|4 x_i − 2| + a_i) / (1 + a_i), all between 0 and 1 (Saltelli and Sobol 1995), with noise if it is shared.

    `shared["noise"]` is the standard deviation of a disturbance that depends on the seed and on x.
    """
    x = np.array([float(job.row[f"x{n + 1}"]) for n in range(len(WEIGHTS))])
    y = float(np.prod((np.abs(4.0 * x - 2.0) + WEIGHTS) / (1.0 + np.array(WEIGHTS))))
    if noise := float(job.shared.get("noise", 0.0)):
        words = np.frombuffer(x.tobytes(), np.uint32).tolist()
        y += noise * float(np.random.default_rng([int(job.row["seed"]), *words]).normal())
    return {"outcomes": {"year": [YEAR], "y": [y]}}


def sobol_g_indices() -> dict[str, tuple[float, float]]:
    """First-order and total shares of the variance of `sobol_g`."""
    v = 1.0 / (3.0 * (1.0 + np.array(WEIGHTS)) ** 2)
    whole = float(np.prod(1.0 + v) - 1.0)
    totals = v * np.prod(1.0 + v) / (1.0 + v)
    return {f"x{n + 1}": (float(v[n]) / whole, float(totals[n]) / whole) for n in range(len(v))}
