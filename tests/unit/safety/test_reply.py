"""What she gets, turn by turn, from values alone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.safety import reply
from bot.safety.reply import SafetyStep, respond
from bot.safety.risk import Risk, RiskAssessment
from flows.model import Given, Say, World

NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)


def world(*, operators: bool = False, at: datetime = NOW) -> World:
    return World(at, "es", ("es", "en"), "whatsapp", operators=operators)


def seen(level: Risk, *kinds: str, **more: Any) -> RiskAssessment:
    return RiskAssessment(level, kinds, ("lex:x",), **more)


def keys(step: SafetyStep) -> list[str]:
    return [event.key for event in step.events if isinstance(event, Say)]


QUIET = RiskAssessment(Risk.NONE)


def test_imminent_gets_lines_then_who_is_there_and_two_ways_on() -> None:
    step = respond(seen(Risk.IMMINENT, "danger"), {}, Given(text="x"), world())
    assert keys(step) == ["safety.imminent", "safety.team_away"]
    last = step.events[-1]
    assert isinstance(last, Say)
    assert [offer.token for offer in last.offers] == ["safety:person", "safety:not_that"]
    assert step.case is not None
    assert (step.case.lane, step.case.risk) == ("urgent", Risk.IMMINENT)
    assert step.emergency
    assert step.speaks_alone


def test_team_is_told_only_while_somebody_is_on_shift() -> None:
    assert keys(respond(seen(Risk.HIGH, "physical"), {}, Given(), world(operators=True)))[-1] == "safety.team_here"


@pytest.mark.parametrize(
    ("hours", "key"),
    [(None, "safety.care_72"), (20.0, "safety.care_72"), (100.0, "safety.care_120"), (700.0, "safety.care_later")],
)
def test_after_rape_care_comes_first_by_the_hours(hours: float | None, key: str) -> None:
    assert keys(respond(seen(Risk.IMMINENT, "sexual", hours_since=hours), {}, Given(), world()))[0] == key


def test_after_strangulation_a_doctor_comes_first() -> None:
    assert keys(respond(seen(Risk.IMMINENT, "strangulation"), {}, Given(), world()))[0] == "safety.care_neck"


@pytest.mark.parametrize("kind", ["self_harm", "trafficking", "missing", "child", "detention", "medical"])
def test_kind_with_a_line_of_its_own_gets_it(kind: str) -> None:
    assert f"safety.{kind}" in keys(respond(seen(Risk.HIGH, kind), {}, Given(), world()))


def test_minor_is_told_that_no_permission_is_needed() -> None:
    assert "safety.minor" in keys(respond(seen(Risk.HIGH, "child", minor=True), {}, Given(), world()))


def test_phone_held_gets_one_neutral_line_and_information_only_after_one() -> None:
    step = respond(seen(Risk.IMMINENT, "captivity", phone_held=True), {}, Given(text="x"), world())
    assert keys(step) == ["safety.held"]
    assert step.phone_held
    assert not step.emergency
    assert step.case is not None
    assert "phone_held" in step.case.flags
    later = respond(QUIET, step.episode, Given(text="1"), world())
    assert keys(later) == ["safety.imminent", "safety.team_away"]
    assert later.emergency


def test_two_after_the_neutral_line_sends_nothing_more() -> None:
    step = respond(seen(Risk.IMMINENT, "captivity", phone_held=True), {}, Given(), world())
    assert keys(respond(QUIET, step.episode, Given(text="2"), world())) == ["safety.alright"]


def test_phone_stays_held_when_the_next_message_is_more_dangerous() -> None:
    step = respond(seen(Risk.HIGH, "captivity", phone_held=True), {}, Given(), world())
    assert keys(respond(seen(Risk.IMMINENT, "weapon"), step.episode, Given(), world())) == ["safety.held"]


def test_leaving_gets_nothing_but_the_case_opens() -> None:
    step = respond(seen(Risk.CONCERN, "coded", leaving=True), {}, Given(text="salir ya llego"), world())
    assert step.events == ()
    assert step.speaks_alone
    assert step.case is not None
    assert "left" in step.case.flags


def test_concern_gets_one_question_and_no_case_yet() -> None:
    step = respond(seen(Risk.CONCERN, "distress"), {}, Given(), world())
    assert keys(step) == ["safety.check"]
    assert step.case is None
    assert step.check_due_at == NOW + timedelta(minutes=10)


@pytest.mark.parametrize("answer", [Given(choice="safety:safe"), Given(text="1")])
def test_safe_answer_ends_the_check_without_a_case(answer: Given) -> None:
    asked = respond(seen(Risk.CONCERN, "distress"), {}, Given(), world())
    step = respond(QUIET, asked.episode, answer, world())
    assert keys(step) == ["safety.glad"]
    assert step.case is None
    assert step.check_due_at is None


def test_answered_check_is_not_asked_again_within_a_day_and_again_after_it() -> None:
    asked = respond(seen(Risk.CONCERN, "distress"), {}, Given(), world())
    answered = respond(QUIET, asked.episode, Given(choice="safety:safe"), world())
    soon = respond(seen(Risk.CONCERN, "distress"), answered.episode, Given(), world(at=NOW + timedelta(hours=2)))
    late = respond(seen(Risk.CONCERN, "distress"), answered.episode, Given(), world(at=NOW + timedelta(hours=25)))
    assert keys(soon) == []
    assert not soon.speaks_alone
    assert keys(late) == ["safety.check"]


def test_afraid_opens_an_urgent_case_with_lines() -> None:
    asked = respond(seen(Risk.CONCERN, "distress"), {}, Given(), world())
    step = respond(QUIET, asked.episode, Given(choice="safety:afraid"), world())
    assert step.case is not None
    assert (step.case.lane, step.case.risk) == ("urgent", Risk.HIGH)
    assert "safety.high" in keys(step)


def test_cannot_talk_is_treated_as_a_held_phone() -> None:
    asked = respond(seen(Risk.CONCERN, "distress"), {}, Given(), world())
    step = respond(QUIET, asked.episode, Given(choice="safety:cannot_talk"), world())
    assert keys(step) == ["safety.held"]
    assert step.case is not None
    assert step.case.lane == "listen"


CALM = Given(text="x", topic="birth_registration", confidence=0.9, entities={"place": "ci-tapachula"})
AT_HOME = Given(text="x", topic="partner_violence", confidence=0.9)


def test_calm_question_with_a_hint_is_answered_in_the_same_turn_with_the_check_beneath() -> None:
    step = respond(seen(Risk.CONCERN, "distress"), {}, CALM, world())
    assert keys(step) == ["safety.check"]
    assert (step.speaks_alone, step.beneath) == (False, True)
    assert step.check_due_at is not None


@pytest.mark.parametrize(
    "given",
    [AT_HOME, Given(text="x"), Given(text="x", topic="birth_registration", confidence=0.3), Given(topic="greet", confidence=1)],
)
def test_hint_about_home_or_about_nothing_sure_is_first_asked_alone(given: Given) -> None:
    assert respond(seen(Risk.CONCERN, "distress"), {}, given, world()).speaks_alone


def test_question_that_waited_for_her_answer_is_taken_up_once_she_is_safe() -> None:
    asked = respond(seen(Risk.CONCERN, "distress"), {}, AT_HOME, world())
    step = respond(QUIET, asked.episode, Given(choice="safety:safe"), world())
    assert step.takes_up is not None
    assert (step.takes_up.topic, step.speaks_alone) == ("partner_violence", False)
    assert "asked" not in step.episode


@pytest.mark.parametrize("answer", ["safety:afraid", "safety:cannot_talk"])
def test_question_is_not_taken_up_when_she_is_not_safe(answer: str) -> None:
    asked = respond(seen(Risk.CONCERN, "distress"), {}, AT_HOME, world())
    step = respond(QUIET, asked.episode, Given(choice=answer), world())
    assert (step.takes_up, step.speaks_alone) == (None, True)


@pytest.mark.parametrize(("given", "taken"), [(CALM, "birth_registration"), (AT_HOME, None)])
def test_calm_question_that_we_took_for_danger_is_answered_when_she_says_so(given: Given, taken: str | None) -> None:
    first = respond(seen(Risk.HIGH, "unclear"), {}, given, world())
    step = respond(QUIET, first.episode, Given(choice="safety:not_that"), world())
    assert (step.takes_up.topic if step.takes_up else None) == taken
    assert step.case is not None
    assert step.case.risk is Risk.HIGH, "the case stays for a person to judge"


def test_her_words_are_never_kept_in_the_episode() -> None:
    episode = respond(
        seen(Risk.CONCERN, "distress"), {}, Given(text="mi secreto", topic="self_harm", confidence=1), world()
    ).episode
    assert "secreto" not in str(episode)


@pytest.mark.parametrize(
    ("topic", "kinds", "alone"),
    [
        ("detention", ("detention",), False),
        ("detention", ("detention", "distress"), False),
        ("detention", ("detention", "officials", "unclear"), False),
        ("shelter", ("homeless", "distress"), False),
        ("missing_person", ("missing", "distress"), False),
        ("detention", ("detention", "physical"), True),
        ("detention", ("detention", "coded"), True),
        ("work", ("detention", "distress"), True),
    ],
)
def test_detained_relative_gets_the_answer_beneath_the_lines_whatever_hints_stand_beside(
    topic: str, kinds: tuple[str, ...], alone: bool
) -> None:
    step = respond(seen(Risk.HIGH, *kinds), {}, Given(text="x", topic=topic, confidence=0.9), world())
    assert step.speaks_alone is alone
    assert step.emergency


@pytest.mark.parametrize(
    ("level", "given"),
    [
        (Risk.IMMINENT, Given(text="x", word="exit")),
        (Risk.CONCERN, Given(text="x", word="exit")),
        (Risk.CONCERN, Given(text="x", topic="quick_exit", confidence=0.9)),
    ],
)
def test_exit_beside_danger_is_left_to_the_flows_with_a_case_and_no_number(level: Risk, given: Given) -> None:
    step = respond(seen(level, "danger"), {}, given, world())
    assert (step.events, step.speaks_alone) == ((), False)
    assert step.case is not None
    assert "left" in step.case.flags


def test_silence_after_the_question_opens_a_listen_case() -> None:
    assert reply.unanswered(NOW, NOW + timedelta(minutes=1)) is None
    case = reply.unanswered(NOW, NOW - timedelta(seconds=1))
    assert case is not None
    assert (case.lane, case.risk) == ("listen", Risk.CONCERN)


def test_says_safe_on_an_urgent_case_is_noted_and_lowers_nothing() -> None:
    first = respond(seen(Risk.IMMINENT, "danger"), {}, Given(), world())
    step = respond(QUIET, first.episode, Given(choice="safety:safe"), world())
    assert step.case is not None
    assert step.case.risk is Risk.IMMINENT
    assert "says_safe" in step.case.flags
    assert step.episode["level"] == Risk.IMMINENT


def test_lines_are_not_repeated_at_every_message_but_a_rise_tells_them_again() -> None:
    first = respond(seen(Risk.HIGH, "physical"), {}, Given(), world())
    same = respond(seen(Risk.HIGH, "physical"), first.episode, Given(), world())
    worse = respond(seen(Risk.IMMINENT, "danger"), same.episode, Given(), world())
    assert keys(same) == ["safety.again_away"]
    assert keys(worse)[0] == "safety.imminent"


def test_person_button_asks_for_one_and_misunderstood_lowers_nothing() -> None:
    first = respond(seen(Risk.HIGH, "physical"), {}, Given(), world())
    person = respond(QUIET, first.episode, Given(choice="safety:person"), world())
    wrong = respond(QUIET, first.episode, Given(choice="safety:not_that"), world())
    assert person.case is not None
    assert "asks_person" in person.case.flags
    assert wrong.case is not None
    assert wrong.case.risk is Risk.HIGH
    assert keys(wrong) == ["safety.sorry"]


def test_aggressor_learns_nothing() -> None:
    step = respond(seen(Risk.CONCERN, "aggressor", aggressor=True), {}, Given(), world())
    assert keys(step) == ["safety.not_here"]
    assert step.case is not None
    assert "aggressor" in step.case.flags


@pytest.mark.parametrize(("operators", "key"), [(True, "safety.unreadable_here"), (False, "safety.unreadable_away")])
def test_what_cannot_be_read_opens_a_listen_case_and_says_who_is_there(operators: bool, key: str) -> None:
    step = respond(seen(Risk.CONCERN, "unclear", unreadable=("voice",)), {}, Given(), world(operators=operators))
    assert keys(step) == [key]
    assert step.case is not None
    assert step.case.lane == "listen"


def test_word_of_the_contract_is_left_to_the_flows_below_high() -> None:
    step = respond(seen(Risk.CONCERN, "distress"), {}, Given(text="ayuda", word="help"), world())
    assert not step.speaks_alone


def test_nothing_is_said_while_an_operator_has_the_conversation_but_the_case_rises() -> None:
    step = reply.relayed(seen(Risk.IMMINENT, "danger"), {}, NOW)
    assert step.events == ()
    assert step.case is not None
    assert step.case.risk is Risk.IMMINENT


@pytest.mark.parametrize(
    ("level", "operators", "said"),
    [
        (Risk.CONCERN, False, ["safety.person_away", "hand.reads_again"]),
        (Risk.CONCERN, True, ["safety.person_here"]),
        (Risk.HIGH, False, ["safety.person_away"]),
    ],
)
def test_person_button_outside_the_hours_names_when_they_begin_again_unless_it_is_urgent(
    level: Risk, operators: bool, said: list[str]
) -> None:
    first = respond(seen(level, "distress"), {}, Given(text="x"), world(operators=operators))
    outside = replace(world(operators=operators), reads_again={"listen": NOW, "legal": NOW})
    assert keys(respond(QUIET, first.episode, Given(choice="safety:person"), outside)) == said
