"""Ctrl-C while the benchmark measures: it is said, what was measured is told and kept, nothing is half written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from fupin.cli import main
from fupin.experiments.benchmark import measures
from fupin.experiments.benchmark.declared import figure
from fupin.experiments.benchmark.engines import NUMPY
from fupin.experiments.benchmark.record import read_record


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["bench", *arguments])
    return int(ended.value.code or 0)


def stopped_after(count: int, monkeypatch) -> None:
    """Let Ctrl-C come after so many figures."""

    def some(*_: object, **__: object):
        for n in range(count):
            yield figure("quarter", 500.0, NUMPY, size=(n + 1) * 10_000)
        raise KeyboardInterrupt

    monkeypatch.setattr(measures, "size_figures", some)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_ctrl_c_tells_what_was_measured_and_keeps_it_beside_the_result(tmp_path, capsys, monkeypatch, lang):
    stopped_after(2, monkeypatch)
    out = tmp_path / "new.json"
    out.write_text("of yesterday", encoding="utf-8")
    assert run("size", "--engine", NUMPY, "--out", str(out), "--lang", lang) == 130
    told = capsys.readouterr()
    assert ("已测 2 项" if lang == "zh" else "2 figures were measured so far") in told.err
    assert ("一户一季" if lang == "zh" else "a household-quarter") in told.out
    assert out.read_text(encoding="utf-8") == "of yesterday"
    kept = read_record(tmp_path / "new.stopped.json")
    assert len(kept.figures) == 2
    assert kept.settings["stopped"] is True
    assert {path.name for path in tmp_path.iterdir()} == {"new.json", "new.stopped.json"}


def test_ctrl_c_before_the_first_figure_writes_nothing(tmp_path, capsys, monkeypatch):
    stopped_after(0, monkeypatch)
    out = tmp_path / "new.json"
    assert run("size", "--engine", NUMPY, "--out", str(out), "--lang", "en") == 130
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == f"fupin: interrupted; 0 figures were measured so far, nothing is written to {out}\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="a process group gets no SIGINT there")
def test_a_real_ctrl_c_ends_the_processes_that_were_started_without_their_tracebacks(tmp_path):
    code = "import sys; from fupin.cli import main; print('here', flush=True); main(sys.argv[1:])"
    environment = os.environ | {"FUPIN_LANG": "en"}
    process = subprocess.Popen(
        [sys.executable, "-c", code, "bench", "machine", "--engine", NUMPY, "--repeats", "1"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=environment,
        cwd=tmp_path,
    )
    assert process.stdout.readline() == "here\n"
    time.sleep(1.5)
    os.killpg(process.pid, signal.SIGINT)
    _, told = process.communicate(timeout=30)
    assert process.returncode == 130
    assert told.startswith("fupin: interrupted")
    assert told.count("\n") == 1
