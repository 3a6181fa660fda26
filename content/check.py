"""Everything that is wrong with the content, a line each: for `faro check`, CI and the console.

Errors are faults of what was written. What a passing date brings (a fact expired, a review overdue) is a warning: it never makes
a check fail that passed yesterday.
"""

import datetime
from collections.abc import Iterator, Mapping
from pathlib import Path

from content import lint, loading, spoken_hours
from content.answers import MAX_BLOCK, Answer, Lane
from content.directory import KINDS
from content.facts import ALWAYS, QUOTE, Standing, quotes
from content.library import Library
from content.lint import Lint
from content.loading import Loaded
from content.problems import Problem
from content.source import Source
from content.topics import ALL

MAX_OPTIONS = 9
"""Choices and steps of one answer; a list holds ten rows and the flow may add one."""

ANSWER_DAYS = 365
"""Days after which an answer should be read again."""


class _Proof(Library):
    """Says every fact whatever its standing, with all that may come after it: the longest that can be sent."""

    def _standing(self, fact: str, today: datetime.date | None, production: bool | None) -> Standing:
        return Standing(confirm=fact not in ALWAYS)


def check(root: Path, today: datetime.date) -> list[Problem]:
    """All problems of a content folder, in order of file and line; errors and warnings."""
    loaded = loading.read(root)
    lints = {language: found for language in loaded.languages if (found := _lint(loaded, root, language)) is not None}
    problems = [*loaded.problems(), *loading.links(loaded)]
    problems += [
        Problem(f"{language}/lint.yml", 1, "file", "is missing", "copy that of es and translate its words")
        for language in loaded.languages
        if not (root / language / "lint.yml").is_file()
    ]
    if not (root / "hours.yml").is_file():
        problems.append(Problem("hours.yml", 1, "file", "is missing", "deadlines count its holidays: docs/editing.md shows it"))
    if not problems:  # what cannot be served cannot be read as she would
        problems += [*_hours(loaded), *_texts(loaded, lints), *_facts(loaded, lints, today), *_answers(loaded, lints, today)]
    problems += parity(loaded)
    return sorted(set(problems))


def _lint(loaded: Loaded, root: Path, language: str) -> Lint | None:
    file = root / language / "lint.yml"
    if not file.is_file():
        return None
    source = Source(file, root)
    loaded.sources.append(source)
    return source.model(Lint, source.data, [])


def parity(loaded: Loaded) -> Iterator[Problem]:
    """What one language says and another does not."""
    for fact in loaded.facts.values():
        for language in loaded.languages:
            if language not in fact.statement:
                yield loaded.problem(("fact", fact.id), ["statement", language], "is missing", f"say it in {language}")
            if fact.say and language not in fact.say:
                yield loaded.problem(("fact", fact.id), ["say", language], "is missing", f"say it in {language}")
    first, *others = loaded.languages or ("es",)
    for language in others:
        yield from _same_keys(loaded, "text", first, language, loaded.texts)
        yield from _same_keys(loaded, "answer", first, language, loaded.answers)
        for answer in loaded.answers[language].values():
            model = loaded.answers[first].get(answer.id)
            if model is not None:
                yield from _same_answer(loaded, language, answer, first, model)


def _same_keys(loaded: Loaded, kind: str, one: str, other: str, keyed: Mapping[str, Mapping[str, object]]) -> Iterator[Problem]:
    for there, missing in ((one, other), (other, one)):
        for key in keyed[there]:
            if key not in keyed[missing]:
                yield loaded.problem(
                    (kind, there, key), [], f"is missing in {missing}", f"write it in {missing}, or remove it here"
                )


