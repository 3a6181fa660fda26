"""Reads the whole content folder into records. Mistakes of editors are collected, each with its line; none is raised."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import Field

from content import forms
from content.answers import FILE_DEFAULTS, Answer
from content.directory import Place, Service
from content.facts import Fact, Line, Record, quotes
from content.hours import Hours, Written
from content.problems import Problem
from content.source import Keys, Source
from content.words import Words


class _Wordings(Record):
    """A fact in a language that came later, in that language's own folder."""

    id: str
    statement: Line
    say: Line | None = None


class _AnswerFile(Record):
    topic: str
    tone: str | None = None
    jurisdiction: str | None = None
    reviewed: dict[str, Any] | None = None
    answers: list[Any] = Field(min_length=1)


@dataclass(slots=True)
class Loaded:
    """Everything that was read, and what was wrong with it.

    Attributes:
        at: where a record stands: ("fact", id), ("service", id), ("place", id), ("answer", language, id),
            ("text", language, key), ("words", language).
    """

    facts: dict[str, Fact] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)
    answers: dict[str, dict[str, Answer]] = field(default_factory=dict)
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    words: dict[str, Words] = field(default_factory=dict)
    hours: Hours = field(default_factory=Hours)
    sources: list[Source] = field(default_factory=list)
    at: dict[tuple[str, ...], tuple[Source, Keys]] = field(default_factory=dict)

    @property
    def languages(self) -> tuple[str, ...]:
        """Language packs, Spanish first: what another one lacks is said in it."""
        return tuple(sorted(self.texts, key=lambda language: (language != "es", language)))

    def problems(self) -> Iterator[Problem]:
        for source in self.sources:
            yield from source.problems

    def problem(self, where: tuple[str, ...], keys: Keys, what: str, remedy: str, *, warning: bool = False) -> Problem:
        source, base = self.at[where]
        key = ".".join([where[-1], *(str(k) for k in keys)])
        return source.problem([*base, *keys], what, remedy, key=key, warning=warning)


def read(root: Path) -> Loaded:
    """All records under a content folder."""
    loaded = Loaded()
    for file in _files(root / "facts"):
        _collect(loaded, _open(loaded, file, root), Fact, loaded.facts, "fact")
    for file in _files(root / "directory"):
        source = _open(loaded, file, root)
        if file.stem == "places":
            _collect(loaded, source, Place, loaded.places, "place")
        else:
            _collect(loaded, source, Service, loaded.services, "service")
    if (root / "hours.yml").is_file():
        source = _open(loaded, root / "hours.yml", root)
        written = source.model(Written, source.data, [])
        loaded.hours = Hours(written)
    for folder in sorted(texts.parent for texts in root.glob("*/texts") if texts.is_dir()):
        _language(loaded, folder, root)
    return loaded


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.yml"))


def _open(loaded: Loaded, file: Path, root: Path) -> Source:
    source = Source(file, root)
    loaded.sources.append(source)
    return source


def _collect[R: Fact | Service | Place](loaded: Loaded, source: Source, kind: type[R], into: dict[str, R], word: str) -> None:
    for keys, raw in source.records():
        record = source.model(kind, raw, keys)
        if record is None:
            continue
        if record.id in into:
            source.report([*keys, "id"], "stands twice", "give each record an id of its own", key=record.id)
            continue
        into[record.id] = record
        loaded.at[word, record.id] = (source, keys)


def _language(loaded: Loaded, folder: Path, root: Path) -> None:
    language = folder.name
    loaded.texts[language], loaded.answers[language] = {}, {}
    for file in _files(folder / "texts"):
        _texts(loaded, _open(loaded, file, root), language)
    for file in _files(folder / "answers"):
        _answers(loaded, _open(loaded, file, root), language, file.stem)
    for file in _files(folder / "facts"):
        _wordings(loaded, _open(loaded, file, root), language)
    if (folder / "words.yml").is_file():
        source = _open(loaded, folder / "words.yml", root)
        words = source.model(Words, source.data, [])
        if words is not None:
            loaded.words[language] = words
            loaded.at["words", language] = (source, [])


def _texts(loaded: Loaded, source: Source, language: str) -> None:
    if source.data is None:
        return
    if not isinstance(source.data, dict):
        source.report([], "not texts by key", "write each text as 'key: text'")
        return
    for key, text in source.data.items():
        if not isinstance(text, str) or not text.strip():
            source.report([key], "no text", "write what is said, in quotes if it holds a colon")
        elif key in loaded.texts[language]:
            source.report([key], "stands twice", "keep one of the two")
        else:
            loaded.texts[language][key] = text
            loaded.at["text", language, key] = (source, [key])


def _answers(loaded: Loaded, source: Source, language: str, topic: str) -> None:
    if source.data is None:
        return
    head = source.model(_AnswerFile, source.data, [])
    if head is None:
        return
    if head.topic != topic:
        source.report(["topic"], f"is {head.topic} in the file of {topic}", "name the file after its topic")
    defaults = {key: source.data[key] for key in FILE_DEFAULTS if key in source.data}
    for keys, raw in source.records("answers"):
        answer = source.model(Answer, {**defaults, **raw} if isinstance(raw, dict) else raw, keys)
        if answer is None:
            continue
        if answer.id in loaded.answers[language]:
            source.report([*keys, "id"], "stands twice", "give each answer an id of its own", key=answer.id)
            continue
        loaded.answers[language][answer.id] = answer
        loaded.at["answer", language, answer.id] = (source, keys)


