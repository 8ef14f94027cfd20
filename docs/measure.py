"""Measure what the documents quote: the run in the READMEs, the tables of patterns and of samples.

Run by `python docs/generate.py figures`; takes some minutes.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from fupin.calibration.experiments import all_quantities
from fupin.calibration.patterns import CONTEXT, load_targets
from fupin.scenarios.overrides import prepare

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
SEEDS = range(1, 7)
FITTED = {
    *("income_2014", "wage_2014", "operating_2014", "property_2014", "transfer_2014", "income_2019"),
    *("log_sd_2014", "log_sd_2019", "registered_ill", "transient_share", "consumption_ratio_2018"),
    *("headcount_2014", "headcount_2019", "gini_2017", "low_income_ratio", "low_operating_ratio", "low_wage_ratio"),
    *("high_operating_ratio", "wage_share_change", "operating_share_change", "transfer_share_change"),
    *("dibao_minors_2015",),
}
"""Quantities by which declared parameters were chosen; all others, and all in the world history, are tests."""
COMPARISON = ("compare", "baoding", "--policy", "industry", "--policy", "security", "--against", "baseline-2014")
WIDTH = 900  # pixels of the figures kept


def main() -> None:
    """Measure and write everything."""
    for page, lang in (("README.md", "en"), ("README.zh.md", "zh")):
        replace_between(ROOT / page, "run", f"```\n{run_of(lang)}\n```")
    for world, policies in (("baseline-2014", ()), ("do-nothing", ("do-nothing",)), ("history", ("history",))):
        replace_between(DOCS / "patterns.md", world, patterns(world, policies))
    for samples in (30, 200):
        replace_between(DOCS / "sampling.md", f"coverage-{samples}", coverage(samples))


def coverage(samples: int) -> str:
    """What `fupin check coverage` prints, without the time it took."""
    call = [sys.executable, "-m", "fupin", "check", "coverage", "--samples", str(samples), "--markdown", "--lang", "en"]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(call, check=False, capture_output=True, encoding="utf-8", env=environment)
    title, *table = done.stdout.strip().splitlines()[:-1]
    return "\n".join(["**" + title.removeprefix("## ") + "**", *table])


def run_of(lang: str) -> str:
    """The table that `fupin run baoding` prints; figures of it and of a comparison go, smaller, to `docs/images`."""
    printed = fupin(("run", "baoding"), ("distribution", "poverty"), lang)
    fupin(COMPARISON, ("effects",), lang)
    return "\n".join(line.rstrip() for line in printed[:-1]).rstrip()  # the last line names the results folder


def fupin(command: Sequence[str], figures: Sequence[str], lang: str) -> list[str]:
    """Run a command and keep some of its figures; returns the lines that it prints."""
    with tempfile.TemporaryDirectory() as folder:
        call = [sys.executable, "-m", "fupin", *command, "--lang", lang, "--out", folder]
        environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
        done = subprocess.run(call, check=True, capture_output=True, encoding="utf-8", env=environment)
        for name in figures:
            with Image.open(Path(folder, "figures", f"{name}.png")) as image:
                size = WIDTH, WIDTH * image.height // image.width
                small = image.convert("RGB").resize(size, Image.Resampling.LANCZOS)
            small.quantize(128).save(DOCS / "images" / f"{name}.{lang}.png", optimize=True)
    return done.stdout.strip().splitlines()


def patterns(world: str, policies: Sequence[str]) -> str:
    """The table of `fupin check patterns` for a world, with the spread over seeds.

    The worlds of 2014 and of the programmes show each other's patterns too, by which they are not judged.
    """
    runs = [all_quantities(prepare("baoding", policies=policies, seed=seed).resolve()) for seed in SEEDS]
    head = ("", "quantity", "unit", "target", "tolerance", "seed 1", "mean", "sd", "verdict", "kind")
    lines = [head, ("---",) * len(head)]
    for one in load_targets():
        judged, context = one.holds_in in ("all", world), one.holds_in == CONTEXT
        if (not judged and world == "do-nothing") or one.quantity not in runs[0]:
            continue  # what programmes add is told in history only
        values = [run[one.quantity] for run in runs]
        verdict = "within" if one.within(values[0]) else "outside"
        lines.append(
            (
                one.pattern,
                one.en,
                one.unit,
                number(one.target),
                f"{number(one.low)} to {number(one.high)}",
                number(values[0]),
                number(statistics.mean(values)),
                number(statistics.stdev(values)),
                verdict if judged else f"{verdict} ({CONTEXT if context else f'judged in {one.holds_in}'})",
                CONTEXT if context else "fitted" if one.quantity in FITTED and world != "history" else "test",
            )
        )
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def number(value: float) -> str:
    """A number for a table, three or four digits of it."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}".replace("-", "−")


def replace_between(page: Path, name: str, text: str) -> None:
    """Put text between the marks `<!-- measured: name -->` and `<!-- end -->` of a page."""
    old = page.read_text(encoding="utf-8")
    marks = re.compile(rf"(<!-- measured: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    new, found = marks.subn(lambda match: f"{match[1]}\n{text}\n\n{match[2]}", old)
    if found != 1:
        raise SystemExit(f"{page.name} has no place for {name!r}")
    page.write_text(new, encoding="utf-8", newline="\n")
