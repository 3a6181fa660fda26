"""Scripts from YAML: every flow checked by itself and against the others before anything serves."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from pydantic import ValidationError

from flows import yaml_lines
from flows.problems import BrokenScripts, Problem
from flows.script import Flow, Script
from flows.steps.base import Step
from flows.yaml_lines import Sourced

REQUIRED = ("menu", "person", "lawyer", "erase", "consent", "near", "places")
"""Flows that the engine itself leads to."""


class Words(Protocol):
    """What the engine may know of the content: what stands on buttons, so that she can type it."""

    def label(self, language: str, key: str) -> str:
        """The text of a label; "" when there is none."""
        ...

    def follow_ups(self, language: str, answer: str) -> Sequence[tuple[str, str]]:
        """(token, label) of what an answer leads to: `answer:ID`, `legal`, `person` or `places:KIND+KIND`."""
        ...

    def has_answer(self, answer: str) -> bool: ...

    def has_text(self, key: str) -> bool: ...


class NoWords:
    """Before the content is known: labels cannot be typed, numbers and taps work."""

    def label(self, language: str, key: str) -> str:
        return ""

    def follow_ups(self, language: str, answer: str) -> Sequence[tuple[str, str]]:
        return ()

    def has_answer(self, answer: str) -> bool:
        return True

    def has_text(self, key: str) -> bool:
        return True


@dataclass(frozen=True)
class Scripts:
    """One version of all flows.

    Attributes:
        flows: the current ones by name.
        old: older versions by digest, for conversations that began on them.
        lines: where each step stands, for the check; (flow, step) -> (file, line).
    """

    flows: Mapping[str, Flow]
    old: Mapping[str, Flow] = field(default_factory=dict)
    words: Words = NoWords()  # noqa: RUF009 - a constant without state
    sources: Mapping[str, Sourced] = field(default_factory=dict)

    @cached_property
    def topics(self) -> tuple[str, ...]:
        return tuple(self.by_topic)

    @cached_property
    def by_topic(self) -> Mapping[str, Flow]:
        return {topic: flow for flow in self.flows.values() for topic in flow.topics}

    @cached_property
    def current(self) -> Mapping[str, Flow]:
        """The current flows by digest."""
        return {flow.digest: flow for flow in self.flows.values()}

    @cached_property
    def by_word(self) -> Mapping[str, Flow]:
        return {word: flow for flow in self.flows.values() for word in flow.words}

    def version(self, digest: str) -> Flow | None:
        return self.current.get(digest) or self.old.get(digest)

    def with_words(self, words: Words) -> "Scripts":
        return replace(self, words=words)

    def with_old(self, versions: Mapping[str, Mapping[str, Any]]) -> "Scripts":
        """The same, able to go on with conversations on older versions.

        A version that no longer reads, or says what the content no longer has, is left out: its conversations are moved (see
        `flows.engine`).
        """
        old: dict[str, Flow] = {}
        for digest, source in versions.items():
            if digest in self.current:
                continue
            try:
                flow = Flow.of(Script.model_validate(source), digest)
            except ValidationError:
                continue
            if self._can_say(flow):
                old[digest] = flow
        return replace(self, old=old)

    def _can_say(self, flow: Flow) -> bool:
        keys = {key for step in flow.steps.values() for key in _keys(step)}
        answers = {answer for step in flow.steps.values() for answer in step.answer_ids()}
        return all(map(self.words.has_text, keys)) and all(map(self.words.has_answer, answers))

    def versions(self) -> Mapping[str, Mapping[str, Any]]:
        """The source of every current flow, by digest: what to keep so that live conversations outlast an edit."""
        return {flow.digest: flow.script.model_dump(mode="json", exclude_defaults=True) for flow in self.flows.values()}


def load(root: Path) -> Scripts:
    """Read every script of a folder. Raises `BrokenScripts` with all problems found."""
    problems: list[Problem] = []
    flows: dict[str, Flow] = {}
    sources: dict[str, Sourced] = {}
    for path in sorted(root.glob("*.yml")):
        try:
            sourced = yaml_lines.read(path, f"{root.name}/{path.name}")
            script = _script(sourced)
        except BrokenScripts as broken:
            problems += broken.problems
            continue
        if script.flow in flows:
            problems.append(sourced.problem(("flow",), f"flow {script.flow} is in two files", "rename one of them"))
        flows[script.flow] = Flow.of(script, digest(script))
        sources[script.flow] = sourced
    problems += _missing(root, flows)
    problems += [problem for name, flow in flows.items() for problem in _broken_links(flow, flows, sources[name])]
    problems += _twice("topic", {name: flow.topics for name, flow in flows.items()}, sources)
    problems += _twice("word", {name: flow.words for name, flow in flows.items()}, sources)
    if problems:
        raise BrokenScripts(problems)
    return Scripts(flows=flows, sources=sources)


def unsayable(scripts: Scripts) -> list[Problem]:
    """Texts and answers that a conversation would look for in vain: reason enough not to serve."""
    found = []
    for flow in scripts.flows.values():
        for name, step in flow.steps.items():
            missing = [f"text {key}" for key in _keys(step) if not scripts.words.has_text(key)]
            missing += [f"answer {answer}" for answer in step.answer_ids() if not scripts.words.has_answer(answer)]
            found += [
                scripts.sources[flow.name].problem(("steps", name), f"{what} is missing", "write it in every language")
                for what in missing
            ]
    return sorted(found)


def _keys(step: Step) -> set[str]:
    return {*step.texts().said, *step.texts().labels}


def digest(script: Script) -> str:
    """A short name of a version: changes with anything that the script says."""
    source = json.dumps(script.model_dump(mode="json", exclude_defaults=True), separators=(",", ":"))
    return hashlib.sha256(source.encode()).hexdigest()[:12]


def _script(sourced: Sourced) -> Script:
    try:
        return Script.model_validate(sourced.data)
    except ValidationError as error:
        raise BrokenScripts([_shown(sourced, found) for found in error.errors()]) from None


def _shown(sourced: Sourced, error: Any) -> Problem:
    """A validation error as an editor reads it, at the line where the value stands."""
    place = list(error["loc"])
    if len(place) > 2 and place[0] == "steps":  # pydantic names the step's type in the path
        place.pop(2)
    kind, message = error["type"], str(error["msg"]).removeprefix("Value error, ")
    if kind == "extra_forbidden":
        return sourced.problem(tuple(place), "unknown field", "remove it or correct its name (docs/flows.md lists them)")
    if kind == "missing":
        return sourced.problem(tuple(place), "is missing", "add it (docs/flows.md says what it holds)")
    if kind in ("union_tag_invalid", "union_tag_not_found"):
        return sourced.problem(tuple(place), "unknown kind of step", "use one of the `do` values in docs/flows.md")
    return sourced.problem(tuple(place), _one_line(message), "correct the value (docs/flows.md says what it may be)")


def _one_line(message: str) -> str:
    return " ".join(message.replace(":", " ").split())


def _missing(root: Path, flows: Mapping[str, Flow]) -> Iterable[Problem]:
    return [
        Problem(f"{root.name}/{name}.yml", 1, "flow", f"flow {name} is missing", "the service itself leads to it: add it")
        for name in REQUIRED
        if name not in flows
    ]


def _broken_links(flow: Flow, flows: Mapping[str, Flow], sourced: Sourced) -> Iterable[Problem]:
    for name, step in flow.steps.items():
        for target in step.leads():
            if target is not None and target not in flow.steps:
                yield sourced.problem(("steps", name), f"leads to {target}, which is no step here", "correct the name")
        for other in step.calls():
            if other not in flows:
                yield sourced.problem(("steps", name), f"leads to flow {other}, which does not exist", "correct the name")


def _twice(kind: str, led_by: Mapping[str, Sequence[str]], sources: Mapping[str, Sourced]) -> Iterable[Problem]:
    """Topics or words that lead to two flows."""
    seen: dict[str, str] = {}
    for name, leading in led_by.items():
        for one in leading:
            if one in seen:
                what = f"{kind} {one} already has the flow {seen[one]}"
                yield sources[name].problem((f"{kind}s",), what, "leave it to one of them")
            seen[one] = name
