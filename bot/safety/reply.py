"""What she gets when a turn speaks of danger, in the same turn, before any flow. Pure.

The episode is small JSON: `level` reached, `kinds`, `hours`, `minor`, what is `pending` ("check", "held"), `check_due_at`,
`answered_at`, whether the lines were `told`, whether the phone is `held`, and what she `asked` that still waits for its answer
(topic and entities, never her words). It lasts until a person closes it (`closed`); an answered check ends after 24 hours.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.cases.case import Wanted
from bot.safety import thresholds, told
from bot.safety.risk import Risk, RiskAssessment
from content.topics import SAFETY
from flows.model import Event, Given, Say, World
from flows.reading import CONFIDENT
from flows.steps.hand import reads_again

CHECK_WAIT = timedelta(minutes=10)
CHECK_LASTS = timedelta(hours=24)

_PRACTICAL: Mapping[str, frozenset[str]] = {
    "shelter": frozenset({"homeless", "child"}),
    "detention": frozenset({"detention", "officials"}),
    "missing_person": frozenset({"missing"}),
}
_UNNAMED = frozenset({"distress", "unclear"})
"""Kinds of hints: they name no harm of their own, and come beside nearly every disclosure."""
_ASK_NOTHING = frozenset({"greet", "thanks", "goodbye", "affirm", "deny", "menu", "out_of_scope", "quick_exit"})
_SAFE_TO_ANSWER = frozenset({"missing_person", "detention", "authority_abuse", "justice", "shelter"})
_AFTER_SHE_IS_SAFE = frozenset(SAFETY) - _SAFE_TO_ANSWER
"""Topics whose answer waits until she has said how she is: a hint about them may come from under another's eyes. One that is new
among those of safety waits too.
"""
_YES = frozenset(("1", "si", "sí", "yes", "y", "safety:yes"))
_NO = frozenset(("2", "no", "n", "safety:no"))
_ANSWERS = {"1": "safety:safe", "2": "safety:afraid", "3": "safety:cannot_talk"}
"""What a typed number answers to the check question, where there are no buttons."""


@dataclass(frozen=True, slots=True)
class SafetyStep:
    """What the safety net does in a turn.

    Attributes:
        events: what is said; empty when nothing may be said.
        episode: the new state of the safety episode, small JSON.
        case: the case to open or raise, if any.
        speaks_alone: whether the flows stay silent in this turn.
        beneath: whether its events are said after those of the flows.
        takes_up: what the flows go on with, in place of what she sent: it answered us, not them.
        going_on: said for `events` when the flows have something to go on with.
        emergency: whether the texts carry emergency numbers.
        phone_held: whether only neutral lines may be sent from now on.
        check_due_at: when an unanswered check question opens a case; None when none is pending.
    """

    events: tuple[Event, ...] = ()
    episode: Mapping[str, Any] = field(default_factory=dict)
    case: Wanted | None = None
    speaks_alone: bool = False
    beneath: bool = False
    takes_up: Given | None = None
    going_on: tuple[Event, ...] = ()
    emergency: bool = False
    phone_held: bool = False

    @property
    def check_due_at(self) -> datetime | None:
        due = self.episode.get("check_due_at")
        return datetime.fromisoformat(due) if due else None


@dataclass(frozen=True, slots=True)
class _Turn:
    """The turn's values together."""

    seen: RiskAssessment
    episode: dict[str, Any]
    given: Given
    world: World

    @property
    def level(self) -> Risk:
        """The level of the conversation: the highest so far (R16)."""
        return max(self.seen.level, Risk(self.episode.get("level", 0)))

    @property
    def kinds(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.seen.kinds, *self.episode.get("kinds", ()))))

    @property
    def hours(self) -> float | None:
        return self.seen.hours_since if self.seen.hours_since is not None else self.episode.get("hours")

    @property
    def minor(self) -> bool:
        return self.seen.minor or bool(self.episode.get("minor"))

    @property
    def held(self) -> bool:
        """Whether somebody may hold or see the phone, and she has not said that the information may come."""
        return self.seen.phone_held or bool(self.episode.get("held"))

    @property
    def asked(self) -> str | None:
        """The topic that she surely asks about in this turn."""
        sure = self.given.confidence >= CONFIDENT and self.given.topic not in _ASK_NOTHING
        return self.given.topic if sure else None


