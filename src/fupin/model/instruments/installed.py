"""Instruments of installed packages: found by their entry points `fupin.instruments`, loaded, and looked at.

A package that is broken is told in one message that names it, whoever calls: what it declares is part of every
catalogue, so nothing can be read while it cannot.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.metadata import EntryPoint
from typing import Any

from fupin.errors import FupinError, nearest
from fupin.labels import tell
from fupin.model.instruments.base import EVERY_MONTH, Instrument
from fupin.model.instruments.declared import GROUP, declared
from fupin.model.settings import Settings


def installed_kinds(own: Mapping[str, type[Instrument]]) -> dict[str, type[Instrument]]:
    """The instruments of installed packages by kind, none of which may be a kind of `own` or of another package.

    Raises FupinError, naming the package, for one that cannot be loaded or is not a complete instrument.
    """
    found: dict[str, type[Instrument]] = {}
    whose: dict[str, EntryPoint] = {}
    for point in declared():
        kind = _loaded(point)
        if found.get(kind.kind) is kind:
            continue  # declared twice, the same class
        if kind.kind in own or kind.kind in found:
            by = _name(whose[kind.kind]) if kind.kind in found else "fupin"
            raise _fault(
                point, f"{by} 已有政策工具 {kind.kind!r}", f"{by} has an instrument of kind {kind.kind!r} already"
            )
        found[kind.kind], whose[kind.kind] = kind, point
    return found


def _loaded(point: EntryPoint) -> type[Instrument]:
    try:
        found = point.load()
    except Exception as error:  # whatever a package does when it is imported
        why = f"{type(error).__name__}: {error}"
        raise _fault(point, f"无法载入：{why}", f"it cannot be loaded: {why}") from error
    if not (isinstance(found, type) and issubclass(found, Instrument)):
        raise _fault(point, "不是 Instrument 类", "it is not an Instrument class")
    for zh, en in _lacks(found):
        raise _fault(point, zh, en)
    return found


def _lacks(kind: type[Instrument]) -> Iterator[tuple[str, str]]:
    """What a class lacks to be an instrument, in Chinese and English."""
    for name in ("kind", "family"):
        if not (isinstance(text := getattr(kind, name, None), str) and text):
            yield f"缺少 {name}（文字）", f"it does not say its {name} (a text)"
    labels = [getattr(kind, name, None) for name in ("zh", "en")]  # one may be empty: the other one stands for it
    if not (all(isinstance(label, str) for label in labels) and any(labels)):
        yield (
            "缺少名称 zh、en（文字，其一可空）",
            "it does not say its name in zh and en (one may be empty)",
        )
    settings: Any = kind.Settings  # what a class that nobody has checked may say
    if not (isinstance(settings, type) and issubclass(settings, Settings)):
        yield "Settings 不是 fupin 的 Settings 类", "its Settings are no class of fupin.model.settings.Settings"
        return
    fields = settings.model_fields
    for name in kind.sized_by:
        if name not in fields:
            near = nearest(name, fields)
            yield f"sized_by 中没有设置 {name!r}；{near}", f"sized_by names no setting {name!r}; {near}"
    for month in (*kind.months, *kind.service_months):
        if month not in EVERY_MONTH:
            yield f"没有 {month!r} 月", f"there is no month {month!r}: 1 to 12"


def _name(point: EntryPoint) -> str:
    """The package that declares an entry point, as its users know it."""
    return f"{point.dist.name} {point.dist.version}" if point.dist else point.value.partition(":")[0]


def _fault(point: EntryPoint, zh: str, en: str) -> FupinError:
    return FupinError(
        tell(
            f"已安装的包 {_name(point)} 的政策工具（{GROUP}：{point.name} = {point.value}）：{zh}；请修好或卸载该包",
            f"installed package {_name(point)}, instrument {point.name} = {point.value} ({GROUP}): {en}; "
            "mend or uninstall the package",
        )
    )
