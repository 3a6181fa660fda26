"""branch: where to go, by what is known."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from flows.reading import HERE
from flows.steps.base import Go, Move, Name, Record, Run, Step

On = Annotated[
    str,
    StringConstraints(
        pattern=r"^((answer|entity|days_since|workdays_since)\.[a-z][a-z0-9_]*|"
        r"topic|risk|language|channel|hour|operators|consent|may_write|first_contact|located)$"
    ),
]


class Case(Record):
    """One way on. `equals`: any of these values; `below` and `at_least`: bounds of a number; all that stand must hold."""

    equals: tuple[str, ...] = ()
    below: float | None = None
    at_least: float | None = None
    to: Name

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not self.equals and self.below is None and self.at_least is None:
            raise ValueError("a case needs `equals`, `below` or `at_least`")
        return self

    def holds(self, value: str | None) -> bool:
        if value is None or (self.equals and value not in self.equals):
            return False
        if self.below is None and self.at_least is None:
            return True
        try:
            number = float(value)
        except ValueError:
            return False
        return (self.below is None or number < self.below) and (self.at_least is None or number >= self.at_least)


class BranchStep(Step):
    """Goes on by what is known: the first case that holds, else `otherwise`.

    `on` is one of: `answer.NAME`, `entity.KIND`, `days_since.NAME` or `workdays_since.NAME` (of a date she gave; Monday to
    Friday, holidays counted as workdays), `topic`, `risk`, `language`, `channel`, `hour` (0-23, Mexico City), `operators`
    (yes, no), `consent` (yes, no), `may_write` (yes, no, unknown), `first_contact` (yes, no), `located` (yes, no).
    """

    do: Literal["branch"]
    on: On = Field(description="What decides.")
    cases: tuple[Case, ...] = Field(min_length=1, description="Tried in order.")
    otherwise: Name = Field(description="When no case holds, also when nothing is known.")

    @model_validator(mode="after")
    def _only_cases(self) -> Self:
        if self.to is not None:
            raise ValueError("a branch leads by `cases` and `otherwise`, not by `to`")
        return self

    def leads(self) -> Iterable[str | None]:
        return (*(case.to for case in self.cases), self.otherwise)

    def enter(self, run: Run) -> Move:
        value = known(self.on, run)
        return Go(next((case.to for case in self.cases if case.holds(value)), self.otherwise))


def known(on: str, run: Run) -> str | None:
    """The value that a branch looks at; None when it is not known."""
    kind, _, name = on.partition(".")
    world, given = run.world, run.given
    match kind:
        case "answer":
            return run.answers.get(name)
        case "entity":
            return run.heard.get(name)
        case "days_since" | "workdays_since":
            return _since(run.answers.get(name), world.now.astimezone(HERE).date(), workdays=kind == "workdays_since")
        case "hour":
            return str(world.now.astimezone(HERE).hour)
        case "operators":
            return _yes(world.operators)
        case "consent":
            return _yes(world.consent)
        case "first_contact":
            return _yes(world.first_contact)
        case "located":
            return _yes(run.place is not None)
        case "topic":
            return given.topic
        case "risk":
            return given.risk
    return {"language": world.language, "channel": world.channel, "may_write": world.may_write}[kind]


def _yes(it_is: bool) -> str:
    return "yes" if it_is else "no"


def _since(day: str | None, today: date, *, workdays: bool) -> str | None:
    try:
        start = date.fromisoformat(day or "")
    except ValueError:
        return None
    days = max(0, (today - start).days)
    if not workdays:
        return str(days)
    weeks, rest = divmod(days, 7)
    return str(weeks * 5 + sum((start + timedelta(days=weeks * 7 + n)).weekday() < 5 for n in range(1, rest + 1)))
