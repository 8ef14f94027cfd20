"""What a newcomer reads is true: the commands exist, the table is what the run prints, both languages say the same."""

from __future__ import annotations

import re
import shlex
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from fupin import cli
from fupin.experiments.trace_targets import targets_of
from fupin.scenarios.catalogue import catalogue
from fupin.scenarios.overrides import prepare
from fupin.scenarios.regions import build_region_data

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.zh.md")
TEXTS = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in ROOT.glob("*.md")}
TEXTS |= {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in ROOT.glob("docs/*.md")}
GAP = re.compile(r"\s{2,}")


def fences(page: str) -> list[str]:
    """The plain code blocks of a page: commands and what they print."""
    return re.findall(r"^```\n(.*?)^```$", TEXTS[page], flags=re.MULTILINE | re.DOTALL)


def commands(page: str) -> list[str]:
    """Lines of code blocks that begin with `fupin`, and `fupin …` in the text, without what is said beside them."""
    lines = [line for block in fences(page) for line in block.splitlines()]
    called = [re.split(r"\s{2,}|\s#", line)[0] for line in lines if line.startswith("fupin ")]
    return called + re.findall(r"`(fupin [a-z][^`…]*)`", TEXTS[page])


EVERY = sorted({line for page in TEXTS for line in commands(page)})


def test_the_first_two_commands_are_the_whole_set_up() -> None:
    for page in READMES:
        assert fences(page)[1] == "python3 bootstrap.py fupin run baoding\npython3 bootstrap.py pytest\n"
        assert fences(page)[2] == "uv run fupin run baoding\nuv run --extra dev pytest\n"
    assert (ROOT / ".ci" / "run").read_text(encoding="utf-8").count('"pytest"') == 1


def test_both_languages_have_the_same_parts_and_commands() -> None:
    english, chinese = READMES
    for part in (r"^#+", r"^\| ", r"^- ", r"<img"):  # headings, table rows, points, pictures
        counts = [re.findall(part, TEXTS[page], flags=re.MULTILINE) for page in READMES]
        assert counts[0] == counts[1]
    assert [line for line in commands(english) if "FUPIN_LANG" not in line] == commands(chinese)


def test_there_are_commands_to_check() -> None:
    assert len(EVERY) > 20


@pytest.mark.parametrize("line", EVERY)
def test_a_command_in_the_documents_exists_with_its_options(line: str) -> None:
    words = [word for word in shlex.split(line)[1:] if word != "…"]
    command: Any = cli.load(words.pop(0))
    if words and words[0] in getattr(command, "commands", {}):
        command = command.commands[words.pop(0)]
    options = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    assert {word for word in words if word.startswith("--")} <= options | {"--help"}
    for option, value in pairwise(words):
        if option in ("--policy", "--against") and value.islower() and not value.endswith(".toml"):
            assert set(value.split("+")) <= set(catalogue().names("policy"))
        if option == "--set":
            prepare(words[0], sets=[value]).resolve()


def test_the_table_in_the_readme_is_what_the_run_prints(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call = ["run", "baoding", "--lang", "en", "--no-figures", "--no-panel", "--out", str(tmp_path)]
    with pytest.raises(SystemExit) as ended:
        cli.main(call)
    assert not ended.value.code
    printed, quoted = rows(capsys.readouterr().out), rows(fences("README.md")[0])
    assert quoted.keys() == printed.keys()
    # another machine's arithmetic may move a household across a threshold, so the last digits are free
    far = {
        label: (quoted[label], now)
        for label, now in printed.items()
        if any(abs(a - b) > max(0.03 * abs(b), 0.3) for a, b in zip(quoted[label], now, strict=True))
    }
    assert not far, "the README quotes another run; refresh it with: python docs/generate.py figures"


def rows(table: str) -> dict[str, list[float]]:
    """Lines of a printed table: label and numbers."""
    found = {}
    for line in table.splitlines():
        label, *cells = GAP.split(line.strip())
        numbers = [cell.replace(",", "").replace("−", "-") for cell in cells]
        if numbers and all(re.fullmatch(r"-?[\d.]+|–", one) for one in numbers):
            found[label] = [float(one) for one in numbers if one != "–"]
    return found


def test_the_chinese_table_is_of_the_same_run() -> None:
    english, chinese = (list(rows(fences(page)[0]).values()) for page in READMES)
    assert len(english) == len(chinese) > 15
    assert english[:7] == chinese[:7]  # yuan and per cent, which need no conversion


def test_the_sample_is_of_the_size_that_is_stated() -> None:
    data = build_region_data("baoding", 0.01, seed=1)
    for page in READMES:
        assert f"{len(data.villages['uid'])} " in TEXTS[page]
        assert f"{len(data.households['uid']):,}" in TEXTS[page]
        assert f"{data.households['weight'].sum():,.0f}" in TEXTS[page]


def test_who_is_traced_in_the_documents_is_in_the_sample() -> None:
    data = build_region_data("baoding", 0.01, seed=1)
    for page in READMES:
        named = re.findall(r"(?:county|village|household):[A-Za-z\d]+", TEXTS[page])
        assert len(named) == len(targets_of(named, data)) == 3


def test_pictures_are_small_and_all_are_used() -> None:
    pictures = sorted((ROOT / "docs" / "images").iterdir())
    assert not [path.name for path in pictures if path.stat().st_size > 120_000]
    assert not [
        path.name for path in pictures if not any(f"docs/images/{path.name}" in TEXTS[page] for page in READMES)
    ]
