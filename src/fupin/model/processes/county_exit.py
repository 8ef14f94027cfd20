"""Exit of poor counties in four stages on their calendar, which is data: the months are parameters.

Self-check and rectification (August–November) → application and city review (December) → provincial verification,
third-party assessment, publicity (January–April) → spot check and announcement (May–July). An assessment that finds
too many errors or too little approval leads to rectification and a re-test; a failed re-test back to the beginning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.calendar import DECEMBER, JANUARY
from fupin.model.county import APPLIED, IDLE, OUT, RECTIFYING, SELF_CHECK, SPOT_CHECK, VERIFICATION
from fupin.model.dated import month_label
from fupin.model.draws import declare_stream
from fupin.model.engine.kernels import rowwise
from fupin.model.engine.tracing import ByGroup
from fupin.model.events import tell
from fupin.model.ledger import weighted_sum
from fupin.model.processes.assessment import assess_county, hear_complaints, rectify, searched, wronged
from fupin.model.processes.indicators import nineteen_met
from fupin.model.processes.village_exit import SERVICES, incidence_of_county
from fupin.model.rules.exits import application_probability, deadline_pressure

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fupin.model.region import Region

type Index = NDArray[np.int64]

ESTIMATE = declare_stream("county.estimate", "errors of a county's own estimates of its incidence and income growth")
APPLY = declare_stream("county.apply", "whether a county that believes itself ready applies this year")
CHECK = declare_stream("county.check", "whether the centre checks a county again")


def county_exit(region: Region) -> None:
    """One month of the procedure for every poor county that is not out."""
    if region.month < region.start or not region.p.procedure_on:
        return
    c = region.rows("county")
    if region.calendar_month == JANUARY:
        note_overdue(region, c)
    if region.calendar_month == DECEMBER:
        note_growth(region, c)
    found = self_checked(region, c)
    for row in np.flatnonzero(c.poor_county & (c.exit_stage != OUT)).tolist():
        one_month(region, c, row, found)


def its_turn(region: Region, c: Any) -> NDArray[np.bool_]:
    """Counties that may apply this year: those whose year it is on the timetable; without a timetable all (M028)."""
    return np.asarray((c.exit_year < 0) | (c.exit_year <= region.year))


def self_checked(region: Region, c: Any) -> Index:
    """Rows of the households off the list in error that the self-checks of the month find, in all counties at once."""
    p, month = region.p, region.calendar_month
    if not p.self_check_from <= month <= p.self_check_to:
        return np.empty(0, np.int64)
    begins = (c.exit_stage == IDLE) & (month == p.self_check_from) & its_turn(region, c)
    checking = np.asarray(c.poor_county & (begins | (c.exit_stage == SELF_CHECK)))
    return searched(region, wronged(region, checking), p.gap_search) if checking.any() else np.empty(0, np.int64)


def tell_buffer(region: Region, row: int) -> None:
    """Say how long the county's households keep their support."""
    p = region.p
    if p.buffer_years + p.taper_years > 0:
        zh = f"摘帽不摘政策：户脱贫后缓冲 {p.buffer_years:g} 年，再用 {p.taper_years:g} 年递减"
        en = (
            f"support stays: {p.buffer_years:g} years after a household's exit, then a taper of {p.taper_years:g} years"
        )
    else:
        zh, en = "没有缓冲期：脱贫即停止帮扶", "no buffer: support ends with a household's exit"
    tell(region, "county", row, zh, en)


def note_overdue(region: Region, c: Any) -> None:
    """January after the deadline: a poor county that is not out has failed, unless what it applied for in time is
    still under review (M033). Who was sent back has failed, and so has who applies again later.
    """
    year = region.p.county_deadline
    under_review = (c.exit_stage != IDLE) & (c.exit_stage != SELF_CHECK)
    in_time = under_review & (c.applied_month >= 0) & (c.applied_month < 12.0 * (year + 1.0))
    late = c.poor_county & (c.exit_stage != OUT) & ~in_time & (region.year > year)
    for row in np.flatnonzero(late & ~c.overdue).tolist():
        tell(region, "county", row, "逾期未退出", "has missed the deadline")
    c.overdue = c.overdue | late