def _same_answer(loaded: Loaded, language: str, answer: Answer, first: str, model: Answer) -> Iterator[Problem]:
    where = ("answer", language, answer.id)
    if [c.answer for c in answer.choices] != [c.answer for c in model.choices]:
        yield loaded.problem(where, ["choices"], f"leads elsewhere than in {first}", "offer the same choices in the same order")
    if [_step(n) for n in answer.next] != [_step(n) for n in model.next]:
        yield loaded.problem(where, ["next"], f"leads elsewhere than in {first}", "offer the same steps in the same order")
    here, there = set(_quoted(answer)), set(_quoted(model))
    if here != there:
        odd = ", ".join(sorted(here ^ there))
        yield loaded.problem(where, ["blocks"], f"quotes other facts than in {first} ({odd})", "quote the same facts")
    if (answer.tone, answer.jurisdiction) != (model.tone, model.jurisdiction):
        yield loaded.problem(where, [], f"differs from {first} in tone or jurisdiction", "give both the same")


def _step(step: object) -> object:
    return step.lane if isinstance(step, Lane) else getattr(step, "places", None)


def _quoted(answer: Answer) -> Iterator[str]:
    for block in answer.blocks:
        for text in filter(None, (block.text, block.otherwise)):
            yield from (fact for fact, _ in quotes(text))


def _hours(loaded: Loaded) -> Iterator[Problem]:
    """Weekly hours go into one message."""
    for language, words in loaded.words.items():
        said = len(spoken_hours.attending(loaded.hours, language, words.hours))
        if said > MAX_BLOCK:
            what = f"{said} characters once said in {language}"
            yield Problem("hours.yml", 1, "lanes", what, f"at most {MAX_BLOCK}: put days with the same hours together")


def _texts(loaded: Loaded, lints: Mapping[str, Lint]) -> Iterator[Problem]:
    proof = _Proof(loaded)
    for language, rules in lints.items():
        for key, text in loaded.texts[language].items():
            where = ("text", language, key)
            for what, remedy in (*rules.manner(text), *rules.preview(proof.fill(language, text).text)):
                yield loaded.problem(where, [], what, remedy)
            yield from _typed_number(loaded, where, text)
        for text in lint.unsent(loaded.words[language]):
            for what, remedy in (*rules.manner(text), *rules.preview(proof.fill(language, text).text)):
                yield loaded.problem(("words", language), [], what, remedy)


def _typed_number(loaded: Loaded, where: tuple[str, ...], text: str) -> Iterator[Problem]:
    """Texts may say "1 sí, 2 no"; longer numbers are facts."""
    for word in QUOTE.sub(" ", text).split():
        if sum(ch.isdigit() for ch in word) >= 3:
            yield loaded.problem(where, [], f"a number in prose ({word})", "quote a fact: {fact:id}")
            return


def _facts(loaded: Loaded, lints: Mapping[str, Lint], today: datetime.date) -> Iterator[Problem]:
    for fact in loaded.facts.values():
        where = ("fact", fact.id)
        if fact.topic not in ALL:
            yield loaded.problem(where, ["topic"], f"no topic {fact.topic}", "use an id of the taxonomy")
        for date in (fact.read_on, fact.verified_on):
            if date is not None and date > today:
                yield loaded.problem(where, [], f"dated in the future ({date})", "correct the date", warning=True)
        for language, rules in lints.items():
            for part in ("statement", "say"):
                for what, remedy in rules.manner(getattr(fact, part).get(language, "")):
                    yield loaded.problem(where, [part, language], what, remedy)


def _answers(loaded: Loaded, lints: Mapping[str, Lint], today: datetime.date) -> Iterator[Problem]:
    proof, real = _Proof(loaded), Library(loaded, production=True, clock=lambda: today)
    for language, rules in lints.items():
        for topic in ALL:
            if topic not in loaded.answers[language]:
                yield Problem(
                    f"{language}/answers/{topic}.yml", 1, topic, "no answer for this topic", f"write an answer with id: {topic}"
                )
        yield from _unreached(loaded, language)
        for answer in loaded.answers[language].values():
            yield from _written(loaded, rules, language, answer)
            yield from _sent(loaded, rules, language, answer, proof)
            yield from _told(loaded, language, answer, real, today)


