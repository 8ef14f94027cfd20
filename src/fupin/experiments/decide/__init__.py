"""Decisions under uncertainty: under which conditions a policy wins, how much may be regretted, what to search for.

pairs       two arms of a stored study side by side: what varied, and by how much they differ
prim        boxes in which a policy wins (patient rule induction), with coverage and density
conditions  a box as a sentence
robust      regret and satisficing over uncertain worlds
search      a search for policies under a budget; Pareto points open as scenarios
"""
