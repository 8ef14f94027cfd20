"""What differs between two scenarios reads like a sentence, in Chinese and in English."""

from __future__ import annotations

import json
import re

import pytest

from fupin.scenarios.difference_text import sentences
from fupin.scenarios.differences import difference
from fupin.scenarios.overrides import prepare
from fupin.scenarios.scenario import Scenario, load_scenario

MINE = ("dibao.standard@2017-01=4000", "dibao.take_up=0.95", "shocks.drought_loss={2016-01=0.2, 2017-01=0}")


def pair(name: str) -> tuple[Scenario, Scenario]:
    """Two scenarios of the library by `A > B`, or a pair made for a case."""
    if name == "the example of the issue":
        return prepare("baoding", policies=["relocation"]), prepare("baoding", policies=["baseline-2014"], sets=MINE)
    if name == "dates and switches":
        dates = ["relocation.end=2018-06", "relocation.start=2016-07", "registry.exit_guarantees@2016-03=1"]
        keys = ["years=3", "start=2015-02", "burn_in_years=1", "seed=4", "buffer.buffer_years=1"]
        return load_scenario("relocation-only"), prepare("relocation-only", sets=[*dates, *keys])
    if name == "one name twice":
        return load_scenario("fuping"), prepare("fuping", area=[], sets=["gaming.household_deadline=2020"])
    a, b = name.split(" > ")
    return load_scenario(a), load_scenario(b)


GOLDEN = {
    "as-it-happened > drought": """
“drought”与“as-it-happened”相比：旱灾减产率2016年4月至12月为50%（原为0%）。
“drought” is “as-it-happened” with crops lost to drought on land without irrigation at 50 % instead of 0 % from
April to December 2016.
""",
    "as-it-happened > migrant-jobs-lost": """
“migrant-jobs-lost”与“as-it-happened”相比：外出岗位可得率2016年10月至2017年9月为85%（原为100%）。
“migrant-jobs-lost” is “as-it-happened” with jobs away for those who have or want one at 85 % instead of 100 %
from October 2016 to September 2017.
""",
    "as-it-happened > price-fall": """
“price-fall”与“as-it-happened”相比：农产品外部价格2016至2017年为0.8（原为1）。
“price-fall” is “as-it-happened” with price of farm produce on outside markets, against trend at 0.8 instead of 1
from 2016 to 2017.
""",
    "as-it-happened > funding-stops": """
“funding-stops”与“as-it-happened”相比：缓冲期自2016年起为0年（原为3）；摘帽摘政策开关自2016年起打开；
递减期自2016年起为0年（原为2）。
“funding-stops” is “as-it-happened” with years in which support goes on after exit at 0 years instead of 3 from
2016, with end of programmes where a village or county has exited switched on from 2016, and with years over which
support then ends at 0 years instead of 2 from 2016.
""",
    "industry-only > relocation-only": """
“relocation-only”与“industry-only”相比：政策包为“易地扶贫搬迁”（原为“产业扶贫”）；
没有产业到户补助（自2015年）、扶贫车间（自2015年）；增加易地扶贫搬迁（自2016年）。
“relocation-only” is “industry-only” under “relocation” instead of “industry: grants and workshops”, without
production grants from 2015 and village workshops from 2015, and with relocation from 2016.
""",
    "baoding > fuping": """
“fuping”与“baoding”相比：只看阜平县；抽样比例为10%（原为1%）。
“fuping” is “baoding” in Fuping only, and on a sample of 10 % instead of 1 %.
""",
    "the example of the issue": """
“baoding” (B)与“baoding” (A)相比：政策包为“2014 年制度延续”（原为“易地扶贫搬迁”）；
没有易地扶贫搬迁（自2016年）；农村低保的低保标准自2017年起为4,000元/人/年（原为3,331至4,618）；
农村低保的申请率为95%（原为85%）；旱灾减产率2016年为20%（原为0%）。
“baoding” (B) is “baoding” (A) under “the rules of 2014 go on” instead of “relocation”, without relocation from
2016, with standard (minimum living allowance) at 4,000 yuan/person/year instead of 3,331 to 4,618 from 2017, with
take-up (minimum living allowance) at 95 % instead of 85 %, and with crops lost to drought on land without
irrigation at 20 % instead of 0 % in 2016.
""",
    "dates and switches": """
“relocation-only” (B)与“relocation-only” (A)相比，有 8 处不同：
- 从2015年2月开始（原为2014年1月）
- 模拟3年（原为7年）
- 预热1年（原为2年）
- 随机种子为4（原为1）
- 易地扶贫搬迁自2016年7月起（原自2016年起）
- 易地扶贫搬迁至2018年6月止（原不停止）
- 缓冲期为1年（原为0）
- 退出是否要求“两不愁、三保障”和饮水安全自2016年3月起打开
“relocation-only” (B) is “relocation-only” (A), but for 8 things:
- beginning in February 2015 instead of January 2014
- over 3 years instead of 7
- with a run-up of 1 year instead of 2
- with the random seed 4 instead of 1
- with relocation from July 2016 instead of 2016
- with relocation until June 2018 instead of the end
- with years in which support goes on after exit at 1 year instead of 0
- with exit needs subsistence, housing, water, schooling and care switched on from March 2016
""",
    "one name twice": """
“fuping” (B)与“fuping” (A)相比：覆盖全地区，而不只是阜平县；户脱贫期限为2020年（原为2017年）。
“fuping” (B) is “fuping” (A) in the whole region instead of Fuping only, and with year by whose end households
shall be out at 2020 instead of 2017.
""",
}


def unfolded(text: str) -> str:
    """Without the folds of this page: Chinese lines meet, English words keep their space, items keep their lines."""
    text = re.sub(r"(?<=[^\x00-\x7f])\n(?=[一-鿿])", "", text.strip())
    return re.sub(r"(?<=[\w,%])\n(?=\w)", " ", text, flags=re.ASCII)


@pytest.mark.parametrize("name", GOLDEN)
def test_a_difference_reads_like_a_sentence_in_both_languages(name: str) -> None:
    found = difference(*pair(name))
    assert "\n".join(sentences(found, lang) for lang in ("zh", "en")) == unfolded(GOLDEN[name])


def test_many_differences_stand_on_lines_of_their_own() -> None:
    lines = sentences(difference(*pair("baoding-survey > as-it-happened")), "en").splitlines()
    assert lines[0].endswith(f"but for {len(lines) - 1} things:")
    assert lines[2].startswith("- with 19 instruments: village roads from 2015, ")


def test_nothing_is_said_of_months_that_are_not_simulated() -> None:
    a, b = load_scenario("drought"), prepare("drought", sets=["shocks.drought_loss@2030-01=0.5"])
    assert sentences(difference(a, b), "en").endswith(
        "differs from “drought” (A) only in months that are not simulated."
    )


def test_a_scenario_is_the_same_world_as_itself_resolved() -> None:
    assert sentences(difference(*pair("baoding > baoding")), "zh").startswith("两个情景是同一个世界")


def test_the_structured_difference_has_every_value_with_its_dates() -> None:
    record = json.loads(json.dumps(difference(*pair("the example of the issue")).record()))
    assert [part["id"] for part in record["removed"]] == ["relocation"]
    standard = record["settings"][0]
    assert standard["path"] == "dibao.standard"
    assert standard["values"][0] == {"from": "2017-01", "to": "2017-12", "before": 3331, "after": 4000}
    assert record["parameters"][0]["values"] == [{"from": "2016-01", "to": "2016-12", "before": 0, "after": 0.2}]
