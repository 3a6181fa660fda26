"""What is said: texts and answers by key and language, and services near her, as they may be said today.

Facts are filled in here and nowhere else, so one set of rules decides what may be said (see `content.facts`). What may not is
left out or replaced by what the editor wrote for that case; an answer with nothing left says whom to ask.
"""

import copy
import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from content import changes, directory, loading, spoken_hours
from content.answers import Answer, Block, Lane, Places
from content.changes import Change
from content.directory import Directory, PlaceView
from content.facts import ALWAYS, QUOTE, Facts, Standing
from content.forms import Forms
from content.problems import BrokenContent

Clock = Callable[[], datetime.date]

_ARGUMENT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class AnswerView:
    """An answer, ready to be sent.

    Attributes:
        blocks: one to three messages.
        choices: (answer id, label): to other answers.
        next: (token, label): `legal`, `person`, or `places:` and kinds joined by +.
        facts: ids of the facts it told.
    """

    id: str
    blocks: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]
    next: tuple[tuple[str, str], ...] = ()
    title: str = ""
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Filled:
    """A text with its facts filled in. `told` and `refused` are ids of facts, in order of appearance."""

    text: str
    told: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


def utc_today() -> datetime.date:
    return datetime.datetime.now(datetime.UTC).date()


class Library:
    """One sound version of the content. `production` and `clock` are the defaults of what `answer` and `text` may say; `named`
    fills the places of texts that differ between deployments.
    """

    def __init__(
        self,
        loaded: loading.Loaded,
        *,
        production: bool = True,
        clock: Clock = utc_today,
        named: Mapping[str, str] | None = None,
    ) -> None:
        self.languages = loaded.languages
        self._read = loaded
        self.facts = Facts(loaded.facts)
        self.directory = Directory(loaded.places, loaded.services)
        self.answers: Mapping[str, Mapping[str, Answer]] = loaded.answers
        self._texts, self.words = loaded.texts, loaded.words
        self.hours = loaded.hours
        self._attending = {
            language: spoken_hours.attending(loaded.hours, language, words.hours) for language, words in loaded.words.items()
        }
        self._forms = {language: Forms(language, texts) for language, texts in loaded.texts.items()}
        self._production, self._clock, self._named = production, clock, dict(named or {})

    def amended(self, decided: Sequence[Change]) -> "Library":
        """This library with changes of facts and services laid over what was read."""
        other = copy.copy(self)
        other.facts = Facts(changes.amended("fact", self._read.facts, decided))
        other.directory = self.directory.with_services(changes.amended("service", self._read.services, decided))
        return other

    def text(self, language: str, key: str, args: Mapping[str, str] | None = None) -> str:
        """A text by key. Raises `KeyError` when no language has it.

        `args` fill `{name}` places, then what the deployment named, then the text `unnamed.name`; `{attending}` are the stated
        hours. `address: neutral` chooses neutral forms where the text has any (feminine otherwise).
        """
        spoken = language if key in self._texts.get(language, {}) else self.languages[0]
        text = self._forms[spoken].choose(key, args or {}) or self._texts[spoken][key]
        filled = self.fill(spoken, text)
        if filled.refused:
            filled = self.fill(spoken, self.words[spoken].gone)
        known = {"attending": self._attending.get(spoken, ""), **self._named, **(args or {})}
        return _ARGUMENT.sub(lambda m: known.get(m[1]) or self._texts[spoken].get(f"unnamed.{m[1]}", m[0]), filled.text)

    def moment(self, language: str, at: datetime.datetime, now: datetime.datetime) -> str:
        """A moment ahead in plain words, such as "mañana a las 9 de la mañana"."""
        spoken = language if language in self.words else self.languages[0]
        return spoken_hours.moment(at, now, self.hours, spoken, self.words[spoken].hours)

    def label(self, language: str, key: str) -> str:
        """What stands on a button; "" when there is no such text."""
        return self.text(language, key) if any(key in texts for texts in self._texts.values()) else ""

    def follow_ups(self, language: str, answer: str) -> tuple[tuple[str, str], ...]:
        """(token, label) of what an answer leads to: `answer:ID`, `legal`, `person` or `places:KIND+KIND`."""
        wanted = self._answer(language, answer)[1]
        choices = ((f"answer:{choice.answer}", choice.label) for choice in wanted.choices)
        return (*choices, *((_token(step), step.label) for step in wanted.next))

    def _answer(self, language: str, answer: str) -> tuple[str, Answer]:
        """The language that has the answer, hers if it can be, and the answer."""
        spoken = language if answer in self.answers.get(language, {}) else self.languages[0]
        return spoken, self.answers[spoken][answer]

    def has_answer(self, answer: str) -> bool:
        return any(answer in answers for answers in self.answers.values())

    def answer(
        self, language: str, answer: str, today: datetime.date | None = None, production: bool | None = None
    ) -> AnswerView:
        """An answer as it may be said on a day. Raises `KeyError` when no language has it."""
        spoken, wanted = self._answer(language, answer)
        blocks, told = self._blocks(spoken, wanted, today, production)
        return AnswerView(
            id=answer,
            title=wanted.title,
            blocks=blocks,
            choices=tuple((choice.answer, choice.label) for choice in wanted.choices),
            next=tuple((_token(step), step.label) for step in wanted.next),
            facts=told,
        )

    def _blocks(
        self, language: str, answer: Answer, today: datetime.date | None, production: bool | None
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        said = [f for block in answer.blocks if (f := self._block(language, block, today, production)) is not None]
        if not said:
            said = [self.fill(language, self.words[language].gone, today, production)]
        told = tuple(dict.fromkeys(fact for filled in said for fact in filled.told))
        tail = self._tail(language, told, answer.tone, today, production)
        blocks = [filled.text for filled in said]
        if tail:
            blocks[-1] = "\n".join((blocks[-1], *tail))
        return tuple(blocks), told

    def _block(self, language: str, block: Block, today: datetime.date | None, production: bool | None) -> Filled | None:
        for text in (block.text, block.otherwise):
            filled = self.fill(language, text, today, production) if text else None
            if filled is not None and not filled.refused:
                return filled
        return None

    def _tail(
        self, language: str, told: Sequence[str], tone: str, today: datetime.date | None, production: bool | None
    ) -> tuple[str, ...]:
        """Cautions of the facts told, and "check before you go".

        In a safety answer only a contact asks for the check: nobody should put off a hospital to confirm a rule.
        """
        words = self.words[language]
        cautions = dict.fromkeys(c for fact in told for c in self.facts[fact].caution)
        unsure = [f for f in told if self._standing(f, today, production).confirm]
        confirm = any(tone != "safety" or self.facts[fact].kind == "contact" for fact in unsure)
        return (*(words.cautions[c] for c in cautions), *((words.confirm,) if confirm else ()))

    def fill(self, language: str, text: str, today: datetime.date | None = None, production: bool | None = None) -> Filled:
        """A text with the facts that it quotes. A refused fact leaves its place empty."""
        told: list[str] = []
        refused: list[str] = []

        def said(quote: re.Match[str]) -> str:
            fact = quote[1]
            if self._standing(fact, today, production).refused is not None:
                refused.append(fact)
                return ""
            inner = self.fill(language, self._wording(language, fact, whole=bool(quote[2])), today, production)
            told.extend((fact, *inner.told))
            refused.extend(inner.refused)
            return inner.text

        filled = QUOTE.sub(said, text)
        return Filled(filled, tuple(dict.fromkeys(told)), tuple(refused))

    def _wording(self, language: str, fact: str, *, whole: bool) -> str:
        record = self.facts[fact]
        spoken = language if language in record.statement else self.languages[0]
        return record.wording(spoken, whole=whole, form=self.words[language].option)

    def _standing(self, fact: str, today: datetime.date | None, production: bool | None) -> Standing:
        return self.facts.standing(
            fact, today or self._clock(), production=self._production if production is None else production
        )

    def places_near(
        self,
        language: str,
        kinds: Sequence[str],
        place: str | None = None,
        location: tuple[float, float] | None = None,
        today: datetime.date | None = None,
        production: bool | None = None,
    ) -> tuple[PlaceView, ...]:
        """Services that may be shown, nearest first, in her language. `place` is a place id or what she wrote."""
        day = today or self._clock()
        strict = self._production if production is None else production
        words = self.words.get(language) or self.words[self.languages[0]]
        found = self.directory.near(kinds, place, location, day, production=strict)
        return tuple(directory.view(service, km, words, confirm=not service.verified) for service, km in found)

    def no_places(self, language: str) -> str:
        """What is said when there is no service to show: whom to ask."""
        words = self.words.get(language) or self.words[self.languages[0]]
        return self.fill(language, words.places.none).text

    def waiting(self, today: datetime.date | None = None) -> tuple[int, int]:
        """How many facts and services production may not send today until a person has verified them."""
        day = today or self._clock()
        facts = sum(
            self.facts.standing(f, day, production=True).refused is not None
            for f, record in self.facts.items()
            if record.show != "internal" and f not in ALWAYS
        )
        return facts, self.directory.waiting(day)


def _token(step: Lane | Places) -> str:
    return step.lane if isinstance(step, Lane) else f"places:{'+'.join(step.places)}"


def load(root: Path, *, production: bool = True, clock: Clock = utc_today, named: Mapping[str, str] | None = None) -> Library:
    """The library of a content folder. Raises `BrokenContent` with every mistake that keeps it from serving."""
    loaded = loading.read(root)
    problems = [*loaded.problems(), *loading.links(loaded)]
    if problems:
        raise BrokenContent(problems)
    return Library(loaded, production=production, clock=clock, named=named)
