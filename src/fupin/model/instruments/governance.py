"""Governance of villages: open decisions, voice, councils, notices of funds, and norms that villages set themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from fupin.model.engine.among import places_where
from fupin.model.engine.kernels import rowwise
from fupin.model.engine.tracing import Lookup
from fupin.model.instruments.base import Amounts, Rows
from fupin.model.instruments.institutions import Institution, InstitutionSettings, homes_in
from fupin.model.processes.conduct import encourage_villages
from fupin.model.processes.queue import ranked
from fupin.model.rules.governance import voice_of_hamlets
from fupin.model.rules.incentives import norm_against_label, persuaded, weighted_norm
from fupin.model.rules.vocabulary import clip
from fupin.model.settings import Dated, setting

if TYPE_CHECKING:
    from fupin.model.region import Region

SECOND_MONTHS = (2, 5, 8, 11)  # in which quarterly persuasion happens


class OpenDecisionsSettings(InstitutionSettings):
    """How far lists and accounts are opened."""

    disclosure: Dated = setting(
        0.5, unit="share", zh="公示提升", en="part of what is hidden that comes into the open", low=0, high=1,
        source="mechanisms.csv M082: four deliberations, two disclosures; size assumed", status="assumption",
    )  # fmt: skip
    joint_meetings: Dated = setting(
        0.1, unit="share", zh="联席会议提升参与", en="part of missing participation that joint meetings give", low=0,
        high=1, source="mechanisms.csv M082 note: joint meetings of both committees; size assumed", status="assumption",
    )  # fmt: skip


class OpenDecisions(Institution):
    """Four deliberations and two disclosures, with village supervision: lists and accounts in the open."""

    kind = "open_decisions"
    zh, en = "四议两公开", "four deliberations, two disclosures"
    about_zh = "四议两公开加村务监督：名单和账目都公开。"
    Settings = OpenDecisionsSettings
    columns = ("disclosure", "participation")

    def shifts(self, region: Region, s: Any, villages: Rows) -> dict[str, Amounts]:
        one = np.ones(len(villages))
        return {"disclosure": s.disclosure * one, "participation": s.joint_meetings * one}


class VillageVoiceSettings(InstitutionSettings):
    """How far villagers decide, what it costs in time, and what it does to their spirits."""

    voice: Dated = setting(
        0.5, unit="share", zh="参与提升", en="part of missing participation that it gives", low=0, high=1,
        source="mechanisms.csv M085: participatory control of funds; size assumed", status="assumption",
    )  # fmt: skip
    delay: Dated = setting(
        3, unit="months", zh="协商耗时", en="months that full participation adds to a project", low=0, high=24,
        source="mechanisms.csv M085: delay + c*voice; size assumed", status="assumption",
    )  # fmt: skip
    sense_of_gain: Dated = setting(
        0.05, unit="1/year", zh="参与带来的获得感", en="motivation that full participation adds", low=0, high=0.5,
        source="mechanisms.csv M272: m += a*voice; literature.md weights 0.02-0.15", status="assumption",
    )  # fmt: skip


class VillageVoice(Institution):
    """Villagers decide on, manage and watch over projects: better matched, later ready, and their own."""

    kind = "village_voice"
    zh, en = "群众参与决策管理监督", "participation in decisions"
    about_zh = "村民参与项目的决策、管理和监督：项目更对路、完工更晚，村民更当成自己的事。"
    Settings = VillageVoiceSettings
    columns = ("participation",)

    def shifts(self, region: Region, s: Any, villages: Rows) -> dict[str, Amounts]:
        return {"participation": np.full(len(villages), float(s.voice))}

    def work(self, region: Region, s: Any, villages: Rows) -> None:
        """Grants of the month before wait for the deliberation; taking part lifts the spirits each quarter."""
        h, v = region.rows("household"), region.rows("village")
        new = places_where(region, h.granted_month == region.month - 1)
        new = new[h.grant_ready[new] > region.month]
        new = np.intersect1d(new, homes_in(region, villages), assume_unique=True) if len(new) else new
        place = h.village[new]
        wait = s.delay * v.participation[place] * (1.0 - v.mediation[place])
        h.grant_ready[new] += np.rint(wait).astype(np.int64)
        if region.calendar_month in SECOND_MONTHS and s.sense_of_gain > 0.0:
            gain = 0.25 * s.sense_of_gain * v.participation
            encourage_villages(region, homes_in(region, villages), push=Lookup(gain))


class HamletSettings(InstitutionSettings):
    """How small the units are."""

    unit_size: Dated = setting(
        50, unit="households", zh="自治单元户数", en="households of a council", low=5, high=2000,
        source="mechanisms.csv M297: self-governance below the village; a hamlet of about 50 assumed",
        status="assumption",
    )  # fmt: skip
    hamlet_voice: Dated = setting(
        0.6, unit="share", zh="小单元参与提升", en="part of missing participation that very small units give", low=0,
        high=1, source="mechanisms.csv M297: voice rises as the unit shrinks; size assumed", status="assumption",
    )  # fmt: skip
    yearly_cost: Dated = setting(
        500, unit="yuan/council/year", zh="每个理事会年经费", en="work of a council", low=0, high=50000,
        source="mechanisms.csv M297: coordination costs more; amount assumed", status="assumption",
    )  # fmt: skip


class HamletCouncils(Institution):
    """Villagers' own committees at the level of the hamlet: more voice in smaller units, at more cost."""

    kind = "hamlet_councils"
    zh, en = "村民自我管理委员会", "self-governing hamlet councils"
    about_zh = "依托自然村建村民自我管理委员会：单位越小，参与越多，花费也越多。"
    Settings = HamletSettings
    columns = ("participation",)

    def shifts(self, region: Region, s: Any, villages: Rows) -> dict[str, Amounts]:
        homes = region.rows("village").households[villages]
        return {"participation": np.asarray(voice_of_hamlets(homes, s.unit_size, s.hamlet_voice))}

    def yearly(self, region: Region, s: Any, villages: Rows) -> Amounts:
        homes = region.rows("village").households[villages]
        return np.asarray(s.yearly_cost * np.maximum(homes / s.unit_size, 1.0))


