"""A report in all its forms, in a results folder."""

from __future__ import annotations

from pathlib import Path

from fupin.experiments.report.content import Report
from fupin.experiments.report.page import write_page
from fupin.experiments.report.paper import write_paper
from fupin.experiments.report.sheet import write_sheet


def write_report(report: Report, folder: Path, *, pdf: bool = False) -> list[Path]:
    """Write report.LANG.html and report.LANG.xlsx (and report.LANG.pdf) into a folder; returns the paths."""
    stem = f"report.{report.lang}"
    made = [folder / f"{stem}.html", folder / f"{stem}.xlsx"]
    write_page(report, made[0])
    write_sheet(report, made[1])
    if pdf:
        made.append(folder / f"{stem}.pdf")
        write_paper(report, made[2])
    return made