def _wordings(loaded: Loaded, source: Source, language: str) -> None:
    for keys, raw in source.records():
        wording = source.model(_Wordings, raw, keys)
        if wording is None:
            continue
        fact = loaded.facts.get(wording.id)
        if fact is None:
            source.report([*keys, "id"], "no such fact", "use the id of a record in facts/", key=wording.id)
            continue
        say = {**fact.say, language: wording.say} if wording.say else fact.say
        statement = {**fact.statement, language: wording.statement}
        loaded.facts[fact.id] = fact.model_copy(update={"statement": statement, "say": say})


def links(loaded: Loaded) -> Iterator[Problem]:
    """What points nowhere or in a circle: the library cannot be served with it."""
    if not loaded.texts:
        yield Problem("es/texts", 1, "folder", "no language pack", "FARO_CONTENT_DIR must hold a folder for each language")
    yield from _fact_links(loaded)
    for language, answers in loaded.answers.items():
        if language not in loaded.words:
            yield Problem(f"{language}/words.yml", 1, "file", "is missing or broken", "every language has one; copy that of es")
        for answer in answers.values():
            yield from _answer_links(loaded, language, answer)
        yield from _circles(loaded, language)
    for language, texts in loaded.texts.items():
        for key, text in texts.items():
            for what, remedy in _unknown(loaded, text):
                yield loaded.problem(("text", language, key), [], what, remedy)
            for what in forms.mistakes(language, text):
                yield loaded.problem(("text", language, key), [], what, "docs/editing.md shows how forms are written")
    for language, words in loaded.words.items():
        for text in (words.confirm, words.gone, words.places.none, *words.cautions.values()):
            for what, remedy in _unknown(loaded, text):
                yield loaded.problem(("words", language), [], what, remedy)


def _unknown(loaded: Loaded, text: str) -> Iterator[tuple[str, str]]:
    for fact, part in quotes(text):
        if fact not in loaded.facts:
            yield f"no fact {fact}", "use the id of a record in facts/"
        elif part not in ("", ".statement"):
            yield f"{{fact:{fact}{part}}} is no part of a fact", "quote {fact:id} or {fact:id.statement}"
        elif part == "" and not loaded.facts[fact].has_say():
            yield f"{fact} has no short wording", "add say to the fact, or quote its statement"


def _fact_links(loaded: Loaded) -> Iterator[Problem]:
    for fact in loaded.facts.values():
        for part, wordings in (("statement", fact.statement), ("say", fact.say)):
            for language, text in wordings.items():
                for what, remedy in _unknown(loaded, text):
                    yield loaded.problem(("fact", fact.id), [part, language], what, remedy)
        for caution in fact.caution:
            for language, words in loaded.words.items():
                if caution not in words.cautions:
                    yield loaded.problem(
                        ("fact", fact.id), ["caution"], f"no caution {caution}", f"add it to {language}/words.yml"
                    )
        if _returns(fact.id, loaded.facts):
            yield loaded.problem(("fact", fact.id), [], "quotes itself through other facts", "break the circle")


def _returns(start: str, facts: dict[str, Fact]) -> bool:
    seen: set[str] = set()
    ahead = [start]
    while ahead:
        fact = facts.get(ahead.pop())
        for text in (*fact.statement.values(), *fact.say.values()) if fact else ():
            for quoted, _ in quotes(text):
                if quoted == start:
                    return True
                if quoted not in seen:
                    seen.add(quoted)
                    ahead.append(quoted)
    return False


def _answer_links(loaded: Loaded, language: str, answer: Answer) -> Iterator[Problem]:
    where = ("answer", language, answer.id)
    for index, block in enumerate(answer.blocks):
        for text in filter(None, (block.text, block.otherwise)):
            for what, remedy in _unknown(loaded, text):
                yield loaded.problem(where, ["blocks", index], what, remedy)
    for index, choice in enumerate(answer.choices):
        if choice.answer not in loaded.answers[language]:
            yield loaded.problem(
                where, ["choices", index], f"no answer {choice.answer}", "use the id of an answer in this language"
            )


def _circles(loaded: Loaded, language: str) -> Iterator[Problem]:
    """One problem for each choice that leads back to an answer it can come from."""
    answers, done, path = loaded.answers[language], set[str](), list[str]()

    def visit(answer_id: str) -> Iterator[Problem]:
        path.append(answer_id)
        for index, choice in enumerate(answers[answer_id].choices):
            if choice.answer in path:
                what = f"leads in a circle back to {choice.answer}"
                yield loaded.problem(
                    ("answer", language, answer_id), ["choices", index], what, "choices go deeper only: remove it"
                )
            elif choice.answer in answers and choice.answer not in done:
                yield from visit(choice.answer)
        path.pop()
        done.add(answer_id)

    for answer_id in answers:
        if answer_id not in done:
            yield from visit(answer_id)