class BodiesSettings(InstitutionSettings):
    """How many bodies, and what each is good for."""

    bodies: Dated = setting(
        5, unit="bodies", zh="自治组织数", en="bodies of self-government", low=0, high=6,
        source="001: council, assembly, ethics, ceremonies, gambling and drugs: five (M086)", status="seed",
    )  # fmt: skip
    strength: Dated = setting(
        0.06, unit="share", zh="每个组织增强治理", en="part of missing strength that each adds", low=0, high=0.16,
        source="mechanisms.csv M086: g += dg per body; size assumed", status="assumption",
    )  # fmt: skip
    thrift: Dated = setting(
        0.04, unit="share", zh="每个组织节俭作用", en="ceremonial spending spared by each", low=0, high=0.16,
        source="mechanisms.csv M086: lowers gift spending; size assumed", status="assumption",
    )  # fmt: skip


class GovernanceBodies(Institution):
    """Councils for deliberation, morals, weddings and funerals: they strengthen the village and restrain feasts."""

    kind = "governance_bodies"
    zh, en = "三治结合：议事会等自治组织", "bodies of self-government"
    about_zh = "建村民议事会、道德评议会、红白喜事理事会：增强村级治理，约束大操大办。"
    Settings = BodiesSettings
    columns = ("branch_strength", "ceremony_cut")

    def shifts(self, region: Region, s: Any, villages: Rows) -> dict[str, Amounts]:
        one = np.ones(len(villages))
        return {"branch_strength": s.bodies * s.strength * one, "ceremony_cut": s.bodies * s.thrift * one}


class NoticeSettings(InstitutionSettings):
    """Whom the notices reach."""

    reach: Dated = setting(
        0.7, unit="share", zh="知晓率", en="households that learn of the funds", low=0, high=1,
        source="mechanisms.csv M296: share of households informed; size assumed", status="assumption",
    )  # fmt: skip


