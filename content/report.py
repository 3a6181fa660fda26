"""What falls due and what changed: for the people who keep the content."""

import csv
import datetime
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path

from content import loading
from content.answers import Answer
from content.facts import ALWAYS, Fact, quotes
from content.loading import Loaded
from content.problems import BrokenContent

HORIZONS = (30, 60, 90)


@dataclass(frozen=True, slots=True)
class Due:
    """A fact or service and the last day on which it serves.

    Attributes:
        within: expired, 30, 60 or 90: the first horizon of days that holds it.
        quoted_by: answers and texts that say it, as language/id; for a service, nothing.
    """

    what: str
    id: str
    due: datetime.date
    days: int
    within: str
    verified: str
    quoted_by: str


@dataclass(frozen=True, slots=True)
class Change:
    """What differs between two versions of the content. `change`: added, removed or changed; `fields` names what."""

    what: str
    id: str
    change: str
    fields: str


def falling_due(root: Path, today: datetime.date) -> tuple[Due, ...]:
    """Facts and services that have expired or do so within 90 days, soonest first. Raises `BrokenContent`."""
    loaded = _sound(root)
    quoted = quoted_by(loaded)
    dues = [
        *(_due("fact", f.id, f, f.due(f.kind), today, quoted.get(f.id, ())) for f in loaded.facts.values() if f.id not in ALWAYS),
        *(_due("service", s.id, s, s.due("contact"), today, ()) for s in loaded.services.values()),
    ]
    return tuple(sorted((due for due in dues if due.days <= HORIZONS[-1]), key=lambda due: (due.due, due.what, due.id)))


def _due(what: str, name: str, record: object, due: datetime.date, today: datetime.date, answers: Sequence[str]) -> Due:
    days = (due - today).days
    within = "expired" if days < 0 else next((str(h) for h in HORIZONS if days <= h), "later")
    return Due(what, name, due, days, within, str(getattr(record, "verified_on", None) or ""), " ".join(answers))


def quoted_by(loaded: Loaded) -> dict[str, tuple[str, ...]]:
    """Which answers and texts say a fact, also through another fact, as language/id."""
    found: dict[str, dict[str, None]] = {}
    for language in loaded.languages:
        for answer in loaded.answers[language].values():
            for fact in _reached(loaded.facts, _words_of(answer)):
                found.setdefault(fact, {})[f"{language}/{answer.id}"] = None
        for key, text in loaded.texts[language].items():
            for fact in _reached(loaded.facts, [text]):
                found.setdefault(fact, {})[f"{language}/{key}"] = None
    return {fact: tuple(places) for fact, places in found.items()}


def _words_of(answer: Answer) -> list[str]:
    return [text for block in answer.blocks for text in (block.text, block.otherwise) if text]


def _reached(facts: Mapping[str, Fact], texts: Sequence[str]) -> set[str]:
    seen: set[str] = set()
    ahead = [fact for text in texts for fact, _ in quotes(text)]
    while ahead:
        current = ahead.pop()
        if current not in seen and current in facts:
            seen.add(current)
            fact = facts[current]
            ahead += [inner for text in (*fact.statement.values(), *fact.say.values()) for inner, _ in quotes(text)]
    return seen


def changes(old: Path, new: Path) -> tuple[Change, ...]:
    """What was added, removed and changed from one content folder to another. Raises `BrokenContent`."""
    before, after = _sound(old), _sound(new)
    languages = tuple(dict.fromkeys((*before.languages, *after.languages)))
    pairs: list[tuple[str, Mapping[str, object], Mapping[str, object]]] = [
        ("fact", before.facts, after.facts),
        ("service", before.services, after.services),
        *((f"answer {one}", before.answers.get(one, {}), after.answers.get(one, {})) for one in languages),
        *((f"text {one}", before.texts.get(one, {}), after.texts.get(one, {})) for one in languages),
    ]
    return tuple(change for what, old_ones, new_ones in pairs for change in _changed(what, old_ones, new_ones))


def _changed(what: str, before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[Change]:
    for name in sorted(before.keys() | after.keys()):
        if name not in before:
            yield Change(what, name, "added", "")
        elif name not in after:
            yield Change(what, name, "removed", "")
        elif before[name] != after[name]:
            yield Change(what, name, "changed", " ".join(_fields(before[name], after[name])))


def _fields(before: object, after: object) -> list[str]:
    names = getattr(type(after), "model_fields", {})
    return [name for name in names if getattr(before, name) != getattr(after, name)]


def _sound(root: Path) -> Loaded:
    loaded = loading.read(root)
    problems = [*loaded.problems(), *loading.links(loaded)]
    if problems:
        raise BrokenContent(problems)
    return loaded


def as_csv(rows: Sequence[Due] | Sequence[Change], kind: type[Due] | type[Change]) -> str:
    """Rows as CSV with a heading, for a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([field.name for field in fields(kind)])
    writer.writerows(astuple(row) for row in rows)
    return out.getvalue()


def as_table(rows: Sequence[Due] | Sequence[Change], kind: type[Due] | type[Change]) -> str:
    """Rows as a table for the terminal."""
    cells = [[field.name for field in fields(kind)], *([str(value) for value in astuple(row)] for row in rows)]
    widths = [min(60, max(len(row[column]) for row in cells)) for column in range(len(cells[0]))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells)
