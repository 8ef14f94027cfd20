"""Experiments: run a scenario, keep what came out, compare worlds on the same households and luck, many times over.

run, save, tables …     one world: outcomes, money, figures, traces
compare, twins, lives   worlds side by side
study/                  many runs that nobody loses; study_text: studies as files; sweep: levels and seeds
replicated/             comparisons over replicates, at one budget
sensitivity/            what drives an outcome, or the effect of a policy
decide/                 under which conditions, regret, search
report/                 a page, a workbook, a PDF
benchmark/              how fast it runs, beside budgets, objects, Polars and memory
coverage, gallery, register_…, range_checks   what the model is held against
"""
