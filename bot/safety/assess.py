"""Lexicon, model, topic and the conversation so far, as one level. Pure; needs no NLU."""

from collections.abc import Mapping
from typing import Any

from bot.safety.lexicon import Findings
from bot.safety.risk import Risk, RiskAssessment
from nlu.understanding import NotUnderstood, Understanding


def assess(
    found: Findings,
    understood: Understanding | NotUnderstood,
    episode: Mapping[str, Any],
    unreadable: tuple[str, ...],
) -> RiskAssessment:
    """How dangerous this turn is."""
    level = found.level
    reasons = [hit.code for hit in found.hits]
    if unreadable:
        level = max(level, Risk.CONCERN)
        reasons.append("unreadable:" + unreadable[0])
    return RiskAssessment(
        level=level,
        kinds=tuple(dict.fromkeys(h.kind for h in found.hits)),
        reasons=tuple(reasons),
        hours_since=found.hours_since,
        phone_held=found.phone_held,
        leaving=found.leaving,
    )
