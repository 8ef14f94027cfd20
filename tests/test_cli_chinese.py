"""Claims about the command for who reads Chinese: help, complaints and advice are Chinese, whoever asks for it how."""

from __future__ import annotations

import ast
import inspect
import re
import threading
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import BaseModel, Field, ValidationError

from fupin import cli
from fupin.errors import FupinError
from fupin.labels import language, speaking
from fupin.model import tomlfile
from fupin.model.tomlfile import Source, parse_toml
from fupin.scenarios.policy import load_policy
from fupin.scenarios.problems import complaint
from fupin.scenarios.profiles import load_profile, profile_path
from fupin.scenarios.scenario import load_scenario
from fupin.scenarios.tables import read_tables

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
        (
            ["run", "fuping", "--sample", "10%"],
            "'--sample' 的值不对：应是数，如 0.01 或 2e9；给出的是 '10%'（这里写 0.1）",
        ),
        (["compare", "fuping", "--budget", "3亿"], "；给出的是 '3亿'（这里写 300000000）"),
        (["run", "fuping", "--years", "3.5"], "应是整数；给出的是 '3.5'"),
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


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["compare", "fuping", "--policy", "industry", "--budget=-5"], "--budget -5 不允许；允许：大于 0 元"),
        (["compare", "fuping", "--policy", "industry", "--workers", "2"], "加上 --replicates N 或 --budget YUAN"),
        (["sweep", "fuping", "--vary", "dibao.standard=1,x"], "允许：路径=数,数,… 各不相同"),
        (
            ["sweep", "fuping", "--outcome", "贫困发生率"],
            "是不是 'headcount'（贫困发生率）？",
        ),
        (["sensitivity", "fuping", "--method", "soboll"], "--method 'soboll' 不能识别；是不是 'sobol'？"),
        (["sensitivity", "fuping", "--factor", "farm.land_exponent=3:1"], "范围应由低到高"),
        (["study", "run", "five"], "没有研究 'five'"),
        (["study", "show", "nowhere"], "nowhere 里没有研究（没有 study.json）"),
        (["show", "instrument", "低保"], "是不是 'dibao'（农村低保）？"),
        (["show", "parameters", "wagges"], "没有以 'wagges' 开头的参数"),
        (["scenario", "new", "a/b"], "'a/b' 不能作名称"),
        (["run", "fuping", "--engine", "fast"], "没有引擎 'fast'"),
        (["run", "fuping", "--area", "保定"], "没有县 '保定'；各县：Fuping 阜平县"),
    ],
)
def test_mistakes_are_told_in_chinese_with_what_is_allowed(run: Run, arguments: list[str], expected: str) -> None:
    code, message = run(*arguments)
    assert code == 2
    assert expected in message
    assert not re.search(r"allowed|known|did you mean|there is no", message)


