"""A flow as a Mermaid drawing, for people."""

from collections.abc import Callable, Iterator

from flows.script import Flow
from flows.steps.answer import AnswerStep
from flows.steps.ask import AskStep
from flows.steps.base import Choice, Step
from flows.steps.branch import BranchStep
from flows.steps.call import CallStep

Spoken = Callable[[str], str]
"""A text key into what it says, shortened by the caller if wanted."""
_SHOWN = 48


def draw(flow: Flow, spoken: Spoken) -> str:
    """Mermaid text (`flowchart TD`): a box for each step, an arrow for each way on, labelled with what she taps or what holds."""
    lines = ["flowchart TD"]
    for name, step in flow.steps.items():
        opening, closing = _shape(step)
        lines.append(f'  {name}{opening}"{_clean(_title(name, step, spoken))}"{closing}')
        lines += [f"  {arrow}" for arrow in dict.fromkeys(_arrows(flow, name, step, spoken))]
    return "\n".join(lines) + "\n"


def _shape(step: Step) -> tuple[str, str]:
    if isinstance(step, BranchStep):
        return "{", "}"
    return ("([", "])") if step.waits else ("[", "]")


def _title(name: str, step: Step, spoken: Spoken) -> str:
    kind = str(getattr(step, "do", ""))
    said = step.texts().said
    if isinstance(step, AnswerStep):
        return f"{name}: answer {step.answer}"
    if isinstance(step, CallStep):
        return f"{name}: flow {step.flow}"
    if isinstance(step, BranchStep):
        return f"{name}: {step.on}?"
    return f"{name}: {kind}" + (f"<br>{_short(spoken(said[0]))}" if said else "")


def _arrows(flow: Flow, name: str, step: Step, spoken: Spoken) -> Iterator[str]:
    if isinstance(step, AskStep | AnswerStep):
        for choice in step.choices:
            yield f'{name} -->|"{_clean(spoken(choice.label))}"| {_target(flow, name, step, choice)}'
        if isinstance(step, AskStep) and step.expect not in ("choice", "yes_no"):
            yield f'{name} -->|"{step.expect}"| {step.to or flow.follower[name]}'
        if isinstance(step, AskStep) and step.unsure:
            yield f"{name} -.->|not understood| {step.unsure}"
    elif isinstance(step, BranchStep):
        for case in step.cases:
            yield f'{name} -->|"{_clean(_condition(case.equals, case.below, case.at_least))}"| {case.to}'
        yield f"{name} -->|otherwise| {step.otherwise}"
    else:
        for target in step.leads():
            yield f"{name} --> {target or flow.follower[name]}"


def _target(flow: Flow, name: str, step: Step, choice: Choice) -> str:
    if choice.topic:
        return f"topic_{choice.topic}[[topic {choice.topic}]]"
    if choice.answer:
        return f"answer_{choice.answer.replace('.', '_').replace('-', '_')}[[answer {choice.answer}]]"
    if choice.flow:
        return f"flow_{choice.flow}[[flow {choice.flow}]]"
    return str(choice.to or step.to or flow.follower[name])


def _condition(equals: tuple[str, ...], below: float | None, at_least: float | None) -> str:
    parts = [" or ".join(equals)] if equals else []
    parts += [f"below {below:g}"] if below is not None else []
    parts += [f"{at_least:g} or more"] if at_least is not None else []
    return ", ".join(parts)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1].rstrip() + "…"


def _clean(text: str) -> str:
    return text.replace('"', "'").replace("|", "/")
