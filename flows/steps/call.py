"""call and back: a flow within a flow."""

from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from flows.steps.base import Back, Call, Move, Name, Run, Step


class CallStep(Step):
    """Runs another flow; when that one goes back, this one goes on."""

    do: Literal["call"]
    flow: Name = Field(description="The flow to run.")

    def calls(self) -> Iterable[str]:
        return (self.flow,)

    def enter(self, run: Run) -> Move:
        return Call(self.flow, self.to)


class BackStep(Step):
    """Returns to the flow that called this one. Without one, the conversation rests, and the flow she left is offered again."""

    do: Literal["back"]

    def leads(self) -> Iterable[str | None]:
        return ()

    def enter(self, run: Run) -> Move:
        return Back()
