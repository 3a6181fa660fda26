"""Lexicon, model, topic and the conversation so far, as one level. Pure; needs no NLU.

A union: each of the three can raise. The model, having read the whole message, may take a pattern down to a question, never
to nothing (R16, R17); only hints yield to it entirely.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.safety import thresholds as at
from bot.safety.fusion import Fused, fuse
from bot.safety.lexicon import Findings, Hit
from bot.safety.risk import Risk, RiskAssessment
from nlu.understanding import NotUnderstood, Understanding


def _ranked(text: str) -> dict[str, int]:
    return {word: rank for rank, word in enumerate(text.split())}


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
    raised = [*_of_text(found, understood), *_of_what_cannot_be_read(unreadable, interpreter)]
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


def _of_text(found: Findings, understood: Understanding | NotUnderstood) -> Iterator[tuple[Risk, str, str]]:
    if isinstance(understood, Understanding) and understood.risk:
        fused = fuse(found, understood)
        yield from _of_patterns(found, fused)
        yield from _of_everything(found, understood, fused)
    else:
        yield from _of_patterns(found, None)


def _of_patterns(found: Findings, fused: Fused | None) -> Iterator[tuple[Risk, str, str]]:
    for hit in found.hits:
        level = hit.alone if fused is None else _borne_out(hit, fused)
        if level > Risk.NONE:
            yield level, hit.code, hit.kind


def _borne_out(hit: Hit, fused: Fused) -> Risk:
    """What a pattern says once everything is weighed with it."""
    if hit.fixed:
        return hit.level
    if hit.level < Risk.HIGH or hit.code.startswith("cue:"):
        return Risk.CONCERN if fused.danger >= at.HINT_STANDS else Risk.NONE
    if fused.urgent < (at.URGENT if hit.doubted else at.PATTERN_STANDS):
        return Risk.CONCERN
    return hit.level


def _of_everything(found: Findings, known: Understanding, fused: Fused) -> Iterator[tuple[Risk, str, str]]:
    """What no pattern need have seen."""
    kind = _KIND_OF_TOPIC.get(known.topic, "unclear")
    brief = found.words <= at.BRIEF_WORDS and all(hit.code.startswith("cue:") for hit in found.hits)
    if fused.urgent >= (at.URGENT_BRIEF if brief else at.URGENT):
        imminent = known.risk.get("imminent", 0.0) >= at.MODEL_IMMINENT
        yield (Risk.IMMINENT, "model:imminent", kind) if imminent else (Risk.HIGH, "model:high", kind)
    elif fused.danger >= (at.DANGER_BRIEF if brief else at.DANGER):
        yield Risk.CONCERN, "model:concern", kind


def _of_what_cannot_be_read(unreadable: tuple[str, ...], interpreter: str | None) -> Iterator[tuple[Risk, str, str]]:
    for kind in dict.fromkeys(unreadable):
        yield Risk.CONCERN, f"unreadable:{kind}", "unclear"
    if interpreter:
        yield Risk.CONCERN, f"language:{interpreter}", "unclear"


def _rank(kind: str) -> int:
    return _MOST_PRESSING.get(kind, len(_MOST_PRESSING))
