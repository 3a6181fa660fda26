"""What is said in a turn: the safety net and the flows together. Pure.

Danger is answered first and by the net alone; what she asked calmly is answered in the same turn with the check question beneath,
or, where the answer itself could harm before we know how she is, as soon as she has said so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.safety import reply
from bot.safety.reply import SafetyStep
from bot.safety.risk import Risk, RiskAssessment
from flows import engine
from flows.load import Scripts
from flows.model import Event, Given, Leave, Say, State, Step, World


@dataclass(frozen=True, slots=True)
class Said:
    """`safe` is the net's part, `step` the flows'; `events` both, in the order in which they are said."""

    safe: SafetyStep
    step: Step
    events: tuple[Event, ...]

    @property
    def leaves(self) -> bool:
        return any(isinstance(event, Leave) for event in self.step.events)


def speak(
    scripts: Scripts, state: State, episode: Mapping[str, Any], seen: RiskAssessment, given: Given, led: Given, world: World
) -> Said:
    """One turn. `led` is what the flows are given: `given`, or what an operator chose for them to go on with."""
    safe = reply.respond(seen, episode, given, world)
    if safe.episode.get("level", 0) >= Risk.HIGH:  # nothing urgent has hours
        world = replace(world, reads_again={})
    if safe.speaks_alone:
        return Said(safe, Step(state, ()), _with_notice(safe, safe.events, world, leaving=seen.leaving))
    if safe.takes_up is None:
        step, net = engine.advance(scripts, state, led, world), safe.events
    else:
        step = engine.resume(scripts, state, safe.takes_up, world)
        net = safe.going_on if step.events else safe.events
    said = Said(safe, step, (*step.events, *net) if safe.beneath else (*net, *step.events))
    if said.leaves:  # nothing is asked of her who leaves
        return Said(safe, step, step.events)
    return Said(safe, step, _with_notice(safe, said.events, world, leaving=seen.leaving))


def _with_notice(safe: SafetyStep, events: tuple[Event, ...], world: World, *, leaving: bool) -> tuple[Event, ...]:
    """Two lines beneath the first answer ever: what we are, and what we are not."""
    if not world.first_contact or not events or leaving or safe.phone_held:
        return events
    return (*events, Say("notice.first"))
