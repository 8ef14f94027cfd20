"""JSON Schema of scenario and policy files, for editors: keys, parameter paths and instrument settings with labels."""

from __future__ import annotations

import math
from typing import Any

from fupin.scenarios.catalogue import Catalogue, catalogue
from fupin.scenarios.policy import InstrumentText, PolicyText
from fupin.scenarios.scenario import ScenarioText

DATE_PATTERN = r"^(always|\d{4}(-\d{1,2}(-\d{1,2})?)?)$"
DAY_PATTERN = r"^(\d{4}-\d{2}-\d{2})?$"
_MONTH_PATTERN = r"^\d{4}(-\d{1,2}(-\d{1,2})?)?$"


def scenario_schema(known: Catalogue | None = None) -> dict[str, Any]:
    """The schema of a scenario file."""
    known = known or catalogue()
    schema = _schema("fupin scenario", ScenarioText, known)
    keys = schema["properties"]
    keys["region"] |= {"anyOf": [{"enum": known.names("region")}, {"type": "string", "pattern": r"\.toml$|[/\\]"}]}
    keys["start"] |= {"pattern": _MONTH_PATTERN}
    keys["policies"]["items"] = _policy_name(known)
    keys["against"] |= _policy_name(known)
    return schema


def policy_schema(known: Catalogue | None = None) -> dict[str, Any]:
    """The schema of a policy file."""
    known = known or catalogue()
    schema = _schema("fupin policy", PolicyText, known)
    schema["properties"]["includes"]["items"] = _policy_name(known)
    return schema


def _schema(title: str, model: type[PolicyText] | type[ScenarioText], known: Catalogue) -> dict[str, Any]:
    schema = model.model_json_schema()
    for key in schema["properties"].values():
        key.pop("title", None)
    schema["properties"]["date"] |= {"pattern": DAY_PATTERN}
    schema["properties"]["sources"]["items"] |= {"minLength": 1}
    schema["properties"]["parameters"] = _parameters(known)
    schema["properties"]["instrument"] = {
        "type": "array",
        "description": "政策工具 · instruments",
        "items": {"oneOf": [_instrument(kind, known) for kind in sorted(known.kinds)]},
    }
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return head | schema | {"title": title, "description": "written by `fupin scenario schema`"}


def _policy_name(known: Catalogue) -> dict[str, Any]:
    # free text stays allowed: a file of one's own, or names joined by +
    return {"anyOf": [{"enum": known.names("policy")}, {"type": "string", "pattern": r"\.toml$|[/\\+]"}]}


def _parameters(known: Catalogue) -> dict[str, Any]:
    entries = {
        path: {
            "description": f"{entry.zh} · {entry.en} [{entry.unit}] {entry.status}: {entry.source}",
            **number_schema(entry.low, entry.high),
        }
        for path, entry in known.book.items()
    }
    about = "参数（路径 = 数值，或 {日期 = 数值}）· parameters: path = number, or {date = number}"
    # [parameters.farm] and farm.rent = … are the same paths in other clothes
    groups = {path.partition(".")[0] for path in known.book}
    nested = {group: {"type": "object"} for group in sorted(groups)}
    return {"type": "object", "description": about, "properties": nested | entries, "additionalProperties": False}


def _instrument(kind: str, known: Catalogue) -> dict[str, Any]:
    cls = known.kinds[kind]
    settings = {record["name"]: setting_schema(record) for record in cls.Settings.describe()}
    keys = InstrumentText.model_json_schema()["properties"]
    return {
        "type": "object",
        "title": kind,
        "description": f"{cls.zh} · {cls.en}",
        "properties": {
            "kind": {"const": kind, "description": f"{cls.zh} · {cls.en}"},
            "id": {"type": "string", "pattern": keys["id"]["pattern"], "description": keys["id"]["description"]},
            "settings": {"type": "object", "properties": settings, "additionalProperties": False},
        },
        "required": ["kind"],
        "additionalProperties": False,
    }


def setting_schema(record: dict[str, Any]) -> dict[str, Any]:
    """The schema of one setting, from its record in `Settings.describe()`."""
    unit = f" [{record['unit']}]" if record["unit"] else ""
    source = f" {record['status']}: {record['source']}" if record["status"] else ""
    schema: dict[str, Any] = {"description": f"{record['zh']} · {record['en']}{unit}{source}"}
    if record["default"] is not None:
        schema["default"] = list(record["default"]) if isinstance(record["default"], tuple) else record["default"]
    word: dict[str, Any] = {"enum": list(record["choices"])} if record["choices"] else {"type": "string"}
    match record["kind"]:
        case "number":
            low, high = record["low"], record["high"]
            bounds = (-math.inf if low is None else low, math.inf if high is None else high)
            return schema | number_schema(*bounds)
        case "month":
            return schema | {"type": "string", "pattern": _MONTH_PATTERN}
        case "true or false":
            return schema | {"type": "boolean"}
        case "list of text":
            return schema | {"type": "array", "items": word}
        case _:
            return schema | word


def number_schema(low: float, high: float) -> dict[str, Any]:
    """The schema of a number within a range, given plainly or dated."""
    number: dict[str, Any] = {"type": "number"}
    number |= {"minimum": low} if math.isfinite(low) else {}
    number |= {"maximum": high} if math.isfinite(high) else {}
    dated = {"type": "object", "patternProperties": {DATE_PATTERN: number}, "additionalProperties": False}
    return {"anyOf": [number, dated | {"minProperties": 1}]}
