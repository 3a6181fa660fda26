"""What flows can use in a message: each kind, its misspellings, and what must not be taken for it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.places import PlaceFinder
from nlu.entities import find

WEDNESDAY = datetime(2026, 11, 25, 12, tzinfo=UTC)
PLACES = PlaceFinder(
    {
        "st-nuevo-leon": ["nuevo leon", "nl"],
        "ci-leon": ["leon", "leon guanajuato"],
        "ci-tapachula": ["tapachula"],
        "ci-puebla": ["puebla"],
        "ci-tijuana": ["tijuana", "tj"],
        "ci-altar": ["altar", "el altar"],
        "ci-reynosa": ["Reynosa"],
    }
)


def found(text: str, kind: str) -> list[str]:
    return [entity.value for entity in find(text, PLACES, WEDNESDAY) if entity.kind == kind]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("estoy en Tapachula", "ci-tapachula"),
        ("estoy en tapachla", "ci-tapachula"),
        ("stuck in tj", "ci-tijuana"),
        ("TIJUANA", "ci-tijuana"),
        ("voy pa nuevo leon", "st-nuevo-leon"),
        ("vivo en leon", "ci-leon"),
        ("estoy en altar", "ci-altar"),
        ("ando en reinosa", "ci-reynosa"),
    ],
)
def test_place_is_found_however_it_is_written(text: str, place: str) -> None:
    assert found(text, "place") == [place]


@pytest.mark.parametrize(
    "text", ["extraño mi pueblo", "frente al altar", "el altar de la iglesia", "un leon me asusto", "hola", ""]
)
def test_common_word_is_no_place(text: str) -> None:
    assert found(text, "place") == []


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("soy catracha", "HN"),
        ("somos chapinas", "GT"),
        ("mi amiga es guanaca", "SV"),
        ("soy nica", "NI"),
        ("soy chama", "VE"),
        ("i am from haiti", "HT"),
        ("vine de ondura", "HN"),
        ("soy boricua", "PR"),
        ("soy de mexico", "MX"),
        ("nací en estados unidos", "US"),
    ],
)
def test_country_of_origin_is_found_in_every_way_of_saying_it(text: str, country: str) -> None:
    assert found(text, "country") == [country]


@pytest.mark.parametrize("text", ["quiero vivir en mexico", "voy a estados unidos"])
def test_country_where_she_is_or_goes_is_no_origin(text: str) -> None:
    assert found(text, "country") == []


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("anoche me forzo", "12"),
        ("hace 2 dias", "48"),
        ("ase 2 dias", "48"),
        ("ase ratito", "1"),
        ("antier", "48"),
        ("last night", "12"),
        ("the day before yesterday", "48"),
        ("3 hrs ago", "3"),
        ("a couple of days ago", "48"),
        ("hace un par de dias", "48"),
        ("hace como 15 dias", "360"),
        ("hace media hora", "0.5"),
        ("una semana atras", "168"),
        ("la semana pasada", "168"),
        ("fue el lunes", "48"),
        ("it happened on friday", "120"),
        ("hace 3 años", "26280"),
    ],
)
def test_time_since_an_event_is_given_in_hours(text: str, hours: str) -> None:
    assert found(text, "hours_ago") == [hours]


@pytest.mark.parametrize(
    "text", ["mi cita es el lunes", "the office opens on monday, next week", "tengo 20 años", "tardan 3 dias"]
)
def test_time_ahead_age_or_duration_is_no_time_since(text: str) -> None:
    assert found(text, "hours_ago") == []


def test_weekday_without_a_clock_is_left_out() -> None:
    assert find("fue el lunes", PLACES) == ()


@pytest.mark.parametrize(
    ("text", "years"),
    [
        ("mi hijo de 5 años", "5"),
        ("mi niña tiene ocho añitos", "8"),
        ("mi bebe tiene 8 meses", "0"),
        ("my 3 year old son", "3"),
        ("my daughter is 12 years old", "12"),
        ("mi nieta recien nacida", "0"),
    ],
)
def test_childs_age_is_given_in_years(text: str, years: str) -> None:
    assert found(text, "child_age") == [years]


@pytest.mark.parametrize(
    "text",
    ["tengo 20 años", "mi hijo desaparecio hace 3 años", "mi hijo, yo tengo 15 años", "mi hija de 25 años", "3 months ago"],
)
def test_other_years_are_no_childs_age(text: str) -> None:
    assert found(text, "child_age") == []


@pytest.mark.parametrize(
    ("text", "document"),
    [
        ("no tengo curp", "curp"),
        ("me robaron el pazaporte", "passport"),
        ("la partida de nacimiento", "birth_certificate"),
        ("mi tarjeta de visitante por razones humanitarias", "tvrh"),
        ("the humanitarian card", "tvrh"),
        ("soy residente permanente", "residence"),
        ("mi dpi", "national_id"),
    ],
)
def test_document_is_named_by_its_id(text: str, document: str) -> None:
    assert found(text, "document") == [document]


def test_entities_come_in_the_order_of_the_message() -> None:
    kinds = [entity.kind for entity in find("soy hondureña, anoche en tapachula perdi mi pasaporte", PLACES)]
    assert kinds == ["country", "hours_ago", "place", "document"]


def test_name_of_two_places_means_either() -> None:
    names = PlaceFinder({"ci-a": ["san luis"], "ci-b": ["san luis"]})
    assert [entity.value for entity in find("san luis", names)] == ["ci-a|ci-b"]


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=120))
def test_any_string_has_entities_without_an_error(text: str) -> None:
    assert all(entity.value for entity in find(text, PLACES, WEDNESDAY))
