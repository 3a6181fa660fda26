"""A script as an editor writes it, and the flow that the engine walks."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from faro_text.words import GLOBAL_WORDS, bare
from pydantic import AfterValidator, Field, StringConstraints

from flows.steps import AnyStep
from flows.steps.base import Name, Record, Step


def _of_its_own(word: str) -> str:
    if bare(word) != word:
        raise ValueError(f"write it as `{bare(word)}`, without capitals, accents and signs")
    if word in GLOBAL_WORDS:
        raise ValueError(f"{word} can always be typed and means something else")
    return word


Word = Annotated[str, StringConstraints(min_length=1, max_length=40), AfterValidator(_of_its_own)]
"""A whole message, bare, as `faro_text.words` makes it."""


class Script(Record):
    """One file of `flows/scripts/`. Steps run in the order written, unless one says otherwise."""

    flow: Name = Field(description="Its name; the file has the same.")
    about: str = Field("", description="What it is for, a line for editors. Never shown to her.")
    topics: tuple[Name, ...] = Field((), description="Topics of the taxonomy that lead here.")
    words: tuple[Word, ...] = Field((), description="Whole messages that begin it, in any language.")
    steps: dict[Name, AnyStep] = Field(min_length=1, description="By name, in order; the first one begins.")


@dataclass(frozen=True, slots=True)
class Flow:
    """A script, ready to be walked.

    Attributes:
        digest: names this version.
        places: short digest of each step, in tokens of what it offers.
        follower: the step written after each step; None after the last.
    """

    script: Script
    digest: str
    places: Mapping[str, str]
    follower: Mapping[str, str | None]

    @classmethod
    def of(cls, script: Script, digest: str) -> "Flow":
        names = list(script.steps)
        places = {name: hashlib.sha256(f"{digest}:{name}".encode()).hexdigest()[:8] for name in names}
        return cls(script, digest, places, dict(zip(names, [*names[1:], None], strict=True)))

    @property
    def name(self) -> str:
        return self.script.flow

    @property
    def topics(self) -> tuple[str, ...]:
        return self.script.topics

    @property
    def words(self) -> tuple[str, ...]:
        return self.script.words

    @property
    def steps(self) -> Mapping[str, Step]:
        return self.script.steps

    @property
    def first(self) -> str:
        return next(iter(self.script.steps))
