"""What is wrong with the content, said so that an editor can mend it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend. Prints as `file:line: key: what is wrong: what to do`.

    Attributes:
        warning: worth a look and no reason to refuse: a date that has passed never makes a check fail.
    """

    file: str
    line: int
    key: str
    what: str
    remedy: str
    warning: bool = False

    def __str__(self) -> str:
        key = " ".join(self.key.split()) or "?"
        return f"{self.file}:{self.line}: {key}: {' '.join(self.what.split())}: {' '.join(self.remedy.split())}"


class BrokenContent(Exception):
    """Content that cannot serve. `lines` holds one line for each problem."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        self.lines = tuple(str(problem) for problem in self.problems)
        super().__init__("\n".join(self.lines))
