"""What moves motivation besides visits and success: examples, praise, lessons, duties, reward of effort."""

from __future__ import annotations

from fupin.model.rules.scales import LN_2, SMALL
from fupin.model.rules.vocabulary import Num, clip, exp, logistic, maximum, rule


@rule
def encouraged(motivation: Num, push: Num) -> Num:
    """Motivation after an encouragement that saturates: m + a·(1 − m), 0–1 (mechanisms M264, M272)."""
    return clip(motivation + push * (1.0 - motivation), 0.0, 1.0)


@rule
def taught_by_example(motivation: Num, share_successful: Num, example_weight: Num) -> Num:
    """Motivation after a quarter among neighbours who rose by their own work: m + b/4·share·(1 − m) (M262)."""
    return clip(motivation + 0.25 * example_weight * share_successful * (1.0 - motivation), 0.0, 1.0)


@rule
def aspiring(aspiration: Num, growth_of_models: Num, aspiration_pull: Num) -> Num:
    """Aspired growth after a quarter beside role models: it is drawn up towards theirs, never down (M262)."""
    return aspiration + 0.25 * aspiration_pull * maximum(growth_of_models - aspiration, 0.0)


@rule
def lesson_gain(sessions: Num, lesson_effect: Num, lessons_half: Num) -> Num:
    """Push of a number of sessions, which saturates: a·(1 − exp(−sessions·ln 2/half)) (mechanism M274)."""
    return lesson_effect * (1.0 - exp(-LN_2 * sessions / maximum(lessons_half, SMALL)))


@rule
def knowledge_gained(knowledge: Num, lectures: Num, lecture_reach: Num) -> Num:
    """Knowledge of the rules 0–1 after some lectures, each heard by a share of those who do not know (M336)."""
    return 1.0 - (1.0 - knowledge) * (1.0 - lecture_reach) ** lectures


@rule
def take_up_when_known(probability: Num, knowledge: Num, take_up_weight: Num) -> Num:
    """Take-up by those who know the rules: of the refusals the share w·k falls away (mechanism M336)."""
    return 1.0 - (1.0 - probability) * (1.0 - take_up_weight * knowledge)


@rule
def chance_of_compliance(motivation: Num, duty_cost: Num, compliance_steepness: Num) -> Num:
    """Chance that a household meets its duties in a quarter: logit of motivation less what they cost (M266)."""
    return logistic(compliance_steepness * (motivation - duty_cost))


@rule
def graded_support(support: Num, effort_rank: Num, grading: Num) -> Num:
    """Support by the rank of effort (0 least, 1 most): b·(1 + k·(2·rank − 1)); its mean is b (mechanism M268)."""
    return support * (1.0 + grading * (2.0 * effort_rank - 1.0))


@rule
def reliability(effort_variance: Num, noise: Num) -> Num:
    """How far what is seen of effort is effort, and not error: var/(var + s²) (mechanism M270)."""
    return effort_variance / maximum(effort_variance + noise * noise, 1e-12)


@rule
def after_rating(motivation: Num, star_rank: Num, pride: Num, spur: Num, last_places: Num, last_place_loss: Num) -> Num:
    """Motivation after a public rating: pride above the middle, a spur below, discouragement at the end (M337).

    `star_rank` is 0 at the bottom of the village and 1 at the top; the last, a share of the village, may lose heart.
    """
    push = pride * maximum(star_rank - 0.5, 0.0) + spur * maximum(0.5 - star_rank, 0.0)
    loss = last_place_loss * maximum(last_places - star_rank, 0.0) * motivation
    return clip(motivation + push * (1.0 - motivation) - loss, 0.0, 1.0)


@rule
def weighted_norm(norm: Num, worthy_motivation: Num, worthy_share: Num, worthy_weight: Num) -> Num:
    """Norm of a village in which a share z of the homes counts w-fold: weighted mean of motivation (M087)."""
    return norm + (worthy_weight - 1.0) * worthy_share * (worthy_motivation - norm) / maximum(
        1.0 + (worthy_weight - 1.0) * worthy_share, SMALL
    )


@rule
def persuaded(motivation: Num, elder_motivation: Num, persuasion: Num) -> Num:
    """Motivation after a quarter of persuasion by elders, who draw up whom they surpass: m + r/4·max(m_e − m, 0)."""
    return clip(motivation + 0.25 * persuasion * maximum(elder_motivation - motivation, 0.0), 0.0, 1.0)


@rule
def hidden_with_honour(hidden: Num, shame: Num, exit_promise: Num) -> Num:
    """Share of income hidden where the label is a shame (M263) and where part of the support outlasts exit (M265)."""
    return hidden * (1.0 - shame) * (1.0 - exit_promise)


@rule
def norm_against_label(norm: Num, campaign: Num) -> Num:
    """Shame of the label 0–1: what a campaign says, as far as the peers are spirited (mechanism M263)."""
    return clip(campaign * norm, 0.0, 1.0)
