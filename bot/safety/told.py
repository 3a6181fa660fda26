"""Which texts answer a danger: care whose hours count, the lines that fit, and who is there. Pure; texts are named by key."""

from collections.abc import Sequence

from bot.safety.risk import Risk
from flows.model import Offer, Say

PERSON = Offer("safety:person", "safety.person")
NOT_THAT = Offer("safety:not_that", "safety.not_that")
SAFE = Offer("safety:safe", "safety.safe")
AFRAID = Offer("safety:afraid", "safety.afraid")
CANNOT_TALK = Offer("safety:cannot_talk", "safety.cannot_talk")

_PEP_HOURS, _PILL_HOURS = 72.0, 120.0  # facts pep-72h, ec-120h
_LINES = ("self_harm", "trafficking", "missing", "child", "detention", "medical")
"""Kinds with a text of their own, most pressing need first; every other kind gets 911 and the women's line."""


def urgent(kinds: Sequence[str], level: Risk, hours: float | None, *, operators: bool, minor: bool) -> tuple[Say, ...]:
    """What she gets at once: what cannot wait, then the lines, then honestly who is there, with two ways on."""
    return (*care(kinds, hours), lines(kinds, level, minor=minor), team(operators=operators))


def care(kinds: Sequence[str], hours: float | None) -> tuple[Say, ...]:
    """Care whose hours count, free and without a complaint."""
    said = []
    if "strangulation" in kinds:
        said.append(Say("safety.care_neck"))
    if "sexual" in kinds:
        said.append(Say(_after_rape(hours)))
    return tuple(said)


def _after_rape(hours: float | None) -> str:
    if hours is None or hours <= _PEP_HOURS:
        return "safety.care_72"
    return "safety.care_120" if hours <= _PILL_HOURS else "safety.care_later"


def lines(kinds: Sequence[str], level: Risk, *, minor: bool) -> Say:
    """The acknowledgement with the emergency lines that fit."""
    if minor:
        return Say("safety.minor")
    own = next((kind for kind in _LINES if kind in kinds[:2]), None)
    if own:
        return Say(f"safety.{own}")
    return Say("safety.imminent" if level is Risk.IMMINENT else "safety.high")


def team(*, operators: bool) -> Say:
    """Whether anybody is there. Never "connected", never "on the way" (R20, R21)."""
    return Say("safety.team_here" if operators else "safety.team_away", offers=(PERSON, NOT_THAT))


def check() -> Say:
    """The one gentle question (R9: it asks how she is, never what happened)."""
    return Say("safety.check", offers=(SAFE, AFRAID, CANNOT_TALK))


def go_on() -> Say:
    """She is safe: back to what she came for."""
    return Say("safety.go_on")
