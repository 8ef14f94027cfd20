"""Claims about what the documents say of reading results: the lines printed there give back the numbers of the run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from fupin import cli

PAGE = Path(__file__).parents[1] / "docs" / "results.md"


def test_the_printed_lines_give_back_population_headcount_and_income(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        cli.main(["run", "fuping", "--years", "1", "--sample", "0.02", "--no-figures", "--out", str(tmp_path)])
    code = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert code
    names: dict[str, Any] = {}
    exec(code[1].replace("FOLDER", tmp_path.as_posix()), names)
    duckdb = names["duckdb"]
    told = dict(duckdb.sql(f"SELECT outcome, value FROM '{tmp_path}/outcomes.parquet' WHERE year = 2014").fetchall())
    groups = duckdb.sql(f"SELECT persons FROM '{tmp_path}/groups.parquet' WHERE dimension = 'county'").fetchall()[0]
    assert names["headcount"][2014] == pytest.approx(told["headcount"], rel=1e-12)
    assert names["poverty"].set_index("year")["value"][2014] == told["headcount"]
    assert names["income"][2014] == pytest.approx(told["income"], rel=1e-12)
    assert names["persons"][2014] == pytest.approx(groups[0], rel=1e-12)
