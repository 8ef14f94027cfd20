"""Claims about the command for who reads Chinese: help, complaints and advice are Chinese, whoever asks for it how."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from fupin import cli
from fupin.labels import language

Run = Callable[..., tuple[int, str]]
ENGLISH = re.compile(r"Usage|Options|Commands|Arguments|Error|\[required|\[default|Missing|Invalid|No such|Show|Try")


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Call the command in this process, in Chinese unless told otherwise: exit code, everything printed."""
    monkeypatch.setenv("FUPIN_LANG", "zh")

    def call(*arguments: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as caught:
            cli.main(arguments)
        printed = capsys.readouterr()
        return int(caught.value.code or 0), printed.out + printed.err

    return call


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["search", "--help"], ["scenario"], []])
def test_a_help_page_has_no_english_around_it(run: Run, arguments: list[str]) -> None:
    code, page = run(*arguments)
    assert code == (0 if "--help" in arguments else 2)
    assert page.startswith("用法：fupin")
    assert not ENGLISH.search(page)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["run"], "缺少参数 'name'"),
        (["run", "fuping", "--sed", "3"], "没有选项 --sed；相近的有"),
        (["run", "fuping", "--seed", "一"], "'--seed' 的值不对：应是整数"),
        (["run", "fuping", "--sample", "10%"], "'--sample' 的值不对：应是数，如 0.01"),
        (["run", "fuping", "--threads", "99"], "'--threads' 的值不对：至多为 64"),
        (["run", "fuping", "--set"], "'--set' 后面要有一个值"),
        (["run", "fuping", "baoding"], "多出的参数：baoding"),
        (["scenario", "lst"], "没有命令 'lst'；是不是 'list'？"),
        (["runn"], "没有命令 'runn'"),
    ],
)
def test_a_wrong_call_is_told_so_in_chinese(run: Run, arguments: list[str], expected: str) -> None:
    code, message = run(*arguments)
    assert code == 2
    assert expected in message
    assert not ENGLISH.search(message)


def test_the_option_decides_the_language_of_complaints_too(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUPIN_LANG", "en")
    assert "缺少参数" in run("run", "--lang", "zh")[1]
    assert "缺少参数" in run("run", "--lang=zh")[1]
    assert "Missing argument" in run("run")[1]
    assert language() == "en"
