"""hand: to a person."""

from typing import Literal

from pydantic import Field

from flows.model import OpenCase, Say
from flows.steps.base import Go, Move, Run, Step, TextKey, Texts, Value


class HandStep(Step):
    """Opens a case for a person, and says honestly whether somebody is there (R20, R21: nobody is "connected" yet)."""

    do: Literal["hand"]
    lane: Literal["urgent", "listen", "legal"] = Field("listen", description="Who takes it.")
    reason: Value = Field(description="A short code for operators and statistics.")
    risk: Literal["none", "concern", "high"] = Field("none", description="At least this risk.")
    text: TextKey | None = Field(None, description="Said first: what she can do herself, now.")
    told: TextKey = Field("hand.told", description="Said while somebody is on shift.")
    away: TextKey = Field("hand.nobody", description="Said while nobody is on shift: not to wait for us, and other ways.")

    def texts(self) -> Texts:
        return Texts(said=(*((self.text,) if self.text else ()), self.told, self.away))

    def enter(self, run: Run) -> Move:
        run.says(OpenCase(self.lane, self.reason, self.risk))
        if self.text:
            run.says(Say(self.text))
        run.says(Say(self.told if run.world.operators else self.away))
        return Go(self.to)
