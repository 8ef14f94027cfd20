"""`fupin scenario`: list, show, check, compare and begin scenario and policy files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fupin.commands.output import Json, Lang, print_table
from fupin.labels import language, pick, tell
from fupin.units import unit_in

if TYPE_CHECKING:
    from fupin.scenarios.policy import Package

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help=tell("情景和政策文本", "scenario and policy files"),
)

Name = Annotated[str, typer.Argument(help=tell("名称或 .toml 文件", "a name or a .toml file"))]
Policies = Annotated[
    list[str] | None,
    typer.Option("--policy", help=tell("改用这些政策（可重复）", "these policies instead of its own (repeatable)")),
]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="PATH=VALUE", help=tell("改一个数（可重复）", "change one value (repeatable)")),
]


@app.command("list", help=tell("内容库里有什么", "what the library holds"))
def list_(lang: Lang = None) -> None:
    """List the scenarios, policies and regions of the library."""
    from fupin.model.tomlfile import read_toml
    from fupin.scenarios.catalogue import catalogue

    lang, known = language(lang), catalogue()
    words = {"scenario": ("情景", "scenario"), "policy": ("政策", "policy"), "region": ("地区", "region")}
    rows = []
    for what, word in words.items():
        for name in known.names(what):
            content, _ = read_toml(known.find(what, name))
            label = content.get(lang) or content.get("en") or content.get("zh") or ""
            about = tell(content.get("description_zh", ""), content.get("description", ""), lang)
            signed = ", ".join(str(content[key]) for key in ("author", "date") if content.get(key))
            rows.append((tell(*word, lang), name, label, about, signed))
    print_table(tell("类别 名称 标签 说明 署名", "what name label description signed", lang).split(), rows)


@app.command(help=tell("展开后的情景：所有政策和设置", "the resolved scenario: all policies and settings"))
def show(name: Name, policy: Policies = None, set_: Sets = None, as_json: Json = False) -> None:
    """Print one world as a scenario file that needs no other file."""
    from fupin.scenarios.overrides import prepare

    world = prepare(name, policies=policy or (), sets=set_ or ()).resolve()
    if as_json:
        about = {"name": world.name, "policies": world.policies, "identity": world.identity()}
        print(json.dumps(about | world.content(), ensure_ascii=False, indent=2))
    else:
        print(world.to_toml(), end="")


@app.command(help=tell("检查情景或政策文件", "check a scenario or policy file"))
def check(file: Name, lang: Lang = None) -> None:
    """Check a scenario or a policy file; exit code 2 and one message if something is wrong."""
    from fupin.scenarios.catalogue import is_path
    from fupin.scenarios.policy import load_policy
    from fupin.scenarios.profiles import load_profile
    from fupin.scenarios.sampling import counties_of
    from fupin.scenarios.scenario import load_scenario

    if _is_policy(file):
        policy = load_policy(file)
        chosen = tell("、", ", ").join(choice.id for choice in policy.package.instruments) or tell("无", "none")
        print(tell(f"政策 {policy.name} 无误；工具：{chosen}", f"policy {policy.name} is valid; instruments: {chosen}"))
        if is_path(file):
            _as_understood(policy.package)
        return
    world = load_scenario(file).resolve()
    profile = load_profile(world.region_file)
    counties_of(profile, world.area)
    if profile.tables is not None:  # a slip in them would end the run, so it is told now
        from fupin.scenarios.given import load_given

        load_given(profile, Path(profile.tables))
    policies = " + ".join(world.policies) or tell("无", "none")
    zh, en = f"地区 {world.region}，政策 {policies}", f"region {world.region}, policies {policies}"
    print(tell(f"情景 {world.name} 无误：{zh}", f"scenario {world.name} is valid: {en}"))
    print(tell(f"标识：{world.identity()}", f"identity: {world.identity()}"))


def _as_understood(package: Package) -> None:
    """What a policy file of one's own gives, with labels and units: a wrong unit is valid, but seen here."""
    from fupin.model.dated import labelled
    from fupin.scenarios.catalogue import catalogue

    known, lang, rows = catalogue(), language(), []
    for choice in package.instruments:
        records = {record["name"]: record for record in known.settings_of(choice.kind).describe()}
        for name, value in choice.settings:
            record, plain = records[name], getattr(value, "text", value)
            unit = unit_in(record["unit"] or "", lang)
            label = tell(record["zh"], record["en"], lang)
            rows.append((choice.id, pick(known.kinds[choice.kind], lang), name, label, _written(plain), unit))
    for path, values in package.parameters:
        entry = known.book[path]
        rows.append(("", "", path, pick(entry, lang), _written(labelled(dict(values))), unit_in(entry.unit, lang)))
    if rows:
        head = tell("标识 工具 设置 名称 取值 单位", "id instrument setting label value unit", lang)
        print_table(head.split(), rows)


