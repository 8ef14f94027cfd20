"""Set fupin up and run a command in it: `python3 bootstrap.py fupin run baoding`, `python3 bootstrap.py pytest`.

Any Python 3 starts this file. It looks for an interpreter that fupin can run on, makes `.venv` beside this file,
installs the pinned set and fupin itself, and hands over to the command; the command's exit code is passed on. Once set
up, it starts at once. It uses the standard library alone and no syntax newer than Python 3.6: an old interpreter, too,
can look for a newer one and say what is missing.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "fupin-setup.txt"
WINDOWS = os.name == "nt"
SCRIPTS = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = SCRIPTS / ("python.exe" if WINDOWS else "python")
LEAST = (3, 12)
TRIED = [(3, 13), (3, 12), (3, 14)]  # in order of preference, after the version that .python-version names

# Asked of every interpreter found: version, then path; silence if fupin's wheels would not fit it or it cannot make
# environments (Debian splits ensurepip off).
PROBE = """
import sys, sysconfig, venv, ensurepip
if sys.implementation.name == "cpython" and sys.maxsize > 2**32 and not sysconfig.get_config_var("Py_GIL_DISABLED"):
    print("%d.%d %s" % (sys.version_info[0], sys.version_info[1], sys.executable))
"""

NO_PYTHON = """\
fupin 需要 Python {least} 或更新的版本（64 位 CPython，带 venv 和 ensurepip），但在这台机器上没有找到。
请安装 Python {wanted}（系统软件包、官方安装程序、pyenv、conda 或 uv 均可；
Debian/Ubuntu 还需 python3-venv），然后重新运行同一条命令。

fupin needs Python {least} or newer (64-bit CPython with venv and ensurepip), and none was found on this machine.
Install Python {wanted} (system package, official installer, pyenv, conda or uv; on Debian/Ubuntu also python3-venv)
and run the same command again.
"""
SETTING_UP = """\
正在准备 .venv（Python {0}，只需一次，约一两分钟）…
Setting up .venv (Python {0}; once, a minute or two) …
"""
FAILED = """\
安装没有完成；请查看以上信息并检查网络，然后重新运行同一条命令，它会接着做完。
The set-up did not finish: read the lines above, check the network, and run the same command again; it will go on.
"""
UNKNOWN = "fupin 的环境里没有命令 {0!r}。\nThere is no command {0!r} in fupin's environment.\n"
USAGE = """\
用法 / usage: python3 bootstrap.py COMMAND [ARGUMENT ...]
例如 / for example: python3 bootstrap.py fupin run baoding
"""


def say(text):
    """Tell the person; stderr escapes what a console cannot show, so this never fails on an encoding."""
    sys.stderr.write(text)
    sys.stderr.flush()


def dotted(version):
    """(3, 13) as people write it."""
    return "{}.{}".format(*version)


def wanted_version():
    """The version that .python-version asks for."""
    major, minor = (ROOT / ".python-version").read_text(encoding="utf-8").strip().split(".")[:2]
    return int(major), int(minor)


def installed():
    """(folder, pattern) of the prefixes where the usual installers put interpreters."""
    home, told = Path.home(), os.environ.get
    data = Path(told("XDG_DATA_HOME") or home / ".local" / "share")
    roaming = Path(told("APPDATA") or home / "AppData" / "Roaming")
    local = Path(told("LOCALAPPDATA") or home / "AppData" / "Local")
    yield Path(told("PYENV_ROOT") or home / ".pyenv"), "versions/*"
    yield Path(told("PYENV") or home / ".pyenv" / "pyenv-win"), "versions/*"
    yield Path(told("UV_PYTHON_INSTALL_DIR") or data / "uv" / "python"), "*"
    yield roaming / "uv" / "python", "*"
    yield home / ".asdf" / "installs" / "python", "*"
    yield data / "mise" / "installs" / "python", "*"
    yield local / "Programs" / "Python", "Python3*"
    yield Path(told("ProgramFiles") or "/opt"), "Python3*"
    yield Path("/Library/Frameworks/Python.framework/Versions"), "3.*"
    for brew in ("/opt/homebrew", "/usr/local", "/home/linuxbrew/.linuxbrew"):
        yield Path(brew) / "opt", "python@3.*"
    for system in ("/usr/local", "/usr"):
        yield Path(system), "."
    for base in (home, Path(told("ProgramData") or "/opt")):
        for conda in ("miniconda3", "miniforge3", "mambaforge", "anaconda3", "conda"):
            yield base, conda
            yield base, conda + "/envs/*"
    yield home / ".conda" / "envs", "*"


def candidates():
    """Commands that may start an interpreter: this one, those on PATH, then those where installers put them."""
    yield [sys.executable]
    for name in ["python" + dotted(version) for version in TRIED] + ["python3", "python"]:
        for folder in os.environ.get("PATH", "").split(os.pathsep):
            path = Path(folder) / (name + ".exe" if WINDOWS else name)
            if path.is_file():
                yield [str(path)]
    if WINDOWS and shutil.which("py"):
        for version in TRIED:
            yield ["py", "-" + dotted(version)]
    for folder, pattern in installed():
        for prefix in [folder] if pattern == "." else sorted(folder.glob(pattern)):
            for path in [prefix / "python.exe"] if WINDOWS else sorted(prefix.glob("bin/python3*")):
                if re.match(r"python(3(\.\d+)?)?(\.exe)?$", path.name):
                    yield [str(path)]


def probe(command):
    """(version, path) of the interpreter that a command starts, or None if it is unfit or does not start."""
    try:
        answer = subprocess.run(
            [*command, "-I", "-c", PROBE],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=30,
            env=clean_environment(),
        )
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.match(r"(\d+)\.(\d+) (.+)", os.fsdecode(answer.stdout).strip())
    if answer.returncode or not found:
        return None
    version = int(found.group(1)), int(found.group(2))
    return (version, found.group(3)) if version >= LEAST else None


def find_interpreter(wanted):
    """The best interpreter on this machine, or None: the wanted version, else those tried, else any new enough."""
    order = [wanted] + [version for version in TRIED if version != wanted]
    best, asked = None, []
    for command in candidates():
        found = None if command in asked else probe(command)
        asked.append(command)
        if found is None:
            continue
        rank = order.index(found[0]) if found[0] in order else len(order)
        if best is None or rank < best[0]:
            best = rank, found
        if rank == 0:
            break
    return best[1] if best else None


def clean_environment():
    """This process's environment without what would make another interpreter load or install elsewhere."""
    dropped = "PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__", "PIP_USER", "PIP_TARGET", "PIP_PREFIX"
    return {name: value for name, value in os.environ.items() if name not in dropped}


