"""What every report says about the limits of its results."""

from __future__ import annotations

from collections.abc import Sequence

from fupin.labels import tell


def general_limits(lang: str) -> Sequence[str]:
    """What holds for every result of this model."""
    return (
        tell(
            "这是模拟，不是统计。住户是按公开汇总数据合成的，不对应任何真实住户。",
            "This is a simulation, not statistics. Households are synthesised from published aggregates; none is real.",
            lang,
        ),
        tell(
            "多数行为反应的大小是假设（见“假设与来源”的状态栏）；结论应与敏感性分析一起看。",
            "The sizes of most behavioural responses are assumptions (see the status column); read the results "
            "together with a sensitivity analysis.",
            lang,
        ),
        tell(
            "模型与资料之间的已知差距列在 docs/patterns.md。",
            "Known gaps between model and data are listed in docs/patterns.md.",
            lang,
        ),
    )