def test_a_table_of_ones_own_is_complained_about_in_chinese(run: Run, tmp_path: Path) -> None:
    (tmp_path / "households.csv").write_text("household,county,人口\n1,Fuping,3\n", encoding="gbk")
    with pytest.raises(FupinError, match="第 1 行：没有列 '人口'"):
        read_tables(tmp_path)
    (tmp_path / "households.csv").write_text("household,village\n1,\n", encoding="utf-8")
    with pytest.raises(FupinError, match="缺少列"):
        read_tables(tmp_path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('name = "mine', "文件末尾：不合 TOML 语法（字符串没有结束：缺少右引号）"),
        ('name = "mine\nyears = 3"', "第 1 行第 13 列：不合 TOML 语法（字符串没有结束就换行了：缺少右引号）"),
        ("a = [1,\n2", "（列表没有结束：缺少逗号或 ]）"),
        ("a = {b=1", "（表没有结束：缺少逗号或 }（花括号里不能换行））"),
        ("[a", "（[表名] 没有结束：缺少 ]）"),
        ("[[a]", "（[[表名]] 没有结束：缺少 ]]）"),
        ("[a]\n[a]", "（表 a 写了两遍）"),
        ('[a."b c"]\n[a."b c"]', "（表 a.b c 写了两遍）"),
        ("a = '''x", "文件末尾：不合 TOML 语法（字符串没有结束：缺少右引号）"),
        ("a = 'x\ny'", "第 1 行第 7 列：不合 TOML 语法（字符串没有结束就换行了：缺少右引号）"),
        ("a = 1\na = 2\n", "（这个键已经有值）；同一个键写了两遍"),
        ("a = 1 2", "（值的后面多了东西：一行只写一个键）"),
        ("a", "（键的后面应是 =）"),
        ("= 3", "（这里应是 键 = 值 或 [表名]）"),
        ("a = True", "（这里应是值：数、true、false 或加引号的文字）；写作小写：true"),
        ("a = .5", "；小数点前要有 0：0.5"),
        ("a = 2014-13-01", "；没有这一天，或写法不对：日期写作 2014-01-05"),
        ('a = "C:\\data"', "（双引号里的 \\ 要写成 \\\\，或改用单引号）"),
    ],
)
def test_what_is_no_toml_is_told_in_chinese(text: str, expected: str) -> None:
    with speaking("zh"), pytest.raises(FupinError) as caught:
        parse_toml(text, "mine.toml")
    told = str(caught.value)
    assert expected in told
    assert not re.search(r"Expected|Invalid|Unclosed|Cannot|Illegal|Unterminated|Duplicate", told)
    with speaking("en"), pytest.raises(FupinError, match=r"mine\.toml, .*: not valid TOML: "):
        parse_toml(text, "mine.toml")


def messages_of_python() -> list[str]:
    """All that this Python's reader of TOML can say, with something in the places of what it names."""
    read = ast.parse(Path(inspect.getfile(tomllib.loads)).read_text(encoding="utf-8"))
    calls = [node for node in ast.walk(read) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
    raised = [call for call in calls if call.func.id in ("suffixed_err", "TOMLDecodeError")]  # type: ignore[attr-defined]
    found = []
    for words in (word for call in raised for word in call.args):
        if isinstance(words, ast.JoinedStr):
            named = [
                repr("'''") if getattr(part, "conversion", -1) == ord("r") else "('a', 'b')" for part in words.values
            ]
            parts = zip(words.values, named, strict=True)
            found.append("".join(str(part.value) if isinstance(part, ast.Constant) else name for part, name in parts))
        elif isinstance(words, ast.Constant):
            found.append(str(words.value))
    return found


class SaidError(tomllib.TOMLDecodeError):
    """Such an error with words alone: what else it is made of differs between versions of Python."""

    def __init__(self, said: str) -> None:
        ValueError.__init__(self, said)


def test_all_that_pythons_reader_of_toml_can_say_is_known_in_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(messages_of_python()) > 15
    for said in messages_of_python():

        def broken(text: str, said: str = said) -> None:
            raise SaidError(f"{said} (at line 1, column 1)")

        monkeypatch.setattr(tomlfile, "_parsed", broken)
        with speaking("zh"), pytest.raises(FupinError) as caught:
            parse_toml("x", "mine.toml")
        assert not re.search("[A-Z][a-z]{3,}", str(caught.value)), said


@pytest.mark.parametrize(
    "text", ["a = " + "[" * 2000, "a = " + "{b=" * 2000, "a = " + "9" * 5000, "a." * 3000 + "b = 1"]
)
def test_what_is_too_deep_or_too_long_for_python_is_a_mistake_like_others(text: str) -> None:
    for lang, expected in (("zh", "套得太深|位数太多"), ("en", "too deep|too many digits")):
        with speaking(lang), pytest.raises(FupinError, match=expected):
            parse_toml(text, "mine.toml")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('id = "a b"', "'a b' 的写法不对；可用：只用字母、汉字、数字、_ 和 -，不留空格"),
        ("id = 3", "3 类型不对；应是文字"),
        ("settings = 3", "3 类型不对；应是表"),
        ("settings = { take_up = [] }", "[] 不是数；可写一个数"),
        ("settings = { poor_only = 1 }", "没有这个键"),
    ],
)
def test_what_does_not_fit_a_policy_is_told_in_chinese(tmp_path: Path, line: str, expected: str) -> None:
    (tmp_path / "mine.toml").write_text(f'[[instrument]]\nkind = "dibao"\n{line}\n', encoding="utf-8")
    with speaking("zh"), pytest.raises(FupinError) as caught:
        load_policy(str(tmp_path / "mine.toml"))
    assert expected in str(caught.value)
    assert not re.search(r"[Ss]hould|valid|String|Input", str(caught.value))


