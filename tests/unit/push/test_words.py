"""What an alert on a phone can say: constants, alike in length, in every language of the interface."""

import json

import pytest

from bot.console.render import Pages
from bot.push.words import WORDS, About, alert, of_risk
from bot.safety.risk import Risk

EVERY = [(about, language) for about in About for language in Pages.languages]


def test_everything_is_said_in_every_language_of_the_interface() -> None:
    assert set(WORDS) == set(About)
    assert all(set(said) == set(Pages.languages) for said in WORDS.values())


def test_no_alert_tells_by_its_length_which_it_is() -> None:
    assert len({len(alert(about, language)) for about, language in EVERY}) == 1


@pytest.mark.parametrize(("about", "language"), EVERY)
def test_alert_holds_its_words_and_their_language_and_nothing_else(about: About, language: str) -> None:
    assert json.loads(alert(about, language)) == {"text": WORDS[about][language], "language": language}


@pytest.mark.parametrize("reads", [None, "fr", ""])
def test_operator_who_chose_no_language_of_ours_is_called_in_spanish(reads: str | None) -> None:
    assert json.loads(alert(About.HIGH, reads))["language"] == "es"


@pytest.mark.parametrize(
    ("risk", "about"),
    [(Risk.IMMINENT, About.IMMINENT), (Risk.HIGH, About.HIGH), (Risk.CONCERN, About.CASE), (Risk.NONE, About.CASE)],
)
def test_each_level_has_its_words(risk: Risk, about: About) -> None:
    assert of_risk(risk) is about


def test_words_rise_with_what_they_are_about() -> None:
    rising = sorted(About, key=lambda about: about.urgency)
    assert rising == [About.TRIAL, About.WANTED, About.CASE, About.HIGH, About.IMMINENT]
