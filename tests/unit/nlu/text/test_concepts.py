"""From words to concepts: forms, stems, sounds, slips, and where they stop."""

import pytest
from faro_text.concepts import Concepts, Span
from faro_text.sounds import sounds
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.thesaurus import concepts

SMALL = Concepts.from_mapping(
    {
        "partner": {"es": ["esposo", "mi compañero"], "en": ["husband"]},
        "hit": {"es": ["golpe*", "me pega"], "en": ["hits"]},
        "lawyer": {"es": ["abogada"]},
        "card": {"es": ["tarjeta"]},
        "humanitarian_card": {"es": ["tarjeta humanitaria"]},
        "pay": {"es": ["pagaron"]},
        "_plain": {"es": ["cansada"]},
        "married": {"es": ["casada"]},
        "papers": {"es": ["documentos"]},
        "identity": {"es": ["documentos"]},
    }
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("mi ESPOSO me golpeó", ("partner", "hit")),
        ("my husband hits me", ("partner", "hit")),
        ("nesesito una avogada", ("lawyer",)),
        ("nesesito una abgoada", ("lawyer",)),
        ("nesesito una abogda", ("lawyer",)),
        ("mi conpañero", ("partner",)),
        ("documentos", ("papers", "identity")),
        ("hola", ()),
        ("", ()),
    ],
)
def test_message_gives_its_concepts_in_order(text: str, found: tuple[str, ...]) -> None:
    assert SMALL.of(text) == found


def test_longest_form_wins_and_nothing_is_counted_twice() -> None:
    assert SMALL.of("la tarjeta humanitaria y otra tarjeta") == ("humanitarian_card", "card")


def test_form_does_not_reach_across_a_mark() -> None:
    assert SMALL.of("dame la tarjeta, humanitaria dijo") == ("card",)


def test_span_counts_words_and_marks_of_the_normalised_message() -> None:
    assert SMALL.spans("hola, mi esposo me pega") == (Span("partner", 3, 4), Span("hit", 4, 6))


@pytest.mark.parametrize("text", ["me pegaron", "estoy cansada", "me pagaran"])
def test_another_word_is_not_taken_for_a_slip(text: str) -> None:
    assert {"married", "hit"}.isdisjoint(SMALL.of(text))


@pytest.mark.parametrize(
    ("heard", "meant"),
    [
        ("avogado", "abogado"),
        ("ospital", "hospital"),
        ("jente", "gente"),
        ("yubia", "lluvia"),
        ("wawa", "guagua"),
        ("enbarasada", "embarazada"),
        ("estrangera", "extranjera"),
        ("kasa", "casa"),
        ("mejico", "mexico"),
    ],
)
def test_word_written_by_ear_sounds_as_what_was_meant(heard: str, meant: str) -> None:
    assert sounds(heard) == sounds(meant)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=80))
def test_any_string_has_concepts_without_an_error(text: str) -> None:
    words = len(concepts().spans(text))
    assert words == len(concepts().of(text))


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("mi marido me orco anoche", "strangle"),
        ("my bf choked me", "strangle"),
        ("me tienen encerada con candado", "locked_in"),
        ("they wont let me leave the house", "locked_in"),
        ("el collote quiere mas plata", "smuggler"),
        ("los mareros piden la cuota", "extort"),
        ("me quito mis papeles", "take_papers_from_her"),
        ("he took my passport", "take_papers_from_her"),
        ("ya no quiero vivir", "suicide"),
        ("i wanna die", "suicide"),
        ("mi cipota no aparece", "missing"),
        ("la migra los agarro", "detained"),
        ("como saco la kurp", "curp"),
        ("my baby has no birth certificate", "birth_certificate"),
        ("la pastilla del dia siguiente", "emergency_pill"),
        ("tomo ormonas", "hormones"),
        ("no me pagan la quinsena", "wage"),
        ("ya llego, no escriban", "leave_now"),
        ("are you a robot", "who_are_you"),
        ("borren mis datos", "erase_me"),
        ("me muero de hambre", "figurative"),
    ],
)
def test_thesaurus_knows_how_she_says_it(text: str, concept: str) -> None:
    assert concept in concepts().of(text)


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("no me han pagado", "hit"),
        ("estaban pagando poco", "hit"),
        ("necesito renovar la matricula", "kill"),
        ("el material de la escuela", "kill"),
        ("estoy cansada", "divorce"),
    ],
)
def test_thesaurus_does_not_hear_danger_in_a_neighbouring_word(text: str, concept: str) -> None:
    assert concept not in concepts().of(text)
