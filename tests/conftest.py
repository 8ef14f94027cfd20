"""How hypothesis behaves (in CI the same examples every time, no deadlines); English messages; calls of the command."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from fupin import cli

type Run = Callable[..., tuple[int, str, str]]

os.environ["FUPIN_LANG"] = "en"  # whatever the system speaks; a test that wants Chinese says so

settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("person", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "person")


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Run:
    """Call the command in this process: exit code, stdout, stderr."""

    def called(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as caught:
            cli.main(arguments)
        printed = capsys.readouterr()
        return int(caught.value.code or 0), printed.out, printed.err

    return called


@pytest.fixture
def run(call: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """The same in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return call
