"""Chinese in printed tables reads as Chinese is set: lines are filled, and marks stay with their words."""

from __future__ import annotations

import re

import pytest
from rich.cells import cell_len

from fupin.commands import output, reading
from fupin.commands.chinese import CLOSING, OPENING
from fupin.experiments.tables import Line

TEXT = (
    "在 2014 年制度之上，贫困村因地制宜选定主导产业（含“一村一品”），逐步提质扩面；本地市场有限，合格产品销往京津。"
    "2016 年起由驻村工作队逐户落实，标准为每人每年 3,200 元，至少 12 个月，未达标者不计入退出名单；荒山开发为果园，"
    "数年后挂果，由村集体经营，收益在村务公开栏上公布，优先用于公益岗位，其余按户分红。以上各项均自当年一月起执行，年底前由县里核查。"
)


WIDTHS = range(40, 90)


def lines_of(width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The lines of the one long cell, in a table of a width."""
    monkeypatch.setattr(output, "_PIPE_WIDTH", width)
    output.print_table(["名称", "说明"], [("主导产业", TEXT)])
    printed = [line for line in capsys.readouterr().out.splitlines()[2:] if line.strip()]
    return [line.removeprefix(" 主导产业").strip() for line in printed]


@pytest.mark.parametrize("width", WIDTHS)
def test_lines_of_chinese_are_filled_and_nothing_is_lost(
    width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = lines_of(width, capsys, monkeypatch)
    lengths = [cell_len(line) for line in lines[:-1]]
    assert min(lengths) > max(lengths) - 12
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", TEXT)


@pytest.mark.parametrize("width", WIDTHS)
def test_marks_and_numbers_stay_where_they_belong(
    width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = lines_of(width, capsys, monkeypatch)
    assert not [line for line in lines if line[0] in CLOSING or line[-1] in OPENING]
    assert any("3,200" in line for line in lines)


def test_a_label_over_two_lines_keeps_its_indent(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PIPE_WIDTH", 40)
    reading.print_lines(["", "2020"], [Line("  most registered households served in a year", ("0.15",))])
    printed = [line for line in capsys.readouterr().out.splitlines()[2:] if line.strip()]
    assert len(printed) > 1
    assert all(re.match(r" {3}\S", line) for line in printed)


@pytest.mark.parametrize("width", [60, 80, 120, 160])
def test_columns_that_do_not_fit_stand_below_and_none_is_cut(
    width: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PIPE_WIDTH", width)
    heads = [f"方案{place}" for place in range(7)]
    values = tuple(f"{41_000 + place},911 [34,132, 53,{place}49]" for place in range(7))
    reading.print_lines(
        ["合计", *heads], [Line("成本"), Line("  每净脱贫一户年的成本（折现，元/户年）", values)], "标题"
    )
    printed = capsys.readouterr().out
    assert all(value in printed for value in values)
    assert all(printed.count(head) == 1 for head in heads)
    assert max(map(cell_len, printed.splitlines())) <= width
    assert printed.count("标题") == 1
