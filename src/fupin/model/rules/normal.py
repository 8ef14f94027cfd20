"""The inverse of the normal distribution function: how a uniform draw becomes a normal one.

Two rational approximations of degree seven (Wichura 1988, algorithm AS 241, Applied Statistics 37, 477-484), each good
to about 1e-16 relative: one for the middle 85 % of the probability, one for both tails. The tail's is meant for
probabilities down to exp(-25) = 1.4e-11; draws made of 32-bit words stop at 2**-33 = 1.2e-10, so no third is needed.
"""

from __future__ import annotations

from fupin.model.rules.vocabulary import Num, log, maximum, minimum, sqrt, where, word

MIDDLE = 0.425  # half-width, in probability around 0.5, of the middle approximation


@word
def normal_middle(q: Num) -> Num:
    """Normal quantile at probability 0.5 + q, for q within 0.425 of zero; odd in q."""
    r = 0.180625 - q * q
    above = r * 2509.0809287301226727 + 33430.575583588128105
    above = above * r + 67265.770927008700853
    above = above * r + 45921.953931549871457
    above = above * r + 13731.693765509461125
    above = above * r + 1971.5909503065514427
    above = above * r + 133.14166789178437745
    above = above * r + 3.387132872796366608
    below = r * 5226.495278852545925 + 28729.085735721942674
    below = below * r + 39307.89580009271061
    below = below * r + 21213.794301586595867
    below = below * r + 5394.1960214247511077
    below = below * r + 687.1870074920579083
    below = below * r + 42.313330701600911252
    below = below * r + 1.0
    return q * above / below


@word
def normal_tail(p: Num) -> Num:
    """Distance from zero (positive) beyond which a tail of the normal holds probability p, 1.4e-11 <= p <= 0.075."""
    r = sqrt(-log(p)) - 1.6
    above = r * 7.7454501427834140764e-4 + 0.0227238449892691845833
    above = above * r + 0.24178072517745061177
    above = above * r + 1.27045825245236838258
    above = above * r + 3.64784832476320460504
    above = above * r + 5.7694972214606914055
    above = above * r + 4.6303378461565452959
    above = above * r + 1.42343711074968357734
    below = r * 1.05075007164441684324e-9 + 5.475938084995344946e-4
    below = below * r + 0.0151986665636164571966
    below = below * r + 0.14810397642748007459
    below = below * r + 0.68976733498510000455
    below = below * r + 1.6763848301838038494
    below = below * r + 2.05319162663775882187
    below = below * r + 1.0
    return above / below


@word
def standard_normal(u: Num) -> Num:
    """The standard normal value whose distribution function is u, for 1.4e-11 <= u <= 1 - 1.4e-11.

    Rises with u, so one household's luck keeps its rank whatever the spread it is scaled to.
    """
    q = u - 0.5
    tail = normal_tail(minimum(u, 1.0 - u))
    return where(maximum(q, -q) <= MIDDLE, normal_middle(q), where(q < 0.0, -tail, tail))