def one_month(region: Region, c: Any, row: int, found: Index) -> None:
    """What the calendar has for one county; a county may pass through several stages in a month.

    `found` are the errors that its self-check finds, among those of other counties.
    """
    p, month = region.p, region.calendar_month
    if month == p.self_check_from and c.exit_stage[row] == IDLE:
        begin_self_check(region, c, row)
    if c.exit_stage[row] == SELF_CHECK and p.self_check_from <= month <= p.self_check_to:
        homes = rectify(region, found[region.rows("household").county[found] == row])
        if homes:
            tell(
                region, "county", row, f"自查发现并整改 {homes:,.0f} 户", f"self-check: {homes:,.0f} households listed"
            )
    if month == p.application_month and c.exit_stage[row] == SELF_CHECK:
        apply(region, c, row)
    if month == p.verification_from and c.exit_stage[row] == APPLIED:
        move(region, row, VERIFICATION, "省级核查开始", "provincial verification begins")
    if month == p.assessment_month and c.exit_stage[row] == VERIFICATION:
        sample(region, c, row)
    if month == p.verification_to and c.exit_stage[row] == VERIFICATION:
        conclude(region, c, row)
    if c.exit_stage[row] == RECTIFYING and region.month == c.retest_month[row]:
        retest(region, c, row)
    late = month > p.spot_check_month and region.month == c.retest_month[row] + 1  # the turn of a county tested again
    if (month == p.spot_check_month or late) and c.exit_stage[row] == SPOT_CHECK:
        spot_check(region, c, row)
    tested = region.month == c.retest_month[row]  # just now: the centre has not looked yet
    if month >= p.announcement_month and c.exit_stage[row] == SPOT_CHECK and not tested:
        c.out_month[row] = region.month
        move(region, row, OUT, "批准退出并公告", "exit approved and announced")
        tell_buffer(region, row)


def begin_self_check(region: Region, c: Any, row: int) -> None:
    """August, or whenever a county fails a re-test before the self-checks of the year are over, if it is its turn."""
    p = region.p
    if p.self_check_from <= region.calendar_month <= p.self_check_to and its_turn(region, c)[row]:
        move(region, row, SELF_CHECK, "开始自查整改", "self-check and rectification begin")


def move(region: Region, row: int, stage: int, zh: str, en: str) -> None:
    """Put a county into a stage and say so."""
    region.rows("county").exit_stage[row] = stage
    tell(region, "county", row, zh, en)


def standards(region: Region, row: int, error: float = 0.0) -> dict[str, bool]:
    """Which standards beside incidence a county meets: poor villages out, income growth (read with an error), services.

    They are asked for whenever somebody decides: the county in December, the province in April and at a re-test.
    """
    return {
        "villages": villages_out(region, row),
        "growth": growth_met(region, row, error),
        "services": services_near(region, row),
    }


def villages_out(region: Region, row: int) -> bool:
    """Have all poor villages of a county left (M024), where they must go first?"""
    v = region.rows("village")
    return not region.p.villages_out_first or bool((v.exited | ~v.poor_village)[v.county == row].all())


def note_growth(region: Region, c: Any) -> None:
    """December, when the year's income is complete: rural income per head, and its growth above the province's.

    In the first year of the books the year before is what households remember of it.
    """
    p, sums = region.p, income_by_county(region)
    persons = np.maximum(sums["persons"], 1e-9)
    before = np.where(c.rural_income > 0.0, c.rural_income, sums["before"] / persons)
    c.rural_income = sums["now"] / persons
    c.growth_lead = c.rural_income / np.maximum(before, 1.0) - 1.0 - p.province_growth


@rowwise("household")
def income_by_county(region: Region, h: Any) -> ByGroup:
    """Income of the year and of the year before of each county's households, and their persons."""
    amounts = {"now": h.income_year, "before": h.income_before, "persons": h.members}
    return ByGroup({name: ("county", h.county, h.weight * amount) for name, amount in amounts.items()})


def growth_met(region: Region, row: int, error: float = 0.0) -> bool:
    """Did rural income per head grow faster than in the province, by the margin asked for (M025)?

    The figure of the year is known when the province verifies; whoever asks in December reckons with an `error`.
    """
    return bool(region.rows("county").growth_lead[row] + error >= region.p.growth_margin)


