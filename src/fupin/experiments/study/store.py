"""The folder of a study: its design, one Parquet part a chunk and table, what failed; and how it is read.

    study.json           what it is, with its identity and that of the code
    design.parquet       one row a run: run, key, and what varies
    scenarios/A.toml     the resolved scenario of an arm that is one
    parts/runs-00012.parquet      which runs of chunk 12 ended well; it is written last: the chunk is done if it exists
    parts/outcomes-00012.parquet  a table of these runs, first column `run`
    failed/run-000123.json        a run that failed, with its row, the reason and the traceback
    active/00012                  the run that a worker is at, for the search after a worker died

Every file appears whole or not at all; what a writer leaves that is killed is removed when the study goes on or ends
(`tidy`). Parts may be compacted to one file a table (`parts/outcomes.parquet`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from fupin import __version__
from fupin.errors import FupinError, nearest
from fupin.experiments.leftovers import remove_leftovers
from fupin.experiments.results import open_folder, plain_names, write_parquet, write_text
from fupin.experiments.study.design import Study
from fupin.experiments.study.identity import code_identity, task_identity
from fupin.labels import tell

MARK = "runs"  # the table whose part says that a chunk is done
FAN = (0.05, 0.25, 0.5, 0.75, 0.95)


class Store:
    """The folder of a study, for those who write to it."""

    def __init__(self, folder: Path, study: Study) -> None:
        self.folder, self.study = folder, study
        self.parts, self.failed_folder, self.active = folder / "parts", folder / "failed", folder / "active"

    @classmethod
    def create(cls, study: Study, folder: Path) -> Store:
        """Make or enter the folder; raises FupinError if it belongs to another study."""
        store = cls(open_folder(folder), study)
        identity, path = study.identity(), folder / "study.json"
        if path.exists():
            there = read_about(folder)
            if there["identity"] != identity:
                why = tell("设计或情景", "design or scenarios")
                if there.get("computes") != task_identity(study.task):
                    why = tell("计算引擎或任务的代码", "engine, or source of the task")
                if there["code"] != code_identity():
                    why = tell("代码或版本", "code or versions")
                raise FupinError(
                    tell(
                        f"{folder} 里是另一个研究（{there['name']!r}；{why}不同）；用 --out 另指文件夹，或移走它",
                        f"{folder} holds another study ({there['name']!r}; other {why}); "
                        "name another folder with --out, or remove this one",
                    )
                )
        for place in (store.parts, store.failed_folder, store.active):
            place.mkdir(exist_ok=True)
        if not path.exists():
            design = study.design.reset_index(drop=True)
            design.insert(0, "run", np.arange(len(study)))
            design.insert(1, "key", study.keys())
            write_parquet(folder / "design.parquet", design)
            about = {
                "name": study.name,
                "zh": study.zh or study.name,
                "en": study.en or study.name,
                "task": study.task,
                "runs": len(study),
                "chunk": study.chunk_size,
                "identity": identity,
                "code": code_identity(),
                "computes": task_identity(study.task),
                "fupin": __version__,
                "shared": study.shared,
                "arms": study.arms,
            }
            for name, plain in plain_names(study.arms).items():
                if "toml" in study.arms[name]:  # the arm is a resolved scenario, that it may be run again
                    place = folder / "scenarios"
                    place.mkdir(exist_ok=True)
                    write_text(place / f"{plain}.toml", str(study.arms[name]["toml"]))
            write_text(path, json.dumps(about, ensure_ascii=False, indent=1) + "\n")
        return store

    @classmethod
    def enter(cls, folder: Path) -> Store:
        """The store of a folder that exists, as its workers find it."""
        about = read_about(folder)
        design = read_parquet(folder / "design.parquet").drop(columns=["run", "key"])
        keys = ("name", "task", "shared", "arms", "zh", "en", "chunk")
        return cls(folder, Study(design=design, **{key: about[key] for key in keys}))

    def part(self, table: str, chunk: int) -> Path:
        """The file of a table of a chunk."""
        return self.parts / f"{table}-{chunk:05d}.parquet"

    def done(self) -> set[int]:
        """The chunks whose parts are there."""
        if (self.parts / f"{MARK}.parquet").exists():
            return set(range(self.study.chunks))
        return {int(file.stem.rpartition("-")[2]) for file in self.parts.glob(f"{MARK}-*.parquet")}

    def write(self, chunk: int, tables: Mapping[str, pd.DataFrame], runs: Sequence[int]) -> None:
        """Write the parts of a chunk, the mark last; the same rows give the same bytes."""
        for name, table in tables.items():
            write_parquet(self.part(name, chunk), table)
        write_parquet(self.part(MARK, chunk), pd.DataFrame({"run": np.array(runs, np.int64)}))

    def tidy(self) -> None:
        """Remove what writers that were killed have left."""
        remove_leftovers(self.folder, self.parts, self.failed_folder)

    def failed(self) -> dict[int, dict[str, Any]]:
        """The runs in quarantine, by number."""
        found = (json.loads(file.read_text(encoding="utf-8")) for file in self.failed_folder.glob("run-*.json"))
        return {entry["run"]: entry for entry in sorted(found, key=lambda entry: entry["run"])}

    def quarantine(self, run: int, reason: str, trace: str = "") -> None:
        """Record a run that failed, with its row, so that it can be looked at and is not tried again."""
        entry = {"run": run, "reason": reason, "row": self.study.row(run), "traceback": trace}
        path = self.failed_folder / f"run-{run:06d}.json"
        write_text(path, json.dumps(entry, ensure_ascii=False, indent=1) + "\n")

    def release_failed(self) -> list[int]:
        """Take all runs out of quarantine; their chunks are done again."""
        runs = list(self.failed())
        whole = self.parts / f"{MARK}.parquet"
        if runs and whole.exists():
            raise FupinError(
                tell(
                    f"{self.folder} 已合并；失败的运行不能再试",
                    f"{self.folder} is compacted; its failed runs cannot be tried again",
                )
            )
        for run in runs:
            self.part(MARK, self.study.chunk_of(run)).unlink(missing_ok=True)
            (self.failed_folder / f"run-{run:06d}.json").unlink()
        return runs

    def compact(self) -> None:
        """Put the parts of a finished study together, one file a table; whoever reads meanwhile sees each run once."""
        if len(self.done()) < self.study.chunks:
            raise FupinError(
                tell(
                    f"{self.folder} 没有完成；只有完成的研究才能合并",
                    f"{self.folder} is not finished; only a finished study is compacted",
                )
            )
        names = [*sorted({file.stem.rpartition("-")[0] for file in self.parts.glob("*-*.parquet")} - {MARK}), MARK]
        for name in names:
            whole = self.parts / f"{name}.parquet"
            if not whole.exists():
                write_parquet(whole, read_parquet(*sorted(self.parts.glob(f"{name}-*.parquet"))))
        for file in self.parts.glob("*-*.parquet"):
            file.unlink()


def read_about(folder: Path) -> dict[str, Any]:
    """study.json of a folder; raises FupinError if it holds no study."""
    path = folder / "study.json"
    if not path.exists():
        inner = sorted(found.parent.name for found in folder.glob("*/study.json"))
        raise FupinError(
            tell(f"{folder} 里没有研究（没有 study.json）", f"{folder} holds no study (no study.json in it)")
            + (tell(f"；其中的研究：{', '.join(inner)}", f"; studies in it: {', '.join(inner)}") if inner else "")
        )
    about: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return about


def read_parquet(*files: Path) -> pd.DataFrame:
    """Parquet files of one table, in this order."""
    import duckdb

    with duckdb.connect() as connection:
        return connection.execute(f"SELECT * FROM {_listed(files)}").df()


def _listed(files: Sequence[Path]) -> str:
    names = ", ".join("'" + file.as_posix().replace("'", "''") + "'" for file in files)
    return f"read_parquet([{names}], union_by_name = true)"


class Results:
    """What a study has found so far; `open_study` makes one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = Store.enter(folder)
        self.about = read_about(folder)

    @cached_property
    def design(self) -> pd.DataFrame:
        """One row a run: run, key, and what varies."""
        return read_parquet(self.folder / "design.parquet")

    @property
    def failed(self) -> pd.DataFrame:
        """The runs in quarantine: run, reason, and their rows."""
        entries = self.store.failed().values()
        return pd.DataFrame([{"run": entry["run"], "reason": entry["reason"]} | entry["row"] for entry in entries])

    @property
    def finished(self) -> bool:
        """Is every run done or in quarantine?"""
        return len(self.store.done()) == self.store.study.chunks

    def tables(self) -> list[str]:
        """Names of the tables that the runs gave back."""
        parts = self.store.parts
        names = {file.stem.rpartition("-")[0] or file.stem for file in parts.glob("*.parquet")}
        return sorted(names - {MARK})

    def source(self, table: str = "outcomes") -> str:
        """A table of all runs that are done, as DuckDB reads it (`SELECT … FROM` this); raises FupinError."""
        if table not in self.tables():
            raise FupinError(
                tell(
                    f"{self.folder} 没有表 {table!r}；{nearest(table, self.tables())}",
                    f"{self.folder} has no table {table!r}; {nearest(table, self.tables())}",
                )
            )
        whole = self.store.parts / f"{table}.parquet"
        if whole.exists():
            return _listed([whole])
        done = sorted(self.store.done())
        return _listed([path for path in (self.store.part(table, chunk) for chunk in done) if path.exists()])

    def marks(self) -> str:
        """The runs that ended well, as DuckDB reads them."""
        whole = self.store.parts / f"{MARK}.parquet"
        return _listed(
            [whole] if whole.exists() else [self.store.part(MARK, chunk) for chunk in sorted(self.store.done())]
        )

    def query(self, sql: str) -> pd.DataFrame:
        """Any SQL over `design` and the tables by their names (`SELECT avg(headcount) FROM outcomes`)."""
        import duckdb

        with duckdb.connect() as connection:
            path = (self.folder / "design.parquet").as_posix().replace("'", "''")
            connection.execute(f"CREATE VIEW design AS SELECT * FROM read_parquet('{path}')")
            for name in self.tables():
                connection.execute(f'CREATE VIEW "{name}" AS SELECT * FROM {self.source(name)}')
            return connection.execute(sql).df()

    def frame(
        self, outcomes: Sequence[str] | None = None, table: str = "outcomes", *, long: bool = False
    ) -> pd.DataFrame:
        """All finished runs with their rows of the design, ordered by run; every column, or some outcomes.

        Wide: one row a run and year, one column an outcome. Long: one row a run, year and outcome.
        """
        columns = [str(name) for name in self.query(f'SELECT * FROM "{table}" LIMIT 0').columns]
        keys = [name for name in ("run", "year") if name in columns]
        for name in outcomes or ():
            if name not in columns:
                raise FupinError(
                    tell(
                        f"{self.folder} 的 {table} 没有列 {name!r}；{nearest(name, columns)}",
                        f"{self.folder} has no column {name!r} in {table}; {nearest(name, columns)}",
                    )
                )
        wanted = [*keys, *outcomes] if outcomes else columns
        listed = ", ".join(f'"{name}"' for name in wanted)
        found = self.query(f'SELECT {listed} FROM "{table}" ORDER BY {", ".join(keys)}')
        shown = self.design.drop(columns="key")
        wide = shown.merge(found, on="run")
        if not long:
            return wide
        varied = [name for name in shown.columns if name in wide.columns]
        values = [name for name in wanted if name not in keys]
        return wide.melt([*dict.fromkeys([*varied, *keys])], values, var_name="outcome", value_name="value")

    def quantiles(
        self, outcome: str, by: Sequence[str] = ("arm", "year"), at: Sequence[float] = FAN, table: str = "outcomes"
    ) -> pd.DataFrame:
        """Quantiles over runs of one outcome, a column each (`q05`), for every arm and year (or other columns).

        Runs whose value is not a number are left out; `runs` says how many are in.
        """
        known = {*self.design.columns, "year"}
        keys = [name for name in by if name in known]
        fan = ", ".join(f"quantile_cont(value, {p}) AS q{round(100 * p):02d}" for p in at)
        listed = ", ".join(f'"{name}"' for name in keys)
        inner = ", ".join(f'design."{name}"' if name in self.design.columns else f't."{name}"' for name in keys)
        return self.query(
            f'SELECT {listed}, count(*) AS runs, {fan} FROM (SELECT {inner}, t."{outcome}" AS value '
            f'FROM "{table}" t JOIN design ON t.run = design.run WHERE NOT isnan(t."{outcome}")) '
            f"GROUP BY {listed} ORDER BY {listed}"
        )


def open_study(folder: str | Path) -> Results:
    """The results of a study's folder, finished or not; raises FupinError if it holds none."""
    return Results(Path(folder))
