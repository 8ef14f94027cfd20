"""A report as a workbook: one sheet a section, numbers as numbers, pictures as the workbook's own charts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fupin.experiments.figures import SERIES
from fupin.experiments.report.content import Chart, Grid, Picture, Report, Words, figures_in
from fupin.experiments.results import replacing
from fupin.labels import tell

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

LETTERS = 31  # of the name of a sheet, at most
CHART_ROWS = 19  # rows that a chart covers
KINDS = {"line": "line", "bar": "bar", "column": "column", "scatter": "scatter"}


def write_sheet(report: Report, path: Path) -> None:
    """Write the report as an .xlsx file; the same report gives the same bytes but for the date that Excel demands."""
    import xlsxwriter

    with replacing(path) as temporary:
        book = xlsxwriter.Workbook(str(temporary), {"strings_to_formulas": False, "nan_inf_to_errors": True})
        _Book(book, report).write()
        book.close()


class _Book:
    def __init__(self, book: Workbook, report: Report) -> None:
        self.book, self.report = book, report
        base: dict[str, Any] = {"font_name": tell("微软雅黑", "Calibri", report.lang), "font_size": 10, "valign": "top"}
        made: dict[str, dict[str, Any]] = {
            "plain": {},
            "title": {"font_size": 16},
            "faint": {"font_color": "#6B6B6B"},
            "wrapped": {"text_wrap": True},
            "head": {"bottom": 1, "font_color": "#6B6B6B", "text_wrap": True},
            "heading": {"font_color": "#0072B2"},
            "big": {"font_size": 18, "align": "left"},
            "number": {"num_format": "#,##0.0##;−#,##0.0##;0"},
            "whole": {"num_format": "#,##0;−#,##0;0"},
            "right": {"align": "right"},
        }
        self.look: dict[str, Any] = {name: book.add_format(base | extra) for name, extra in made.items()}
        self.names: set[str] = set()

    def write(self) -> None:
        """All sheets, the big numbers first."""
        self.summary(self.sheet(tell("概要", "Summary", self.report.lang)))
        for section in self.report.sections:
            sheet, row = self.sheet(section.title), 0
            sheet.write(row, 0, section.title, self.look["title"])
            row += 2
            for block in section.blocks:
                if isinstance(block, Grid):
                    row = self.grid(sheet, row, block)
                elif isinstance(block, Picture):
                    row = self.picture(sheet, row, block)
                else:
                    row = self.words(sheet, row, block)
                row += 1

    def sheet(self, title: str) -> Worksheet:
        """A new sheet; Excel allows 31 letters, no brackets and no slashes, and no name twice."""
        name = re.sub(r"[\[\]:*?/\\']", " ", title)[:LETTERS].strip() or "-"
        while name.lower() in self.names:
            marks = len(name) - len(name.rstrip("′")) + 1
            name = name.rstrip("′")[: LETTERS - marks] + "′" * marks
        self.names.add(name.lower())
        sheet = self.book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_column(0, 0, 44)
        sheet.set_column(1, 30, 16)
        return sheet

    def summary(self, sheet: Worksheet) -> None:
        """Title, big numbers, how to make it again."""
        sheet.write(0, 0, self.report.title, self.look["title"])
        sheet.set_row(0, 24)
        sheet.write(1, 0, self.report.subtitle, self.look["faint"])
        row = 3
        for number in self.report.numbers:
            sheet.write(row, 0, number.label, self.look["plain"])
            sheet.write_string(row, 1, number.value, self.look["big"])
            sheet.write(row + 1, 0, number.note, self.look["faint"])
            row += 3
        sheet.write(row, 0, tell("再现这份报告", "To make this report again", self.report.lang), self.look["plain"])
        sheet.write_string(row + 1, 0, self.report.command, self.look["faint"])
        sheet.write(row + 2, 0, self.report.made, self.look["faint"])

    def grid(self, sheet: Worksheet, row: int, grid: Grid) -> int:
        """A table; returns the next free row."""
        sheet.write(row, 0, grid.title, self.look["heading"])
        for column, name in enumerate(grid.head):
            sheet.write_string(row + 1, column, name, self.look["head"])
        row, figures = row + 2, figures_in(grid)
        for cells in grid.rows:
            for column, cell in enumerate(cells):
                heading = len(cells) == 1 and len(grid.head) > 1
                look = "heading" if heading else "wrapped" if grid.words and not figures[column] else ""
                self.cell(sheet, row, column, cell, look)
            row += 1
        if grid.note:
            sheet.write_string(row, 0, grid.note, self.look["faint"])
            row += 1
        return row

    def cell(self, sheet: Worksheet, row: int, column: int, cell: str | float, look: str) -> None:
        """One cell: a number stays a number."""
        if isinstance(cell, str):
            sheet.write_string(row, column, cell, self.look[look or ("right" if column else "plain")])
        elif cell == cell:
            sheet.write_number(row, column, cell, self.look["whole" if abs(cell) >= 100 else "number"])

    def words(self, sheet: Worksheet, row: int, words: Words) -> int:
        """Paragraphs; returns the next free row."""
        if words.title:
            sheet.write(row, 0, words.title, self.look["heading"])
            row += 1
        for line in words.paragraphs:
            sheet.merge_range(row, 0, row, 7, ("• " if words.listed else "") + line, self.look["wrapped"])
            sheet.set_row(row, 15.0 * (1 + len(line.encode("gbk", "replace")) // 150))
            row += 1
        return row

    def picture(self, sheet: Worksheet, row: int, picture: Picture) -> int:
        """The numbers of a picture and a native chart of them; returns the next free row."""
        sheet.write(row, 0, picture.drawing.title, self.look["heading"])
        sheet.write_string(row + 1, 0, picture.drawing.subtitle, self.look["faint"])
        if picture.chart is None:
            return row + 2
        chart, first = picture.chart, row + 2
        for column, name in enumerate([chart.x_label, *(name for name, _ in chart.series)]):
            sheet.write_string(first, column, name, self.look["head"])
        for line, point in enumerate(chart.points):
            values = [point, *(values[line] for _, values in chart.series)]
            for column, value in enumerate(values):
                label = column == 0 and chart.kind != "scatter"
                self.cell(sheet, first + 1 + line, column, str(value) if label else value, "")
        below = first + 2 + len(chart.points)
        sheet.insert_chart(below, 0, self.chart(sheet, chart, first, picture.drawing.title), {"object_position": 2})
        return below + CHART_ROWS

    def chart(self, sheet: Worksheet, chart: Chart, first: int, title: str) -> Any:
        """A native chart of the numbers that stand from row `first` on."""
        made = self.book.add_chart({"type": KINDS[chart.kind], "name": title})
        last, name = first + len(chart.points), sheet.get_name()
        for place in range(len(chart.series)):
            colour = SERIES[place % len(SERIES)]
            series: dict[str, Any] = {
                "name": [name, first, place + 1],
                "categories": [name, first + 1, 0, last, 0],
                "values": [name, first + 1, place + 1, last, place + 1],
                "line": {"color": colour, "width": 2.0},
            }
            if chart.kind in ("bar", "column"):
                series |= {"fill": {"color": colour}, "line": {"none": True}}
            if chart.kind == "scatter":
                series |= {"marker": {"type": "circle", "fill": {"color": colour}}, "line": {"none": True}}
            made.add_series(series)
        grid = {"visible": True, "line": {"color": "#E6E6E6"}}
        made.set_title({"name": title, "name_font": {"size": 11, "bold": False}})
        made.set_x_axis({"name": chart.x_label, "label_position": "low"})
        made.set_y_axis({"name": chart.y_label, "major_gridlines": grid})
        made.set_legend({"position": "bottom"})
        made.set_size({"width": 760, "height": 370})
        return made
