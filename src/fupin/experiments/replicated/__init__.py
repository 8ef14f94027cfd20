"""Comparisons over replicates: paired differences with intervals, cost and dominance, equal budgets, interaction.

design       what is asked, as a study: one row a replicate
replicate    the task: the reference and all arms on one population with the same luck, as tables
costs        money of two worlds, discounted, gross and net of entitlements
gains        who gains and who loses, by group; the accounts of the twins
budget       the size at which each arm spends the budget
intervals    paired differences and their intervals, cost per household-year
dominance    cost-effectiveness plane, dominance, incremental cost
interaction  two policies and both together
findings     all of it, as one set of tidy tables
pairing      what pairing is worth, same households and other luck
"""
