"""What coefficients are counted in, the middle they are measured from, and where logarithms and divisors stop.

These fix the meaning of a parameter and are no parameters themselves: another middle is another constant term.
"""

from __future__ import annotations

THOUSAND = 1000.0  # yuan, or households: coefficients "per thousand"
HUNDRED_KM = 100.0  # km: freight is per hundred of them

MIDDLING = 7.0  # years of schooling from which taking part is measured (assumption: below household_structure.csv, 7.6)
STAGE = 3.0  # years of schooling: what makes people take part is counted per stage of school
EIGHT = 8.0  # years of schooling of the worker whom the wage parameters describe (education_returns.csv)
NINE = 9.0  # years: end of compulsory school, from which a year is paid differently (education_returns.csv)
PRIME = 30.0  # years of age from which going away becomes harder
DECADE = 10.0  # years of age: it does so by so much per ten of them
USUAL_HANDS = 1.5  # workers from which the look at labour is measured (assumption: between one and two)
SPREAD_OF_HANDS = 1.2  # workers: what it is counted in (assumption: their standard deviation between households)
LN_2 = 0.6931471805599453  # what is left after one half-life is half

SURVEYED = 300.0  # yuan a person and year: lower incomes count as it in a logarithm, as in targets/patterns.csv (P1)
MODEST = 1000.0  # yuan a year: a stake weighs on a lower income as on this one
SMALL_PAY = 100.0  # yuan a year: lower pay or output counts as it in a logarithm
SMALL_PLOT = 0.1  # mu a head: less land counts as it in a logarithm
SMALL = 0.1  # days, sessions, shares: keeps a divisor that is above it in practice from zero
LEAST_CHANCE = 1e-9  # share: the same where a score is looked up by it
MOMENT = 0.01  # years: the same where a divisor is a time
FURTHEST = 20.0  # scores: no household is further from the middle than what tells households apart
SEEN_GROWTH = 0.5  # a year: faster growth or loss of income is taken for luck as far as it goes beyond
MOST_RETURN = 2.0  # yuan a yuan and year: a project that promises more is not believed
MOST_STAKE = 100.0  # times what was meant: nobody aims higher
