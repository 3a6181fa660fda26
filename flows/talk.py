"""One turn of a conversation: opened from its state, walked step by step, closed into its state."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from flows.load import Scripts
from flows.model import Event, Given, ListPlaces, Offer, OpenCase, Say, ShowAnswer, State, Step, World
from flows.script import Flow
from flows.steps.answer import AnswerStep
from flows.steps.ask import AskStep
from flows.steps.base import PERSON, PERSON_LABEL, Back, Call, Close, Go, Jump, Move, Run, Wait
from flows.steps.base import Step as AStep
from flows.steps.call import CallStep

VERSION = 1
MAX_STEPS = 60
"""Steps of one turn. `flows.check` finds loops without a question; this bounds what it cannot see."""
MAX_DEPTH = 4
MAX_ANSWERS = 40
MAX_ENTITIES, MAX_ENTITY = 8, 60
REST_HOURS = 24.0
"""After so long without her, what stood before her is forgotten; nothing of it is shown (R43, R45)."""
AGAIN, MENU = "again", "menu"
ALWAYS_CURRENT = frozenset({"welcome", "menu", "consent", "person", "erase"})
"""Flows that are no place to come back to."""


class Talk:
    """One turn.

    Attributes:
        stack: where she is, outermost first: [flow, digest of its version, step].
        offered: what stands before her: (token, key of the label).
        misses: messages not understood in a row; tries: unreadable replies to the question that stands.
        grave: a person was called for something serious in this flow.
        paused: she was led away from the question that stands; it has been offered again.
    """

    def __init__(self, scripts: Scripts, state: State, given: Given, world: World) -> None:
        self.scripts, self.given, self.world = scripts, given, world
        self.stack: list[list[str]] = [list(frame) for frame in state.get("stack", [])]
        self.offered: list[tuple[str, str]] = [(token, label) for token, label in state.get("offered", [])]
        self.misses, self.tries = int(state.get("misses", 0)), int(state.get("tries", 0))
        self.paused = bool(state.get("paused", False))
        self.asked: list[str] = list(state.get("asked", []))
        self.grave = bool(state.get("grave", False))
        place = state.get("place")
        self.run = Run(
            given,
            world,
            dict(state.get("answers", {})),
            self._follow_ups,
            heard={**state.get("heard", {}), **_short(given.entities)},
            place=(place[0], place[1]) if place else None,
        )
        if self._too_long_ago(state):
            self.forget()
            self.offered = []

    def _follow_ups(self, answer: str) -> tuple[str, ...]:
        return tuple(token for token, _ in self.scripts.words.follow_ups(self.world.language, answer))

    def _too_long_ago(self, state: State) -> bool:
        if "at" not in state:
            return False
        standing = self.standing()
        hours = standing.timeout if isinstance(standing, AskStep | AnswerStep) else REST_HOURS
        return self.world.now - datetime.fromtimestamp(int(state["at"]) * 60, UTC) > timedelta(hours=hours)

    # Where she is

    def flow(self) -> Flow | None:
        return self.scripts.version(self.stack[-1][1]) if self.stack else None

    def standing(self) -> AStep | None:
        """The step that waits for her."""
        flow = self.flow()
        return flow.steps.get(self.stack[-1][2]) if flow is not None else None

    def question(self) -> AskStep | None:
        """The question that stands, unless she was led away from it."""
        step = self.standing()
        return step if isinstance(step, AskStep) and not self.paused else None

    def labels(self) -> list[str]:
        return [self._label(token, key) for token, key in self.offered]

    def _label(self, token: str, key: str) -> str:
        words, language = self.scripts.words, self.world.language
        if key.startswith("@"):
            return dict(words.follow_ups(language, key[1:])).get(token, "")
        return words.label(language, key)

    def move_versions(self) -> bool:
        """Keep to versions that still exist. Whether the conversation can go on.

        A frame whose version is gone goes on at the step of the same name and kind of the current version.
        """
        for frame in self.stack:
            if self.scripts.version(frame[1]) is not None:
                continue
            current = self.scripts.flows.get(frame[0])
            step = current.steps.get(frame[2]) if current is not None else None
            if current is None or step is None or not isinstance(step, AskStep | AnswerStep | CallStep):
                return False
            frame[1] = current.digest
        return True

    # What is said

    def say(self, key: str) -> None:
        self.run.says(Say(key))

    def offer_ways(self, key: str) -> None:
        """A text with the menu and a person beneath."""
        self.run.says(Say(key, offers=(*self.way_back(), Offer(MENU, "menu.open"), Offer(PERSON, PERSON_LABEL))))

    def way_back(self) -> tuple[Offer, ...]:
        """Back to the question that stands, if she was led away from one."""
        self.paused = self.standing() is not None
        return (Offer(AGAIN, "flow.again"),) if self.paused else ()

    # Walking

    def forget(self) -> None:
        """Leave what stands; what she answered there goes with it."""
        self.stack = []
        self.paused = False
        self.misses = self.tries = 0
        self.grave = False
        self.run.answers.clear()
        self.run.heard = _short(self.given.entities)
        if self.given.location is None:
            self.run.place = None

    def start(self, name: str) -> None:
        """Leave whatever stands for this flow."""
        self.forget()
        self.walk(Call(name))

    def interrupt(self, name: str) -> None:
        """Run this flow now; what stands is offered again after it."""
        names = [frame[0] for frame in self.stack]
        keep = names.index(name) if name in names else len(names)
        self.stack = [frame for frame in self.stack[:keep] if frame[0] not in ALWAYS_CURRENT]
        self.paused = False
        self.misses = self.tries = 0
        self.walk(Call(name))

    def ask_again(self) -> None:
        """The question that stands, once more; without one, the menu."""
        self.paused = False
        step = self.standing()
        if step is None:
            self.start("menu")
        else:
            self.walk(self.enter(step))

    def enter(self, step: AStep) -> Move:
        flow = self.flow()
        assert flow is not None  # noqa: S101 - a step is entered within its flow
        self.run.digest = flow.places[self.stack[-1][2]]
        return step.enter(self.run)

    def walk(self, move: Move) -> None:
        """Follow moves until something waits for her or the conversation rests."""
        for _ in range(MAX_STEPS):
            match move:
                case Wait():
                    return
                case Close():
                    self._rest()
                    return
                case Go():
                    move = self._go(move.to)
                case Call():
                    move = self._into(move.flow)
                case Jump():
                    self.forget()
                    move = self._into(move.flow)
                case Back():
                    move = self._back()
        self.forget()
        self.offer_ways("fallback.second")

    def _into(self, name: str) -> Move:
        flow = self.scripts.flows.get(name)
        if flow is None:  # an older version leads to a flow that is gone
            return Back()
        self.stack = [*self.stack, [name, flow.digest, flow.first]][-MAX_DEPTH:]
        return self.enter(flow.steps[flow.first])

    def _go(self, to: str | None) -> Move:
        flow = self.flow()
        if flow is None:
            return Close()
        frame = self.stack[-1]
        target = to or flow.follower.get(frame[2])
        if target is None or target not in flow.steps:
            return Back()
        frame[2] = target
        return self.enter(flow.steps[target])

    def _back(self) -> Move:
        """To the flow that called this one, or to the question that it interrupted, or to rest."""
        left = self.stack.pop()[0] if self.stack else ""
        step = self.standing()
        if step is None:
            self.stack = [[left, "", ""]] if left else []
            return Close()
        if isinstance(step, CallStep):
            return Go(step.to)
        self.run.says(Say("flow.offer_again", offers=(*self.way_back(), Offer(PERSON, PERSON_LABEL))))
        return Wait()

    def _rest(self) -> None:
        """Nothing stands any more. Once, after she was helped, ask whether we may keep what she wrote (R29)."""
        ended = self.scripts.flows.get(self.stack[0][0]) if self.stack else None
        helped = ended is not None and any(topic not in NOT_HELP for topic in ended.topics) and not self._is_grave()
        self.forget()
        if helped and self._may_ask_consent():
            self.asked.append("consent")
            self.walk(Call("consent"))

    def _is_grave(self) -> bool:
        return self.grave or any(isinstance(event, OpenCase) and event.risk == "high" for event in self.run.events)

    def _may_ask_consent(self) -> bool:
        calm = self.given.risk == "none" and not self.world.first_contact
        return calm and not self.world.consent and "consent" not in self.asked

    # The end of the turn

    def step(self) -> Step:
        events = tuple(self.run.events)
        state: dict[str, Any] = {"v": VERSION, "at": int(self.world.now.timestamp() // 60)}
        answers = dict(list(self.run.answers.items())[-MAX_ANSWERS:])
        kept = {
            "stack": self.stack,
            "offered": [[offer.token, offer.label] for offer in _standing_offers(events)],
            "answers": answers,
            "heard": self.run.heard if self.stack else None,
            "grave": self._is_grave() if self.stack else None,
            "place": list(self.run.place) if self.run.place and self.stack else None,
            "misses": self.misses,
            "tries": self.tries,
            "paused": self.paused,
            "asked": self.asked,
        }
        state |= {key: value for key, value in kept.items() if value}
        return Step(state, events, awaiting=self.question() is not None)


NOT_HELP = frozenset(
    {"greet", "thanks", "goodbye", "menu", "human", "language", "privacy", "delete_data", "complaint", "out_of_scope"}
)
"""Topics after which consent is not asked: nothing was told."""


def _short(entities: Mapping[str, str]) -> dict[str, str]:
    return {kind: value[:MAX_ENTITY] for kind, value in list(entities.items())[:MAX_ENTITIES]}


def _standing_offers(events: tuple[Event, ...]) -> tuple[Offer, ...]:
    """What can be chosen now: the choices of the last message that has any, unless she was asked for something since."""
    spoken = [event for event in events if isinstance(event, Say | ShowAnswer | ListPlaces)]
    return next((event.offers for event in reversed(spoken) if event.offers), ())
