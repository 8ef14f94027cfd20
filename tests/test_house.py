"""Claims about the house itself: its layers, its files, its set-up, its wheel and its font."""

import ast
import os
import re
import shutil
import subprocess
import sys
import tomllib
import venv
import zipfile
from fnmatch import fnmatch
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from hatchling.builders.wheel import WheelBuilder
from matplotlib.figure import Figure
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import fupin
from fupin.errors import FupinError
from fupin.fonts import font_path, use_font
from fupin.library import library

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "src" / "fupin"
CONTENT = ["model", "scenarios", "calibration", "experiments"]
# each layer stands on those before it, and on the basement, whose modules stand on nothing but each other
LAYERS = ["model", "scenarios", "experiments", "calibration", "workshop", "commands", "cli"]
BASEMENT = {"errors", "library", "fonts", "labels", "sources", "units"}
ENTRANCES = {"__init__", "__main__"}


def tracked_files() -> list[Path]:
    """The files of the project: what git tracks, or all that .gitignore lets through where there is no repository."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    if listing.returncode == 0 and listing.stdout:
        return [ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]
    hidden = [".git", *(line.rstrip("/") for line in (ROOT / ".gitignore").read_text(encoding="utf-8").split())]
    inside = [path.relative_to(ROOT) for path in ROOT.rglob("*") if path.is_file()]
    return [ROOT / path for path in inside if not any(fnmatch(part, one) for part in path.parts for one in hidden)]


def tracked_texts() -> dict[str, str]:
    """Path from the top, and text, of every tracked file that is text; all of it must be UTF-8."""
    texts = [path for path in tracked_files() if path.suffix not in {".ttf", ".png", ".parquet"}]
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in texts}


def part_of(path: Path) -> str:
    """The part of fupin (`model`, `errors`, …) that a module belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_parts(source: str, package: str) -> set[str]:
    """The parts of fupin that the source of a module in `package` imports anywhere, be it lazily or for types only."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package.split(".")[: package.count(".") + 2 - node.level] if node.level else []
            start = [*base, *([node.module] if node.module else [])]
            names |= {".".join([*start, alias.name]) for alias in node.names}
    ours = [name.split(".") for name in names if name.split(".")[0] == "fupin"]
    return {name[1] if len(name) > 1 else "fupin" for name in ours} - {"__version__"}


def test_layers_import_downwards_only() -> None:
    upwards = []
    for path in PACKAGE.rglob("*.py"):
        part, place = part_of(path), path.relative_to(PACKAGE)
        if part not in ENTRANCES:
            allowed = BASEMENT | set(LAYERS[: LAYERS.index(part) + 1] if part in LAYERS else ())
            imported = imported_parts(path.read_text(encoding="utf-8"), ".".join(["fupin", *place.parent.parts]))
            upwards += [f"{place.as_posix()} imports {other}" for other in imported - allowed]
    assert not upwards


def test_the_layer_check_sees_every_way_to_import() -> None:
    source = """
import fupin.cli
from fupin import workshop, __version__
from .. import columns
def lazily():
    from ...scenarios.policy import Policy
    import numpy
