"""Reports: whole in one file, in one language, with the letters they need and the numbers as numbers."""

from __future__ import annotations

import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from fupin.experiments.figures import Drawing
from fupin.experiments.report import Chart, Grid, Number, Picture, Report, Section, Words
from fupin.experiments.report.page import page_of, write_page
from fupin.experiments.report.paper import write_paper
from fupin.experiments.report.sheet import write_sheet


def report(lang: str = "zh") -> Report:
    def fill(figure: Figure) -> None:
        figure.add_subplot().plot([2014, 2015], [15.0, 12.0])

    chart = Chart("line", ["2014", "2015"], [("产业", [15.0, 12.5]), ("搬迁", [15.0, 13.0])], "年", "%")
    return Report(
        "产业与搬迁" if lang == "zh" else "Industry & <relocation>",
        "保定九县" if lang == "zh" else "Baoding",
        lang,
        [Number("净脱贫", "12.3 万人年", "90 % 区间 11–14"), Number("成本", "−3")],
        [
            Section("发现", [Words(["第一段 *_#$@[x]"]), Picture(Drawing("paths", "路径", "阴影为区间", fill), chart)]),
            Section(
                "发现",
                [Grid("收入", ["", "2014", "2015"], [["小计"], ["人均", 6852.3, float("nan")], ["差", "+3 ±1", 2.0]])],
            ),
            Section("限制/假设", [Words(["一", "二"], listed=True)]),
        ],
        "fupin compare baoding --policy industry",
        "fupin · 2026",
    )


class Addresses(HTMLParser):
    """Everything in a page that a browser would fetch."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in ("src", "href", "xlink:href", "data", "action")]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_page_asks_nothing_of_the_outside(lang: str) -> None:
    page = page_of(report(lang))
    reader = Addresses()
    reader.feed(page)
    assert [to for to in reader.found if not to.startswith(("#", "data:"))] == []
    assert [to for to in re.findall(r"url\([\"']?([^)\"']*)", page) if not to.startswith(("#", "data:"))] == []
    assert "@import" not in page
    assert "<script" not in page


def test_texts_are_escaped() -> None:
    page = page_of(report("en"))
    assert "Industry &amp; &lt;relocation&gt;" in page
    assert "&lt;svg" not in page


def test_a_page_carries_every_letter_it_shows() -> None:
    import base64
    from io import BytesIO

    from fontTools.ttLib import TTFont

    page = page_of(report())
    code = re.search(r"data:font/woff;base64,([A-Za-z0-9+/=]+)", page)
    assert code
    known = TTFont(BytesIO(base64.b64decode(code[1]))).getBestCmap()
    shown = re.sub(r"<(style|svg).*?</\1>|<[^>]+>", "", page, flags=re.S)
    assert {sign for sign in shown if sign > " " and ord(sign) not in known} == set()


def test_the_same_report_is_the_same_page(tmp_path: Path) -> None:
    write_page(report(), tmp_path / "a.html")
    write_page(report(), tmp_path / "b.html")
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_a_workbook_has_numbers_and_its_own_charts(tmp_path: Path) -> None:
    write_sheet(report(), tmp_path / "r.xlsx")
    with zipfile.ZipFile(tmp_path / "r.xlsx") as book:
        sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        assert len(sheets) == 4
        assert "<c:lineChart>" in book.read("xl/charts/chart1.xml").decode()
        assert "<v>6852.3</v>" in book.read("xl/worksheets/sheet3.xml").decode()
        names = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
    assert names == ["概要", "发现", "发现′", "限制 假设"]


def test_a_paper_is_a_pdf_whatever_signs_its_texts_hold(tmp_path: Path) -> None:
    pytest.importorskip("typst")
    write_paper(report(), tmp_path / "r.pdf")
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF")