class Odd(BaseModel):
    """What the settings of somebody's own instrument might ask for beside what ours do."""

    short: str = Field("ab", min_length=2, max_length=3)
    code: str = Field("x1", pattern=r"^[a-z]\d$")
    even: int = Field(2, multiple_of=2)


@pytest.mark.parametrize(
    ("given", "zh", "en"),
    [
        ({"short": "a"}, "'a' 太短；至少 2 个字符", "'a' is too short; allowed: at least 2 characters"),
        ({"short": "abcd"}, "'abcd' 太长；至多 3 个字符", "'abcd' is too long; allowed: at most 3 characters"),
        ({"code": "1x"}, "'1x' 的写法不对；可用：合 ^[a-z]\\d$ 的写法", "allowed: what matches ^[a-z]"),
        ({"even": 3}, "3 不允许（", "3 is not allowed: Input should be a multiple of 2"),
    ],
)
def test_what_other_instruments_may_ask_for_is_told_too(given: dict[str, object], zh: str, en: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Odd.model_validate(given)
    for lang, expected in (("zh", zh), ("en", en)):
        with speaking(lang):
            assert expected in str(complaint(caught.value, Source("mine.toml"), Odd.model_fields))


def test_a_name_that_no_file_system_takes_is_no_file() -> None:
    with pytest.raises(FupinError, match="unknown scenario"):
        load_scenario("a" * 300)
    with pytest.raises(FupinError, match="there is no such scenario file"):
        load_scenario("a" * 300 + ".toml")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("terrain = [0.0, 0.15, 0.85]", "terrain = [0.1, 0.9]", "terrain：只有 2 个；应有更多"),
        ("terrain = [0.0, 0.15, 0.85]", "terrain = [0, 0, 0, 1]", "terrain：给了 4 个，太多；至多 3 个"),
        ("land_mean    = { value = 8.0", "land_mean    = { value = inf", "应是数，不能是 inf 或 nan"),
        ("[village]", "[[village]]", "[{ … }] 类型不对；应是表，如 { 键 = 值 } 或 [表名]"),
        ('status = "seed"', 'status = "guess"', "'guess' 不能识别；可用：'seed'、'official statistic'、"),
        ("value = [21, 30]", "value = [21, 30, 40]", "给了 3 个数；允许：2 个（最小与最大）"),
        ("poor_villages = 164", "poor_villages = true", "true 类型不对；应是整数"),
    ],
)
def test_what_does_not_fit_a_profile_is_told_in_chinese(tmp_path: Path, old: str, new: str, expected: str) -> None:
    text = profile_path("baoding").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "mine.toml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with speaking("zh"), pytest.raises(FupinError) as caught:
        load_profile(tmp_path / "mine.toml")
    assert expected in str(caught.value)
    assert not re.search(r"[Ss]hould|valid|Tuple|Input", str(caught.value))


def test_threads_speak_each_their_own_language() -> None:
    heard: dict[str, list[str]] = {"zh": [], "en": []}
    both = threading.Barrier(2)

    def speak(lang: str) -> None:
        for _ in range(3):
            with speaking(lang):
                both.wait(5)
                heard[lang].append(language())
                both.wait(5)

    threads = [threading.Thread(target=speak, args=(lang,)) for lang in heard]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert heard == {lang: [lang] * 3 for lang in heard}
