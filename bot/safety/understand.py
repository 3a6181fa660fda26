"""What the service makes of one lone message, for `faro understand`. Pure; the contract names every key."""

from typing import Any

from bot.safety.assess import assess
from bot.safety.lexicon import Lexicon
from nlu.language import OTHER, detect, needs_interpreter
from nlu.understanding import NotUnderstood, Understanding


def judge(lexicon: Lexicon, text: str, understood: Understanding | NotUnderstood) -> dict[str, Any]:
    """`language`, `topic`, `confidence`, `risk`, `signals`: short reason codes, never message text."""
    known = understood if isinstance(understood, Understanding) else None
    seen = assess(lexicon.look(text), understood, {}, (), needs_interpreter(text))
    return {
        "language": detect(text, None) or OTHER,
        "topic": known.topic if known else None,
        "confidence": round(known.confidence, 4) if known else 0,
        "risk": seen.level.word,
        "signals": [*seen.reasons, *([] if known else ["nlu_down"])],
    }
