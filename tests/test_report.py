"""Reports: whole in one file, in one language, with the letters they need and the numbers as numbers."""

from __future__ import annotations

import re
import zipfile
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from matplotlib.figure import Figure
from small_runs import resolved

from fupin.experiments.figures import Drawing, folded
from fupin.experiments.report import Chart, Grid, Number, Picture, Report, Section, Words
from fupin.experiments.report.assumptions import settings_grid
from fupin.experiments.report.content import figures_in, rows_of
from fupin.experiments.report.page import page_of, write_page
from fupin.experiments.report.paper import SIZES, _block, _grid, _room, _size, write_paper
from fupin.experiments.report.sheet import write_sheet
from fupin.labels import tell


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


def nested() -> Grid:
    """A table with two levels of headings, a heading that has values, and rows under each."""
    rows = [
        ["industry"],
        ["  grants"],
        ["    size", 5000.0],
        ["  workshops: as before"],
        ["education", 0.3],
        ["  stipend", 1.0],
    ]
    return Grid("settings", ["", "value"], rows)


def test_rows_know_their_level_and_what_stands_below_them() -> None:
    found = [(row.cells[0], row.level, row.heads) for row in rows_of(nested())]
    assert found == [
        ("industry", 0, True),
        ("grants", 1, True),
        ("size", 2, False),
        ("workshops: as before", 1, False),
        ("education", 0, True),
        ("stipend", 1, False),
    ]


def test_a_table_without_rows_has_none() -> None:
    assert rows_of(Grid("nothing", ["", "value"], [])) == []


def test_a_page_indents_what_stands_under_a_heading() -> None:
    page = page_of(replace(report("en"), sections=[Section("found", [nested()])]))
    for tag, label in (
        ('<tr class="heading l0"><td colspan="2">', "industry"),
        ('<tr class="heading l1"><td colspan="2">', "grants"),
        ('<tr class="l2"><td>', "size"),
        ('<tr class="group l0"><td>', "education"),
        ('<tr class="l1"><td>', "stipend"),
    ):
        assert f"{tag}{label}</td>" in page
    inset = [float(found) for found in re.findall(r"tr\.l\d td:first-child \{ padding-left: ([\d.]+)em", page)]
    assert inset == sorted(inset)
    assert inset[0] > 0


def ranking() -> Grid:
    """Words beside figures and intervals."""
    rows = [("pay at a site", "1", "wages.site", "0.4 to 0.7", 2.0), ("工资", "–", "wages.pay", "−0.3% 至 9%", 3.5)]
    return Grid("ranking", ["factor", "rank", "path", "95 % interval", "noise"], rows, words=True)


def test_columns_of_figures_are_known_from_columns_of_words() -> None:
    assert figures_in(ranking()) == [False, True, False, True, True]
    assert figures_in(Grid("none", ["a", "b"], [])) == [False, False]
    page = page_of(replace(report("en"), sections=[Section("found", [ranking()])]))
    assert '<td class="figures">0.4 to 0.7</td>' in page
    assert "<td>wages.site</td>" in page
    assert page.count('<th scope="col" class="figures">') == 3


def test_values_of_several_dates_break_between_the_dates_only() -> None:
    grid = Grid("settings", ["name", "value"], [("standard", "2014-01: 5; 2016-01: <6"), ("said", "a; b")], words=True)
    page = page_of(replace(report("en"), sections=[Section("found", [grid])]))
    assert '<td><span class="whole">2014-01: 5</span>; <span class="whole">2016-01: &lt;6</span></td>' in page
    assert "<td>a; b</td>" in page


def test_english_quotes_are_not_taken_from_the_chinese_font() -> None:
    assert "unicode-range" in page_of(report("en"))
    assert "unicode-range" not in page_of(report("zh"))


def test_a_paper_gives_a_column_the_room_of_what_cannot_be_broken() -> None:
    factor, rank, path, interval, noise = _room(ranking(), figures_in(ranking()))
    assert rank < path < interval
    assert rank < factor
    assert path > len("wages.site")
    assert noise < interval


