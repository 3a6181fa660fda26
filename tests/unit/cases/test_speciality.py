"""Which kind of colleague a case is for."""

import pytest

from bot.cases.speciality import SPECIALITIES, speciality
from bot.console import words


@pytest.mark.parametrize(
    ("lane", "about", "wanted"),
    [
        ("legal", (), "legal"),
        ("urgent", ("physical",), None),
        ("urgent", ("self_harm", "physical"), "psychosocial"),
        ("listen", ("emotional_support",), "psychosocial"),
        ("listen", ("distress",), "psychosocial"),
        ("urgent", ("sexual", "distress"), None),
        ("listen", ("lgbtiq",), "lgbtiq"),
        ("legal", ("lgbtiq",), "lgbtiq"),
        ("legal", ("self_harm", "lgbtiq"), "psychosocial"),
        ("legal", ("distress",), "legal"),
    ],
)
def test_case_is_for_who_knows_its_matter_best(lane: str, about: tuple[str, ...], wanted: str | None) -> None:
    assert speciality(lane, about) == wanted


def test_every_speciality_has_words() -> None:
    assert set(words.SPECIALITIES) == set(SPECIALITIES)