"""
    assert imported_parts(source, "fupin.model.rules") == {"cli", "workshop", "model", "scenarios"}


def test_every_module_belongs_to_a_known_layer() -> None:
    assert {part_of(path) for path in PACKAGE.rglob("*.py")} <= {*LAYERS, *BASEMENT, *ENTRANCES}


def test_no_module_is_longer_than_400_lines() -> None:
    lengths = {name: text.count("\n") for name, text in tracked_texts().items() if name.endswith(".py")}
    assert not {name: length for name, length in lengths.items() if length > 400}


def test_no_tracked_file_names_a_registry_host_or_a_place_on_one_machine() -> None:
    host = re.compile(r"\b(?:py[p]i|npm[j]s|python[h]osted|anaconda|debian|crates)\.(?:org|com|io)\b", re.IGNORECASE)
    place = re.compile(r"(?<![\w.\-<>)])/(?:work|root|tmp)(?![\w-])|[A-Z]:\\Users\\")
    found = {name: {*host.findall(text), *place.findall(text)} for name, text in tracked_texts().items()}
    assert not {name: what for name, what in found.items() if what}


def test_file_names_mean_something_and_work_on_windows() -> None:
    names = [path.relative_to(ROOT).as_posix() for path in tracked_files()]
    assert not [name for name in names if Path(name).stem in {"utils", "util", "helpers", "common", "misc"}]
    assert not [name for name in names if re.search(r'[<>:"|?*\\]|[. ](/|$)', name) or len(name) > 120]
    reserved = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
    assert not [name for name in names if any(reserved.match(part) for part in name.split("/"))]
    assert len({name.lower() for name in names}) == len(names)


def test_the_pinned_set_holds_every_dependency_with_hashes_and_no_index() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8").replace("\\\n", "")
    pins = {}
    for entry in lock.splitlines():
        if entry.startswith("#"):
            continue
        pinned, *hashes = entry.split(" --hash=")
        requirement = Requirement(pinned.strip())
        assert hashes, entry
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}\s*", one) for one in hashes), entry
        pins[canonicalize_name(requirement.name)] = str(requirement.specifier).removeprefix("==")
    extras = project["optional-dependencies"].values()
    wanted = [Requirement(text) for text in [*project["dependencies"], *(text for extra in extras for text in extra)]]
    assert not [str(one) for one in wanted if not one.specifier.contains(pins.get(canonicalize_name(one.name), "0"))]
    assert "colorama" in pins  # only Windows needs it, and the set is pinned for Windows too


def test_the_version_is_the_same_wherever_it_stands() -> None:
    assert f"\nversion: {fupin.__version__}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert fupin.__version__ == "0.1.0" or f"[{fupin.__version__}]" in (ROOT / "CHANGELOG.md").read_text(
        encoding="utf-8"
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with what bootstrap.py reads, and an environment beside it that holds nothing yet."""
    for name in ("bootstrap.py", "requirements.lock", "pyproject.toml", ".python-version"):
        shutil.copy(ROOT / name, tmp_path / name)
    venv.create(tmp_path / ".venv", symlinks=os.name != "nt")
    return tmp_path


