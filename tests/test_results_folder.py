"""A disk that is full or refuses is told as such, with the file, whoever writes."""

from __future__ import annotations

import errno
import os
import pickle
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from fupin import cli
from fupin.experiments import results
from fupin.experiments.results import write_csv, write_parquet

SAID = 'IO Error: Async write failed: {"exception_message":"Could not write: No space left on device","errno":"28"}'


class _Full:
    """A connection whose disk is full."""

    def register(self, *_: object) -> None: ...
    def unregister(self, *_: object) -> None: ...
    def execute(self, *_: object) -> None:
        raise duckdb.IOException(SAID)


def test_a_full_disk_is_told_with_its_file_whoever_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "_writer", _Full)
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)) as caught:
        write_parquet(tmp_path / "a.parquet", pd.DataFrame({"a": [1]}))
    assert (caught.value.errno, caught.value.filename) == (errno.ENOSPC, str(tmp_path / "a.parquet"))

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # as `write` tells it: without a name

    monkeypatch.setattr(pd.DataFrame, "to_csv", full)
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)) as caught:
        write_csv(tmp_path / "a.csv", pd.DataFrame({"a": [1]}))
    again = pickle.loads(pickle.dumps(caught.value))  # as a worker sends it
    assert again.filename == str(tmp_path / "a.csv")
    assert not list(tmp_path.iterdir())


def test_a_command_on_a_full_disk_ends_with_one_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(results, "_writer", _Full)
    call = ["run", "fuping", "--sample", "0.02", "--years", "1", "--no-figures", "--out", str(tmp_path / "o")]
    with pytest.raises(SystemExit) as caught:
        cli.main([*call, "--lang", "zh"])
    assert caught.value.code == 2
    message = capsys.readouterr().err.strip()
    assert message.startswith("fupin: ")
    assert message.endswith(".parquet：磁盘已满")
    assert "\n" not in message


def test_other_faults_of_a_query_stay_what_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(*_: object) -> None:
        raise duckdb.ParserException("syntax")

    monkeypatch.setattr(_Full, "execute", wrong)
    monkeypatch.setattr(results, "_writer", _Full)
    with pytest.raises(duckdb.ParserException):
        write_parquet(tmp_path / "a.parquet", pd.DataFrame({"a": [1]}))
