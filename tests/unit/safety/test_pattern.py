"""The pattern language: what it matches, and what it says of a pattern that cannot be read."""

import pytest
from faro_text.normalise import normalise

from bot.safety.pattern import Net, PatternError, Slots, compile_pattern


def found(pattern: str, text: str, language: str = "es", **slots: str) -> bool:
    named = Slots({name: words.split(",") for name, words in slots.items()}, language)
    net = Net({"p": compile_pattern(pattern, named, language)})
    return any(True for _ in net.matches(normalise(text).split()))


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("me (pega|golpea)", "mi esposo me golpea"),
        ("me ..2 pega", "me dice y pega"),
        ("no me deja (ni|ya)? salir", "no me deja salir"),
        ("no me deja (ni|ya)? salir", "no me deja ni salir"),
        ("secuestr*", "los secuestraron"),
        ("me golpear~", "me golpeaba"),
        ("golpear~", "dejo de golpearme"),
        ("en:choke~ me", "he choked me"),
        ("hace # dias", "hace 3 dias"),
        ("hace # dias", "hace 911 dias"),
        ("cuello", "me apreto el cueyo"),
        ("con (llave|candado grande)", "con candado grande"),
    ],
)
def test_pattern_that_fits_is_found(pattern: str, text: str) -> None:
    assert found(pattern, text)


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("me ..2 pega", "me voy. el pega carteles"),
        ("me ..2 pega", "me dijo que no ya nunca pega"),
        ("pega", "pegamento"),
        ("hace # dias", "hace unos dias"),
        ("no me deja (ni|ya)? salir", "no me deja nunca salir"),
    ],
)
def test_pattern_that_does_not_fit_is_not_found(pattern: str, text: str) -> None:
    assert not found(pattern, text)


def test_slot_holds_words_and_phrases() -> None:
    assert found("<who> me pega", "el papa de mis hijos me pega", who="marido,papa de mis hijos")


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("<nobody> pega", "no slot <nobody>"),
        ("(pega|golpea", "bracket is not closed"),
        ("pega)", "bracket is not opened"),
        ("xyz~", "no infinitive"),
        ("ab*", "too short"),
        ("..2", "at least one word"),
    ],
)
def test_pattern_that_cannot_be_read_says_what_to_do(pattern: str, says: str) -> None:
    with pytest.raises(PatternError, match=says):
        compile_pattern(pattern, Slots({}, "es"), "es")


def test_words_that_no_pattern_knows_leave_no_trace() -> None:
    net = Net({"p": compile_pattern("me pega", Slots({}, "es"), "es")})
    assert net.reader.read(["guadalupe", "me", "pega"]) == ["_", "me", "pega"]
