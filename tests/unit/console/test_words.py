"""The interface speaks Spanish and English completely, and codes always have plain words."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract

from bot.cases import deadlines
from bot.console import words
from bot.console.render import Pages

CONSOLE = Path(__file__).parents[3] / "bot" / "console"


def interface_texts() -> set[str]:
    found: set[str] = set()
    for pattern, method, keywords in (
        ("*.py", "python", {"_": None, "say": None}),
        ("templates/*.html", "jinja2.ext:babel_extract", {"_": None}),
    ):
        for file in CONSOLE.glob(pattern):
            with file.open("rb") as source:
                found |= {str(message) for _, message, _, _ in extract(method, source, keywords=keywords)}
    return found


SAME_IN_BOTH = {"Bot", "LGBTIQ+", "Legal", "Terminal", "Video", "legal"}


def test_every_text_of_the_interface_has_its_spanish() -> None:
    pages = Pages()
    missing = {text for text in interface_texts() if pages.translate("es", text) == text} - SAME_IN_BOTH
    assert missing == set()


def test_placeholders_are_the_same_in_spanish() -> None:
    pages = Pages()
    for text in interface_texts():
        said = pages.translate("es", text)
        assert set(_placeholders(said)) == set(_placeholders(text)), text


def _placeholders(text: str) -> list[str]:
    return [part.split(")")[0] for part in text.split("%(")[1:]]


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (["lex:es-strangle", "lex:es-hint"], ["strangulation"]),
        (["lex:es-hint"], ["a hint, nothing said openly"]),
        (["model:high"], ["the model sees danger"]),
        (["unreadable:voice"], ["something we could not read (voice, picture, other language)"]),
        (["lex:never-heard-of"], ["words of danger"]),
        (["asks_person", "asks_person"], ["asks for a person"]),
        ([], []),
    ],
)
def test_reason_codes_become_plain_words(codes: list[str], said: list[str]) -> None:
    kinds = {"es-strangle": "strangulation", "es-hint": "hint"}
    assert words.reason_words(codes, kinds, lambda text: text) == said


@pytest.mark.parametrize(
    "state", ["queued", "sending", "sent", "delivered", "read", "held", "stale", "uncertain", "failed", "dropped"]
)
def test_every_fate_of_a_message_is_said_and_a_bad_one_with_what_to_do(state: str) -> None:
    said, remedy = words.tick(state, "30008")
    assert said != state
    assert bool(remedy) is (state in ("held", "stale", "uncertain", "failed", "dropped"))


def test_every_clock_has_words() -> None:
    assert set(words.CLOCKS) == set(deadlines.CLOCKS)
    assert set(words.DEADLINES) == {name for ends in deadlines.CLOCKS.values() for name, _ in ends}


def flow_reasons() -> set[str]:
    """Every reason for which a scripted flow opens a case."""
    scripts = (CONSOLE.parents[1] / "flows" / "scripts").glob("*.yml")
    return {reason for script in scripts for reason in re.findall(r"reason: (\w+)", script.read_text())}


SAFETY_REASONS = {"check_unanswered", "check_afraid", "check_cannot_talk", "says_not_that", "episode", "asks_person", "glance"}


@pytest.mark.parametrize("code", sorted(flow_reasons() | SAFETY_REASONS | {"operator", "parked", "language:fr"}))
def test_every_reason_of_a_case_is_said_plainly(code: str) -> None:
    assert words.reason_words([code], {}, lambda text: text) != ["words of danger"]


def test_aggressor_who_is_near_is_not_taken_for_the_writer() -> None:
    assert words.reason_words(["aggressor_near"], {}, lambda text: text) == ["who hurts her is near"]
