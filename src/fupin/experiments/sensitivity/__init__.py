"""Sensitivity: what drives an outcome, or the effect of a policy, among everything that is declared uncertain.

factors     which numbers are varied, from which declarations, and their inverse distribution functions
worlds      the task: one world at one point of the design
plan        the study: points of the sampler, repeats with other seeds, arms
methods     samplers and analysers (SALib), with intervals
noise       what a different seed would have changed
analysis    from a finished study to indices, convergence and response curves
"""

from fupin.experiments.sensitivity.analysis import Analysis, Target, analyse
from fupin.experiments.sensitivity.factors import Factor, factors_of
from fupin.experiments.sensitivity.plan import Plan, study_of

__all__ = ["Analysis", "Factor", "Plan", "Target", "analyse", "factors_of", "study_of"]
