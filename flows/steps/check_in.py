"""check_in: write to her later, only if she said that it is safe."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Literal

from pydantic import Field

from flows.model import Remember, Say
from flows.steps.base import Go, Move, Name, Run, Step, TextKey, Texts


class CheckInStep(Step):
    """Schedules one neutral line to her. Without her yes to being written to, nothing is scheduled and `unsafe` follows."""

    do: Literal["check_in"]
    after: float = Field(ge=1, le=24 * 14, description="Hours from now.")
    text: TextKey = Field(description="Said when it is scheduled.")
    unsafe: Name = Field(description="The step when she has not said that writing is safe.")

    def texts(self) -> Texts:
        return Texts(said=(self.text,))

    def leads(self) -> Iterable[str | None]:
        return (self.to, self.unsafe)

    def enter(self, run: Run) -> Move:
        if run.may_write() != "yes":
            return Go(self.unsafe)
        run.says(Remember("check_in", (run.world.now + timedelta(hours=self.after)).isoformat(timespec="minutes")))
        run.says(Say(self.text))
        return Go(self.to)
