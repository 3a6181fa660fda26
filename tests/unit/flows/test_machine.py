"""Whatever comes, in whatever order: the engine never raises, its state stays small JSON, and she can always go on."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from flows import engine, load
from flows.model import Given, OpenCase, Say, ShowAnswer
from tests.support.flows import WORLD, SpokenKeys

SCRIPTS = load.load(Path(__file__).parents[3] / "flows" / "scripts").with_words(
    SpokenKeys(
        {
            topic: ((f"answer:{topic}.more", "more"), ("legal", "lawyer"), ("places:health", "places"))
            for topic in ("asylum", "work")
        }
    )
)
TOPICS = st.sampled_from([*SCRIPTS.topics, "quick_exit", "no_such_topic"])
WORDS = st.sampled_from(
    ["si", "no", "1", "2", "9", "hace 3 semanas", "tapachula", "no sé", "la primera", "menu open", "🙂", "\n"]
)
MAX_STATE = 4096
MAX_SPOKEN = 12


class Conversation(RuleBasedStateMachine):
    """She, doing anything at all."""

    def __init__(self) -> None:
        super().__init__()
        self.state = "{}"
        self.world = WORLD
        self.events: tuple[Any, ...] = ()

    def turn(self, given: Given) -> None:
        step = engine.advance(SCRIPTS, json.loads(self.state), given, self.world)
        self.state = json.dumps(step.state)
        self.events = step.events

    @rule(text=st.one_of(st.text(max_size=300), WORDS), topic=st.none() | TOPICS, confidence=st.floats(0, 1))
    def says(self, text: str, topic: str | None, confidence: float) -> None:
        self.turn(Given(text=text, topic=topic, confidence=confidence, ranking=((topic, confidence),) if topic else ()))

    @rule(word=st.sampled_from(["menu", "help", "delete", "spanish", "english", "exit"]))
    def says_a_global_word(self, word: str) -> None:
        self.turn(Given(text=word, word=word))

    @rule(index=st.integers(0, 12))
    def taps(self, index: int) -> None:
        offered = json.loads(self.state).get("offered", [])
        self.turn(Given(choice=offered[index % len(offered)][0] if offered else "gone:gone"))

    @rule(
        token=st.one_of(st.text(max_size=80), st.sampled_from(["again", "menu", "legal", "places:x+y", "answer:x", "topic:work"]))
    )
    def taps_something_old(self, token: str) -> None:
        self.turn(Given(choice=token))

    @rule(latitude=st.floats(-90, 90), longitude=st.floats(-180, 180))
    def shares_where_she_is(self, latitude: float, longitude: float) -> None:
        self.turn(Given(location=(latitude, longitude)))

    @rule(kind=st.sampled_from(["voice", "sticker", "poll"]), text=st.sampled_from(["", "mira"]))
    def sends_what_cannot_be_read(self, kind: str, text: str) -> None:
        self.turn(Given(text=text, unreadable=(kind,)))

    @rule(entities=st.dictionaries(st.sampled_from(["place", "hours_ago", "child_age"]), st.text(max_size=200)))
    def says_with_entities(self, entities: dict[str, str]) -> None:
        self.turn(Given(text="ayer", topic="sexual_violence", confidence=0.9, entities=entities, risk="high"))

    @rule(hours=st.floats(0, 200))
    def lets_time_pass(self, hours: float) -> None:
        self.world = WORLD.__class__(**{**_fields(self.world), "now": self.world.now + timedelta(hours=hours)})

    @rule(operators=st.booleans(), consent=st.booleans(), may_write=st.sampled_from(["yes", "no", "unknown"]))
    def world_changes(self, operators: bool, consent: bool, may_write: str) -> None:
        more = {"operators": operators, "consent": consent, "may_write": may_write}
        self.world = WORLD.__class__(**{**_fields(self.world), **more})

    @invariant()
    def state_is_small(self) -> None:
        assert len(self.state) <= MAX_STATE

    @invariant()
    def something_is_said_and_not_too_much(self) -> None:
        spoken = [event for event in self.events if not isinstance(event, OpenCase)]
        assert len(spoken) <= MAX_SPOKEN
        assert not self.events or spoken

    @invariant()
    def choices_can_be_told_apart(self) -> None:
        for event in self.events:
            if isinstance(event, Say | ShowAnswer):
                tokens = [offer.token for offer in event.offers]
                assert len(set(tokens)) == len(tokens)
                assert len(tokens) <= 10


def _fields(world: Any) -> dict[str, Any]:
    return {name: getattr(world, name) for name in world.__dataclass_fields__}


TestConversation = Conversation.TestCase
TestConversation.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
