"""hand: to a person."""

from typing import Literal

from pydantic import Field

from flows.model import OpenCase, Say, World
from flows.steps.base import Go, Move, Run, Step, TextKey, Texts, Value

AGAIN = "hand.reads_again"


def reads_again(world: World, lane: str) -> tuple[Say, ...]:
    """When somebody usually reads again, outside a lane's stated hours (R20). Whoever is on shift reads the listen lane now."""
    at = world.reads_again.get(lane)
    return () if at is None or (lane == "listen" and world.operators) else (Say(AGAIN, at=at),)


class HandStep(Step):
    """Opens a case for a person, and says honestly whether somebody is there (R20, R21: nobody is "connected" yet).

    Outside the stated hours of its lane she hears when these begin again; not where danger is near.
    """

    do: Literal["hand"]
    lane: Literal["urgent", "listen", "legal"] = Field("listen", description="Who takes it.")
    reason: Value = Field(description="A short code for operators and statistics.")
    risk: Literal["none", "concern", "high"] = Field("none", description="At least this risk.")
    text: TextKey | None = Field(None, description="Said first: what she can do herself, now.")
    told: TextKey = Field("hand.told", description="Said while somebody is on shift.")
    away: TextKey = Field("hand.nobody", description="Said while nobody is on shift: not to wait for us, and other ways.")

    def texts(self) -> Texts:
        return Texts(said=(*((self.text,) if self.text else ()), self.told, self.away, AGAIN))

    def enter(self, run: Run) -> Move:
        run.says(OpenCase(self.lane, self.reason, self.risk))
        if self.text:
            run.says(Say(self.text))
        run.says(Say(self.told if run.world.operators else self.away))
        if self.risk != "high":
            for line in reads_again(run.world, self.lane):
                run.says(line)
        return Go(self.to)