def test_labels_are_folded_before_they_are_cut() -> None:
    label = "return to a year of schooling to nine years"
    assert folded(label, 44) == label
    assert folded(label, 24) == "return to a year of\nschooling to nine years"
    assert folded(label, 12).endswith("…")
    assert folded(label, 12).count("\n") == 1
    assert (
        folded("农户自立服务社（贫困妇女小额贷款）：邻里纽带权重", 32)
        == "农户自立服务社（贫困妇女小额贷\n款）：邻里纽带权重"
    )


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_settings_stand_under_their_instrument_and_its_arm(lang: str) -> None:
    worlds = {name: resolved(*name.split("+")) for name in ("industry", "industry+security", "do-nothing")}
    rows = rows_of(settings_grid(worlds, lang))
    assert [row.cells[0] for row in rows if row.level == 0] == list(worlds)
    assert all(row.level == 2 for row in rows if len(row.cells) > 1)
    first = next(place for place, row in enumerate(rows) if row.cells[0] == "industry+security")
    named = [str(row.cells[0]) for row in rows[first:] if row.level == 1]
    grants = tell("产业到户补助", "production grants", lang)
    assert grants + tell("：同“industry”", ': as under "industry"', lang) in named
    assert tell("没有政策工具", "no instrument", lang) in named
    alone = rows_of(settings_grid({"industry": worlds["industry"]}, lang))
    assert {row.level for row in alone if len(row.cells) == 1} == {0}  # of one world the instruments are the headings


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_values_of_settings_read_as_a_planner_writes_them(lang: str) -> None:
    rows = {str(row[0]).strip(): row for row in settings_grid({"": resolved("employment", "security")}, lang).rows}
    assert rows[tell("仅贫困村", "poor villages only", lang)][1] == tell("是", "yes", lang)
    assert "2014-01: 2,151" in str(rows[tell("低保标准", "standard", lang)][1])


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


def test_names_of_sheets_are_as_long_as_excel_allows_and_none_stands_twice(tmp_path: Path) -> None:
    whole, long = "Assumptions and their sources", "x" * 40
    sections = [Section(title, [Words(["one"])]) for title in (whole, long, long, long)]
    write_sheet(replace(report("en"), sections=sections), tmp_path / "r.xlsx")
    with zipfile.ZipFile(tmp_path / "r.xlsx") as book:
        names = re.findall(r'<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
    assert names == ["Summary", whole, "x" * 31, "x" * 30 + "′", "x" * 29 + "′′"]


def test_a_paper_is_a_pdf_whatever_signs_its_texts_hold(tmp_path: Path) -> None:
    pytest.importorskip("typst")
    write_paper(report(), tmp_path / "r.pdf")
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF")


def prices(arms: int) -> Grid:
    """A table of as many arms, its cells intervals of prices."""
    return Grid(
        "成本",
        ["2016–2020 年合计", *("产业、公岗、低保并举" for _ in range(arms))],
        [["净脱贫一户年的毛成本 (元/户年)", *("34,003 [30,537, 38,455]" for _ in range(arms))]],
    )


def test_a_paper_sets_wide_tables_smaller_and_never_squeezes_the_labels_out() -> None:
    sizes = [_size(prices(arms)) for arms in range(1, 9)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == SIZES[0]
    assert sizes[-1] == SIZES[-1]
    assert "auto" in _grid(prices(2))
    assert "auto" not in _grid(
        prices(8)
    )  # figures share the room and may break: columns as wide as they like push the labels out


def test_a_paper_and_a_workbook_say_the_title_and_the_lead_of_words() -> None:
    words = Words(["花多少钱：三亿"], led=True, title="提醒")
    assert "=== 提醒" in _block(words, Path())
    assert '#text(fill: rgb("#0072b2"))[花多少钱：]三亿' in _block(words, Path())
