"""Where the content folders are: parameters, scenarios, calibration targets and studies that people read and edit."""

from __future__ import annotations

from pathlib import Path

from fupin.errors import FupinError, nearest
from fupin.labels import tell


def library(*parts: str) -> Path:
    """Path of a content file or folder, such as `library("scenarios", "regions", "baoding.toml")`.

    In a wheel the folders `model`, `scenarios`, `calibration` and `experiments` lie inside the package; in a checkout
    they stand at its top. Without parts it is the folder that holds them.

    Raises FupinError if there is no such entry, with the nearest name that exists beside it.
    """
    packaged = Path(__file__).with_name("library")
    path = packaged if packaged.is_dir() else Path(__file__).parents[2]
    for depth, part in enumerate(parts):
        if not (path / part).exists():
            present = [entry.name for entry in path.iterdir()] if path.is_dir() else []
            where, near = "/".join(parts[:depth]) or tell("内容库", "the library"), nearest(part, present)
            raise FupinError(tell(f"{where} 里没有 {part!r}；{near}", f"{where} holds no {part!r}; {near}"))
        path /= part
    return path
