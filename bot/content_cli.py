"""Behind `faro check` (its content half) and `faro content report`."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from content import check, report


def content_problems(content_dir: Path, today: date) -> tuple[list[str], list[str]]:
    """Lines for what is wrong and what only deserves a look: (errors, warnings)."""
    problems = check.check(content_dir, today)
    errors = [str(problem) for problem in problems if not problem.warning]
    return errors, [str(problem) for problem in problems if problem.warning]


def content_report(content_dir: Path, today: date, *, since: Path | None = None, as_csv: bool = False) -> str:
    """What falls due within 90 days and who quotes it; with `since`, what changed from that content folder instead.

    Raises `BrokenContent` when a folder cannot be read.
    """
    form: Callable[[Sequence[report.Due] | Sequence[report.Change], type[report.Due] | type[report.Change]], str]
    form = report.as_csv if as_csv else report.as_table
    if since is not None:
        return form(report.changes(since, content_dir), report.Change)
    return form(report.falling_due(content_dir, today), report.Due)