def respond(assessment: RiskAssessment, episode: Mapping[str, Any], given: Given, world: World) -> SafetyStep:
    """The safety net's part of a turn."""
    turn = _Turn(assessment, _current(episode, world.now), given, world)
    if assessment.leaving:
        return _leave(turn)
    if _stops(turn):
        return _step(turn, (), case=_case(turn, "left"), alone=False)
    if assessment.level is Risk.NONE or (given.word is not None and assessment.level < Risk.HIGH):
        return _answered(turn)
    if assessment.aggressor and assessment.level <= Risk.CONCERN:
        return _step(turn, (Say("safety.not_here"),), case=_case(turn, lane="listen"))
    if assessment.level >= Risk.HIGH:
        return _held(turn) if turn.held else _urgent(turn)
    return _concern(turn)


def _stops(turn: _Turn) -> bool:
    """She ends a talk of danger with the word, or a hint of it by saying so: the flows close it, the case opens, no number."""
    sure = turn.given.topic == "quick_exit" and turn.given.confidence >= CONFIDENT
    return turn.seen.level > Risk.NONE and (turn.given.word == "exit" or (sure and turn.seen.level is Risk.CONCERN))


def relayed(assessment: RiskAssessment, episode: Mapping[str, Any], now: datetime) -> SafetyStep:
    """While an operator has the conversation: nothing is said or asked, the case still rises."""
    nothing = Given()
    turn = _Turn(assessment, _current(episode, now), nothing, World(now, "", (), ""))
    case = _case(turn, *(("left",) if assessment.leaving else ())) if assessment.level > Risk.NONE else None
    return SafetyStep(episode=_grown(turn), case=case)


def close(episode: Mapping[str, Any]) -> dict[str, Any]:
    """The episode after a person has closed the case: only she or he who read it may lower it."""
    return {"held": True} if episode.get("held") else {}


def unanswered(now: datetime, due: datetime | None) -> Wanted | None:
    """The case of a check question that nobody answered in time: quietly, in the listen lane; nobody writes to her first."""
    if due is None or now < due:
        return None
    return Wanted("listen", Risk.CONCERN, ("check_unanswered",))


