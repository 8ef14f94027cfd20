"""How fast fupin is: worlds, rules and programs timed beside budgets, Mesa objects, Polars and the speed of memory.

figures, declared       what a figure is; every figure once, with its budget by engine
engines, core           the engines; the six phases of the household quarter apart from a region
speed, stream           whole worlds by month and process; ten million households block by block
objects, frames         the same rules on plain Mesa agents, and as a Polars query
machine, sweeps         the machine and its programs; running many worlds
measures                what is measured, part by part
record, changes         results as JSON; what became slower between two of them
tables, plot            tables with a column for each engine; the plot
"""

from fupin.experiments.benchmark.speed import FIVE, Speed, everything, measure_speed, profile, world_of

__all__ = ["FIVE", "Speed", "everything", "measure_speed", "profile", "world_of"]
