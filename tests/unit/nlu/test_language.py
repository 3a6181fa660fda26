"""Which language a message is in, and when a conversation turns to another."""

import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nlu.language import OTHER, detect, needs_interpreter

HELD_OUT = Path(__file__).parents[2] / "eval/language.jsonl"
FLOOR = 0.96


def test_held_out_messages_are_told_apart_above_the_floor() -> None:
    lines = [json.loads(line) for line in HELD_OUT.read_text(encoding="utf-8").splitlines()]
    right = sum(detect(line["text"], line["known"]) == line["language"] for line in lines)
    assert len(lines) >= 200
    assert right / len(lines) >= FLOOR


@pytest.mark.parametrize(
    "text", ["ok", "help", "please", "Jennifer Smith", "👍😭", "whatsapp", "911", "https://example.org/help-me-now", ""]
)
def test_one_borrowed_word_name_or_emoji_does_not_turn_a_spanish_conversation(text: str) -> None:
    assert detect(text, "es") == "es"


@pytest.mark.parametrize("text", ["ok", "gracias", "comar", "Guadalupe Hernandez", "tijuana", "la migra"])
def test_one_borrowed_word_or_name_does_not_turn_an_english_conversation(text: str) -> None:
    assert detect(text, "en") == "en"


@pytest.mark.parametrize(
    ("text", "known", "language"),
    [
        ("can we talk in english i dont understand", "es", "en"),
        ("prefiero que hablemos en español", "en", "es"),
        ("mi marido me pego anoche y no se what to do", "es", "es"),
        ("my husband me pego anoche", "en", "en"),
    ],
)
def test_conversation_turns_only_to_a_language_that_clearly_leads(text: str, known: str, language: str) -> None:
    assert detect(text, known) == language


def test_nothing_to_go_by_gives_what_is_known() -> None:
    assert detect("👍", None) is None
    assert detect("👍", "en") == "en"


@pytest.mark.parametrize("text", ["menu", "MENU", "curp", "comar", "visa"])
def test_word_of_both_languages_says_nothing_about_the_language(text: str) -> None:
    assert detect(text) is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("mwen pa konprann, tanpri ede mwen", "ht"),
        ("meu marido me bateu e eu tenho medo", "pt"),
        ("je suis enceinte et mon mari me frappe", "fr"),
        ("ساعدوني من فضلكم", OTHER),
        ("помогите", OTHER),
        ("救命", OTHER),
        ("maltyox chawe, in k'o pa k'ax", OTHER),
    ],
)
def test_language_without_a_pack_needs_an_interpreter(text: str, language: str) -> None:
    assert needs_interpreter(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "ayuda",
        "mi esposo me pega xq no le gusta q salga",
        "ta serrada la ofisina de comar",
        "i dont hav nobody n my baby sick",
        "solicitud de la tarjeta de residente",
        "asdf qwrt zxcv",
        "jajaja",
        "😭😭😭",
        "",
    ],
)
def test_misspelt_spanish_english_and_noise_need_no_interpreter(text: str) -> None:
    assert needs_interpreter(text) is None


@example("B\ud800")
@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=120))
def test_any_string_has_an_answer_without_an_error(text: str) -> None:
    assert detect(text) in {None, "es", "en", "fr", "pt", "ht", OTHER}
