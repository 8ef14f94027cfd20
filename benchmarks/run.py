"""Run the benchmark from a checkout: `python benchmarks/run.py` is `fupin bench` with its result and plot kept here.

Arguments are those of `fupin bench`; `--full` goes up to a million households, and ten on the core. Unless one part is
asked for, the figures go to `latest.json`, the plot to `speed.png` and `speed.svg`, the tables into `README.md`.
"""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stdout, suppress
from pathlib import Path

from fupin.cli import main
from fupin.experiments.benchmark.record import read_record
from fupin.experiments.benchmark.tables import dearest, headlines
from fupin.labels import tell

HERE = Path(__file__).parent
LATEST, PAGE = HERE / "latest.json", HERE / "README.md"
HOUSE = (HERE.parent / "README.md", "en"), (HERE.parent / "README.zh.md", "zh")
BEGIN, END = "<!-- tables of latest.json, written by run.py -->", "<!-- end of tables -->"


def tables() -> str:
    """The tables of the latest result as Markdown, one level below the page's sections."""
    out = io.StringIO()
    with redirect_stdout(out), suppress(SystemExit):
        main(["bench", "show", str(LATEST), "--markdown", "--lang", "en"])
    return out.getvalue().replace("## ", "### ").strip()


def renewed(page: str) -> str:
    """A page with these tables between its two marks."""
    return between(page, BEGIN, END, tables())


def first_page(page: str, lang: str) -> str:
    """The first page of the house with the few figures that it tells."""
    figures = read_record(LATEST).figures
    few = headlines(figures, lang)
    lines = [few.head, ["---"] * len(few.head), *few.rows]
    table = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    dear = dearest(figures, lang)
    told = tell(f"编译引擎最大的一项成本：{dear}。", f"The largest cost of the compiled engine: {dear}.", lang)
    return between(page, "<!-- measured: speed -->", "<!-- end -->", f"{table}\n\n{told}")


def between(page: str, begin: str, end: str, text: str) -> str:
    """A page with a text between two marks."""
    before, rest = page.split(begin)
    return f"{before}{begin}\n\n{text}\n\n{end}{rest.split(end, 1)[1]}"


if __name__ == "__main__":
    given = sys.argv[1:]
    if given and not given[0].startswith("-"):
        main(["bench", *given])
    try:
        main(["bench", *given, "--out", str(LATEST), "--plot", str(HERE / "speed.png")])
    except SystemExit as ended:
        if ended.code:
            raise
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
    for house, lang in HOUSE:
        house.write_text(first_page(house.read_text(encoding="utf-8"), lang), encoding="utf-8", newline="\n")
