"""set: keep a value for later steps."""

from typing import Literal, Self

from pydantic import Field, model_validator

from flows.steps.base import Go, Move, Name, Run, Step, Value


class SetStep(Step):
    """Keeps a value under a name, as if she had answered it. An entity that she has not said keeps nothing."""

    do: Literal["set"]
    name: Name = Field(description="The name under which it is kept.")
    value: Value | None = Field(None, description="The value itself.")
    entity: Literal["place", "hours_ago", "child_age", "country", "document"] | None = Field(
        None, description="Take what she said."
    )

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.value is None) == (self.entity is None):
            raise ValueError("set needs `value` or `entity`, one of them")
        return self

    def enter(self, run: Run) -> Move:
        value = self.value if self.value is not None else run.heard.get(self.entity or "")
        if value is not None:
            run.answers[self.name] = value
        return Go(self.to)
