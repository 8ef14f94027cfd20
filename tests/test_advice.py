"""Claims about what a planner is told who writes a policy file and makes the usual slips, in Chinese and in English."""

from __future__ import annotations

from pathlib import Path

import pytest

from fupin import cli
from fupin.errors import FupinError
from fupin.scenarios.overrides import prepare
from fupin.scenarios.policy import load_policy
from fupin.scenarios.template import write_new

PLAN = """\
name = "mine"
includes = ["baseline-2014"]

[parameters]
"approval.approval_accuracy" = { "2016-01" = 0.8 }

[[instrument]]
kind = "production_grant"
settings = { start = "2015-01", grant = 6000, take_up = 0.9 }

[[instrument]]
kind = "village_workshop"
[instrument.settings]
start = "2015-03"
budget = 2e7
"""
SLIPS = [  # what is written, what is written instead, what is told in Chinese, and in English
    ('"2015-01"', "2015-01", '月份要加引号："2015-01"', 'a month stands in quotes: "2015-01"'),
    ("2015-01", "2015-13", "没有 '2015-13' 这个日期", "the date '2015-13' does not exist"),
    ('"2015-01"', "201501", "201501 不是日期", "201501 is not a date"),
    ("0.9 }", "90 }", "90 超出范围；可取 0 至 1 比例；90 % 写作 0.9", "allowed: 0 to 1 share; 90 % is written 0.9"),
    ("0.9 }", '"90%" }', "这里写 0.9", "write 0.9"),
    ("0.9 }", "90% }", "90 % 写作 0.9", "90 % is 0.9"),
    ("take_up", "take-up", "没有这个键；是不是 'take_up'？", "unknown key; did you mean 'take_up'?"),
    ("take_up", '"参与率"', "是不是 'take_up'（参与率）？", "did you mean 'take_up' (参与率)?"),
    ("take_up", "参与率", "键只用英文名", "keys are English names"),
    (
        "production_grant",
        "产业到户补助",
        "是不是 'production_grant'（产业到户补助）？",
        "did you mean 'production_grant'",
    ),
    ("baseline-2014", "2014年制度延续", "是不是 'baseline-2014'（2014 年制度延续）？", "did you mean 'baseline-2014'"),
    ('"2015-01"', "“2015-01”", '中文标点，请换成英文标点：“ → "', 'write instead: “ → "'),
    ('"2015-01",', '"2015-01"，', "请换成英文标点：， → ,", "write instead: ， → ,"),
    ("[parameters]", "【parameters】", "请换成英文标点：【 → [", "write instead: 【 → ["),
    ("2e7", "2000万元", "2000 万元写作 20000000 或 2e7", "numbers stand without units"),
    ("2e7", '"2000万元"', "这里写 20000000", "write 20000000"),
    ("2e7", "20,000,000", "数里不用千分号", "no commas in numbers"),
    ("2e7", "-5", "-5 超出范围；可取 至少 0 元/年", "-5 is out of range; allowed: at least 0 yuan/year"),
    ("grant = 6000", 'end = "2014-05"', "末月（2014-05）早于首月（2015-01）", "it ends (2014-05) before it starts"),
    ("grant = 6000", "grant = 1, grant = 2", "同一个键写了两遍", "the same key is given twice"),
    ("2016-01", "2016年1月", "'2016年1月' 不是日期", "'2016年1月' is not a date"),
    (
        "approval_accuracy",
        "approval_acuracy",
        "是不是 'approval.approval_accuracy'？",
        "did you mean 'approval.approval_",
    ),
    ('[[instrument]]\nkind = "p', '[instrument]\nkind = "p', "[[instrument]]（两对方括号）", "[[instrument]] (two"),
    ("settings = { start", "grant = 6000\nsettings = { start", "设置要写在 settings 里", "settings stand inside"),
    ('name = "mine"', "name = mine", '文字要加引号，如 name = "mine"', "words stand in quotes"),
]


def told(file: Path) -> str:
    """The message that a faulty policy file is answered with."""
    with pytest.raises(FupinError) as caught:
        load_policy(str(file))
    return str(caught.value)


