"""Everything that is wrong with the flows, beside what `load` already refuses: for `faro check`, CI and the console.

`flows` knows no content: whoever checks hands in the texts (`Texts`).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

import textstat
from faro_text.words import GLOBAL_WORDS, bare

from flows.load import Scripts
from flows.problems import Problem
from flows.script import Flow
from flows.steps.answer import MAX_ROWS, AnswerStep
from flows.steps.ask import AskStep
from flows.steps.base import PERSON, Step
from flows.steps.call import CallStep
from flows.steps.hand import HandStep

FEW = 3
"""Up to so many choices become buttons on WhatsApp, more a list."""
BUTTON, ROW = 20, 24
"""Characters on a button and in a row of a list, on the narrowest channel."""
MAX_BLOCK, MAX_BLOCKS = 600, 3
"""Characters of a text, and paragraphs in it."""
MENU_TAPS = 3
EASE = {"es": 60.0, "en": 60.0}
"""Floor of reading ease, 0 to 100: Fernández Huerta in Spanish, Flesch in English. 60 is plain language, read at 12 to 14 years
without effort. Texts under `EASE_WORDS` words are too short to be measured."""
EASE_WORDS = 12
NOT_ANSWERED = frozenset({"quick_exit"})
"""Topics that the engine itself takes."""
ENGINE_TEXTS = frozenset(
    {
        "notice.first", "choice.moved_on", "exit.done", "fallback.first", "fallback.blank", "fallback.second", "flow.again",
        "flow.moved", "flow.offer_again", "language.changed", "menu.open", "menu.person", "unreadable.ways",
        *(f"unreadable.{kind}" for kind in (
            "voice", "audio", "image", "video", "sticker", "document", "contact_card", "other",
        )),
    }
)  # fmt: skip
_ARGUMENT = re.compile(r"\{(?!\s*\$)([^{}]*)\}")  # not the choice between forms, which each language has or has not


class Texts(Protocol):
    """What the content must tell about itself."""

    @property
    def languages(self) -> Sequence[str]: ...

    def keys(self, language: str) -> Iterable[str]:
        """Every text of a language."""
        ...

    def text(self, language: str, key: str) -> str:
        """A text as it is sent, facts filled in."""
        ...

    def text_source(self, language: str, key: str) -> str:
        """A text as the editor wrote it."""
        ...

    def where(self, language: str, key: str) -> tuple[str, int]:
        """File and line of a text."""
        ...

    def has_text(self, language: str, key: str) -> bool: ...

    def has_answer(self, answer: str) -> bool: ...

    def answers(self) -> Iterable[str]:
        """Every answer's id."""
        ...

    def onward(self, answer: str) -> Sequence[tuple[str, str]]:
        """(token, label) of what an answer leads to."""
        ...


def check(scripts: Scripts, texts: Texts, topics: Iterable[str] = (), others: Iterable[str] = ()) -> list[Problem]:
    """All problems, in order of file and line.

    Args:
        topics: the topics of the taxonomy; empty: not compared.
        others: what keys begin with that are none of the flows' business ("safety.", "desk.").
    """
    problems = [problem for flow in scripts.flows.values() for problem in _flow(scripts, flow, texts)]
    problems += _topics(scripts, frozenset(topics))
    problems += _all_texts(scripts, texts, tuple(others))
    problems += _menu(scripts, texts)
    return sorted(set(problems))


def _at(scripts: Scripts, flow: Flow, step: str, what: str, remedy: str) -> Problem:
    sourced = scripts.sources[flow.name]
    return sourced.problem(("steps", step) if step else ("flow",), what, remedy)


def _flow(scripts: Scripts, flow: Flow, texts: Texts) -> Iterator[Problem]:
    ways = {name: list(_ways(flow, name)) for name in flow.steps}
    reached = _reached(flow, ways)
    for name, step in flow.steps.items():
        if name not in reached:
            yield _at(scripts, flow, name, "is never reached", "lead to it from another step, or remove it")
        if None in ways[name]:
            yield _at(scripts, flow, name, "is a dead end", "say where it leads (`to`), or end with `back` or `close`")
        yield from _step(scripts, flow, name, step, texts)
    yield from _loops(scripts, flow, ways)


