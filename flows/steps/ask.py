"""ask: a question, and what counts as an answer."""

from collections.abc import Iterable
from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from flows import reading
from flows.model import Remember, Say
from flows.steps.base import (
    PERSON_LABEL,
    Choice,
    Go,
    Move,
    Name,
    Reply,
    Run,
    Step,
    TextKey,
    Texts,
    Wait,
    chosen,
    follow,
    offers_of,
)

Told = Literal["language", "address", "consent", "may_write", "write_when", "phone_shared", "code_word", "wipe", "feedback"]
"""What the application keeps about her; the engine only reports it."""
UNSURE = "unsure"
"""A choice of this value is also what "no sé" means."""
MAX_KEPT = 120
MAX_TOLD = 500


class AskStep(Step):
    """Asks and waits. A tap, a number, the words of a choice or, as `expect` says, her own words answer it.

    A reply that cannot be read is asked again `tries` times with `retry`; then `unsure` follows or, without it, the menu and a
    person are offered. A reply after `timeout` hours answers nothing: the conversation starts anew, and nothing was sent
    meanwhile.
    """

    waits: ClassVar[bool] = True

    do: Literal["ask"]
    text: TextKey = Field(description="The question.")
    expect: Literal["choice", "yes_no", "text", "place", "number", "date"] = Field(
        "choice",
        description="choice: only the choices. yes_no: choices `yes` and `no`, also in her own words. text: anything. "
        "place: a shared location or the name of a place. number: within `low` and `high`. date: a day that is past.",
    )
    choices: tuple[Choice, ...] = Field((), max_length=9, description="Buttons, in order. Not only for `expect: choice`.")
    name: Name | None = Field(None, description="Keep the answer under this name.")
    remember: Told | None = Field(None, description="Tell the application; free words are then not kept in the state.")
    entity: Literal["place", "hours_ago", "child_age", "country", "document"] | None = Field(
        None, description="Do not ask when she already said this."
    )
    low: float = Field(0, description="Smallest number that is taken.")
    high: float = Field(1_000_000, description="Largest number that is taken.")
    retry: TextKey = Field("ask.retry", description="Said before the question stands again.")
    tries: int = Field(2, ge=1, le=3, description="Unreadable replies before help is offered.")
    unsure: Name | None = Field(None, description="The step after too many unreadable replies.")
    timeout: float = Field(24, gt=0, le=72, description="Hours that the question stands.")
    person: bool = Field(True, description="Offer a person beneath. Only a flow that is itself about a person leaves it out.")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        values = [choice.value for choice in self.choices]
        if len(set(values)) != len(values):
            raise ValueError("two choices have the same value")
        if self.expect == "choice" and not self.choices:
            raise ValueError("a question with `expect: choice` needs choices")
        if self.expect == "yes_no" and not {"yes", "no"} <= set(values):
            raise ValueError("a question with `expect: yes_no` needs the choices `yes` and `no`")
        return self

    def texts(self) -> Texts:
        person = (PERSON_LABEL,) if self.person else ()
        return Texts(said=(self.text, self.retry), labels=(*(choice.label for choice in self.choices), *person))

    def leads(self) -> Iterable[str | None]:
        inner = [choice.to or self.to for choice in self.choices if not (choice.topic or choice.flow or choice.answer)]
        free = [] if self.expect in ("choice", "yes_no") else [self.to]
        return (*inner, *free, *((self.unsure,) if self.unsure else ()))

    def calls(self) -> Iterable[str]:
        return (choice.flow for choice in self.choices if choice.flow)

    def topics(self) -> Iterable[str]:
        return (choice.topic for choice in self.choices if choice.topic)

    def answer_ids(self) -> Iterable[str]:
        return (choice.answer for choice in self.choices if choice.answer)

    def enter(self, run: Run) -> Move:
        if self.entity and self.entity in run.heard:
            return self.reply(run, Reply(run.heard[self.entity]))
        run.says(Say(self.text, offers=offers_of(self.choices, run, person=self.person)))
        return Wait()

    def read(self, run: Run) -> Reply | None:
        """Her own words as an answer, or None."""
        if self.expect != "text" and chosen(self.choices, UNSURE) and reading.unsure(run.given.text):
            return Reply(UNSURE, offered=True)
        value = reading.read(self.expect, run.given, run.world, self.low, self.high)
        if value is None:
            return None
        offered = chosen(self.choices, value) is not None and self.expect == "yes_no"
        if self.expect == "yes_no" and not offered:
            return None
        return Reply(value, offered=offered)

    def reply(self, run: Run, value: Reply) -> Move:
        if self.name and not (self.remember and not value.offered):
            run.answers[self.name] = value.value[:MAX_KEPT]
        if self.remember:
            run.says(Remember(self.remember, value.value[:MAX_TOLD]))
        choice = chosen(self.choices, value.value) if value.offered else None
        if choice is None:
            return Go(self.to)
        move = follow(choice)
        return Go(self.to) if move == Go(None) else move
