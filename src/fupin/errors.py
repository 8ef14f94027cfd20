"""Errors that a user can cause, told in one message: where, what was given, what is allowed, the nearest valid name."""

from __future__ import annotations

import difflib
import errno
from collections.abc import Iterable, Mapping

ABORTED, MISTAKE, UNBALANCED, STOPPED = 1, 2, 3, 130
"""Exit codes of the command beside 0: a check that did not pass or a question without an answer; a mistake in the
input, told in one message; results whose books do not balance, which are there and marked; ended by Ctrl-C."""


class FupinError(Exception):
    """A mistake in the input that the user can mend; the command prints it without a traceback and exits with 2."""


_SYSTEM = {  # what the system says of files, in Chinese; what is rarer stays as the system says it
    errno.ENOENT: "没有这个文件或文件夹",
    errno.EEXIST: "同名的文件已存在",
    errno.ENOTDIR: "路径中有一段是文件，不是文件夹",
    errno.EISDIR: "那是文件夹，不是文件",
    errno.EACCES: "没有权限，或文件正被其他程序（如 Excel）打开",
    errno.EPERM: "没有权限",
    errno.EROFS: "磁盘是只读的",
    errno.ENOSPC: "磁盘已满",
    errno.ENAMETOOLONG: "名称太长",
}


def system_reason(error: OSError) -> str:
    """Why the system refused a file, in the user's language."""
    from fupin.labels import tell

    said = error.strerror or str(error)
    return tell(_SYSTEM.get(error.errno or 0, said), said)


def nearest(name: str, allowed: Iterable[str], most: int = 8, labels: Mapping[str, str] | None = None) -> str:
    """Advice for an unknown name: the closest valid one, or the first few that exist.

    `labels` (valid name to what a reader calls it) helps who wrote the label where the name belongs.
    """
    from fupin.labels import tell  # which cannot be imported first, because it raises FupinError

    names = sorted(allowed)
    called = {label: own for own, label in (labels or {}).items() if own in names}
    ends = [own for own in names if own.rpartition(".")[2] == name]  # a path whose beginning was left out
    if close := ends[:1] if len(ends) == 1 else difflib.get_close_matches(name, names, n=1, cutoff=0.5):
        return tell(f"是不是 {close[0]!r}？", f"did you mean {close[0]!r}?")
    if close := difflib.get_close_matches(name, called, n=1, cutoff=0.5):
        own, label = called[close[0]], close[0]
        return tell(f"是不是 {own!r}（{label}）？", f"did you mean {own!r} ({label})?")
    shown = ", ".join(names[:most]) + (" …" if len(names) > most else "")
    return tell(f"可用：{shown}", f"known: {shown}") if names else tell("一个也没有", "none exists")
