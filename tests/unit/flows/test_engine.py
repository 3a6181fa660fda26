"""The engine on the scripts that ship: interruptions, old taps, global words, first contact, coming back."""

import json
import statistics
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from flows import load
from flows.load import Scripts
from flows.model import Given, Leave, OpenCase, Remember, ShowAnswer
from flows.steps.answer import AnswerStep
from tests.support.flows import WORLD, Chat, SpokenKeys, keys

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def shipped() -> Scripts:
    return load.load(ROOT / "flows" / "scripts").with_words(SpokenKeys({"asylum": (("answer:asylum.late", "late"),)}))


@pytest.fixture
def chat(shipped: Scripts) -> Chat:
    return Chat(shipped)


@pytest.fixture
def asked(chat: Chat) -> Chat:
    """In the middle of the asylum flow, asked whether she is in Mexico."""
    chat.says("refugio", "asylum")
    chat.taps("guide")
    return chat


def test_exit_says_one_line_and_forgets(asked: Chat) -> None:
    events = asked.gives(Given(text="SALIR", word="exit"))
    assert keys(events) == ["exit.done"]
    assert events[-1] == Leave()
    assert "stack" not in asked.state


def test_message_that_means_leaving_leaves(asked: Chat) -> None:
    assert keys(asked.says("ya llegó", "quick_exit")) == ["exit.done"]


@pytest.mark.parametrize(
    ("text", "confidence", "asks"),
    [
        ("lo del papel ese q t dije", 0.7, False),
        ("ya no quiero eso", 0.6, False),
        ("borra todo lo mio porfa", 0.55, True),
        ("please delete my data", 0.55, True),
        ("quítame de su lista", 0.6, True),
        ("que no quede nada mio en su sistema", 0.95, True),
    ],
)
def test_only_clear_words_or_hardly_a_doubt_lead_to_the_question_of_erasing(
    chat: Chat, text: str, confidence: float, asks: bool
) -> None:
    events = chat.gives(Given(text=text, topic="delete_data", confidence=confidence, ranking=(("identity_documents", 0.2),)))
    assert ("erase.sure" in keys(events)) is asks
    assert not any(isinstance(event, Remember) for event in events)


def test_menu_word_starts_over(asked: Chat) -> None:
    assert keys(asked.gives(Given(text="menu", word="menu"))) == ["menu.body"]


def test_help_word_opens_a_case_and_offers_the_flow_again(asked: Chat) -> None:
    events = asked.gives(Given(text="ayuda", word="help"), may_write="no")
    assert OpenCase("listen", "asks_person", "concern") in events
    assert keys(events)[-1] == "flow.offer_again"
    assert keys(asked.says("sí")) == ["asylum.inside"]


def test_help_word_twice_asks_nothing_twice(asked: Chat) -> None:
    asked.gives(Given(text="ayuda", word="help"))
    events = asked.gives(Given(text="ayuda", word="help"))
    assert keys(events) == ["person.on_shift", "person.safe_to_write"]
    assert [frame[0] for frame in asked.state["stack"]] == ["asylum", "person"]


def test_delete_word_erases_only_after_a_yes(asked: Chat) -> None:
    assert keys(asked.gives(Given(text="borrar", word="delete"))) == ["erase.sure"]
    assert Remember("erase", "all") in asked.says("sí")


def test_language_word_asks_the_same_in_the_other_language(asked: Chat) -> None:
    events = asked.gives(Given(text="English", word="english"))
    assert events[0] == Remember("language", "en")
    assert keys(events) == ["language.changed", "asylum.inside"]


def test_language_without_a_pack_is_not_chosen(chat: Chat) -> None:
    assert not any(isinstance(e, Remember) for e in chat.gives(Given(text="English", word="english"), languages=("es",)))


def test_old_tap_changes_nothing_and_the_question_stands_again(asked: Chat) -> None:
    old = asked.state["offered"][0][0]
    asked.taps("yes")
    before = [list(frame) for frame in asked.state["stack"]]
    assert keys(asked.gives(Given(choice=old))) == ["choice.moved_on", "asylum.since"]
    assert asked.state["stack"] == before


@pytest.mark.parametrize("token", ["person", "safety:person", "0badcafe:person"])
def test_person_is_reached_by_any_tap_however_old(asked: Chat, token: str) -> None:
    assert any(isinstance(event, OpenCase) for event in asked.gives(Given(choice=token)))


@pytest.mark.parametrize("token", ["", ":", "nonsense", "answer:", "topic:nothing", "a:b:c", "🙂:🙂", "x" * 500])
def test_token_that_nobody_made_is_an_old_one(asked: Chat, token: str) -> None:
    asked.gives(Given(text="x", choice=token))
    assert asked.state["stack"][0][2] == "inside"


def test_answer_and_topic_taps_are_never_old(chat: Chat) -> None:
    (shown,) = chat.gives(Given(choice="answer:asylum"))
    assert isinstance(shown, ShowAnswer)
    (shown,) = chat.gives(Given(choice="topic:work"))
    assert isinstance(shown, ShowAnswer)
    assert shown.answer == "work"


def test_places_of_an_answer_are_listed(chat: Chat) -> None:
    chat.gives(Given(choice="places:health+shelter"))
    events = chat.says("Puebla")
    assert "ListPlaces(kinds=('health', 'shelter'), place='puebla'" in repr(events)


def test_new_question_is_answered_and_the_flow_offered_again(asked: Chat) -> None:
    (shown,) = asked.says("y la escuela de mi hijo", "education")
    assert isinstance(shown, ShowAnswer)
    assert shown.answer == "education"
    assert shown.offers[0].label == "flow.again"
    assert keys(asked.says("1")) == ["asylum.inside"]


