"""close: the conversation rests."""

from collections.abc import Iterable
from typing import Literal

from pydantic import Field

from flows.model import Leave, Say
from flows.steps.base import Close, Move, Run, Step, TextKey, Texts


class CloseStep(Step):
    """Ends the flow. Whatever she writes next starts anew. `leave: true` is the quick exit: nothing follows."""

    do: Literal["close"]
    text: TextKey | None = Field(None, description="A last line.")
    leave: bool = Field(False, description="She leaves: nothing at all is sent until she writes again.")

    def texts(self) -> Texts:
        return Texts(said=(self.text,) if self.text else ())

    def leads(self) -> Iterable[str | None]:
        return ()

    def enter(self, run: Run) -> Move:
        if self.text:
            run.says(Say(self.text))
        if self.leave:
            run.says(Leave())
        return Close()
