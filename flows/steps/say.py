"""say: a text, then on."""

from typing import Literal

from pydantic import Field

from flows.model import Say
from flows.steps.base import Go, Move, Run, Step, TextKey, Texts


class SayStep(Step):
    """Says a text and goes on. With `again` it is said only outside the hours of that lane, where these are stated."""

    do: Literal["say"]
    text: TextKey = Field(description="What is said.")
    again: Literal["listen", "legal"] | None = Field(
        None, description="The text names as `{at}` when this lane's hours begin again."
    )

    def texts(self) -> Texts:
        return Texts(said=(self.text,))

    def enter(self, run: Run) -> Move:
        at = run.world.reads_again.get(self.again) if self.again else None
        if self.again is None or at is not None:
            run.says(Say(self.text, at=at))
        return Go(self.to)
