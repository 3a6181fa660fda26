"""answer: an answer of the library, with what she may ask next."""

from collections.abc import Iterable
from typing import ClassVar, Literal

from pydantic import Field

from flows.model import Offer, ShowAnswer
from flows.steps.base import (
    PERSON_LABEL,
    AnswerId,
    Choice,
    Go,
    Move,
    Reply,
    Run,
    Step,
    Texts,
    Wait,
    chosen,
    follow,
    offers_of,
)

MAX_ROWS = 10


class AnswerStep(Step):
    """Shows an answer of the library and waits. Beneath it stand the flow's own choices, the answer's follow-ups, a person."""

    waits: ClassVar[bool] = True

    do: Literal["answer"]
    answer: AnswerId = Field(description="Which answer.")
    choices: tuple[Choice, ...] = Field((), max_length=5, description="The flow's own choices, before the follow-ups.")
    timeout: float = Field(24, gt=0, le=72, description="Hours that the choices stand.")

    def texts(self) -> Texts:
        return Texts(labels=(*(choice.label for choice in self.choices), PERSON_LABEL))

    def leads(self) -> Iterable[str | None]:
        return [choice.to or self.to for choice in self.choices if not (choice.topic or choice.flow or choice.answer)]

    def calls(self) -> Iterable[str]:
        return (choice.flow for choice in self.choices if choice.flow)

    def topics(self) -> Iterable[str]:
        return (choice.topic for choice in self.choices if choice.topic)

    def answer_ids(self) -> Iterable[str]:
        return (self.answer, *(choice.answer for choice in self.choices if choice.answer))

    def enter(self, run: Run) -> Move:
        own = offers_of(self.choices, run, person=True)
        run.says(ShowAnswer(self.answer, offers=with_follow_ups(own, run.follow_ups(self.answer), self.answer)))
        return Wait()

    def reply(self, run: Run, value: Reply) -> Move:
        choice = chosen(self.choices, value.value)
        move = follow(choice) if choice is not None else Go()
        return Go(self.to) if move == Go(None) else move


def with_follow_ups(own: tuple[Offer, ...], follow_ups: Iterable[str], shown: str) -> tuple[Offer, ...]:
    """The answer's follow-ups between the flow's choices and the person, as many as a list holds."""
    *first, person = own
    taken = {offer.token for offer in own}
    more = [Offer(token, f"@{shown}") for token in follow_ups if token not in taken]
    return (*first, *more[: MAX_ROWS - len(own)], person)
