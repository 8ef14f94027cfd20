"""Run the benchmark from a checkout: `python benchmarks/run.py` is `fupin bench` with its result and its plot kept here.

Arguments are those of `fupin bench`; `--full` goes up to a million households, and ten on the core. Without `--out` the
figures go to `latest.json`, without `--plot` the plot to `speed.png` and `speed.svg`, all beside this file.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fupin.cli import main

KEPT = {"--out": "latest.json", "--plot": "speed.png"}

if __name__ == "__main__":
    given = sys.argv[1:]
    kept = [
        word
        for option, name in KEPT.items()
        if option not in given
        for word in (option, Path(__file__).with_name(name))
    ]
    main(["bench", *given, *map(str, kept)])
