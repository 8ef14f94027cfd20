"""Run the benchmark from a checkout: `python benchmarks/run.py` is `fupin bench` with its result and plot kept here.

Arguments are those of `fupin bench`; `--full` goes up to a million households, and ten on the core. Unless one part is
asked for, the figures go to `latest.json` and the plot to `speed.png` and `speed.svg`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fupin.cli import main

KEPT = {"--out": "latest.json", "--plot": "speed.png"}

if __name__ == "__main__":
    given = sys.argv[1:]
    if not given or given[0].startswith("-"):  # all parts
        for option, name in KEPT.items():
            if option not in given:
                given += [option, str(Path(__file__).with_name(name))]
    main(["bench", *given])
