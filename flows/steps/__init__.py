"""The steps of the flow language, one type per module, each told apart by its `do`."""

from typing import Annotated

from pydantic import Field

from flows.steps.answer import AnswerStep
from flows.steps.ask import AskStep
from flows.steps.branch import BranchStep
from flows.steps.call import BackStep, CallStep
from flows.steps.check_in import CheckInStep
from flows.steps.close import CloseStep
from flows.steps.hand import HandStep
from flows.steps.keep import SetStep
from flows.steps.places import PlacesStep
from flows.steps.remember import RememberStep
from flows.steps.say import SayStep

STEPS = (
    SayStep,
    AskStep,
    AnswerStep,
    BranchStep,
    SetStep,
    RememberStep,
    PlacesStep,
    CallStep,
    BackStep,
    HandStep,
    CheckInStep,
    CloseStep,
)
"""In the order of the reference page."""

AnyStep = Annotated[
    SayStep
    | AskStep
    | AnswerStep
    | BranchStep
    | SetStep
    | RememberStep
    | PlacesStep
    | CallStep
    | BackStep
    | HandStep
    | CheckInStep
    | CloseStep,
    Field(discriminator="do"),
]