class FundNotices(Institution):
    """Public notice of projects and funds: who knows what is due can ask for it."""

    kind = "fund_notices"
    zh, en = "扶贫项目资金公示公告", "notice of project funds"
    about_zh = "公示扶贫项目和资金：知道该有什么，才能提出要求。"
    Settings = NoticeSettings
    columns = ("informed",)

    def shifts(self, region: Region, s: Any, villages: Rows) -> dict[str, Amounts]:
        return {"informed": np.full(len(villages), float(s.reach))}


class CeremonySettings(InstitutionSettings):
    """What the norm allows."""

    cut: Dated = setting(
        0.5, unit="share", zh="人情支出压减", en="ceremonial spending that the norm forbids", low=0, high=1,
        source="mechanisms.csv M275: norm rule cuts gifts and feasts; size assumed", status="assumption",
    )  # fmt: skip


class CeremonyNorms(Institution):
    """A wedding and funeral council sets limits to gifts and feasts; they are kept as far as villagers set them."""

    kind, family = "ceremony_norms", "motivation"
    zh, en = "移风易俗", "norms for feasts and gifts"
    about_zh = "红白喜事理事会规定礼金和宴席上限；村民参与制定得越多，遵守得越好。"
    Settings = CeremonySettings
    columns = ("ceremony_cut",)

    def shifts(self, region: Region, s: Any, villages: Rows) -> dict[str, Amounts]:
        return {"ceremony_cut": s.cut * region.rows("village").participation[villages]}


class LabelSettings(InstitutionSettings):
    """How loud the campaign is."""

    campaign: Dated = setting(
        0.5, unit="0-1", zh="宣传力度", en="strength of the campaign", low=0, high=1,
        source="mechanisms.csv M263: shame norm; size assumed", status="assumption",
    )  # fmt: skip
    effort: Dated = setting(
        0.03, unit="1/year", zh="氛围激励", en="motivation that a full norm adds", low=0, high=0.3,
        source="mechanisms.csv M263: effort rises with the norm; literature.md weights 0.02-0.15", status="assumption",
    )  # fmt: skip


class NoLabelNorm(Institution):
    """To fight for the label of poverty becomes a shame: incomes are reported more frankly, and people try harder.

    The norm is as strong as the campaign and the spirit of the peers allow.
    """

    kind, family = "no_label_norm", "motivation"
    zh, en = "争戴贫困帽可耻", "no shame like the label"
    about_zh = "形成“争戴贫困帽可耻”的风气：收入申报更实，劳动更有干劲。"
    Settings = LabelSettings
    columns = ("shame",)
    work_months = SECOND_MONTHS

    def shifts(self, region: Region, s: Any, villages: Rows) -> dict[str, Amounts]:
        return {"shame": np.asarray(norm_against_label(region.rows("village").norm[villages], s.campaign))}

    def work(self, region: Region, s: Any, villages: Rows) -> None:
        if s.effort > 0.0:
            push = 0.25 * s.effort * region.rows("village").shame
            encourage_villages(region, homes_in(region, villages), push=Lookup(push))


class WorthiesSettings(InstitutionSettings):
    """Who the worthies are and what they weigh."""

    share: Dated = setting(
        0.05, unit="share", zh="乡贤占比", en="homes of worthies", low=0, high=0.3,
        source="mechanisms.csv M087: share z of nodes; size assumed", status="assumption",
    )  # fmt: skip
    weight: Dated = setting(
        5, unit="1", zh="乡贤影响力", en="weight of a worthy among neighbours", low=1, high=20,
        source="mechanisms.csv M087: weight w > 1; size assumed", status="assumption",
    )  # fmt: skip


