"""Run the benchmark from a checkout: `python benchmarks/run.py` is `fupin bench --out benchmarks/latest.json`.

Arguments are those of `fupin bench`; `--full` goes up to a million households.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fupin.cli import main

if __name__ == "__main__":
    given = sys.argv[1:]
    out = [] if "--out" in given else ["--out", str(Path(__file__).with_name("latest.json"))]
    main(["bench", *given, *out])
