"""Everything that an alert on a phone can say: constant, by what it is about and by the language its operator reads.

No name, no place, no count: whoever sees the phone lie there learns that its owner is wanted, and so does the push service,
which sees neither the words nor, as all alerts have one length, which of them they are.
"""

import json
from enum import StrEnum

from bot.safety.risk import Risk

_LENGTH = 160
"""Bytes of every alert before it is sealed; shorter ones are filled with spaces."""


class About(StrEnum):
    """What an alert is about, the most urgent last."""

    TRIAL = "trial"
    WANTED = "wanted"
    CASE = "case"
    HIGH = "high"
    IMMINENT = "imminent"

    @property
    def urgency(self) -> int:
        return list(About).index(self)


WORDS: dict[About, dict[str, str]] = {
    About.TRIAL: {"es": "Prueba: los avisos llegan a este teléfono", "en": "Test: alerts reach this phone"},
    About.WANTED: {"es": "Te buscan en el escritorio", "en": "You are wanted at the desk"},
    About.CASE: {"es": "Un caso espera", "en": "A case waits"},
    About.HIGH: {"es": "Un caso urgente espera", "en": "An urgent case waits"},
    About.IMMINENT: {"es": "Un caso inminente espera", "en": "An imminent case waits"},
}
_DEFAULT = "es"


def of_risk(risk: int) -> About:
    """What is said of a case of this level."""
    return {Risk.IMMINENT: About.IMMINENT, Risk.HIGH: About.HIGH}.get(Risk(risk), About.CASE)


def alert(about: About, language: str | None) -> bytes:
    """An alert as the page's service worker reads it."""
    spoken = language if language in WORDS[about] else _DEFAULT
    text = json.dumps({"text": WORDS[about][spoken], "language": spoken}, ensure_ascii=False).encode()
    assert len(text) <= _LENGTH  # noqa: S101 - constants, each tried by a test
    return text.ljust(_LENGTH)
