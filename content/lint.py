"""How we do not speak: word-lists of a language against what editors wrote (R7, R9, R10)."""

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Annotated

import textstat
from pydantic import Field

from content.facts import Line, Record
from content.words import Words

NEUTRAL_CHARACTERS = 40
"""What a preview on a locked screen shows (R10)."""

GLOBAL_WORDS = frozenset({"menu", "menú", "ayuda", "help", "salir", "exit", "borrar", "delete", "español", "english"})
"""Words that she can type in any state: no label is one of them."""

_PLACEHOLDER = re.compile(r"\{[^{}]*\}")
_LINK = re.compile(r"https?://|\bwww\.|\b[a-z0-9-]+\.(?:com|org|net|gob|mx)\b", re.IGNORECASE)
_EMOJI = re.compile("[\U0001f000-\U0001faff\u2600-\u27bf]")


class Lint(Record):
    """One language's lists. `*` at the end of a word is any ending; `allowed` phrases are taken out before anything is
    looked for.

    Attributes:
        reading_ease: floor of Flesch reading ease (Fernández Huerta in Spanish), 0 hard to 100 easy, for a whole answer.
        violence: not in the first 40 characters of a message.
        why: questions that ask her to justify herself.
        commands: what tells her that she must.
        spelled_numbers, units: a number word before a unit is a figure in prose.
    """

    reading_ease: Annotated[float, Field(ge=0, le=100)]
    violence: tuple[Line, ...]
    why: tuple[Line, ...]
    commands: tuple[Line, ...]
    blame: tuple[Line, ...]
    spelled_numbers: tuple[Line, ...]
    units: tuple[Line, ...]
    allowed: tuple[Line, ...] = ()

    def manner(self, text: str) -> Iterator[tuple[str, str]]:
        """What is wrong with how a text speaks, and what to do."""
        clean = self._allowed.sub(" ", text)
        for pattern, what, remedy in (
            (self._why, "asks her to justify herself", "say it without a why-question (R7)"),
            (self._commands, "tells her that she must", "say what she can do, and that she decides (R7)"),
            (self._blame, "may sound like blame", "say it without judging (R7)"),
        ):
            if found := pattern.search(clean):
                yield f"{what} ({found[0].strip()})", remedy

    def preview(self, text: str) -> Iterator[tuple[str, str]]:
        """Words of violence where a locked screen would show them. `text` is as it is sent."""
        if found := self._violence.search(self._allowed.sub(" ", text)[:NEUTRAL_CHARACTERS]):
            yield (
                f"a word of violence in the first {NEUTRAL_CHARACTERS} characters ({found[0]})",
                "begin with something neutral (R10)",
            )

    def figures(self, text: str) -> Iterator[tuple[str, str]]:
        """Numbers and links typed into prose. `text` is as it was written."""
        prose = self._allowed.sub(" ", _PLACEHOLDER.sub(" ", text))
        if found := re.search(r"\d[\d.,:]*", prose) or self._spelled.search(prose):
            yield f"a number in prose ({found[0]})", "quote a fact: {fact:id}"
        if found := _LINK.search(prose):
            yield f"a link in prose ({found[0]})", "quote a fact whose url is https"

    def calm(self, text: str) -> Iterator[tuple[str, str]]:
        """What has no place in a safety answer."""
        if found := re.search("[!¡]", text):
            yield f"an exclamation mark ({found[0]})", "safety texts have none"
        if _EMOJI.search(text):
            yield "an emoji", "safety texts have none"

    def ease(self, language: str, text: str) -> float:
        """Reading ease of a text in this language."""
        textstat.set_lang(language)
        return float(textstat.flesch_reading_ease(text))

    @cached_property
    def _allowed(self) -> re.Pattern[str]:
        return _any(self.allowed)

    @cached_property
    def _violence(self) -> re.Pattern[str]:
        return _any(self.violence)

    @cached_property
    def _why(self) -> re.Pattern[str]:
        return _any(self.why)

    @cached_property
    def _commands(self) -> re.Pattern[str]:
        return _any(self.commands)

    @cached_property
    def _blame(self) -> re.Pattern[str]:
        return _any(self.blame)

    @cached_property
    def _spelled(self) -> re.Pattern[str]:
        return re.compile(f"{_any(self.spelled_numbers).pattern} {_any(self.units).pattern}", re.IGNORECASE)


def _any(words: tuple[str, ...]) -> re.Pattern[str]:
    """One pattern for all words of a list; it matches nothing when the list is empty."""
    forms = [re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for word in words]
    return re.compile(rf"(?<!\w)(?:{'|'.join(forms)})(?!\w)" if forms else r"(?!)", re.IGNORECASE)


def label(text: str, options: int) -> Iterator[tuple[str, str]]:
    """What is wrong with a label among so many options: three buttons hold 20 characters, rows of a list 24."""
    room = 20 if options <= 3 else 24
    if len(text) > room:
        yield f"label of {len(text)} characters", f"at most {room} where there are {options} options"
    if text.casefold() in GLOBAL_WORDS:
        yield f"label {text} is a word she can type in any state", "choose another"


def unsent(words: Words) -> tuple[str, ...]:
    """The wordings that the library adds and that must speak as answers do."""
    return (words.confirm, words.gone, words.places.none, *words.cautions.values())
