"""Claims about results folders: every command leaves a README in both languages and a manifest that makes it again."""

from __future__ import annotations

import json
import shlex
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from fupin import cli
from fupin.experiments import manifest
from fupin.scenarios.scenario import scenario_of_text

SMALL = ["--area", "Fuping", "--years", "1", "--set", "burn_in_years=0"]
PLAIN = ["--area", "Fuping", "--years", "1", "--sample", "0.001"]
HERE = ["--engine", "here"]
COMMANDS = {
    "twin": ["twin", "baoding", "--policy", "security", "--against", "do-nothing", "--sample", "0.002", *SMALL],
    "sweep": ["sweep", "baoding", "--policy", "my security.toml", "--vary", "wages.return_to_skill=0.2,0.4",
              "--replicates", "2", "--sample", "0.001", *SMALL, *HERE],
    "search": ["search", "baoding", "--policy", "industry", "--lever", "production_grant.budget=0:5e7",
               "--generations", "1", "--size", "4", *PLAIN, *HERE],
    "sensitivity": ["sensitivity", "baoding", "--policy", "security", "--against", "do-nothing", "--samples", "4",
                    "--replicates", "1", "--factor", "wages.return_to_skill", "--factor", "dibao.standard",
                    "--sample", "0.001", *SMALL, *HERE],
    "pairing": ["check", "pairing", "baoding", "--policy", "security", "--replicates", "2", *PLAIN, *HERE],
    "robust": ["robust", "sensitivity"],
}  # fmt: skip
TABLES = {
    "twin": "quarters.csv",
    "sweep": "fans.csv",
    "search": "pareto.csv",
    "pairing": "pairing.csv",
    "robust": "regret.svg",
}


def call(*words: str) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main(words)
    assert (caught.value.code or 0) == int("pairing" in words)  # one package cannot be three: the check does not pass


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which each command has left its own."""
    pytest.importorskip("optuna")
    place = tmp_path_factory.mktemp("folders")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        (place / "my security.toml").write_text('includes = ["security"]\nzh = "保障"\nen = "mine"\n', encoding="utf-8")
        for name, words in COMMANDS.items():
            call(*words, "--out", name)
    return place


def about(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return content


@pytest.mark.parametrize("name", list(COMMANDS))
def test_a_folder_says_in_both_languages_what_each_file_is(folders: Path, name: str) -> None:
    told, readme = about(folders / name), (folders / name / "README.md").read_text(encoding="utf-8")
    there = {path.relative_to(folders / name).as_posix() for path in (folders / name).rglob("*")}
    for pattern, words in told["files"].items():
        assert any(fnmatch(path, pattern) for path in there), pattern
        assert f"- `{pattern}` {words['zh']} · {words['en']}" in readme
    ours = {path.split("/")[0] for path in there} - {"README.md", "lock", "active", "failed"}
    listed = {pattern.split("/")[0] for pattern in told["files"]}
    unsaid = {path for path in ours if not any(fnmatch(path, one) for one in listed)}
    assert {Path(path).suffix for path in unsaid} <= {".svg"}, unsaid  # the picture beside its .png
    assert "再现 · to make it again" in readme


@pytest.mark.parametrize("name", list(COMMANDS))
def test_a_manifest_names_command_versions_worlds_and_seed(folders: Path, name: str) -> None:
    told = about(folders / name)
    assert shlex.split(told["command"])[:2] == ["fupin", COMMANDS[name][0]]
    assert {"fupin", "python", "numpy", "SALib"} <= set(told["versions"])
    assert (told["region"], told["seed"]) == ("baoding", 1)
    assert told["worlds"]
    assert all(len(world["identity"]) == 64 for world in told["worlds"].values())
    assert {"finished", "seconds", "system"} <= set(told["run"])


@pytest.mark.parametrize("name", list(TABLES))
def test_the_command_of_a_manifest_makes_the_same_folder_again(
    folders: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folders)
    words = shlex.split(about(folders / name)["again"])[1:]
    words[words.index("--out") + 1] = f"{name}-again"
    call(*words, *(HERE if name in ("sweep", "search", "pairing") else []))
    assert (folders / name / TABLES[name]).read_bytes() == (folders / f"{name}-again" / TABLES[name]).read_bytes()
    first, second = about(folders / name), about(folders / f"{name}-again")
    different = {key for key in first if first[key] != second[key]}
    assert different <= {"command", "again", "run"}  # the command names the folder


def test_what_one_asked_stands_in_the_manifest(folders: Path) -> None:
    twin = about(folders / "twin")
    assert set(twin["worlds"]) == {"policy", "reference"}
    assert str(twin["household"]) in shlex.split(twin["again"])
    assert twin["balanced"] is True
    text = (folders / "twin" / "scenarios" / "policy.toml").read_text(encoding="utf-8")
    assert scenario_of_text(text).resolve().identity() == twin["worlds"]["policy"]["identity"]
    assert about(folders / "sweep")["vary"] == {"wages.return_to_skill": [0.2, 0.4]}
    search = about(folders / "search")
    assert search["levers"] == {"production_grant.budget": [0.0, 5e7]}
    points = [name for name in search["worlds"] if name.startswith("pareto-")]
    assert len(points) == len(list((folders / "search").glob("pareto-*.toml"))) > 0
    assert about(folders / "robust")["study"]["folder"] == "sensitivity"


def test_the_manifest_is_written_last_and_whole(folders: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("twin", "sweep", "search", "sensitivity", "pairing"):
        files = [path for path in (folders / name).iterdir() if path.is_file() and path.name != "manifest.json"]
        last = (folders / name / "manifest.json").stat().st_mtime_ns
        assert all(path.stat().st_mtime_ns <= last for path in files), name

    def stopped(*_: object, **__: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(manifest.json, "dumps", stopped)
    with pytest.raises(KeyboardInterrupt):
        manifest.write_manifest(tmp_path, about(folders / "twin"))
    assert [path.name for path in tmp_path.iterdir()] == ["README.md"]
