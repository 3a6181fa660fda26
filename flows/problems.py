"""What is wrong with a script, said so that an editor can mend it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing to mend. Prints as `file:line: key: what is wrong: what to do`."""

    file: str
    line: int
    key: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.key}: {self.what}: {self.remedy}"


class BrokenScripts(Exception):
    """Scripts that cannot serve. `lines` holds one line for each problem."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        self.lines = tuple(str(problem) for problem in self.problems)
        super().__init__("\n".join(self.lines))
