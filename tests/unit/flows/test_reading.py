"""Her own words as answers."""

from datetime import UTC, date, datetime

import pytest

from flows import reading
from flows.model import Given

NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
LABELS = ["Ver mi caso", "Dónde queda", "Hablar con alguien"]


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("1", 0), ("2.", 1), ("2️⃣", 1), ("¿3?", 2), ("uno", 0), ("la primera", 0), ("opción 2", 1), ("el último", 2),
        ("the second one", 1), ("no. 3", 2), ("VER MI CASO", 0), ("ver mi cazo", 0), ("donde keda", 1), ("dónde", 1),
        ("quiero hablar con alguien", 2), ("4", None), ("0", None), ("11", None), ("", None), ("no", None), ("a", None),
        ("no quiero hablar con alguien", None), ("me dijo que 2", None), ("hablar con mi mama de mi caso y de todo", None),
    ],
)  # fmt: skip
def test_choice_is_meant(text: str, index: int | None) -> None:
    assert reading.meant(text, LABELS) == index


def test_words_that_fit_two_choices_choose_none() -> None:
    assert reading.meant("hace", ["Hace poco", "Hace mucho"]) is None


def test_number_is_no_choice_where_a_number_is_asked() -> None:
    assert reading.meant("2", LABELS, by_order=False) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("hace 3 semanas", date(2026, 11, 2)), ("llegue ase dos meses", date(2026, 9, 24)), ("ayer", date(2026, 11, 22)),
        ("antier", date(2026, 11, 21)), ("antes de ayer", date(2026, 11, 21)), ("hoy", date(2026, 11, 23)),
        ("el 5 de octubre", date(2026, 10, 5)), ("5/10/2026", date(2026, 10, 5)), ("5-10-26", date(2026, 10, 5)),
        ("2026-10-05", date(2026, 10, 5)), ("octubre", date(2026, 10, 1)), ("30 de diciembre", date(2025, 12, 30)),
        ("october 5", date(2026, 10, 5)), ("3 weeks ago", date(2026, 11, 2)), ("last month", date(2026, 10, 24)),
        ("la semana pasada", date(2026, 11, 16)), ("hace 2 horas", date(2026, 11, 23)), ("un año", date(2025, 11, 23)),
        ("2026-12-24", None), ("31/02/2026", None), ("hace rato", None), ("no sé", None), ("", None), ("1800-01-01", None),
        ("hace 99999 años", date(1906, 12, 23)),
    ],
)  # fmt: skip
def test_day_is_read(text: str, day: date | None) -> None:
    assert reading.past_day(Given(text=text), NOW) == day


def test_day_that_the_language_model_heard_is_taken() -> None:
    assert reading.past_day(Given(text="hace rato", entities={"hours_ago": "48"}), NOW) == date(2026, 11, 21)


@pytest.mark.parametrize(
    ("text", "topic", "said"),
    [
        ("sí", None, "yes"), ("Simón", None, "yes"), ("ok", None, "yes"), ("no", None, "no"), ("nel", None, "no"),
        ("no sé", None, "unsure"), ("pues no sé", None, "unsure"), ("claro que no", None, None), ("ajá", "affirm", "yes"),
        ("para nada", "deny", "no"), ("no me aceptan a mi hijo", "education", None), ("", None, None), ("tal vez", None, None),
    ],
)  # fmt: skip
def test_yes_and_no_are_read(text: str, topic: str | None, said: str | None) -> None:
    assert reading.yes_no(Given(text=text, topic=topic, confidence=0.9 if topic else 0.0)) == said


@pytest.mark.parametrize(
    ("text", "found"), [("tengo 3 hijos", 3), ("dos", 2), ("2,5", 2.5), ("treinta", 30), ("muchos", None), ("", None)]
)
def test_number_is_read(text: str, found: float | None) -> None:
    assert reading.number(text) == found


@pytest.mark.parametrize(
    ("given", "place"),
    [
        (Given(text="estoy en Tapachula"), "tapachula"),
        (Given(text="cerca de Ciudad Juárez"), "ciudad juarez"),
        (Given(text="x", location=(14.9, -92.3)), "here"),
        (Given(text="algo largo", entities={"place": "tijuana"}), "tijuana"),
        (Given(text="123"), None),
        (Given(text="como pido refugio", topic="asylum", confidence=0.9), None),
        (Given(text="no te puedo decir en donde es que estoy ahora"), None),
        (Given(), None),
    ],
)
def test_place_is_read(given: Given, place: str | None) -> None:
    assert reading.place(given) == place
