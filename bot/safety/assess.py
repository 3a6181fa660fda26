"""Lexicon, model, topic and the conversation so far, as one level. Pure; needs no NLU.

A union: each of the three can raise. The model, having read the whole message, may take a pattern down to a question, never
to nothing (R16, R17); only hints yield to it entirely.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.safety import thresholds as at
from bot.safety.lexicon import Findings, Hit
from bot.safety.risk import Risk, RiskAssessment
from nlu.understanding import NotUnderstood, Understanding


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _ranked(text: str) -> dict[str, int]:
    return {word: rank for rank, word in enumerate(text.split())}


_TOPICS_OF_DANGER = _words(
    "danger_now partner_violence sexual_violence organized_crime trafficking self_harm child_at_risk missing_person detention"
)
_TALK = frozenset(("greet", "thanks", "goodbye", "affirm", "deny", "menu", "language", "out_of_scope"))
_KIND_OF_TOPIC = {
    "danger_now": "danger",
    "partner_violence": "physical",
    "sexual_violence": "sexual",
    "organized_crime": "gang",
    "trafficking": "trafficking",
    "self_harm": "self_harm",
    "child_at_risk": "child",
    "missing_person": "missing",
    "detention": "detention",
    "authority_abuse": "officials",
    "shelter": "homeless",
    "health": "medical",
    "digital_safety": "digital",
}
_MOST_PRESSING = _ranked(
    "medical strangulation weapon danger kidnapping captivity self_harm sexual child threats physical trafficking missing "
    "detention stalking gang extortion officials vicarious control economic digital homeless coded distress unclear"
)


def assess(
    found: Findings,
    understood: Understanding | NotUnderstood,
    episode: Mapping[str, Any],
    unreadable: tuple[str, ...],
    interpreter: str | None = None,
) -> RiskAssessment:
    """How dangerous this turn is.

    Args:
        episode: the conversation's safety episode (see `reply`).
        unreadable: kinds of what came that cannot be read: concern, for it may be the only way she could say it.
        interpreter: the language she writes in, where there is no pack for it: concern too.
    """
    known = understood if isinstance(understood, Understanding) else None
    raised = [*_of_patterns(found, known), *_of_model(found, known), *_of_what_cannot_be_read(unreadable, interpreter)]
    if not raised and episode.get("level", 0) >= Risk.HIGH and found.hits:
        raised = [(Risk.CONCERN, "episode", "unclear")]
    level = max((risk for risk, _, _ in raised), default=Risk.NONE)
    kinds = dict.fromkeys(kind for risk, _, kind in sorted(raised, key=lambda r: (-r[0], _rank(r[2]))) if kind)
    return RiskAssessment(
        level=level,
        kinds=tuple(kinds),
        reasons=tuple(dict.fromkeys(code for _, code, _ in raised)),
        hours_since=found.hours_since,
        phone_held=found.phone_held and level > Risk.NONE,
        leaving=found.leaving,
        aggressor=found.aggressor,
        says_safe=found.says_safe,
        minor=found.minor,
        unreadable=unreadable,
        interpreter=interpreter,
    )


def _of_patterns(found: Findings, known: Understanding | None) -> Iterator[tuple[Risk, str, str]]:
    for hit in found.hits:
        level = hit.alone if known is None or not known.risk else _borne_out(hit, known.risk)
        if level > Risk.NONE:
            yield level, hit.code, hit.kind


def _borne_out(hit: Hit, risk: Mapping[str, float]) -> Risk:
    """What a pattern says once the model has read the message too."""
    none, urgent = risk.get("none", 0.0), _urgent(risk)
    if hit.fixed:
        return hit.level
    if (hit.weak or hit.code.startswith("cue:")) and none >= at.MODEL_SURE_OF_NONE:
        return Risk.NONE
    if none >= at.MODEL_CONTRADICTS or (hit.doubted and urgent < at.MODEL_BELIEVES):
        return min(hit.level, Risk.CONCERN)
    return hit.level


def _of_model(found: Findings, known: Understanding | None) -> Iterator[tuple[Risk, str, str]]:
    if known is None:
        return
    kind = _KIND_OF_TOPIC.get(known.topic, "unclear")
    risk = known.risk
    in_talk = known.topic in _TALK and not found.hits
    needed = at.MODEL_ALONE_IN_TALK if in_talk else at.MODEL_OVER_CONTEXT if found.explained else 0.0
    if _urgent(risk) < needed:
        if 1 - risk.get("none", 1.0) >= at.MODEL_CONCERN:
            yield Risk.CONCERN, "model:concern", kind
        return
    if risk.get("imminent", 0.0) >= at.MODEL_IMMINENT:
        yield Risk.IMMINENT, "model:imminent", kind
    elif _urgent(risk) >= at.MODEL_URGENT:
        yield Risk.HIGH, "model:high", kind
    elif risk and 1 - risk.get("none", 0.0) >= at.MODEL_CONCERN:
        yield Risk.CONCERN, "model:concern", kind
    sure = known.topic in _TOPICS_OF_DANGER and known.confidence >= at.TOPIC_CONFIDENT
    if sure and risk.get("none", 0.0) < at.MODEL_SURE_OF_NONE:
        yield Risk.CONCERN, f"nlu:{known.topic}", kind


def _of_what_cannot_be_read(unreadable: tuple[str, ...], interpreter: str | None) -> Iterator[tuple[Risk, str, str]]:
    for kind in dict.fromkeys(unreadable):
        yield Risk.CONCERN, f"unreadable:{kind}", "unclear"
    if interpreter:
        yield Risk.CONCERN, f"language:{interpreter}", "unclear"


def _urgent(risk: Mapping[str, float]) -> float:
    return risk.get("high", 0.0) + risk.get("imminent", 0.0)


def _rank(kind: str) -> int:
    return _MOST_PRESSING.get(kind, len(_MOST_PRESSING))
