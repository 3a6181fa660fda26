"""When it happened, as far as a message says."""

import pytest
from faro_text.normalise import normalise

from bot.safety.when import when


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("me violaron ayer", 24.0),
        ("fue anoche", 14.0),
        ("hace 3 dias", 72.0),
        ("hace como dos horas", 2.0),
        ("antier en la tarde", 48.0),
        ("two days ago", 48.0),
        ("last night", 14.0),
        ("hace un mes, y otra vez ayer", 24.0),
    ],
)
def test_time_that_is_named_is_read(text: str, hours: float) -> None:
    assert when(normalise(text)).hours == hours


@pytest.mark.parametrize(
    "text", ["hace 9 años", "de niña mi tio abusaba de mi", "when i was little", "hace mucho tiempo", "6 years ago"]
)
def test_what_is_long_past_is_told_apart(text: str) -> None:
    assert when(normalise(text)).long_ago


@pytest.mark.parametrize("text", ["desde hace 5 años me pega", "hace 5 años que me pega", "llevo 5 años con el"])
def test_what_goes_on_since_years_is_not_past(text: str) -> None:
    assert not when(normalise(text)).long_ago


def test_weekday_is_within_the_week_but_has_no_hour() -> None:
    read = when(normalise("me ahorco el sabado"))
    assert read.hours is None
    assert read.within(168)
    assert not read.within(120)