def services_near(region: Region, row: int) -> bool:
    """Are a county's services near the mean of the province: nineteen indicators, or five works on average (M026)?"""
    v, p = region.rows("village"), region.p
    if p.nineteen_on:
        return bool(nineteen_met(region)[row] >= 1.0)
    here = v.county == row
    weight, services = v.weight[here], np.mean([getattr(v, name)[here] for name in SERVICES], axis=0)
    return bool(weighted_sum(services, weight) / max(weight.sum(), 1e-9) >= p.service_level)


WORDS = {
    "villages": ("贫困村未全部出列", "poor villages remain"),
    "growth": ("收入增幅低于全省", "income grew less than in the province"),
    "services": ("公共服务未达标", "services below standard"),
    "incidence": ("贫困发生率偏高", "incidence too high"),
}
MENDABLE = ("services",)  # what a county is told to put right before a re-test (M027)


def reasons(unmet: list[str]) -> tuple[str, str]:
    """Unmet standards in words."""
    return "、".join(WORDS[name][0] for name in unmet), ", ".join(WORDS[name][1] for name in unmet)


def apply(region: Region, c: Any, row: int) -> None:
    """December: the county applies if its own estimate says that it is ready; the city reviews the records."""
    p = region.p
    recorded = c.recorded_incidence[row] = incidence_of_county(region, row)
    of_incidence, of_growth = region.draws.normals(ESTIMATE, region.month, int(c.uid[row]), 2).tolist()
    believed = standards(region, row, p.growth_error * of_growth)
    believed["incidence"] = bool(recorded * np.exp(p.estimate_sd * of_incidence) < p.county_incidence)
    estimated = [name for name, met in believed.items() if not met]
    if estimated:
        zh, en = reasons(estimated)
        move(region, row, IDLE, f"自评未达标，不申请：{zh}", f"does not apply, by its own estimate: {en}")
        return
    pressure = deadline_pressure(p.county_deadline - region.year)
    chance = application_probability(
        pressure, p.buffer_years, p.apply_constant, p.apply_pressure, p.reluctance, p.reassuring_years
    )
    if region.draws.uniform(APPLY, region.month, int(c.uid[row])) >= chance:
        move(region, row, IDLE, "达标但不愿摘帽", "ready, but reluctant to apply")
        return
    c.applied_month[row] = region.month
    tell(region, "county", row, "申请退出", "applies for exit")
    if recorded >= p.county_incidence:
        move(region, row, IDLE, "市级初审退回：贫困发生率偏高", "sent back by the city review: incidence too high")
    else:
        move(region, row, APPLIED, "市级初审通过", "passes the city review")


def sample(region: Region, c: Any, row: int) -> None:
    """Third-party assessment: what it finds."""
    found = assess_county(region, row)
    c.sample_misexit[row], c.sample_omission[row] = found.misexit, found.omission
    c.sample_approval[row] = found.approval
    rates = [f"{100 * rate:.1f} %" for rate in found[:3]]
    zh = f"第三方评估 {found.visited} 户：错退率 {rates[0]}，漏评率 {rates[1]}，认可度 {rates[2]}"
    en = f"{found.visited} households assessed: mis-exit {rates[0]}, omission {rates[1]}, approval {rates[2]}"
    tell(region, "county", row, zh, en)


def faults(region: Region, c: Any, row: int) -> tuple[str, str]:
    """In words, what is to be put right (M027): limits that the last sample breaks, services; nothing if all is well.

    Approval counts only where households have an opinion.
    """
    p, broken = region.p, [] if services_near(region, row) else [WORDS["services"]]
    for rate, limit, zh, en in (
        (c.sample_misexit[row], p.misexit_limit, "错退率", "mis-exit"),
        (c.sample_omission[row], p.omission_limit, "漏评率", "omission"),
    ):
        if rate > limit:
            shown = f"{100 * rate:.1f} % > {100 * limit:.1f} %"
            broken.append((f"{zh} {shown}", f"{en} {shown}"))
    if p.approval_on and c.sample_approval[row] < p.approval_least:
        shown = f"{100 * c.sample_approval[row]:.1f} % < {100 * p.approval_least:.1f} %"
        broken.append((f"认可度 {shown}", f"approval {shown}"))
    return "、".join(one[0] for one in broken), ", ".join(one[1] for one in broken)