def _unreached(loaded: Loaded, language: str) -> Iterator[Problem]:
    answers = loaded.answers[language]
    seen: set[str] = set()
    ahead = [topic for topic in ALL if topic in answers]
    while ahead:
        current = ahead.pop()
        if current not in seen:
            seen.add(current)
            ahead += [choice.answer for choice in answers[current].choices]
    for answer in answers:
        if answer not in seen:
            yield loaded.problem(("answer", language, answer), [], "no answer leads here", "add a choice to it, or remove it")


def _written(loaded: Loaded, rules: Lint, language: str, answer: Answer) -> Iterator[Problem]:
    """What the editor typed, before facts are filled in."""
    where = ("answer", language, answer.id)
    if answer.topic not in ALL:
        yield loaded.problem(where, ["topic"], f"no topic {answer.topic}", "use an id of the taxonomy")
    for index, block in enumerate(answer.blocks):
        for text in filter(None, (block.text, block.otherwise)):
            calm = rules.calm(text) if answer.tone == "safety" else ()
            for what, remedy in (*rules.manner(text), *rules.figures(text), *calm):
                yield loaded.problem(where, ["blocks", index], what, remedy)
    labels = answer.labels()
    if len(labels) > MAX_OPTIONS:
        yield loaded.problem(
            where, ["choices"], f"{len(labels)} options", f"at most {MAX_OPTIONS}: group them in a follow-up answer"
        )
    if len(set(labels)) < len(labels):
        yield loaded.problem(where, ["choices"], "two options bear the same label", "tell them apart")
    for text in labels:
        for what, remedy in (*lint.label(text, len(labels)), *rules.manner(text), *rules.figures(text)):
            yield loaded.problem(where, ["choices"], f"{what} ({text})", remedy)
    for index, step in enumerate(answer.next):
        for kind in getattr(step, "places", ()):
            if kind not in KINDS:
                yield loaded.problem(where, ["next", index], f"no kind of service {kind}", f"use one of {', '.join(KINDS)}")


def _sent(loaded: Loaded, rules: Lint, language: str, answer: Answer, proof: Library) -> Iterator[Problem]:
    """What she would receive with every fact said."""
    where = ("answer", language, answer.id)
    view = proof.answer(language, answer.id)
    for index, block in enumerate(view.blocks):
        if len(block) > MAX_BLOCK:
            yield loaded.problem(
                where, ["blocks", index], f"{len(block)} characters once sent", f"at most {MAX_BLOCK}: shorten or split"
            )
    for index, wrote in enumerate(answer.blocks):
        for text in filter(None, (wrote.text, wrote.otherwise)):
            for what, remedy in rules.preview(proof.fill(language, text).text):
                yield loaded.problem(where, ["blocks", index], what, remedy)
    ease = rules.ease(language, " ".join(view.blocks))
    if ease < rules.reading_ease:
        yield loaded.problem(
            where, ["blocks"], f"reading ease {ease:.0f} below {rules.reading_ease:.0f}", "shorter sentences and words"
        )


def _told(loaded: Loaded, language: str, answer: Answer, real: Library, today: datetime.date) -> Iterator[Problem]:
    """The standing of the facts that it quotes."""
    where = ("answer", language, answer.id)
    for fact in sorted(set(_quoted(answer))):
        record = loaded.facts[fact]
        if record.show == "internal":
            yield loaded.problem(
                where, ["blocks"], f"quotes {fact}, which is internal", "quote another fact, or say that we do not know"
            )
        elif record.confidence == "low":
            yield loaded.problem(where, ["blocks"], f"quotes {fact}, of low confidence", "find a better source first")
        elif fact not in ALWAYS and today > record.due(record.kind):
            what = f"quotes {fact}, expired on {record.due(record.kind)}"
            yield loaded.problem(where, ["blocks"], what, "verify the fact", warning=True)
    if (today - answer.reviewed.on).days > ANSWER_DAYS:
        yield loaded.problem(where, ["reviewed"], f"last reviewed on {answer.reviewed.on}", "read it again", warning=True)
    if not real.answer(language, answer.id).facts and set(_quoted(answer)):
        what = "says none of its facts in production today"
        yield loaded.problem(where, ["blocks"], what, "verify the facts, or add a block that stands alone", warning=True)
