"""remember: tell the application something about her."""

from typing import Literal, Self

from pydantic import Field, model_validator

from flows.model import Remember
from flows.steps.base import Go, Move, Name, Run, Step, Value


class RememberStep(Step):
    """Tells the application something to keep or do: the engine itself keeps nothing beyond the conversation."""

    do: Literal["remember"]
    what: Literal["language", "address", "consent", "may_write", "write_when", "phone_shared", "erase", "feedback"] = Field(
        description="What it is about."
    )
    value: Value | None = Field(None, description="The value itself.")
    answer: Name | None = Field(None, description="Take the answer kept under this name.")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.value is None) == (self.answer is None):
            raise ValueError("remember needs `value` or `answer`, one of them")
        return self

    def enter(self, run: Run) -> Move:
        value = self.value if self.value is not None else run.answers.get(self.answer or "")
        if value is not None:
            run.says(Remember(self.what, value))
        return Go(self.to)