class VillageWorthies(Institution):
    """Respected villagers speak up: in what neighbours look up to, their homes count several-fold."""

    kind, family = "village_worthies", "motivation"
    zh, en = "新乡贤", "village worthies"
    about_zh = "新乡贤出面带动：在邻里的榜样中，其家庭的分量数倍于常人。"
    Settings = WorthiesSettings
    work_months = SECOND_MONTHS

    def work(self, region: Region, s: Any, villages: Rows) -> None:
        """The pull of the norm, by the part that the worthies' weight adds to it; the most spirited are chosen."""
        n, homes = len(region.rows("village")), homes_in(region, villages)
        place, spirit, uid = by_village(region, homes)
        order = ranked(-spirit, uid, place)
        count = np.bincount(place, minlength=n)
        first = np.cumsum(count) - count
        among = place[order]
        rank = (np.arange(len(homes)) - first[among] + 0.5) / count[among]
        worthy = np.sort(order[rank <= s.share])
        heads = np.bincount(place[worthy], minlength=n)
        worthies = np.bincount(place[worthy], spirit[worthy], minlength=n) / np.maximum(heads, 1.0)
        mean = np.bincount(place, spirit, minlength=n) / np.maximum(count, 1.0)
        shift = weighted_norm(mean, worthies, heads / np.maximum(count, 1.0), s.weight) - mean
        pull = 0.25 * region.p.norm_weight * np.where(heads > 0, shift, 0.0)
        follow(region, homes, spirit=spirit, pull=pull[place])


class EldersSettings(InstitutionSettings):
    """How elders persuade and mediate."""

    persuasion: Dated = setting(
        0.15, unit="1/year", zh="劝导力度", en="speed of persuasion", low=0, high=2,
        source="mechanisms.csv M303: elders spread motivation; literature.md weights up to 0.15", status="assumption",
    )  # fmt: skip
    mediation: Dated = setting(
        0.5, unit="share", zh="调解省时", en="delay by dispute that they spare", low=0, high=1,
        source="mechanisms.csv M303: mediators lower conflict delay; size assumed", status="assumption",
    )  # fmt: skip


class FiveElders(Institution):
    """Old party members, cadres, teachers, models and soldiers mediate disputes and persuade the dispirited.

    They live in homes with a member of 60 or more that are more spirited than their village.
    """

    kind = "five_elders"
    zh, en = "“五老”调解劝导", "five kinds of elders"
    about_zh = "老党员、老干部、老教师、老模范、老退伍军人调解矛盾，劝导消沉的人。"
    Settings = EldersSettings
    columns = ("mediation",)
    work_months = SECOND_MONTHS

    def shifts(self, region: Region, s: Any, villages: Rows) -> dict[str, Amounts]:
        return {"mediation": np.full(len(villages), float(s.mediation))}

    def work(self, region: Region, s: Any, villages: Rows) -> None:
        if s.persuasion <= 0.0:
            return
        n, homes = len(region.rows("village")), homes_in(region, villages)
        place, spirit, respected = elders_by_village(region, homes)
        elder = respected.nonzero()[0]
        heads = np.bincount(place[elder], minlength=n)
        level = np.bincount(place[elder], spirit[elder], minlength=n) / np.maximum(heads, 1.0)
        reached = (heads[place] > 0).nonzero()[0]
        force = {"level": level[place[reached]], "persuasion": s.persuasion}
        persuade(region, homes[reached], spirit=spirit[reached], **force)


@rowwise("household")
def by_village(region: Region, h: Any) -> tuple[Any, Any, Any]:
    """Village, spirit and key of households."""
    return h.village, h.motivation, h.uid


@rowwise("household")
def elders_by_village(region: Region, h: Any) -> tuple[Any, Any, Any]:
    """Village and spirit of households, and whether they have elders and more spirit than the village."""
    village, spirit = h.village, h.motivation
    return village, spirit, (h.elders > 0.0) & (spirit > region.rows("village").norm[village])


@rowwise("household")
def follow(region: Region, h: Any, spirit: Any, pull: Any) -> None:
    """Spirits move by a pull."""
    h.motivation = clip(spirit + pull, 0.0, 1.0)


@rowwise("household")
def persuade(region: Region, h: Any, spirit: Any, level: Any, persuasion: float) -> None:
    """Elders of a known spirit draw their neighbours up."""
    h.motivation = persuaded(spirit, level, persuasion)


KINDS = (
    OpenDecisions,
    VillageVoice,
    HamletCouncils,
    GovernanceBodies,
    FundNotices,
    CeremonyNorms,
    NoLabelNorm,
    VillageWorthies,
    FiveElders,
)