def beyond_repair(region: Region, c: Any, row: int) -> list[str]:
    """Standards that a county misses and no rectification can mend: its villages, its growth, its incidence by now."""
    c.recorded_incidence[row] = incidence_of_county(region, row)
    met = standards(region, row)
    met["incidence"] = bool(c.recorded_incidence[row] < region.p.county_incidence)
    return [name for name, well in met.items() if not well and name not in MENDABLE]


def conclude(region: Region, c: Any, row: int) -> None:
    """End of the publicity: complaints are heard; the province rejects, asks for rectification, or passes on."""
    heard = hear_complaints(region, row)
    tell(
        region, "county", row, f"公示期群众反映 {heard:,.0f} 户，复核纳入", f"publicity: {heard:,.0f} complaints upheld"
    )
    if unmet := beyond_repair(region, c, row):
        zh, en = reasons(unmet)
        move(region, row, IDLE, f"省级核查退回：{zh}", f"rejected by the province: {en}")
    elif not faults(region, c, row)[0]:
        move(region, row, SPOT_CHECK, "省级核查通过", "passes the provincial verification")
    else:
        order_rectification(region, c, row)


def order_rectification(region: Region, c: Any, row: int) -> None:
    """All households off the list are checked again; a re-test is dated."""
    p = region.p
    found = rectify(region, searched(region, wronged(region, row), p.rectification_reach))
    c.rectifications[row] += 1
    c.retest_month[row] = region.month + int(p.retest_months)
    zh, en = faults(region, c, row)
    due = month_label(int(c.retest_month[row]))
    move(
        region,
        row,
        RECTIFYING,
        f"责令整改（{zh}），重新纳入 {found:,.0f} 户，{due} 复核",
        f"rectification ordered ({en}): {found:,.0f} households listed again, re-test in {due}",
    )


def retest(region: Region, c: Any, row: int) -> None:
    """A second sample after rectification, and all standards once more: whom it has listed counts in the incidence."""
    sample(region, c, row)
    unmet = reasons(beyond_repair(region, c, row))
    zh, en = faults(region, c, row)
    if not zh and not unmet[0]:
        move(region, row, SPOT_CHECK, "整改复核通过", "passes the re-test")
    else:
        zh, en = "、".join(filter(None, (zh, unmet[0]))), ", ".join(filter(None, (en, unmet[1])))
        move(region, row, IDLE, f"复核未通过，退出暂缓（{zh}）", f"fails the re-test: exit put off ({en})")
        begin_self_check(region, c, row)


def drawn_for_check(region: Region, c: Any, row: int) -> bool:
    """Two tracks: a county of the national list may be drawn by the centre, others the province approves (M283)."""
    drawn = region.draws.uniform(CHECK, region.month, int(c.uid[row])) < region.p.spot_check_share
    return bool(c.national_list[row] and drawn)


def spot_check(region: Region, c: Any, row: int) -> None:
    """The centre draws some of the national counties and has them assessed again."""
    if not drawn_for_check(region, c, row):
        return
    tell(region, "county", row, "国家抽查", "spot check by the centre")
    sample(region, c, row)
    if faults(region, c, row)[0]:
        order_rectification(region, c, row)


def exit_dates(region: Region) -> list[dict[str, Any]]:
    """One record a poor county: names, month of exit (None if not out), and whether its date may be reported.

    A date of a county of which only a sample of villages is simulated says nothing about the county: `reportable`.
    """
    c = region.rows("county")
    records: list[dict[str, Any]] = []
    for row in np.flatnonzero(c.poor_county).tolist():
        zh, en = region.data.county_names[row]
        whole, month = bool(c.fully_simulated[row]), int(c.out_month[row])
        out = month if whole and month >= 0 else None
        records.append({"zh": zh, "en": en, "reportable": whole, "month": out, "stage": int(c.exit_stage[row])})
    return records