def _current(episode: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The episode, without what has run out."""
    answered = episode.get("answered_at")
    over = answered and now - datetime.fromisoformat(answered) >= CHECK_LASTS
    if over and episode.get("level", 0) <= Risk.CONCERN:
        return {}
    return dict(episode)


def _leave(turn: _Turn) -> SafetyStep:
    """She stops now: nothing is sent, not even numbers (R5); a case still opens or rises. A plain exit is left to the flows."""
    if turn.seen.level is Risk.NONE:
        return SafetyStep(episode=turn.episode)
    return _step(turn, (), case=_case(turn, "left"))


def _held(turn: _Turn) -> SafetyStep:
    """One neutral line, nothing else, until she says "1"."""
    episode = _grown(turn) | {"held": True, "pending": "held"}
    return _step(turn, (Say("safety.held"),), episode, case=_case(turn, "phone_held"), phone_held=True)


def _urgent(turn: _Turn) -> SafetyStep:
    """At once what cannot wait and the lines; later in the same episode only what is new."""
    raised = turn.seen.level > turn.episode.get("told", 0)
    fresh = tuple(kind for kind in turn.seen.kinds if kind not in turn.episode.get("kinds", ()))
    if raised:
        events = told.urgent(turn.kinds, turn.level, turn.hours, operators=turn.world.operators, minor=turn.minor)
    else:
        events = (*told.care(fresh, turn.hours), _with_offers(turn))
    episode = _grown(turn) | _waiting(turn) | {"told": max(turn.seen.level, turn.episode.get("told", 0))}
    episode.pop("pending", None)
    episode.pop("check_due_at", None)
    return _step(turn, events, episode, case=_case(turn), emergency=True, alone=not _needs_information_too(turn))


def _needs_information_too(turn: _Turn) -> bool:
    """A bed for tonight, somebody detained or missing: the answer with places and steps helps her now, beneath the lines.

    Only at high, when nothing else is told and the topic is sure, so that no menu or fallback can follow.
    """
    return (
        turn.level is Risk.HIGH
        and set(turn.kinds) - _UNNAMED <= _PRACTICAL.get(turn.given.topic or "", frozenset())
        and turn.given.confidence >= thresholds.TOPIC_CONFIDENT
    )


def _with_offers(turn: _Turn) -> Say:
    return Say("safety.again_here" if turn.world.operators else "safety.again_away", offers=(told.PERSON,))


def _concern(turn: _Turn) -> SafetyStep:
    if turn.seen.unreadable:
        key = "safety.unreadable_here" if turn.world.operators else "safety.unreadable_away"
        held = bool(turn.episode.get("held"))
        events = () if held else (Say(key, offers=(told.PERSON,)),)
        return _step(turn, events, case=_case(turn, lane="listen"), emergency=not turn.world.operators, phone_held=held)
    if turn.held:
        return _held(turn)
    if turn.seen.interpreter:
        return _step(turn, (Say("safety.interpreter"),), case=_case(turn, "interpreter", lane="listen"))
    if turn.level >= Risk.HIGH:
        return _step(turn, (_with_offers(turn),), case=_case(turn), emergency=True)
    if "answered_at" in turn.episode:  # she has answered within the day: the same question again would wear on her
        return SafetyStep(episode=_grown(turn))
    return _check(turn)


def _check(turn: _Turn) -> SafetyStep:
    """The gentle question: beneath the answer to what she asked calmly, else alone; then what she asked waits for her word."""
    due = turn.episode.get("check_due_at") or (turn.world.now + CHECK_WAIT).isoformat()
    episode = _grown(turn) | {"pending": "check", "check_due_at": due}
    calm = turn.asked is not None and turn.asked not in _AFTER_SHE_IS_SAFE
    step = _step(turn, (told.check(),), episode if calm else episode | _waiting(turn), alone=not calm)
    return replace(step, beneath=calm)


def _waiting(turn: _Turn) -> dict[str, Any]:
    """What she asked in this turn and is not answered in it."""
    return {"asked": {"topic": turn.asked, "entities": dict(turn.given.entities)}} if turn.asked else {}


def _answered(turn: _Turn) -> SafetyStep:
    """A turn without danger of its own: a tap or a word that answers us, or something for the flows."""
    said = turn.given.choice or turn.given.text.strip().casefold()
    pending = turn.episode.get("pending")
    if pending == "held" and said in _YES | _NO:
        return (
            _may_send(turn) if said in _YES else _step(turn, (Say("safety.alright"),), _without(turn, "pending"), phone_held=True)
        )
    if pending == "check":
        said = _ANSWERS.get(said, said)
    answer = _TAPS.get(said)
    if answer is not None:
        return answer(turn)
    if turn.seen.says_safe and turn.level >= Risk.HIGH:
        return SafetyStep(episode=turn.episode, case=_case(turn, "says_safe"))
    if turn.seen.says_safe and pending == "check":
        return _safe(turn)
    return SafetyStep(episode=turn.episode)


def _may_send(turn: _Turn) -> SafetyStep:
    """She said "1": now the information, whole."""
    events = told.urgent(turn.kinds, turn.level, turn.hours, operators=turn.world.operators, minor=turn.minor)
    episode = {**_without(turn, "pending", "held"), "told": int(turn.level)}
    return _step(turn, events, episode, case=_case(turn), emergency=True)


def _safe(turn: _Turn) -> SafetyStep:
    """She says that she is safe: noted, lowers nothing, for anybody can tap it. What she asked, or was asked, is taken up."""
    episode = {**_without(turn, "pending", "check_due_at", "asked"), "answered_at": turn.world.now.isoformat()}
    case = _case(turn, "says_safe") if turn.level >= Risk.HIGH else None
    step = _step(turn, (Say("safety.glad"),), episode, case=case, alone=False)
    return replace(step, takes_up=_asked_before(turn), going_on=(told.go_on(),))


def _asked_before(turn: _Turn) -> Given:
    asked = turn.episode.get("asked")
    return Given(topic=asked["topic"], confidence=1.0, entities=asked["entities"]) if asked else Given()


def _afraid(turn: _Turn) -> SafetyStep:
    episode = {**_without(turn, "pending", "check_due_at"), "level": int(Risk.HIGH), "told": int(Risk.HIGH)}
    events = told.urgent(turn.kinds, Risk.HIGH, turn.hours, operators=turn.world.operators, minor=turn.minor)
    case = Wanted("urgent", max(Risk.HIGH, turn.level), ("check_afraid",))
    return _step(turn, events, episode, case=case, emergency=True)


def _cannot_talk(turn: _Turn) -> SafetyStep:
    episode = {**_without(turn, "check_due_at"), "pending": "held", "held": True}
    case = Wanted("listen", max(Risk.CONCERN, turn.level), ("check_cannot_talk",), ("phone_held",))
    return _step(turn, (Say("safety.held"),), episode, case=case, phone_held=True)


def _person(turn: _Turn) -> SafetyStep:
    key = "safety.person_here" if turn.world.operators else "safety.person_away"
    lane = "urgent" if turn.level >= Risk.HIGH else "listen"
    case = Wanted(lane, max(Risk.CONCERN, turn.level), ("asks_person",), ("asks_person",))
    return _step(
        turn, (Say(key), *reads_again(turn.world, lane)), _without(turn, "pending", "check_due_at"), case=case, emergency=True
    )


def _not_that(turn: _Turn) -> SafetyStep:
    """We misunderstood, she says (R3): what she asked calmly is answered, else we listen again; a case that is open stays, for
    a person to judge.
    """
    case = Wanted("listen", max(Risk.CONCERN, turn.level), ("says_not_that",), ("says_not_that",))
    asked = _asked_before(turn)
    if asked.topic is None or asked.topic in _AFTER_SHE_IS_SAFE:
        return _step(turn, (Say("safety.sorry"),), _without(turn, "pending", "check_due_at"), case=case)
    step = _step(turn, (Say("safety.sorry"),), _without(turn, "pending", "check_due_at", "asked"), case=case, alone=False)
    return replace(step, takes_up=asked, going_on=(Say("safety.sorry_so"),))


_TAPS: Mapping[str, Callable[[_Turn], SafetyStep]] = {
    told.SAFE.token: _safe,
    told.AFRAID.token: _afraid,
    told.CANNOT_TALK.token: _cannot_talk,
    told.PERSON.token: _person,
    told.NOT_THAT.token: _not_that,
}


def _grown(turn: _Turn) -> dict[str, Any]:
    """The episode with what this turn adds."""
    grown = turn.episode | {"level": int(turn.level), "kinds": list(turn.kinds)}
    if turn.hours is not None:
        grown["hours"] = turn.hours
    if turn.minor:
        grown["minor"] = True
    return grown


def _without(turn: _Turn, *keys: str) -> dict[str, Any]:
    return {key: value for key, value in turn.episode.items() if key not in keys}


def _case(turn: _Turn, *more: str, lane: str | None = None) -> Wanted:
    seen = turn.seen
    flags = (
        ("phone_held", seen.phone_held),
        ("aggressor", seen.aggressor),
        ("says_safe", seen.says_safe),
        ("minor", turn.minor),
        ("interpreter", seen.interpreter is not None),
    )
    held = tuple(dict.fromkeys((*more, *(name for name, on in flags if on))))
    return Wanted(lane or ("urgent" if turn.level >= Risk.HIGH else "listen"), turn.level, seen.reasons, held)


def _step(
    turn: _Turn,
    events: tuple[Event, ...],
    episode: Mapping[str, Any] | None = None,
    *,
    case: Wanted | None = None,
    emergency: bool = False,
    phone_held: bool = False,
    alone: bool = True,
) -> SafetyStep:
    return SafetyStep(
        events,
        dict(_grown(turn) if episode is None else episode),
        case,
        speaks_alone=alone,
        emergency=emergency,
        phone_held=phone_held,
    )