def start(folder: Path, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the bootstrap of a folder as a person would."""
    environ = {**os.environ, "PYTHONIOENCODING": "utf-8", **environment}
    arguments = [sys.executable, str(folder / "bootstrap.py"), *command]
    return subprocess.run(arguments, env=environ, capture_output=True, encoding="utf-8", check=False, cwd=folder.parent)


def stamp(folder: Path) -> None:
    """Mark the environment of a folder as set up, in the way that its own bootstrap does."""
    source = "import bootstrap; bootstrap.STAMP.write_text(bootstrap.fingerprint(), encoding='utf-8')"
    subprocess.run([sys.executable, "-B", "-c", source], cwd=folder, check=True)


def test_the_starter_speaks_old_python_and_needs_only_the_standard_library() -> None:
    tree = ast.parse((ROOT / "bootstrap.py").read_text(encoding="utf-8"), feature_version=(3, 8))
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    modules = {node.module if isinstance(node, ast.ImportFrom) else node.names[0].name for node in nodes}
    assert modules <= sys.stdlib_module_names
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.NamedExpr)]


def test_the_starter_passes_arguments_and_exit_code_through_once_set_up(checkout: Path) -> None:
    stamp(checkout)
    done = start(
        checkout, "python", "-c", "import sys; print(sys.prefix, sys.argv[1:]); sys.exit(7)", "贫困 县", "--seed"
    )
    assert done.returncode == 7
    assert done.stdout.strip() == f"{checkout / '.venv'} ['贫困 县', '--seed']"
    assert done.stderr == ""


def test_the_starter_names_a_command_that_does_not_exist(checkout: Path) -> None:
    stamp(checkout)
    done = start(checkout, "fupinn")
    assert done.returncode == 2
    assert "没有命令 'fupinn'" in done.stderr
    assert "no command 'fupinn'" in done.stderr


def test_a_changed_pinned_set_is_set_up_again_and_a_failure_leaves_no_stamp(checkout: Path) -> None:
    stamp(checkout)
    (checkout / "requirements.lock").write_text("no-such-package==0.0 --hash=sha256:00\n", encoding="utf-8")
    done = start(checkout, "python", "-c", "print('ran')", PIP_NO_INDEX="1")
    assert (done.returncode, done.stdout) == (1, "")
    assert "安装没有完成" in done.stderr
    assert "did not finish" in done.stderr
    assert not (checkout / ".venv" / "fupin-setup.txt").exists()


def test_without_a_fit_interpreter_the_starter_says_so_in_both_languages(tmp_path: Path) -> None:
    for name in ("requirements.lock", "pyproject.toml", ".python-version"):
        shutil.copy(ROOT / name, tmp_path / name)
    source = (ROOT / "bootstrap.py").read_text(encoding="utf-8")
    (tmp_path / "bootstrap.py").write_text(source.replace("LEAST = (3, 12)", "LEAST = (9, 0)"), encoding="utf-8")
    done = start(tmp_path, "fupin", "run", "baoding", PATH="")
    assert (done.returncode, done.stdout) == (2, "")
    assert "fupin 需要 Python 9.0 或更新的版本" in done.stderr
    assert "fupin needs Python 9.0 or newer" in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_the_library_finds_content_in_a_checkout() -> None:
    assert library() == ROOT
    assert [library(name) for name in CONTENT] == [ROOT / name for name in CONTENT]
    assert library("model", "README.md").read_text(encoding="utf-8").startswith("# model")


def test_a_missing_entry_of_the_library_is_told_with_the_nearest_name() -> None:
    with pytest.raises(FupinError, match=r"model holds no 'READM\.md'; did you mean 'README\.md'"):
        library("model", "READM.md")
    with pytest.raises(FupinError, match="did you mean 'scenarios'"):
        library("scenario", "regions")
    with pytest.raises(FupinError, match=r"model/README\.md holds no 'x'"):
        library("model", "README.md", "x")


def test_a_wheel_carries_the_content_and_works_from_an_empty_directory(tmp_path: Path) -> None:
    wheel = Path(next(iter(WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"]))))
    unpacked, empty = tmp_path / "unpacked", tmp_path / "empty"
    empty.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(unpacked)
    content = [path for path in tracked_files() if path.relative_to(ROOT).parts[0] in CONTENT]
    assert not [path for path in content if not (unpacked / "fupin" / "library" / path.relative_to(ROOT)).is_file()]
    assert (unpacked / "fupin" / "py.typed").is_file()
    assert (unpacked / "fupin" / "fonts" / "OFL.txt").is_file()
    declared = next(unpacked.glob("*.dist-info/entry_points.txt")).read_text(encoding="utf-8")
    assert "fupin = fupin.cli:main" in declared
    source = """
import fupin
from fupin.fonts import font_path
from fupin.library import library
print(fupin.__file__, library("scenarios", "README.md"), font_path(), sep="\\n")
assert font_path().is_file()
"""
    command = [sys.executable, "-W", "error", "-c", source]
    environ = {**os.environ, "PYTHONPATH": str(unpacked), "PYTHONIOENCODING": "utf-8"}
    printed = subprocess.run(command, cwd=empty, env=environ, check=True, capture_output=True, encoding="utf-8").stdout
    assert all(Path(line).is_relative_to(unpacked) for line in printed.splitlines())
    assert list(empty.iterdir()) == []


def test_the_font_has_every_character_of_gb2312_and_of_our_own_texts() -> None:
    drawn = {chr(code) for code in TTFont(font_path()).getBestCmap()}
    pairs = (bytes([high, low]) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF))
    gb2312 = set("".join(pair.decode("gb2312", errors="ignore") for pair in pairs))
    assert len({c for c in gb2312 if "\u4e00" <= c <= "\u9fff"}) == 6763
    ours = {
        c for name, text in tracked_texts().items() if not name.startswith("tests/") for c in text if c.isprintable()
    }
    assert not (gb2312 | ours) - drawn


def test_the_font_draws_chinese_without_a_warning(tmp_path: Path) -> None:
    figure = Figure(figsize=(4, 1))
    labels = "涞源县 阜平县：人均可支配收入（元），2014–2020 ¥ · × − … → ≤ ≥ ± % ‰ ² ³ α Σ 㑇 𬀩"
    figure.text(0.01, 0.5, labels, family=use_font())  # a glyph that is missing would warn, and warnings are errors
    figure.savefig(tmp_path / "labels.svg")
    assert (tmp_path / "labels.svg").read_text(encoding="utf-8").count('"#FupinSansSC-Regular-') == len(labels)
