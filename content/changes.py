"""Changes that editors make to facts between two releases of the content: verified, withdrawn, corrected.

They are laid over the records that were read, so that a withdrawal reaches every answer at once, and can be written back into the
YAML with its comments and order kept.
"""

import datetime
from collections.abc import Iterable, Mapping
from io import StringIO
from pathlib import Path
from textwrap import dedent
from typing import Any, Literal

from pydantic import Field, ValidationError
from ruamel.yaml import YAML

from content.facts import Fact, Line, Record


class FactChange(Record):
    """One decision about one fact.

    Attributes:
        action: verify (somebody checked it), withdraw (nobody is told it any more), correct (other values).
        by: who checked it, as `verified_by` will say.
        values: for correct: the new values in the order of the record.
    """

    fact: str
    action: Literal["verify", "withdraw", "correct"]
    by: Line
    on: datetime.date
    values: tuple[Mapping[str, Any], ...] = Field(())

    def keys(self) -> dict[str, Any]:
        """The keys of the record that this change writes."""
        match self.action:
            case "withdraw":
                return {"show": "internal"}
            case "verify":
                return {"verified_by": self.by, "verified_on": self.on}
            case _:
                return {"values": [dict(v) for v in self.values], "verified_by": self.by, "verified_on": self.on}

    def outlives(self, review_by: datetime.date | None) -> bool:
        """Whether a last day of the old reading no longer holds: somebody has checked since."""
        return self.action != "withdraw" and review_by is not None and review_by <= self.on


def amended(facts: Mapping[str, Fact], changes: Iterable[FactChange]) -> dict[str, Fact]:
    """The facts with the changes laid over them, in order. What no longer fits a record is passed over."""
    result = dict(facts)
    for change in changes:
        fact = result.get(change.fact)
        if fact is not None and (new := changed(fact, change)) is not None:
            result[change.fact] = new
    return result


def changed(fact: Fact, change: FactChange) -> Fact | None:
    """The fact after a change, or None when the change does not make a sound fact."""
    raw = {**fact.model_dump(mode="json", exclude_none=True), **change.keys()}
    if change.outlives(fact.review_by):
        raw.pop("review_by")
    try:
        return Fact.model_validate(raw)
    except ValidationError:
        return None


def export(root: Path, changes: Iterable[FactChange]) -> tuple[Path, ...]:
    """Write the changes into the records under `root/facts`; the files that changed. Comments and order stay."""
    by_fact: dict[str, list[FactChange]] = {}
    for change in changes:
        by_fact.setdefault(change.fact, []).append(change)
    written = []
    for file in sorted((root / "facts").glob("*.yml")):
        text = file.read_text(encoding="utf-8")
        new = rewritten(text, by_fact)
        if new != text:
            file.write_text(new, encoding="utf-8")
            written.append(file)
    return tuple(written)


def rewritten(text: str, by_fact: Mapping[str, Iterable[FactChange]]) -> str:
    """A file of facts with the changes in it; the same text when none concerns it."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 100_000  # one line a sentence: a change shows as the line it is
    yaml.indent(mapping=2, sequence=4, offset=2)
    records = yaml.load(text) or []
    touched = False
    for record in records:
        for change in by_fact.get(record.get("id"), ()):
            for key, value in change.keys().items():
                if key in record:
                    record[key] = value
                else:
                    record.insert(list(record).index("show") + 1, key, value)
            if change.outlives(record.get("review_by")):
                del record["review_by"]
            touched = True
    if not touched:
        return text
    out = StringIO()
    yaml.dump(records, out)
    return dedent(out.getvalue())  # the list of records itself stands at the margin