def test_question_that_was_left_can_still_be_answered(asked: Chat) -> None:
    asked.says("y la escuela de mi hijo", "education")
    assert keys(asked.taps("again")) == ["asylum.inside"]
    asked.says("y la escuela de mi hijo", "education")
    assert keys(asked.says("sí, ya estoy en México", "affirm", 0.4)) == ["asylum.inside"]


def test_no_to_going_on_shows_the_menu(asked: Chat) -> None:
    asked.says("y la escuela de mi hijo", "education")
    assert keys(asked.says("no")) == ["menu.body"]


def test_unsure_topic_is_no_interruption(asked: Chat) -> None:
    assert keys(asked.says("mmm la escuela", "education", 0.3)) == ["ask.retry", "asylum.inside"]


def test_same_topic_again_is_a_try_at_the_question(asked: Chat) -> None:
    assert keys(asked.says("es que pido refugio", "asylum")) == ["ask.retry", "asylum.inside"]


@pytest.mark.parametrize("kind", ["voice", "audio", "image", "video", "sticker", "document", "contact_card", "poll"])
def test_what_cannot_be_read_is_told_and_the_question_stands(asked: Chat, kind: str) -> None:
    said = keys(asked.gives(Given(unreadable=(kind,))))
    assert said == [f"unreadable.{kind if kind != 'poll' else 'other'}", "asylum.inside"]


def test_misses_lead_from_likely_topics_to_the_menu_and_a_person(chat: Chat) -> None:
    ranking = (("work", 0.3), ("greet", 0.2), ("health", 0.1), ("asylum", 0.1), ("family", 0.05))
    first = chat.gives(Given(text="lo del papel", ranking=ranking))
    assert keys(first) == ["fallback.first"]
    assert [label for _, label in chat.state["offered"]] == ["topic.work", "topic.health", "topic.asylum", "menu.person"]
    assert keys(chat.says("ese")) == ["fallback.second"]
    assert [label for _, label in chat.state["offered"]] == ["menu.open", "menu.person"]


def test_first_message_with_a_question_is_answered_before_anything_is_asked(chat: Chat) -> None:
    events = chat.gives(Given(text="como pido refugio", topic="asylum", confidence=0.9), first_contact=True, consent=False)
    assert isinstance(events[0], ShowAnswer)
    assert len(events) == 1


def test_consent_is_asked_once_after_help_and_never_in_the_first_turn(chat: Chat) -> None:
    for time_round in range(2):
        chat.gives(Given(text="mi sueldo", topic="work", confidence=0.9), consent=False)
        chat.taps("guide")
        chat.taps("unpaid")
        said = keys(chat.taps("enough"))
        assert ("consent.ask" in said) is (time_round == 0)
        chat.says("no")


def test_consent_is_not_asked_after_something_grave(chat: Chat) -> None:
    chat.gives(Given(text="no puedo salir", topic="trafficking", confidence=0.9), consent=False)
    chat.taps("guide")
    chat.taps("locked")
    assert "consent.ask" not in keys(chat.taps("enough"))


def test_back_after_days_nothing_of_before_is_shown(asked: Chat) -> None:
    said = asked.gives(Given(text="hola", topic="greet", confidence=0.9), now=WORLD.now + timedelta(days=3))
    assert keys(said) == ["welcome.again"]
    assert "asylum" not in json.dumps(asked.state)


def test_tap_after_days_is_an_old_one(asked: Chat) -> None:
    token = asked.state["offered"][0][0]
    assert keys(asked.gives(Given(choice=token), now=WORLD.now + timedelta(days=3))) == ["choice.moved_on", "menu.body"]


def test_code_word_leaves_no_trace_in_the_state(chat: Chat) -> None:
    chat.gives(Given(word="menu", text="menu"))
    for value in ("chat", "contact", "alone", "no", "choose"):
        chat.taps(value)
    assert Remember("code_word", "colibrí azul") in chat.says("colibrí azul")
    assert "colibr" not in json.dumps(chat.state, ensure_ascii=False)


def test_every_topic_of_the_menu_is_two_taps_away(shipped: Scripts) -> None:
    offered = {topic for step in shipped.flows["menu"].steps.values() for topic in step.topics()}
    answered = {topic for topic, flow in shipped.by_topic.items() if isinstance(flow.steps[flow.first], AnswerStep)}
    assert answered <= offered


def _tokens(shipped: Scripts) -> Iterator[str]:
    for flow in shipped.flows.values():
        for name, step in flow.steps.items():
            for choice in getattr(step, "choices", ()):
                yield f"{flow.places[name]}:{choice.value}"
                yield f"topic:{choice.topic}" if choice.topic else f"answer:{choice.answer}"


def test_tokens_fit_the_narrowest_channel(shipped: Scripts) -> None:
    assert max(len(token.encode()) for token in _tokens(shipped)) <= 60


def test_a_step_takes_less_than_a_millisecond_in_the_median(shipped: Scripts) -> None:
    chat, took = Chat(shipped), []
    turns = [
        Given(text="como pido refugio", topic="asylum", confidence=0.9),
        Given(text="1"),
        Given(text="si"),
        Given(text="hace 3 semanas"),
        Given(text="que digo ahí"),
        Given(text="algo que nadie entiende"),
        Given(text="menu", word="menu"),
        Given(text="papeles"),
    ]
    for given in turns * 40:
        start = time.perf_counter()
        chat.gives(given)
        took.append(time.perf_counter() - start)
    assert statistics.median(took) <= 0.001
