"""Everything that speaks of danger in a message, weighed together: two probabilities instead of a pile of alarms.

A logistic regression over a dozen readings: what the trained model says, which patterns stand, what the cues and the topics
say. Its weights are in `fusion.json`, learnt from training messages by `python -m bot.safety.fit` (docs/nlu.md) from answers
of machines that had not seen them. Every weight may push only the way its reading speaks (`SIGNS`): no pattern makes a message
look safer. Needs an answer of the NLU; without one, lexicon and cues stand alone.
"""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.safety.lexicon import Findings
from bot.safety.risk import Risk
from bot.safety.thresholds import BRIEF_WORDS
from nlu.understanding import Understanding

LEARNT = Path(__file__).with_name("fusion.json")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


DANGER = _words(
    "danger_now partner_violence sexual_violence organized_crime trafficking self_harm child_at_risk missing_person detention "
    "authority_abuse"
)
HARD_TIMES = _words("shelter emotional_support digital_safety justice health quick_exit human")
TALK = _words("greet thanks goodbye affirm deny menu language out_of_scope")
SIGNS: Mapping[str, int] = {
    "model_urgent": 1,  # log-odds of P(high) + P(imminent)
    "model_none": -1,  # log-odds of P(none)
    "cues": 1,  # log-odds of what the bare words say
    "topic_danger": 1,  # log-odds of the topics of danger together
    "topic_hard_times": 1,  # of those where danger is often told beside a question
    "topic_talk": -1,  # of everyday talk
    "pattern_strong": 1,  # a pattern of high or imminent stands
    "only_words": -1,  # hints stand: words of danger that may say anything
    "brief": -1,  # few words and no pattern of danger: little to go by
    "explained": -1,  # laughter, play, quotation, denial or the past account for the dark words
    "asks": -1,  # it asks for information
}
"""The readings, and the way each may push."""

_FARTHEST = 7.0
"""Log-odds beyond which a reading says no more."""


@dataclass(frozen=True, slots=True)
class Fused:
    """What everything together says.

    Attributes:
        urgent: probability that the message is high or imminent.
        danger: probability that it is not none.
    """

    urgent: float
    danger: float


def fuse(found: Findings, known: Understanding) -> Fused:
    """Probabilities of an urgent and of any danger. Pure."""
    read = readings(found, known)
    return Fused(*(_probability(WEIGHTS[of], read) for of in ("urgent", "danger")))


def readings(found: Findings, known: Understanding) -> dict[str, float]:
    """The numbers that are weighed."""
    topics, risk = dict(known.ranking), known.risk
    patterns = [hit for hit in found.hits if not hit.code.startswith("cue:")]
    return {
        "model_urgent": odds(risk.get("high", 0.0) + risk.get("imminent", 0.0)),
        "model_none": odds(risk.get("none", 0.0)),
        "cues": odds(found.cues),
        "topic_danger": odds(sum(topics.get(topic, 0.0) for topic in DANGER)),
        "topic_hard_times": odds(sum(topics.get(topic, 0.0) for topic in HARD_TIMES)),
        "topic_talk": odds(sum(topics.get(topic, 0.0) for topic in TALK)),
        "pattern_strong": float(any(hit.level >= Risk.HIGH for hit in patterns)),
        "only_words": float(any(hit.weak for hit in patterns)),
        "brief": float(brief(found)),
        "explained": float(found.explained),
        "asks": float(found.question),
    }


def brief(found: Findings) -> bool:
    """Few words, and no pattern of danger among them; a hint is none."""
    return found.words <= BRIEF_WORDS and all(hit.level < Risk.HIGH or hit.code.startswith("cue:") for hit in found.hits)


def odds(probability: float) -> float:
    """Log-odds, bounded."""
    inside = min(max(probability, 1e-9), 1 - 1e-9)
    return max(-_FARTHEST, min(_FARTHEST, math.log(inside / (1 - inside))))


def _probability(weights: Mapping[str, float], read: Mapping[str, float]) -> float:
    total = weights[""] + sum(weights[name] * value for name, value in read.items())
    return 1 / (1 + math.exp(-total))


WEIGHTS: Mapping[str, Mapping[str, float]] = json.loads(LEARNT.read_text(encoding="utf-8"))["weights"]
"""For `urgent` and `danger`, a weight a reading; "" is the bias. Part of the code, read once."""
