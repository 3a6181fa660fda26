"""Answers: what is said about a topic, in blocks that quote facts, and where it leads."""

import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator

from content.facts import Line, Record

AnswerId = Annotated[str, StringConstraints(pattern=r"^[a-z_]+(\.[a-z0-9-]+)?$", max_length=40)]

MAX_BLOCK = 600
"""Characters of one block once its facts are filled in."""


class Block(Record):
    """One message of an answer. `otherwise` stands in when a fact that the text quotes may not be said."""

    text: Line
    otherwise: Line | None = Field(None, alias="else")


class Choice(Record):
    """Leads to another answer."""

    answer: AnswerId
    label: Line


class Lane(Record):
    """Leads to a person: of the legal team, or whoever is on shift."""

    lane: Literal["legal", "person"]
    label: Line


class Places(Record):
    """Leads to services of the directory, by kind."""

    places: Annotated[tuple[str, ...], Field(min_length=1)]
    label: Line


class Reviewed(Record):
    """When an answer was last looked at, and by whom; nobody yet while `by` is empty."""

    on: datetime.date
    by: str = ""


class Answer(Record):
    """One answer in one language.

    Attributes:
        tone: safety where violence, danger or despair is near; stricter checks, and nothing delays her with "check before you go"
            except on contacts.
    """

    id: AnswerId
    topic: str
    title: Annotated[str, StringConstraints(min_length=1, max_length=60, strip_whitespace=True)]
    tone: Literal["safety", "information"]
    jurisdiction: Literal["federal", "state", "abroad"]
    reviewed: Reviewed
    blocks: Annotated[tuple[Block, ...], Field(min_length=1, max_length=3)]
    choices: tuple[Choice, ...] = ()
    next: tuple[Lane | Places, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _short_blocks(cls, raw: object) -> object:
        if isinstance(raw, dict) and isinstance(raw.get("blocks"), list):
            blocks = [{"text": b} if isinstance(b, str) else b for b in raw["blocks"]]
            return {**raw, "blocks": blocks}
        return raw

    def labels(self) -> tuple[str, ...]:
        return (*(c.label for c in self.choices), *(n.label for n in self.next))


FILE_DEFAULTS = ("topic", "tone", "jurisdiction", "reviewed")
"""What a file of answers says once for all of them; an answer may say it otherwise."""