def _ways(flow: Flow, name: str) -> Iterator[str | None]:
    """Where a step leads, by name; None: nowhere."""
    step = flow.steps[name]
    for target in step.leads():
        yield target if target is not None else flow.follower[name]


def _reached(flow: Flow, ways: Mapping[str, Sequence[str | None]]) -> set[str]:
    reached, waiting = set(), [flow.first]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += [target for target in ways[name] if target is not None]
    return reached


def _loops(scripts: Scripts, flow: Flow, ways: Mapping[str, Sequence[str | None]]) -> Iterator[Problem]:
    """A way back to a step without a question in between."""
    for start in flow.steps:
        seen: set[str] = set()
        waiting = [start]
        while waiting:
            name = waiting.pop()
            if _waits(scripts, flow.steps[name]):
                continue
            onward = [target for target in ways[name] if target is not None]
            if start in onward:
                yield _at(scripts, flow, start, "comes back to itself without a question", "ask something in between")
                break
            waiting += [target for target in onward if target not in seen]
            seen.update(onward)


def _waits(scripts: Scripts, step: Step) -> bool:
    """Whether she is asked something here, or in the flow that it runs."""
    if isinstance(step, CallStep):
        return any(inner.waits for inner in scripts.flows[step.flow].steps.values())
    return step.waits


def _step(scripts: Scripts, flow: Flow, name: str, step: Step, texts: Texts) -> Iterator[Problem]:
    if isinstance(step, AskStep) and not step.person and not _near_a_person(flow):
        what = "has no way to a person"
        yield _at(scripts, flow, name, what, "leave out `person: false`, or hand her to a person in this flow")
    for answer in step.answer_ids():
        if not texts.has_answer(answer):
            yield _at(scripts, flow, name, f"answer {answer} does not exist", "write it, or correct the id")
    for topic in step.topics():
        if topic not in scripts.by_topic:
            yield _at(scripts, flow, name, f"topic {topic} has no flow", "write one, or lead elsewhere")
    for key in (*step.texts().said, *step.texts().labels):
        for language in texts.languages:
            if not texts.has_text(language, key):
                yield _at(scripts, flow, name, f"text {key} is missing in {language}", "write it in its texts")
    for language in texts.languages:
        yield from _labels(scripts, flow, name, step, language, texts)


def _near_a_person(flow: Flow) -> bool:
    """A flow that hands over may ask one thing without offering a person once more; so may the question of consent."""
    return flow.name == "consent" or any(isinstance(step, HandStep) for step in flow.steps.values())


def _labels(scripts: Scripts, flow: Flow, name: str, step: Step, language: str, texts: Texts) -> Iterator[Problem]:
    labels = [texts.text(language, key) for key in step.texts().labels if texts.has_text(language, key)]
    onward = [label for token, label in texts.onward(step.answer) if token != PERSON] if isinstance(step, AnswerStep) else []
    shown = min(len(labels) + len(onward), MAX_ROWS)
    most = BUTTON if shown <= FEW else ROW
    if len(labels) > MAX_ROWS:
        yield _at(scripts, flow, name, f"offers {len(labels)} choices", f"offer {MAX_ROWS} at most, a person among them")
    for label in labels:
        if len(label) > most:
            what = f'"{label}" has {len(label)} characters in {language}'
            yield _at(scripts, flow, name, what, f"{most} at most where {shown} choices stand")
        if bare(label) in GLOBAL_WORDS:
            yield _at(scripts, flow, name, f'"{label}" is a word that she can always type', "call the choice otherwise")
    twice = {label for label in labels if labels.count(label) > 1}
    for label in sorted(twice):
        yield _at(scripts, flow, name, f'"{label}" stands on two choices in {language}', "give each its own")


def _topics(scripts: Scripts, topics: frozenset[str]) -> Iterator[Problem]:
    if not topics:
        return
    for topic, flow in scripts.by_topic.items():
        if topic not in topics:
            yield scripts.sources[flow.name].problem(("topics",), f"no topic {topic}", "use an id of the taxonomy")
    for topic in sorted(topics - set(scripts.by_topic) - NOT_ANSWERED):
        yield Problem("scripts", 1, topic, "topic without a flow", "write a flow, or add it to the `topics` of one")


