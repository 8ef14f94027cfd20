"""Commented files to begin with: `fupin scenario new NAME`."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Sequence
from pathlib import Path

from fupin.errors import FupinError
from fupin.labels import tell
from fupin.scenarios.catalogue import Catalogue, catalogue
from fupin.scenarios.schema import policy_schema, scenario_schema
from fupin.units import unit_in

WIDTH = 110  # letters of a line
EXAMPLE = "production_grant"  # what most policies of one's own begin with

_SCENARIO = """\
#:schema ./scenario.schema.json
# 情景：在哪里、从何时起、多少年、哪些政策。只有 region 必填。检查：fupin scenario check {name}.toml
# A scenario: where, from when, how long, under which policies. Only `region` is needed. Run: fupin run {name}.toml

name = "{name}"
zh = ""
en = ""
description = ""
description_zh = ""
author = ""
sources = []

region = "{region}"             # {regions}
start = "2014-01"               # 起始月 first month
years = 7                       # 年数 years simulated
burn_in_years = 2               # 预热 years run before the start, not reported
sample = 0.01                   # 抽样比例 share of households; 1 = all
area = []                       # 县名；空为全部 county names; [] = all
seed = 1                        # 随机种子 seed of all random draws
{known}
policies = {policies}
against = "do-nothing"          # 对照 the world to compare with

# 改参数（fupin show parameters）：不写日期则始终有效，写日期则自该日起有效。
# Change parameters: a bare number holds for all time, a dated one from its date on.
[parameters]
# "{path}" = {value}
# "{path}" = {{ "2016-01" = {value} }}
"""

_POLICY = """\
#:schema ./policy.schema.json
# 政策：一组政策工具和参数。检查：fupin scenario check {name}.toml
# A policy: a package of instruments. Use it: fupin run SCENARIO --policy {name}.toml

name = "{name}"
zh = ""
en = ""
description = ""
description_zh = ""
author = ""
sources = []

# 在这些政策之上（自己的文件写全：other.toml）
# Added to these policies (a file of your own in full: other.toml)
{known}
includes = {policies}

[parameters]
# "{path}" = {{ "2016-01" = {value} }}

# 政策工具（fupin show instruments；设置：fupin show instrument KIND）
# 月份加引号；金额写元，2000 万元写作 20000000；90 % 写作 0.9。
# Months stand in quotes, money is yuan, 90 % is written 0.9.
{kinds}
{instrument}"""


def write_new(name: str, folder: Path, *, policy: bool = False, known: Catalogue | None = None) -> list[Path]:
    """Write `NAME.toml` and the schema beside it; returns both paths.

    Raises `FupinError` if the file exists already or the name cannot be a file's.
    """
    known = known or catalogue()
    stem = name.removesuffix(".toml")
    if not re.fullmatch(r"[\w-]+", stem):
        raise FupinError(
            tell(
                f"{name!r} 不能作名称；允许：字母、数字、- 和 _",
                f"{name!r} cannot be a name; allowed: letters, digits, - and _",
            )
        )
    file = folder / f"{stem}.toml"
    if file.exists():
        raise FupinError(
            tell(
                f"{file}：文件已存在；另取名称或移走它",
                f"{file}: the file exists already; choose another name or remove it",
            )
        )
    file.write_text(_text(stem, policy, known), encoding="utf-8", newline="\n")
    schema, content = (
        ("policy.schema.json", policy_schema(known)) if policy else ("scenario.schema.json", scenario_schema(known))
    )
    (folder / schema).write_text(
        json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n"
    )
    return [file, folder / schema]


def _text(name: str, policy: bool, known: Catalogue) -> str:
    regions, policies = known.names("region"), known.names("policy")
    path = next(iter(known.book))
    return (_POLICY if policy else _SCENARIO).format(
        name=name,
        region=regions[0] if regions else "",
        regions=", ".join(regions),
        policies='["baseline-2014"]' if "baseline-2014" in policies else "[]",
        known=_listed("政策 policies", policies),
        path=path,
        value=f"{next(iter(known.book[path].values.values())):g}",
        kinds=_listed("政策工具 instruments", sorted(known.kinds)),
        instrument=_example(known),
    )


def _listed(what: str, names: Sequence[str]) -> str:
    """Names as a comment of several lines."""
    return textwrap.fill(
        f"{what}: {', '.join(names)}", WIDTH, initial_indent="# ", subsequent_indent="#   ", break_on_hyphens=False
    )


def _example(known: Catalogue) -> str:
    """An instrument as it stands in a file, with the first of its own numbers, commented out."""
    kind = EXAMPLE if EXAMPLE in known.kinds else next(iter(sorted(known.kinds)), "")
    if not kind:
        return ""
    from fupin.model.instruments.base import Funded  # instruments load the model: only when needed

    own = (one for one in known.settings_of(kind).describe() if one["name"] not in Funded.model_fields)
    given, about = 'start = "2015-01"', "自 2015 年 1 月起 from January 2015"
    if number := next((one for one in own if isinstance(one["default"], float)), None):
        given += f", {number['name']} = {number['default']:g}"
        about += f"；{number['zh']}（{unit_in(number['unit'], 'zh')}）{number['en']} ({number['unit']})"
    return f'# [[instrument]]\n# kind = "{kind}"\n# settings = {{ {given} }}    # {about}\n'
