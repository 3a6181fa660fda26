"""Slash commands become plain words, and nothing is passed on with a leading slash."""

import pytest
from faro_text.words import global_word
from hypothesis import given
from hypothesis import strategies as st

from integrations.channel import Location, Media, MediaKind, Text
from integrations.commands import without_command, words


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("/menu", "menu"),
        ("/ayuda", "help"),
        ("/help", "help"),
        ("/salir", "exit"),
        ("/exit", "exit"),
        ("/borrar", "delete"),
        ("/delete", "delete"),
        ("/espanol", "spanish"),
        ("/español", "spanish"),
        ("/english", "english"),
        ("/Menu@FaroMx_bot", "menu"),
    ],
)
def test_command_is_the_global_word(said: str, word: str) -> None:
    assert global_word(words(said)) == word


@pytest.mark.parametrize("said", ["/start", "/start abc", "/START@faro_bot x"])
def test_start_is_a_greeting(said: str) -> None:
    assert words(said) == "hola"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("/delete_data{", "delete_data{"),
        ("/x", "x"),
        ("//", "?"),
        (" / / ayuda", "ayuda"),
        ("\u200b/menu", "menu"),
        ("/me pega mi marido", "me pega mi marido"),
        ("/juana@correo.mx", "juana@correo.mx"),
        ("/started", "started"),
        ("y/o", "y/o"),
        ("  hola ", "  hola "),
    ],
)
def test_other_text_keeps_its_words(said: str, kept: str) -> None:
    assert words(said) == kept


@given(st.text("/ab @bot\n{\u200b", max_size=20))
def test_nothing_is_passed_on_with_a_leading_slash(said: str) -> None:
    assert not words(said).lstrip(" \t\r\n\u200b\ufeff").startswith("/")


def test_caption_is_cleaned_too_and_other_bodies_are_left() -> None:
    media = Media(media=MediaKind.IMAGE, handle="f", caption="/x")
    assert without_command(media) == media.model_copy(update={"caption": "x"})
    assert without_command(Text(text="/x", edited=True)) == Text(text="x", edited=True)
    place = Location(latitude=1, longitude=2)
    assert without_command(place) is place
