"""The lexicon: patterns that speak of danger, without any model."""

import re
from dataclasses import dataclass
from pathlib import Path

from faro_text.words import bare, global_word

from bot.safety.risk import Risk


@dataclass(frozen=True, slots=True)
class Hit:
    """One pattern that matched. `code` names it; never the text."""

    code: str
    level: Risk
    kind: str


@dataclass(frozen=True, slots=True)
class Findings:
    """All that the lexicon sees in a text."""

    level: Risk = Risk.NONE
    hits: tuple[Hit, ...] = ()
    hours_since: float | None = None
    phone_held: bool = False
    leaving: bool = False
    aggressor: bool = False
    says_safe: bool = False
    question: bool = False


class Lexicon:
    _PATTERNS = (
        (re.compile(r"\b(me (pego|pega|golpeo|golpea)|hit me|beat me)\b"), Risk.HIGH, "physical"),
        (re.compile(r"\b(me tienen|encerrada|secuestrad|locked me|kidnap)"), Risk.IMMINENT, "captivity"),
        (re.compile(r"\b(me quiero matar|quiero morir|kill myself)\b"), Risk.IMMINENT, "self_harm"),
    )

    def look(self, text: str) -> Findings:
        plain = bare(text)
        hits = tuple(Hit(f"lex:{kind}", level, kind) for p, level, kind in self._PATTERNS if p.search(plain))
        return Findings(
            level=max((h.level for h in hits), default=Risk.NONE),
            hits=hits,
            phone_held=any(h.kind == "captivity" for h in hits),
            leaving=global_word(text) == "exit",
        )


def load(root: Path) -> Lexicon:
    return Lexicon()
