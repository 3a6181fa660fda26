"""Changes that editors make to facts and services between two releases of the content: verified, withdrawn, corrected.

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
from ruamel.yaml.scalarstring import SingleQuotedScalarString

from content.directory import Service
from content.facts import Fact, Line, Record

What = Literal["fact", "service"]
_FILES = {"fact": "facts/*.yml", "service": "directory/services.yml"}
_NEED_QUOTES = frozenset({"yes", "no", "on", "off"})
"""Words that a reader of YAML could take for something else."""


class Change(Record):
    """One decision about one fact or service.

    Attributes:
        action: verify (somebody checked it), withdraw (nobody is told it any more), correct (something else is true).
        by: who checked it, as `verified_by` will say.
        values: for correct: the new values of a fact in the order of the record; of a service the keys that change, in one
            mapping, a key that is None goes.
    """

    what: What = "fact"
    id: str
    action: Literal["verify", "withdraw", "correct"]
    by: Line
    on: datetime.date
    values: tuple[Mapping[str, Any], ...] = Field(())

    def keys(self) -> dict[str, Any]:
        """The keys of the record that this change writes."""
        verified = {"verified_by": self.by, "verified_on": self.on}
        match self.action, self.what:
            case "withdraw", _:
                return {"show": "internal"}
            case "verify", _:
                return verified
            case _, "service":
                return {**(self.values[0] if self.values else {}), **verified}
            case _:
                return {"values": [dict(v) for v in self.values], **verified}

    def outlives(self, review_by: datetime.date | None) -> bool:
        """Whether a last day of the old reading no longer holds: somebody has checked since."""
        return self.action != "withdraw" and review_by is not None and review_by <= self.on


def amended[T: (Fact, Service)](what: What, records: Mapping[str, T], changes: Iterable[Change]) -> dict[str, T]:
    """The records with the changes laid over them, in order. What no longer fits a record is passed over."""
    result = dict(records)
    for change in changes:
        record = result.get(change.id) if change.what == what else None
        if record is not None and (new := changed(record, change)) is not None:
            result[change.id] = new
    return result


def changed[T: (Fact, Service)](record: T, change: Change) -> T | None:
    """The record after a change, or None when the change does not make a sound one."""
    raw = {**record.model_dump(mode="json", exclude_none=True), **change.keys()}
    if change.outlives(record.review_by):
        raw.pop("review_by")
    try:
        return type(record).model_validate({key: value for key, value in raw.items() if value is not None})
    except ValidationError:
        return None


def export(root: Path, changes: Iterable[Change]) -> tuple[Path, ...]:
    """Write the changes into the records under `root`; the files that changed. Comments and order stay."""
    held: dict[str, dict[str, list[Change]]] = {}
    for change in changes:
        held.setdefault(change.what, {}).setdefault(change.id, []).append(change)
    written = []
    for what, by_id in held.items():
        for file in sorted(root.glob(_FILES[what])):
            text = file.read_text(encoding="utf-8")
            new = rewritten(text, by_id)
            if new != text:
                file.write_text(new, encoding="utf-8")
                written.append(file)
    return tuple(written)


def rewritten(text: str, by_id: Mapping[str, Iterable[Change]]) -> str:
    """A file of records with the changes in it; the same text when none concerns it."""
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 100_000  # one line a sentence: a change shows as the line it is
    yaml.indent(mapping=2, sequence=4, offset=2)
    records = yaml.load(text) or []
    touched = False
    for record in records:
        for change in by_id.get(record.get("id"), ()):
            for key, value in change.keys().items():
                _write(record, key, value)
            if change.outlives(record.get("review_by")):
                del record["review_by"]
            touched = True
    if not touched:
        return text
    out = StringIO()
    yaml.dump(records, out)
    return dedent(out.getvalue())  # the list of records itself stands at the margin


def _write(record: Any, key: str, value: Any) -> None:
    if value is None:
        record.pop(key, None)
    elif key in record:
        record[key] = _quoted(value)
    else:
        record.insert(list(record).index("show") + 1, key, _quoted(value))


def _quoted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _quoted(inner) for key, inner in value.items()}
    return SingleQuotedScalarString(value) if isinstance(value, str) and value in _NEED_QUOTES else value
