"""say: a text, then on."""

from typing import Literal

from pydantic import Field

from flows.model import Say
from flows.steps.base import Go, Move, Run, Step, TextKey, Texts


class SayStep(Step):
    """Says a text and goes on."""

    do: Literal["say"]
    text: TextKey = Field(description="What is said.")

    def texts(self) -> Texts:
        return Texts(said=(self.text,))

    def enter(self, run: Run) -> Move:
        run.says(Say(self.text))
        return Go(self.to)
