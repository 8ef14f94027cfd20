"""What a result rests on: settings of the instruments and parameters of the model, each with source and status."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fupin.experiments.report.content import Grid
from fupin.labels import pick, tell
from fupin.library import library
from fupin.model.dated import labelled
from fupin.model.instruments.kinds import instrument_kinds
from fupin.model.parameters import load_parameters
from fupin.model.settings import Dated
from fupin.scenarios.resolved import ChosenInstrument, ResolvedScenario
from fupin.scenarios.sizing import UNLIMITED
from fupin.sources import source_in
from fupin.units import STATUS_LABELS, unit_in

SHARED = ("centre_share", "province_share", "city_share", "administration_share")  # of every paid instrument


def settings_grid(worlds: Mapping[str, ResolvedScenario], lang: str) -> Grid:
    """Every setting of the instruments of some worlds (by label), but for those that all paid instruments share.

    One heading a world, below it one an instrument; an instrument that an earlier world runs by the same settings is
    named with that world. Where there is one world only, its instruments are the headings.
    """
    kinds = instrument_kinds()
    seen: dict[ChosenInstrument, str] = {}
    rows: list[tuple[str, ...]] = []
    deep = "  " if len(worlds) > 1 else ""
    for label, world in worlds.items():
        if deep:
            rows.append((label,))
        if not world.instruments:
            rows.append((deep + tell("没有政策工具", "no instrument", lang),))
        for chosen in world.instruments:
            name = deep + pick(kinds[chosen.kind], lang)
            if chosen in seen:
                rows.append((name + tell(f"：同“{seen[chosen]}”", f': as under "{seen[chosen]}"', lang),))
                continue
            seen[chosen] = label
            rows.append((name,))
            for record in type(chosen.settings).describe():
                value = getattr(chosen.settings, record["name"])
                if value is None or record["name"] in SHARED or not record["status"]:
                    continue
                rows.append(
                    (
                        f"{deep}  {tell(record['zh'], record['en'], lang)}",
                        _value(value, lang),
                        unit_in(record["unit"], lang),
                        pick(STATUS_LABELS[record["status"]], lang),
                        source_in(record["source"], lang),
                    )
                )
    return Grid(tell("政策设置", "Settings of the policies", lang), _head(lang), rows, words=True)


def parameters_grid(lang: str) -> Grid:
    """All parameters of the model."""
    book = load_parameters(library("model", "parameters"))
    rows = [
        (
            pick(entry, lang),
            _values(labelled(entry.values), lang),
            unit_in(entry.unit, lang),
            pick(STATUS_LABELS[entry.status], lang),
            source_in(entry.source, lang),
            entry.path,
        )
        for entry in book.values()
    ]
    return Grid(
        tell("模型参数", "Parameters of the model", lang), [*_head(lang), tell("路径", "path", lang)], rows, words=True
    )


def _head(lang: str) -> list[str]:
    names = (("名称", "name"), ("取值", "value"), ("单位", "unit"), ("状态", "status"), ("来源", "source"))
    return [tell(*words, lang) for words in names]


def _value(value: Any, lang: str) -> str:
    if isinstance(value, bool):
        return tell("是", "yes", lang) if value else tell("否", "no", lang)
    if isinstance(value, Dated):
        return _values(value.text, lang)
    if isinstance(value, tuple):
        return ", ".join(str(item) for item in value)
    return str(value)


def _values(text: Any, lang: str) -> str:
    if isinstance(text, dict):
        always = tell("起初", "at first", lang)
        return "; ".join(f"{always if month == 'always' else month}: {value:,.6g}" for month, value in text.items())
    return f"{text:,.6g}" if text < UNLIMITED else tell("不限", "unlimited", lang)