def _all_texts(scripts: Scripts, texts: Texts, others: tuple[str, ...]) -> Iterator[Problem]:
    used = _used(scripts)
    for language in texts.languages:
        for key in sorted(used):
            if not texts.has_text(language, key):
                yield Problem(f"{language}/texts", 1, key, f"is missing in {language}", "write it: the flows say it")
        for key in texts.keys(language):
            file, line = texts.where(language, key)
            if key in used:
                for what, remedy in _manner(language, texts.text_source(language, key), texts.text(language, key)):
                    yield Problem(file, line, key, what, remedy)
            elif not key.startswith(others):
                yield Problem(file, line, key, "is said nowhere", "remove it, or use it in a flow")
    yield from _arguments(used, texts)


def _used(scripts: Scripts) -> set[str]:
    used = set(ENGINE_TEXTS)
    for flow in scripts.flows.values():
        for step in flow.steps.values():
            used |= {*step.texts().said, *step.texts().labels}
        used |= {f"topic.{topic}" for topic in flow.topics if isinstance(flow.steps[flow.first], AnswerStep)}
    return used


def _manner(language: str, source: str, text: str) -> Iterator[tuple[str, str]]:
    if len(text) > MAX_BLOCK:
        yield f"has {len(text)} characters", f"{MAX_BLOCK} at most, facts included"
    if text.count("\n") >= MAX_BLOCKS:
        yield f"has more than {MAX_BLOCKS} paragraphs", "say less at once"
    ease = reading_ease(language, text)
    if ease is not None and ease < EASE.get(language, 0.0):
        yield f"reads hard ({ease:.0f} of 100)", f"shorter sentences and words: {EASE[language]:.0f} at least"


def reading_ease(language: str, text: str) -> float | None:
    """0 hard to 100 easy; None when it is too short or has no measure in this language."""
    measure: dict[str, Callable[[str], float]] = {"es": textstat.fernandez_huerta, "en": textstat.flesch_reading_ease}
    if language not in measure or len(text.split()) < EASE_WORDS:
        return None
    textstat.set_lang(language)
    return float(measure[language](text))


def _arguments(used: set[str], texts: Texts) -> Iterator[Problem]:
    """The same places to fill in in every language. Facts are compared too: each language says the same."""
    first, *others = texts.languages
    for key in sorted(used):
        if not texts.has_text(first, key):
            continue
        wanted = sorted(_ARGUMENT.findall(texts.text_source(first, key)))
        for language in others:
            if texts.has_text(language, key) and sorted(_ARGUMENT.findall(texts.text_source(language, key))) != wanted:
                file, line = texts.where(language, key)
                yield Problem(file, line, key, f"has other {{places}} than in {first}", "use the same in every language")


def _menu(scripts: Scripts, texts: Texts) -> Iterator[Problem]:
    """Every answer within three taps of the menu."""
    taps = taps_to_answers(scripts, texts)
    remedy = "offer it beneath its topic's answer, or in a group of the menu (`answer:`)"
    for answer in texts.answers():
        if taps.get(answer, MENU_TAPS + 1) > MENU_TAPS:
            yield scripts.sources["menu"].problem(("steps",), f"answer {answer} is not within {MENU_TAPS} taps", remedy)


def taps_to_answers(scripts: Scripts, texts: Texts) -> Mapping[str, int]:
    """Answers by the taps that lead to them from the menu: groups, topics, and what follows an answer."""
    found: dict[str, int] = {}
    menu = scripts.flows["menu"]
    for name, step in menu.steps.items():
        here = 1 if name == menu.first else 2
        found |= dict.fromkeys(step.answer_ids(), here)
        for topic in step.topics():
            flow = scripts.by_topic.get(topic)
            first = flow.steps[flow.first] if flow is not None else None
            if isinstance(first, AnswerStep):
                found.setdefault(first.answer, here)
    for answer, taps in list(found.items()):
        for token, _ in texts.onward(answer):
            kind, _, other = token.partition(":")
            if kind == "answer":
                found.setdefault(other, taps + 1)
    return found