def fingerprint():
    """What a finished set-up leaves in its stamp: where the checkout lies, and the digest of all it was made from."""
    digest = hashlib.sha256(LOCK.read_bytes() + (ROOT / "pyproject.toml").read_bytes())
    return "{}\n{}\n".format(ROOT, digest.hexdigest())


def stamped():
    """The fingerprint of the last set-up that finished; empty if there is none."""
    return STAMP.read_text(encoding="utf-8") if PYTHON.is_file() and STAMP.is_file() else ""


def run(command, **streams):
    """Exit code of one step of the set-up."""
    return subprocess.call(command, stdin=subprocess.DEVNULL, env=clean_environment(), **streams)


def set_up(mark):
    """Make or mend `.venv` and install everything; the stamp comes last, so an interrupted set-up is done again."""
    wanted = wanted_version()
    moved = stamped() and stamped().split("\n")[0] != str(ROOT)  # environments do not survive a move of their folder
    there = probe([str(PYTHON)]) if PYTHON.is_file() and not moved else None
    found = there or find_interpreter(wanted)
    if found is None:
        say(NO_PYTHON.format(least=dotted(LEAST), wanted=dotted(wanted)))
        return 2
    say(SETTING_UP.format(dotted(found[0])))
    if STAMP.is_file():
        STAMP.unlink()
    pip = [str(PYTHON), "-I", "-m", "pip"]
    install = [*pip, "install", "-qq", "--no-input", "--disable-pip-version-check"]
    steps = [
        [*install, "--require-hashes", "-r", str(LOCK)],
        [*install, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)],
    ]
    if there is None:
        steps.insert(0, [found[1], "-I", "-m", "venv", "--clear", str(VENV)])
    elif run([*pip, "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
        steps.insert(0, [str(PYTHON), "-I", "-m", "ensurepip", "--default-pip"])  # uv makes environments without pip
    for step in steps:
        if run(step, stdout=sys.stderr):
            say(FAILED)
            return 1
    STAMP.write_text(mark, encoding="utf-8")
    return 0


def hand_over(command):
    """Run the command inside the environment and return its exit code (on POSIX this process becomes the command)."""
    path = str(SCRIPTS) + os.pathsep + os.environ.get("PATH", "")
    environment = dict(os.environ, VIRTUAL_ENV=str(VENV), PATH=path)
    environment.pop("PYTHONHOME", None)
    program = shutil.which(command[0], path=path)
    if program is None:
        say(UNKNOWN.format(command[0]))
        return 2
    if not WINDOWS:
        os.execve(program, [program, *command[1:]], environment)
    child = subprocess.Popen([program, *command[1:]], env=environment)
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue  # the console sends Ctrl-C to the child too; the child decides how to end


def main(command):
    """Set up if needed, then run the command; without one, say how to call this."""
    mark = fingerprint()
    code = 0 if stamped() == mark else set_up(mark)
    if code:
        return code
    if not command:
        say(USAGE)
        return 0
    return hand_over(command)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
