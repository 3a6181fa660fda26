"""What every step has in common: its fields, what it may do while it runs, and what it says about itself.

A step module reads in one order: what the step is, its fields, the texts it needs, where it leads, what it does.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from flows.model import Event, Given, Offer, Remember, World

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
"""Of a flow, a step or an answer that a step keeps."""
TextKey = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$")]
"""A text of `content/<language>/texts/`."""
Value = Annotated[str, StringConstraints(pattern=r"^[a-z0-9_.:+-]{1,48}$")]
"""What a choice means, kept in the state. Never shown."""
AnswerId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.-]{0,48}$")]

PERSON, LEGAL = "person", "legal"
"""Tokens that lead to a person from anywhere."""
PERSON_LABEL = "menu.person"


class Record(BaseModel):
    """Part of a script: unknown fields are mistakes."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


@dataclass(frozen=True, slots=True)
class Go:
    """Go on at a step of this flow; None: at the one written next."""

    to: str | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """Stay here until she answers."""


@dataclass(frozen=True, slots=True)
class Call:
    """Run another flow, then go on at `to` (None: the step written next)."""

    flow: str
    to: str | None = None


@dataclass(frozen=True, slots=True)
class Jump:
    """Leave this flow, and all that it was called from, for another."""

    flow: str


@dataclass(frozen=True, slots=True)
class Back:
    """Return to the flow that called this one; without one, the conversation rests."""


@dataclass(frozen=True, slots=True)
class Close:
    """The conversation rests: whatever she writes next starts anew."""


Move = Go | Wait | Call | Jump | Back | Close


@dataclass(slots=True)
class Run:
    """What a step sees and leaves behind while it runs.

    Attributes:
        answers: what she answered so far, by name, canonical values.
        heard: entities of her messages since the flow began, the last one of each kind.
        place: (latitude, longitude) that she shared, two decimals (about a kilometre).
        events: what happened in this turn.
        digest: names this place of the conversation in tokens.
        follow_ups: tokens of what the library offers beneath an answer.
    """

    given: Given
    world: World
    answers: dict[str, str]
    follow_ups: Callable[[str], tuple[str, ...]]
    heard: dict[str, str] = field(default_factory=dict)
    digest: str = ""
    place: tuple[float, float] | None = None
    events: list[Event] = field(default_factory=list)

    def token(self, value: str) -> str:
        """The token of a choice made here: at most 60 bytes by the patterns of names and values."""
        return f"{self.digest}:{value}"

    def says(self, event: Event) -> None:
        self.events.append(event)

    def may_write(self) -> str:
        """Her word on being written to, also when she gave it in this very turn."""
        told = [e.value for e in self.events if isinstance(e, Remember) and e.what == "may_write"]
        return told[-1] if told else self.world.may_write


class Choice(Record):
    """A button. It leads to a step, or leaves for a topic, an answer or another flow."""

    value: Value = Field(description="What it means, for `name` and `branch`. Never shown.")
    label: TextKey = Field(description="What stands on it.")
    to: Name | None = Field(None, description="The step that follows; without any target, the one written next.")
    topic: Name | None = Field(None, description="Leave for the flow of this topic.")
    answer: AnswerId | None = Field(None, description="Show this answer and come back here.")
    flow: Name | None = Field(None, description="Leave for this flow.")

    def offer(self, run: Run) -> Offer:
        if self.topic:
            return Offer(f"topic:{self.topic}", self.label)
        if self.answer:
            return Offer(f"answer:{self.answer}", self.label)
        return Offer(run.token(self.value), self.label)


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts that a step needs: what is said, and what stands on buttons beside each other."""

    said: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


class Step(Record):
    """A step of a flow."""

    waits: ClassVar[bool] = False
    """Whether it waits for her."""

    to: Name | None = Field(None, description="The step that follows. Without it, the one written next.")

    def texts(self) -> Texts:
        return Texts()

    def leads(self) -> Iterable[str | None]:
        """Steps that may follow; None is the one written next."""
        return (self.to,)

    def calls(self) -> Iterable[str]:
        """Other flows that it may start."""
        return ()

    def topics(self) -> Iterable[str]:
        return ()

    def answer_ids(self) -> Iterable[str]:
        return ()

    def enter(self, run: Run) -> Move:
        """Do what the step is for."""
        raise NotImplementedError

    def reply(self, run: Run, value: "Reply") -> Move:
        """She answered. Only for steps that wait."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Reply:
    """What she answered, as a canonical value.

    Attributes:
        offered: it was one of the choices that stood before her, not free words.
    """

    value: str
    offered: bool = False


def offers_of(choices: Iterable[Choice], run: Run, *, person: bool) -> tuple[Offer, ...]:
    """Choices as offers, a person always last."""
    made = tuple(choice.offer(run) for choice in choices)
    return (*made, Offer(PERSON, PERSON_LABEL)) if person else made


def chosen(choices: Iterable[Choice], value: str) -> Choice | None:
    return next((choice for choice in choices if choice.value == value), None)


def follow(choice: Choice) -> Move:
    """Where a choice leads that stays with its step."""
    return Jump(choice.flow) if choice.flow else Go(choice.to)