@pytest.mark.parametrize(("right", "wrong", "zh", "en"), SLIPS)
def test_a_slip_is_answered_with_how_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, right: str, wrong: str, zh: str, en: str
) -> None:
    assert right in PLAN
    file = tmp_path / "mine.toml"
    file.write_text(PLAN.replace(right, wrong, 1), encoding="utf-8")
    monkeypatch.setenv("FUPIN_LANG", "zh")
    assert zh in told(file)
    assert "，第 " in told(file)  # the place
    monkeypatch.setenv("FUPIN_LANG", "en")
    assert en in told(file)


@pytest.mark.parametrize(
    ("before", "newline", "folder"), [("\ufeff", "\n", "."), ("", "\r\n", "."), ("", "\n", "我的 文件夹")]
)
def test_marks_of_windows_and_chinese_folders_do_no_harm(
    tmp_path: Path, before: str, newline: str, folder: str
) -> None:
    file = tmp_path / folder / "方案一.toml"
    file.parent.mkdir(exist_ok=True)
    file.write_text(before + PLAN, encoding="utf-8", newline=newline)
    assert load_policy(str(file)).name == "mine"


def test_a_file_that_lies_there_is_offered_to_who_leaves_out_its_ending(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.toml").write_text(PLAN, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FUPIN_LANG", "zh")
    with pytest.raises(FupinError, match=r"没有政策 'mine'；自己的文件要写全：mine\.toml"):
        prepare("fuping", policies=["mine"])
    with pytest.raises(FupinError, match=r"这是政策文件，不是情景；用法：fupin run baoding --policy mine\.toml"):
        prepare("mine.toml")


def test_a_change_of_an_instrument_that_is_not_there_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUPIN_LANG", "zh")
    with pytest.raises(FupinError, match="请用 --policy 加上有它的政策；现有工具：dibao"):
        prepare("fuping", sets=["production_grant.grant=4000"]).resolve()
    with pytest.raises(FupinError, match=r"是不是 'dibao\.standard'（农村低保\.低保标准）？"):
        prepare("fuping", sets=["低保.标准=4000"]).resolve()


def test_the_check_of_a_policy_shows_what_was_understood_with_units(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(PLAN.replace("2e7", "2000"), encoding="utf-8")  # meant in 万元: valid, but seen
    with pytest.raises(SystemExit):
        cli.main(["scenario", "check", str(file), "--lang", "zh"])
    printed = " ".join(capsys.readouterr().out.split())
    assert "政策 mine 无误；工具：dibao、production_grant、village_workshop" in printed
    assert "village_workshop 扶贫车间 budget 年度预算 2,000 元/年" in printed
    assert "production_grant 产业到户补助 grant 每户补助 6,000 元/户" in printed


@pytest.mark.parametrize(
    ("dates", "told"),
    [('start = "2031-01"', "产业到户补助（2031-01 起）"), ('end = "2012-12"', "产业到户补助（至 2012-12）")],
)
def test_an_instrument_that_never_acts_is_named_before_the_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], dates: str, told: str
) -> None:
    file = tmp_path / "late.toml"
    file.write_text(f'[[instrument]]\nkind = "production_grant"\nsettings = {{ {dates} }}\n', encoding="utf-8")
    few = ["--years", "1", "--sample", "0.02", "--no-figures", "--lang", "zh", "--out", str(tmp_path / "results")]
    with pytest.raises(SystemExit):
        cli.main(["run", "fuping", "--policy", "baseline-2014", "--policy", str(file), *few])
    assert capsys.readouterr().err.splitlines()[0] == f"模拟的月份里不起作用的工具：{told}"
    with pytest.raises(SystemExit):
        cli.main(["run", "fuping", *few])
    assert "不起作用" not in capsys.readouterr().err


def test_the_example_in_a_new_policy_is_a_policy_once_its_marks_are_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (file, _) = write_new("我的政策", tmp_path, policy=True)
    text = file.read_text(encoding="utf-8")
    assert max(map(len, text.splitlines())) <= 160  # the lists of names take many lines, not one without an end
    at = text.index("# [[instrument]]")
    file.write_text(text[:at] + text[at:].replace("# ", "", 3), encoding="utf-8")
    chosen = {choice.id: dict(choice.settings) for choice in load_policy(str(file)).package.instruments}
    assert chosen["production_grant"]["start"] == "2015-01"
    assert chosen["production_grant"]["grant"].text == 5000.0
    assert "每户补助（元/户）" in text
    assert "2000 万元写作 20000000" in text
