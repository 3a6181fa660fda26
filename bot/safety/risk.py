"""The four risk levels and what an assessment says."""

from dataclasses import dataclass
from enum import IntEnum


class Risk(IntEnum):
    """Ordered: a later message can raise a level, only a person lowers it (R16)."""

    NONE = 0
    CONCERN = 1
    HIGH = 2
    IMMINENT = 3

    @property
    def word(self) -> str:
        """The level as the taxonomy writes it."""
        return self.name.lower()

    @classmethod
    def of(cls, word: str) -> "Risk":
        return cls[word.upper()]


@dataclass(frozen=True, slots=True)
class RiskAssessment:
    """What one turn says of danger. Never holds message text.

    Attributes:
        level: the level of this turn, before the conversation's past is added.
        kinds: kinds of harm (physical, strangulation, captivity, self_harm, ...), most pressing first.
        reasons: short codes that say which pattern or model spoke ("lex:phys-hit-partner", "model:high", "nlu:danger_now").
        hours_since: hours since the event, for the 72 h and 120 h windows, if she said so.
        phone_held: somebody may hold or see the phone: one neutral line only.
        leaving: she has to stop now: nothing is sent.
        aggressor: the writer seems to be the one who hurts.
        says_safe: she says that she is safe. Shown to operators, lowers nothing.
        minor: the writer seems to be under 18: nobody asks for a parent's permission.
        unreadable: kinds of what came that cannot be read (voice, image, ...).
        interpreter: the language she writes in, where there is no pack for it; else None.
    """

    level: Risk
    kinds: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    hours_since: float | None = None
    phone_held: bool = False
    leaving: bool = False
    aggressor: bool = False
    says_safe: bool = False
    minor: bool = False
    unreadable: tuple[str, ...] = ()
    interpreter: str | None = None
