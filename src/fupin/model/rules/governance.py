"""Village governance: who gets in by connections, what is diverted, who finds it, and how well projects fit."""

from __future__ import annotations

from fupin.model.rules.vocabulary import Num, clip, maximum, minimum, power, rule


@rule
def capture_rate(
    participation: Num,
    disclosure: Num,
    watched: Num,
    capture_share: Num,
    capture_voice: Num,
    capture_disclosure: Num,
    stage_effect: Num,
) -> Num:
    """Weight of connections against the rule in a village's choice of candidates, 0–1 (mechanisms M082, M083, M294).

    c = c0·(1 − a·participation)·(1 − d·disclosure)·(1 − e·stages watched).
    """
    open_part = (1.0 - capture_voice * participation) * (1.0 - capture_disclosure * disclosure)
    return capture_share * open_part * (1.0 - 3.0 * stage_effect * watched)


@rule
def leak_rate(
    participation: Num,
    disclosure: Num,
    informed: Num,
    watched: Num,
    branch_strength: Num,
    deterrence: Num,
    detected: Num,
    leak_share: Num,
    leak_voice: Num,
    leak_disclosure: Num,
    leak_notice: Num,
    leak_audit: Num,
    leak_strength: Num,
    stage_effect: Num,
) -> Num:
    """Share of what is delivered in a village that is diverted (mechanisms M083, M086, M090, M294–M296).

    l = l0·(1 − a·participation)·(1 − d·disclosure)·(1 − n·informed)·(1 − e·stages watched)·(1 − b·detection)
    ·(1 − deterrence)·(1 − g·(2·strength − 1)).
    """
    voice = (1.0 - leak_voice * participation) * (1.0 - leak_disclosure * disclosure) * (1.0 - leak_notice * informed)
    fear = (1.0 - leak_audit * detected) * (1.0 - deterrence) * (1.0 - 3.0 * stage_effect * watched)
    return clip(leak_share * voice * fear * (1.0 - leak_strength * (2.0 * branch_strength - 1.0)), 0.0, 1.0)


@rule
def chance_of_detection(audit: Num, departments: Num) -> Num:
    """Chance that a year's diversion in a village is found: 1 − (1 − p)^n with n departments (mechanism M295)."""
    return 1.0 - power(1.0 - clip(audit, 0.0, 1.0), departments)


@rule
def renewed_deterrence(deterrence: Num, found: Num, deterrence_gain: Num, deterrence_fading: Num) -> Num:
    """Deterrence after a year: what is remembered of old cases, and a new case if there was one (0 or 1)."""
    kept = (1.0 - deterrence_fading) * deterrence
    return kept + deterrence_gain * found * (1.0 - kept)


@rule
def fit_by_voice(accuracy: Num, participation: Num, voice_fit: Num) -> Num:
    """Fit of projects 0–1: what the team knows, less what nobody was asked about (mechanism M071, over-helping)."""
    return accuracy * (1.0 - voice_fit * (1.0 - participation))


@rule
def fit_by_leaders(fit: Num, branch_strength: Num, project_match: Num, strength_fit: Num, match_fit: Num) -> Num:
    """Fit of projects under a branch and for a kind of project against middling ones (mechanisms M302, M051).

    Half is middling: the sum is then the fit itself.
    """
    shift = strength_fit * (branch_strength - 0.5) + match_fit * (project_match - 0.5)
    return clip(fit + shift, 0.0, 1.0)


@rule
def best_of(match_draw: Num, options: Num) -> Num:
    """Match of the best of n kinds of projects, each uniform on 0–1: u^(1/n) (mechanism M051)."""
    return power(match_draw, 1.0 / maximum(options, 1.0))


@rule
def elected_strength(quality: Num, candidate_screening: Num, quality_spread: Num) -> Num:
    """Strength of a newly elected committee 0–1: middling, luck of the pool, what screening adds (mechanism M292)."""
    return clip(0.5 + quality_spread * quality + candidate_screening, 0.0, 1.0)


@rule
def cadre_effort(cadre_pay: Num, outside_pay: Num, unpaid_effort: Num, paid_effort: Num) -> Num:
    """Effort of village cadres 0–1: e0 + e1·pay/outside wage, at most 1 (mechanism M084)."""
    return minimum(unpaid_effort + paid_effort * cadre_pay / maximum(outside_pay, 1.0), 1.0)


@rule
def caught_up(weak_strength: Num, strong_strength: Num, pairing_speed: Num) -> Num:
    """Strength of a weak village after a quarter with a strong partner: g + s/4·max(g_strong − g, 0) (M081)."""
    return weak_strength + 0.25 * pairing_speed * maximum(strong_strength - weak_strength, 0.0)


@rule
def voice_of_hamlets(village_homes: Num, unit_size: Num, hamlet_voice: Num) -> Num:
    """Share of the missing voice that councils below the village give back: v·(1 − 1/number of them) (M297)."""
    return hamlet_voice * (1.0 - 1.0 / maximum(village_homes / maximum(unit_size, 1.0), 1.0))