def _written(value: Any) -> str:
    """A value as planners write it: money with separators, dated values with their months."""
    from fupin.scenarios.sizing import UNLIMITED

    if isinstance(value, float) and value >= UNLIMITED:
        return tell("不限", "unlimited")
    if isinstance(value, dict):
        return ", ".join(f"{when}: {_written(one)}" for when, one in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return f"{value:,.10g}" if isinstance(value, (int, float)) and not isinstance(value, bool) else str(value)


def _is_policy(name: str) -> bool:
    """Does a name or file mean a policy? A file does if it has a package but no key that only scenarios have."""
    from fupin.model.tomlfile import read_toml
    from fupin.scenarios.catalogue import catalogue, is_path
    from fupin.scenarios.policy import PolicyText
    from fupin.scenarios.scenario import ScenarioText

    known = catalogue()
    if not is_path(name):
        return name in known.names("policy") and name not in known.names("scenario")
    keys = set(read_toml(known.find("scenario", name), name)[0])
    only_scenarios = ScenarioText.model_fields.keys() - PolicyText.model_fields.keys()
    return bool(keys & {"includes", "instrument", "parameters"}) and not keys & only_scenarios


@app.command(help=tell("两个情景有什么不同", "what differs between two scenarios"))
def diff(
    a: Name,
    b: Name,
    table: Annotated[bool, typer.Option("--table", help=tell("逐项列表", "a table of every value"))] = False,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Say in a sentence what B is, as seen from A; `--table` and `--json` give every value."""
    from fupin.scenarios.difference_text import sentences
    from fupin.scenarios.differences import difference
    from fupin.scenarios.scenario import load_scenario

    lang = language(lang)
    first, second = load_scenario(a), load_scenario(b)
    if as_json:
        print(json.dumps(difference(first, second).record(), ensure_ascii=False, indent=2))
        return
    if table:
        mine, theirs = (_flat(scenario.resolve().content()) for scenario in (first, second))
        keys = [*mine, *(key for key in theirs if key not in mine)]
        rows = [(key, mine.get(key, "–"), theirs.get(key, "–")) for key in keys if mine.get(key) != theirs.get(key)]
        if rows:
            print_table([tell("键", "key", lang), a, b], rows)
            return
    print(sentences(difference(first, second), lang))


@app.command(help=tell("新建情景（或政策）文件", "begin a scenario (or policy) file"))
def new(
    name: Annotated[str, typer.Argument(help=tell("名称", "its name"))],
    policy: Annotated[bool, typer.Option("--policy", help=tell("政策而非情景", "a policy, not a scenario"))] = False,
    lang: Lang = None,
) -> None:
    """Write a commented NAME.toml and its schema for editors into the current folder."""
    from fupin.scenarios.template import write_new

    for path in write_new(name, Path(), policy=policy):
        print(path)


@app.command(help=tell("给编辑器用的 JSON Schema", "JSON Schema for editors"))
def schema(
    policy: Annotated[bool, typer.Option("--policy", help=tell("政策文件的", "of policy files"))] = False,
) -> None:
    """Print the JSON Schema of scenario files, or of policy files."""
    from fupin.scenarios.schema import policy_schema, scenario_schema

    print(json.dumps(policy_schema() if policy else scenario_schema(), ensure_ascii=False, indent=2))


def _flat(content: dict[str, Any]) -> dict[str, Any]:
    """Every value by its path; instruments by their id."""
    flat = {key: value for key, value in content.items() if key not in ("parameters", "instrument")}
    flat |= content["parameters"]
    for entry in content["instrument"]:
        flat[entry["id"]] = entry["kind"]
        flat |= {f"{entry['id']}.{key}": value for key, value in entry["settings"].items()}
    return flat
