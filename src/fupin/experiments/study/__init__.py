"""Run many worlds and keep every one of them: a design table, chunks, any executor, Parquet parts, resume.

Study        what is run: a task, a design table of one row a run, what the runs share
run_study    run whatever of it is not yet done; kill it at any time and call it again
open_study   the results: frames, quantiles, failed runs
"""

from fupin.experiments.study.design import Study
from fupin.experiments.study.runner import run_study
from fupin.experiments.study.store import Results, open_study

__all__ = ["Results", "Study", "open_study", "run_study"]
