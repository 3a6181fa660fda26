"""Lexicon, model, topic and the conversation so far, as one level. Pure; needs no NLU.

A pattern of danger that nothing makes doubtful escalates by itself; everything else is weighed together (`fusion`). A model
that has read the whole message may take such a pattern down to a question, never to nothing (R16, R17); only hints yield to
it entirely. Without the NLU, patterns and cues stand alone.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from bot.safety import thresholds as at
from bot.safety.fusion import TALK, Fused, brief, fuse
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
        needed = _needed(found, understood)
        stands = at.PATTERN_STANDS_IN_TALK if understood.topic in TALK else at.PATTERN_STANDS
        yield from _of_patterns(found, lambda hit: _borne_out(hit, fused, needed if hit.doubted else stands))
        yield from _of_everything(understood, fused, needed)
    else:
        yield from _of_patterns(found, lambda hit: hit.alone)


def _needed(found: Findings, known: Understanding) -> float:
    """The probability of something urgent that it takes to escalate where no sure pattern does."""
    if brief(found):
        return at.URGENT_BRIEF if found.words > at.TERSE_WORDS else math.inf
    maybe_imminent = known.risk.get("imminent", 0.0) >= at.MAYBE_IMMINENT
    if known.topic in TALK:
        return at.IMMINENT_IN_TALK if maybe_imminent else at.URGENT_IN_TALK
    return at.URGENT_IF_IMMINENT if maybe_imminent else at.URGENT


def _of_patterns(found: Findings, level_of: Callable[[Hit], Risk]) -> Iterator[tuple[Risk, str, str]]:
    for hit in found.hits:
        level = level_of(hit)
        if level > Risk.NONE:
            yield level, hit.code, hit.kind


def _borne_out(hit: Hit, fused: Fused, needed: float) -> Risk:
    """What a pattern says once everything is weighed with it: its level from the probability needed on, below it a question."""
    if hit.fixed:
        return hit.level
    if hit.level < Risk.HIGH or hit.code.startswith("cue:"):
        return Risk.CONCERN if fused.danger >= at.HINT_STANDS else Risk.NONE
    return hit.level if fused.urgent >= needed else Risk.CONCERN


def _of_everything(known: Understanding, fused: Fused, needed: float) -> Iterator[tuple[Risk, str, str]]:
    """What no pattern need have seen."""
    kind = _KIND_OF_TOPIC.get(known.topic, "unclear")
    if fused.urgent >= needed:
        imminent = known.risk.get("imminent", 0.0) >= at.MODEL_IMMINENT
        yield (Risk.IMMINENT, "model:imminent", kind) if imminent else (Risk.HIGH, "model:high", kind)
    elif fused.danger >= at.DANGER:
        yield Risk.CONCERN, "model:concern", kind


def _of_what_cannot_be_read(unreadable: tuple[str, ...], interpreter: str | None) -> Iterator[tuple[Risk, str, str]]:
    for kind in dict.fromkeys(unreadable):
        yield Risk.CONCERN, f"unreadable:{kind}", "unclear"
    if interpreter:
        yield Risk.CONCERN, f"language:{interpreter}", "unclear"


def _rank(kind: str) -> int:
    return _MOST_PRESSING.get(kind, len(_MOST_PRESSING))
