"""What she gets when a turn speaks of danger, in the same turn, before any flow. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.cases.case import Wanted
from bot.safety.risk import Risk, RiskAssessment
from flows.model import Event, Given, Offer, Say, World


@dataclass(frozen=True, slots=True)
class SafetyStep:
    """What the safety net does in a turn.

    Attributes:
        events: what is said; empty when nothing may be said.
        episode: the new state of the safety episode, small JSON.
        case: the case to open or raise, if any.
        speaks_alone: whether the flows stay silent in this turn.
        emergency: whether the texts carry emergency numbers.
        phone_held: whether only neutral lines may be sent from now on.
    """

    events: tuple[Event, ...] = ()
    episode: Mapping[str, Any] = field(default_factory=dict)
    case: Wanted | None = None
    speaks_alone: bool = False
    emergency: bool = False
    phone_held: bool = False


def respond(assessment: RiskAssessment, episode: Mapping[str, Any], given: Given, world: World) -> SafetyStep:
    """The safety net's part of a turn."""
    if assessment.level is Risk.NONE:
        return SafetyStep(episode=dict(episode))
    lane = "urgent" if assessment.level >= Risk.HIGH else "listen"
    flags = tuple(name for name, on in (("phone_held", assessment.phone_held), ("left", assessment.leaving)) if on)
    case = Wanted(lane, assessment.level, assessment.reasons, flags)
    if assessment.leaving:
        return SafetyStep(episode=dict(episode), case=case, speaks_alone=True)
    if assessment.phone_held:
        return SafetyStep((Say("safety.held"),), dict(episode), case, speaks_alone=True, phone_held=True)
    buttons = (Offer("safety:person", "safety.person"), Offer("safety:not_that", "safety.not_that"))
    if assessment.level is Risk.CONCERN:
        return SafetyStep((Say("safety.check", offers=buttons),), dict(episode), case, speaks_alone=True)
    events = (Say("safety.imminent"), Say("safety.case", offers=buttons))
    return SafetyStep(events, dict(episode), case, speaks_alone=True, emergency=True)
