"""places: services of the directory near her."""

from typing import Literal, get_args

from pydantic import Field

from flows.model import ListPlaces
from flows.steps.base import Go, Move, Name, Run, Step

Kind = Literal[
    "shelter", "health", "justice_centre", "prosecutor", "human_rights", "consulate", "legal_aid", "women_office", "children",
    "un", "migration_office", "refugee_office", "labour", "discrimination",
]  # fmt: skip
KINDS = "kinds"
"""The answer that says which kinds, joined by "+"."""


class PlacesStep(Step):
    """Lists services of the directory near the place she named or shared; national ones when neither is known."""

    do: Literal["places"]
    kinds: tuple[Kind, ...] = Field((), description="Kinds of service, the most fitting first. Without: those kept as `kinds`.")
    near: Name = Field("place", description="The answer that holds the place.")

    def enter(self, run: Run) -> Move:
        kept = tuple(kind for kind in run.answers.get(KINDS, "").split("+") if kind in get_args(Kind))
        named = run.answers.get(self.near)
        run.says(ListPlaces(self.kinds or kept, place=None if named in (None, "here", "skip") else named, location=run.place))
        return Go(self.to)
