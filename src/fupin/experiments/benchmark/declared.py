"""The figures of the benchmark, each declared once: name, part, labels, unit, and what it may cost by engine.

The budgets are those of architecture section 8; `row` is the row of its table.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fupin.experiments.benchmark.figures import Budgets, Figure, Kind
from fupin.experiments.benchmark.noise import (
    BRIEF,
    COUNTED,
    FITTED,
    OF_TWO,
    PARTS_OF,
    SHARED,
    STARTS,
    STEPS,
    Noise,
)


def _everywhere(budgets: Budgets, *sizes: int) -> dict[int, Budgets]:
    return dict.fromkeys(sizes, budgets)


# fmt: off
_ALL = (
    Kind("quarter", "size", "{n} 户：一户一季", "{n} households: a household-quarter", "ns",
         _everywhere((600.0, 150.0), 10_000, 30_000, 100_000, 300_000, 1_000_000), row=1),
    Kind("month", "size", "{n} 户：一个月", "{n} households: a month", "ms"),
    Kind("years", "size", "{n} 户：{years} 年", "{n} households: {years} years", "s", {1_000_000: (60.0, None)},
         scaled=True, row=5),
    Kind("years_shared", "size", "{n} 户：{years} 年，{threads} 线程",
         "{n} households: {years} years, {threads} threads", "s", {1_000_000: (None, 10.0)}, scaled=True, row=5,
         noise=SHARED),
    Kind("memory", "size", "{n} 户：内存峰值", "{n} households: peak memory", "GB", {1_000_000: (2.5, 1.5)}, row=5,
         noise=Noise(0.08, 0.08)),
    Kind("fixed", "size", "每月固定成本（回归）", "fixed cost of a month (regression)", "ms", noise=FITTED),
    Kind("marginal", "size", "每户季边际成本（回归）", "cost of one more household-quarter (regression)", "ns",
         (600.0, 150.0), noise=Noise(0.15, 0.15)),
    Kind("growth", "size", "百万户对一万户，每户成本", "a household at 1,000,000 against 10,000", "×", (1.5, 2.5),
         row=7, noise=OF_TWO),
    Kind("exponent", "size", "十万到百万户的增长指数", "exponent of growth, 100,000 to 1,000,000", "", (1.05, 1.05),
         row=7, noise=Noise(0.03, 0.03)),
    Kind("bytes", "size", "列存储每户字节", "bytes a household, columns", "B", noise=COUNTED),
    Kind("all_quarter", "everything", "{n} 户，{many}：一户一季", "{n} households, {many}: a household-quarter", "ns",
         _everywhere((1000.0, 300.0), 10_000, 100_000, 1_000_000), row=2),
    Kind("all_years", "everything", "{n} 户，{many}：{years} 年", "{n} households, {many}: {years} years", "s",
         {10_000: (0.4, 0.15)}, scaled=True, row=4),
    Kind("all_wait", "everything", "{n} 户：从改动一项设置到 {years} 年结果（含建立与预热）",
         "{n} households: from a changed setting to {years} years, building and burn-in included", "s"),
    Kind("all_fixed", "everything", "全部政策，每月固定成本（回归）",
         "everything on, fixed cost of a month (regression)", "ms", (1.5, 0.5), row=6, noise=FITTED),
    Kind("all_marginal", "everything", "全部政策，每户季边际成本（回归）",
         "everything on, cost of one more household-quarter (regression)", "ns", (1000.0, 300.0),
         noise=Noise(0.15, 0.15)),
    Kind("history_quarter", "everything", "{n} 户，2014–2020 年的实际项目（{many}）：一户一季",
         "{n} households, the programmes of 2014–2020 ({many}): a household-quarter", "ns"),
    Kind("all_process", "everything", "{what}", "{what}", "ns", noise=PARTS_OF),
    Kind("process", "profile", "{what}（{n} 户）", "{what}, {n} households", "ns", noise=PARTS_OF),
    Kind("household_objects", "objects", "{n} 户一季的规则：Mesa 对象",
         "rules of the quarter, {n} households: Mesa objects", "ns", noise=BRIEF),
    Kind("household_rules", "objects", "{n} 户一季的规则：列", "rules of the quarter, {n} households: columns", "ns",
         noise=Noise(0.3, 0.3)),
    Kind("household_ratio", "objects", "{n} 户一季的规则：比 Mesa 对象快",
         "rules of the quarter, {n} households: against Mesa objects", "×",
         {10_000: (60.0, 300.0), 100_000: (60.0, 300.0)}, more=True, row=3, noise=OF_TWO),
    Kind("household_difference", "objects", "{n} 户一季的规则：最大相对差",
         "rules of the quarter, {n} households: largest relative difference", "", (1e-9, 1e-9), noise=None),
    Kind("person_objects", "objects", "个人一月的规则：Mesa 对象", "rules of a person's January: Mesa objects", "ns",
         noise=BRIEF),
    Kind("person_rules", "objects", "个人一月的规则：列", "rules of a person's January: columns", "ns", noise=BRIEF),
    Kind("person_ratio", "objects", "个人一月的规则：比 Mesa 对象快",
         "rules of a person's January: against Mesa objects", "×", more=True, noise=OF_TWO),
    Kind("person_difference", "objects", "个人一月的规则：最大相对差",
         "rules of a person's January: largest relative difference", "", (1e-9, 1e-9), noise=None),
    Kind("object_making", "objects", "创建一个 Mesa 住户对象", "making a Mesa household", "µs",
         noise=Noise(0.4, 0.4)),
    Kind("object_bytes", "objects", "Mesa 对象每户字节（含成员）", "bytes a household with members, Mesa objects",
         "B", noise=COUNTED),
    Kind("core", "core", "{n} 户：农户核心", "{n} households: household core", "ns", noise=Noise(0.15, 0.5)),
    Kind("core_shared", "core", "{n} 户：农户核心，{threads} 线程",
         "{n} households: household core, {threads} threads", "ns", noise=SHARED),
    Kind("core_supplied", "core", "{n} 户：农户核心，随机数已给", "{n} households: household core, draws supplied",
         "ns", noise=BRIEF),
    Kind("polars", "core", "{n} 户：Polars（{threads} 线程）", "{n} households: Polars ({threads} threads)", "ns",
         noise=Noise(0.2, 0.4)),
    Kind("polars_ratio", "core", "{n} 户：比 Polars 快（编译引擎用同样多的线程）",
         "{n} households: against Polars (the compiled engine with as many threads)", "×",
         {10_000: (None, 5.0), 100_000: (None, 5.0), 1_000_000: (None, 3.0)}, more=True, noise=Noise(0.2, 0.8)),
    Kind("polars_one", "core", "{n} 户：比 Polars 快（引擎一个线程，Polars 全部线程，随机数都已给）",
         "{n} households: against Polars on all threads, the engine on one (draws supplied to both)", "×",
         {10_000: (None, 5.0), 100_000: (None, 5.0), 1_000_000: (None, 3.0)}, more=True, noise=OF_TWO),
    Kind("polars_difference", "core", "{n} 户：Polars 与列的最大相对差",
         "{n} households: largest relative difference of Polars", "", (1e-9, 1e-9), noise=None),
    Kind("limit", "core", "{n} 户：内存极限，一遍搬动 {bytes} 字节",
         "{n} households: limit of memory, moving {bytes} bytes once", "ns", noise=Noise(0.3, 0.3)),
    Kind("limit_ratio", "core", "{n} 户：农户核心对内存极限", "{n} households: household core against that limit",
         "×", noise=Noise(0.4, 0.5)),
    Kind("memory_speed", "core", "{n} 户：搬动内存的速度", "{n} households: speed of moving memory", "GB/s",
         more=True, machine=True),
    Kind("step", "steps", "{step}，{n} 人", "{step}, {n} candidates", "ns", noise=STEPS),
    Kind("step_growth", "steps", "{step}：十万到百万的增长指数（n log n 为 1.08）",
         "{step}: exponent, 100,000 to 1,000,000 (n log n: 1.08)", "", noise=Noise(0.1, 0.1)),
    Kind("phase", "phases", "{phase}", "{phase}", "ns", noise=STEPS),
    Kind("phase_limit", "phases", "{phase}：极限，读 {read} 列写 {written} 列共 {bytes} 字节",
         "{phase}: limit, {bytes} bytes of {read} columns read and {written} written", "ns", noise=BRIEF),
    Kind("phase_ratio", "phases", "{phase}：对极限", "{phase}: against its limit", "×", noise=OF_TWO),
    Kind("stream", "stream", "{n} 户分块流过：一户一季", "{n} households in streamed blocks: a household-quarter",
         "ns"),
    Kind("stream_stage", "stream", "其中 {stage}", "of it {stage}", "ns", noise=BRIEF),
    Kind("stream_seconds", "stream", "{n} 户分块流过：全部", "{n} households in streamed blocks: all of it", "s"),
    Kind("stream_before", "stream", "内存峰值，第一块之前", "peak memory before the first block", "GB", noise=STEPS),
    Kind("stream_memory", "stream", "内存峰值，最后一块之后（每块 {block} 户）",
         "peak memory after the last block (of {block} households)", "GB", noise=STEPS),
    Kind("stream_held", "stream", "若全部放在内存", "if all were held at once", "GB", noise=COUNTED),
    Kind("start", "machine", "启动：{what}", "start: {what}", "s", machine=True),
    Kind("start_fupin", "machine", "启动：import fupin", "start: import fupin", "s", (0.3, None), row=9,
         noise=STARTS),
    Kind("start_help", "machine", "启动：fupin --help", "start: fupin --help", "s", (0.5, None), row=9, noise=STARTS),
    Kind("cold", "machine", "安装后首次启动：{what}", "first start after installation: {what}", "s", noise=STARTS),
    Kind("first_run", "machine", "安装后首次运行（一个小世界一年）",
         "first run after installation (a small world, a year)", "s", (None, 30.0), noise=STARTS),
    Kind("next_run", "machine", "下一个进程的同样运行", "the same in the next process", "s", noise=STARTS),
    Kind("next_run_more", "machine", "同上，比 NumPy 多", "the same, more than NumPy", "s", (None, 1.0), noise=None),
    Kind("run_beyond", "runner", "每次运行的额外时间", "a run beyond the model's own time", "ms", (5.0, None), row=8,
         noise=STARTS),
    Kind("run_itself", "runner", "同上，模型自身时间", "the model's own time there", "ms", noise=STARTS),
    Kind("sweep_one", "runner", "扫描，一个工作进程", "a sweep with one worker", "s", noise=STEPS),
    Kind("sweep_two", "runner", "扫描，两个工作进程", "the same with two workers", "s", noise=STEPS),
    Kind("sweep_ratio", "runner", "两个工作进程比一个快", "two workers against one", "×", (1.8, None), more=True,
         row=8, noise=STEPS),
    Kind("store_runs", "runner", "{n} 次小运行：运行并存储", "{n} small runs: run and stored", "s", noise=STEPS),
    Kind("store_bytes", "runner", "{n} 次小运行：占用", "{n} small runs: size", "MB", noise=COUNTED),
    Kind("store_query", "runner", "{n} 次小运行：逐年分位数查询", "{n} small runs: a query of quantiles by year", "s",
         (0.5, None), noise=Noise(0.3, 0.3)),
    Kind("store_compact", "runner", "{n} 次小运行：合并后查询", "{n} small runs: the same when compacted", "s",
         (0.5, None), noise=Noise(0.3, 0.3)),
)
# fmt: on
KINDS: dict[str, Kind] = {kind.name: kind for kind in _ALL}
PARTS = tuple(dict.fromkeys(kind.part for kind in _ALL))


def figure(
    name: str,
    value: float,
    engine: str = "",
    *,
    size: int | None = None,
    households: int | None = None,
    at: str = "",
    repeats: Sequence[float] = (),
    factor: float = 1.0,
    **words: Any,
) -> Figure:
    """A measured figure of a declared kind, at a nominal `size` (as it is: `households`).

    `words` fill its labels (a pair is zh, en), `factor` scales its budget.
    """
    kind, households = KINDS[name], households or size
    budget = kind.budget(engine, size)
    if budget is not None and kind.scaled:
        budget *= factor
    words["n"] = f"{households:,}" if households else ""
    zh, en = ({key: word[i] if isinstance(word, tuple) else word for key, word in words.items()} for i in (0, 1))
    labels = kind.zh.format(**zh), kind.en.format(**en)
    where = at or (str(size) if size else "")
    return Figure(kind, value, *labels, where, engine, budget, tuple(repeats), households)
