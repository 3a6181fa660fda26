"""Each step by itself. `test_every_step_is_tested` fails when a step has no case here."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from flows.model import Given, Leave, ListPlaces, OpenCase, Remember, Say, ShowAnswer
from flows.steps import STEPS
from tests.support.flows import NOW, Chat, keys, scripts_of

ASK_PLACE = """\
flow: guide
topics: [work]
steps:
  where:
    do: ask
    text: guide.where
    expect: place
    entity: place
    name: place
    unsure: list
  list:
    do: places
    kinds: [shelter, health]
  done:
    do: close
"""


def guide(steps: str, folder: Path, **more: str) -> Chat:
    return Chat(scripts_of(folder, None, guide=f"flow: guide\ntopics: [work]\nsteps:\n{steps}", **more))


def ask(fields: str) -> str:
    return f"  ask:\n    do: ask\n    text: guide.ask\n{fields}  end:\n    do: say\n    text: guide.end\n  stop:\n    do: close\n"


def test_every_step_is_tested() -> None:
    tests = [name for name in dir(sys.modules[__name__]) if name.startswith("test_")]
    for step in STEPS:
        word = step.__name__.removesuffix("Step")
        short = {"CheckIn": "check_in"}.get(word, word.lower())
        assert any(name.startswith(f"test_{short}_") for name in tests), short


def test_say_speaks_and_goes_on(tmp_path: Path) -> None:
    chat = guide("  one: {do: say, text: guide.one}\n  two: {do: say, text: guide.two}\n  end: {do: close}\n", tmp_path)
    assert keys(chat.says("x", "work")) == ["guide.one", "guide.two"]


@pytest.mark.parametrize(("closed", "said"), [({"listen": NOW}, [("guide.one", NOW)]), ({"legal": NOW}, []), ({}, [])])
def test_say_of_the_hours_is_said_only_outside_them(
    tmp_path: Path, closed: dict[str, datetime], said: list[tuple[str, datetime]]
) -> None:
    chat = guide("  one: {do: say, text: guide.one, again: listen}\n  end: {do: close}\n", tmp_path)
    events = chat.gives(Given(text="x", topic="work", confidence=0.9), reads_again=closed)
    assert [(event.key, event.at) for event in events if isinstance(event, Say)] == said


@pytest.mark.parametrize(
    ("fields", "operators", "named"),
    [
        ("lane: listen", False, True),
        ("lane: listen", True, False),
        ("lane: legal", True, True),
        ("lane: listen, risk: high", False, False),
        ("lane: urgent", False, False),
    ],
)
def test_hand_outside_the_hours_names_when_they_begin_again_unless_it_is_urgent(
    tmp_path: Path, fields: str, operators: bool, named: bool
) -> None:
    chat = guide(f"  one: {{do: hand, reason: asks, {fields}}}\n  end: {{do: close}}\n", tmp_path)
    closed = {"listen": NOW, "legal": NOW}
    events = chat.gives(Given(text="x", topic="work", confidence=0.9), operators=operators, reads_again=closed)
    assert ("hand.reads_again" in keys(events)) is named


def test_say_goes_where_it_is_told(tmp_path: Path) -> None:
    chat = guide("  one: {do: say, text: guide.one, to: end}\n  two: {do: say, text: guide.two}\n  end: {do: close}\n", tmp_path)
    assert keys(chat.says("x", "work")) == ["guide.one"]


@pytest.mark.parametrize(
    ("fields", "text", "kept"),
    [
        ("    expect: number\n    low: 1\n    high: 9\n", "tengo 3", "3"),
        ("    expect: date\n", "ayer", "2026-11-22"),
        ("    expect: text\n", "lo que sea", "lo que sea"),
        ("    expect: place\n", "Puebla", "puebla"),
    ],
)
def test_ask_keeps_what_she_answers(tmp_path: Path, fields: str, text: str, kept: str) -> None:
    chat = guide(
        f"  ask:\n    do: ask\n    text: guide.ask\n    name: it\n{fields}"
        "  look:\n    do: branch\n    on: answer.it\n    cases:\n"
        f'      - {{equals: ["{kept}"], to: same}}\n    otherwise: other\n'
        "  same: {do: say, text: guide.same, to: end}\n  other: {do: say, text: guide.other}\n  end: {do: close}\n",
        tmp_path,
    )
    chat.says("x", "work")
    assert keys(chat.says(text)) == ["guide.same"]


def test_ask_for_a_number_takes_none_beyond_its_bounds(tmp_path: Path) -> None:
    chat = guide(ask("    expect: number\n    low: 1\n    high: 9\n"), tmp_path)
    chat.says("x", "work")
    assert keys(chat.says("10")) == ["ask.retry", "guide.ask"]


def test_ask_tries_again_and_then_helps(tmp_path: Path) -> None:
    chat = guide(ask("    expect: number\n    tries: 1\n"), tmp_path)
    chat.says("x", "work")
    assert keys(chat.says("nada")) == ["ask.retry", "guide.ask"]
    assert keys(chat.says("nada")) == ["fallback.second"]
    assert chat.last is not None
    assert [label for _, label in chat.last.state["offered"]] == ["flow.again", "menu.open", "menu.person"]
    assert keys(chat.says("7")) == ["guide.end"], "the question still stands"


def test_ask_goes_to_unsure_after_its_tries(tmp_path: Path) -> None:
    chat = guide(ask("    expect: number\n    tries: 1\n    unsure: end\n"), tmp_path)
    chat.says("x", "work")
    chat.says("nada")
    assert keys(chat.says("nada")) == ["guide.end"]


def test_ask_tells_the_application_and_keeps_nothing_of_free_words(tmp_path: Path) -> None:
    chat = guide(ask("    expect: text\n    name: word\n    remember: code_word\n"), tmp_path)
    chat.says("x", "work")
    assert Remember("code_word", "colibri") in chat.says("colibri")
    assert "colibri" not in str(chat.state)


def test_ask_does_not_ask_what_she_already_said(tmp_path: Path) -> None:
    chat = Chat(scripts_of(tmp_path, guide=ASK_PLACE))
    events = chat.says("mi sueldo en tijuana", "work", entities={"place": "tijuana"})
    assert events == (ListPlaces(("shelter", "health"), place="tijuana"),)


def test_ask_answered_after_its_timeout_answers_nothing(tmp_path: Path) -> None:
    chat = guide(ask("    expect: number\n    timeout: 1\n"), tmp_path)
    chat.says("x", "work")
    later = chat.world.now.replace(hour=chat.world.now.hour + 2)
    assert keys(chat.gives(Given(text="7"), now=later)) == ["fallback.blank"]


def test_ask_yes_no_takes_her_own_words(tmp_path: Path) -> None:
    choices = (
        '    expect: yes_no\n    choices:\n      - {value: "yes", label: guide.agree, to: end}\n'
        '      - {value: "no", label: guide.refuse, to: stop}\n'
    )
    chat = guide(ask(choices), tmp_path)
    chat.says("x", "work")
    assert keys(chat.says("claro")) == ["guide.end"]


def test_places_lists_near_a_shared_location_to_about_a_kilometre(tmp_path: Path) -> None:
    chat = Chat(scripts_of(tmp_path, guide=ASK_PLACE))
    chat.says("x", "work")
    events = chat.gives(Given(location=(14.90567, -92.26321)))
    assert events == (ListPlaces(("shelter", "health"), location=(14.91, -92.26)),)
    assert "place" not in chat.state, "forgotten when the flow ends"


def test_places_takes_the_kinds_kept_before(tmp_path: Path) -> None:
    chat = guide(
        "  kinds: {do: set, name: kinds, value: shelter+weapons+health}\n  list: {do: places}\n  end: {do: close}\n", tmp_path
    )
    assert chat.says("x", "work") == (ListPlaces(("shelter", "health")),)


@pytest.mark.parametrize(
    ("on", "case", "world", "given", "holds"),
    [
        ("language", 'equals: ["es"]', {}, {}, True),
        ("channel", 'equals: ["telegram"]', {}, {}, False),
        ("operators", 'equals: ["yes"]', {"operators": False}, {}, False),
        ("consent", 'equals: ["yes"]', {}, {}, True),
        ("may_write", 'equals: ["unknown"]', {}, {}, True),
        ("first_contact", 'equals: ["yes"]', {"first_contact": True}, {}, True),
        ("hour", "at_least: 9, below: 18", {}, {}, True),
        ("hour", "below: 9", {}, {}, False),
        ("topic", 'equals: ["work"]', {}, {}, True),
        ("risk", 'equals: ["high"]', {}, {"risk": "high"}, True),
        ("located", 'equals: ["yes"]', {}, {}, False),
        ("entity.hours_ago", "below: 72", {}, {"entities": {"hours_ago": "20"}}, True),
        ("entity.hours_ago", "below: 72", {}, {"entities": {"hours_ago": "no number"}}, False),
        ("entity.hours_ago", "below: 72", {}, {}, False),
        ("days_since.never", "below: 72", {}, {}, False),
    ],
)
def test_branch_goes_by_what_is_known(
    tmp_path: Path, on: str, case: str, world: dict[str, Any], given: dict[str, Any], holds: bool
) -> None:
    chat = guide(
        f"  look:\n    do: branch\n    on: {on}\n    cases:\n      - {{{case}, to: same}}\n    otherwise: other\n"
        "  same: {do: say, text: guide.same, to: end}\n  other: {do: say, text: guide.other}\n  end: {do: close}\n",
        tmp_path,
    )
    said = keys(chat.gives(Given(text="x", topic="work", confidence=0.9, **given), **world))
    assert said[0] == ("guide.same" if holds else "guide.other")


@pytest.mark.parametrize(("day", "late"), [("2026-10-13", False), ("2026-10-12", True), ("2026-11-20", False)])
def test_branch_counts_workdays(tmp_path: Path, day: str, late: bool) -> None:
    chat = guide(
        "  ask: {do: ask, text: guide.ask, expect: date, name: since}\n"
        "  count:\n    do: branch\n    on: workdays_since.since\n    cases:\n"
        "      - {below: 30, to: in_time}\n    otherwise: late\n"
        "  in_time: {do: say, text: guide.in_time, to: end}\n  late: {do: say, text: guide.late}\n  end: {do: close}\n",
        tmp_path,
    )
    chat.says("x", "work")
    assert keys(chat.says(day)) == ["guide.late" if late else "guide.in_time"]


def test_set_keeps_an_entity_that_she_said(tmp_path: Path) -> None:
    chat = guide(
        "  keep: {do: set, name: place, entity: place}\n  list: {do: places, kinds: [un]}\n  end: {do: close}\n", tmp_path
    )
    assert chat.says("x", "work", entities={"place": "puebla"}) == (ListPlaces(("un",), place="puebla"),)
    assert chat.says("x", "work") == (ListPlaces(("un",)),)


def test_remember_reports_and_keeps_nothing(tmp_path: Path) -> None:
    chat = guide("  tell: {do: remember, what: may_write, value: 'no'}\n  end: {do: close}\n", tmp_path)
    assert chat.says("x", "work") == (Remember("may_write", "no"),)


def test_answer_offers_the_flow_then_the_follow_ups_then_a_person(tmp_path: Path) -> None:
    script = (
        "flow: guide\ntopics: [work]\nsteps:\n  answer:\n    do: answer\n    answer: work\n    choices:\n"
        "      - {value: guide, label: guide.mine, to: end}\n  end: {do: close, text: guide.end}\n"
    )
    onward = [(f"answer:work.a{n}", f"follow {n}") for n in range(12)] + [("person", "alguien")]
    chat = Chat(scripts_of(tmp_path, {"work": onward}, guide=script))
    (shown,) = chat.says("x", "work")
    assert isinstance(shown, ShowAnswer)
    assert [offer.label for offer in shown.offers] == ["guide.mine", *["@work"] * 8, "menu.person"]
    before = dict(chat.state)
    by_number = chat.says("2")
    chat.state = before
    assert chat.says("follow 0") == by_number
    assert isinstance(by_number[0], ShowAnswer)
    assert by_number[0].answer == "work.a0"
    assert isinstance(chat.says("sí")[0], ShowAnswer), "back to the answer that she came from"


def test_call_comes_back_to_where_it_was_called(tmp_path: Path) -> None:
    inner = "flow: inner\nsteps:\n  hello: {do: say, text: inner.hello}\n  back: {do: back}\n"
    chat = guide("  go: {do: call, flow: inner}\n  end: {do: say, text: guide.end}\n  stop: {do: close}\n", tmp_path, inner=inner)
    assert keys(chat.says("x", "work")) == ["inner.hello", "guide.end"]


def test_back_without_a_caller_rests(tmp_path: Path) -> None:
    chat = guide("  one: {do: say, text: guide.one}\n  back: {do: back}\n", tmp_path)
    chat.says("x", "work")
    assert "stack" not in chat.state


@pytest.mark.parametrize(("operators", "said"), [(True, "hand.told"), (False, "hand.nobody")])
def test_hand_opens_a_case_and_says_whether_somebody_is_there(tmp_path: Path, operators: bool, said: str) -> None:
    chat = guide("  hand: {do: hand, lane: urgent, reason: near, risk: high, text: guide.near}\n  end: {do: close}\n", tmp_path)
    events = chat.gives(Given(text="x", topic="work", confidence=0.9), operators=operators)
    assert events[0] == OpenCase("urgent", "near", "high")
    assert keys(events) == ["guide.near", said]


def test_close_can_leave_at_once(tmp_path: Path) -> None:
    chat = guide("  end: {do: close, text: guide.end, leave: true}\n", tmp_path)
    assert chat.says("x", "work")[-1] == Leave()


@pytest.mark.parametrize(("may_write", "scheduled"), [("yes", True), ("no", False), ("unknown", False)])
def test_check_in_needs_her_yes(tmp_path: Path, may_write: str, scheduled: bool) -> None:
    chat = guide(
        "  in: {do: check_in, after: 24, text: guide.later, unsafe: no_way, to: end}\n"
        "  no_way: {do: say, text: guide.no_way}\n  end: {do: close}\n",
        tmp_path,
    )
    events = chat.gives(Given(text="x", topic="work", confidence=0.9), may_write=may_write)
    assert (Remember("check_in", "2026-11-24T17:00+00:00") in events) is scheduled
    assert keys(events) == ["guide.later" if scheduled else "guide.no_way"]


def test_check_in_believes_the_yes_of_this_very_turn(tmp_path: Path) -> None:
    chat = guide(
        "  yes: {do: remember, what: may_write, value: 'yes'}\n"
        "  in: {do: check_in, after: 24, text: guide.later, unsafe: end}\n  end: {do: close}\n",
        tmp_path,
    )
    assert keys(chat.says("x", "work")) == ["guide.later"]
