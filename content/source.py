"""YAML files as plain data whose mistakes can be shown where they stand.

Stricter than YAML 1.1: `yes`, `no`, `on` and `off` are words, `079` keeps its zero, a key stands once, dates are dates, and tags
of other kinds are refused. Lines are looked up only when something is wrong, so a sound library costs no more than its data.
"""

import datetime
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from content.problems import Problem

Keys = Sequence[str | int]
_TAG = "tag:yaml.org,2002:"
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_INT = re.compile(r"-?(0|[1-9]\d*)")


class Source:
    """One file: its data, and the problems met while reading it."""

    def __init__(self, path: Path, root: Path) -> None:
        self.name = str(path.relative_to(root))
        self.problems: list[Problem] = []
        self.data: Any = None
        self._node: yaml.Node | None = None
        try:
            self._node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
            self.data = None if self._node is None else self._plain(self._node)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            self._broken(line, f"not YAML ({error.problem or 'cannot be read'})", "check indentation, quotes and colons")
        except (yaml.YAMLError, UnicodeDecodeError):
            self._broken(1, "not UTF-8 text", "save the file as UTF-8 without control characters")
        except RecursionError:
            self._broken(1, "nested too deeply", "flatten it")

    def line(self, keys: Keys) -> int:
        """The line (from 1) of a value, or of the nearest thing around it."""
        node, line = self._node, 1
        for key in keys:
            found = _child(node, key)
            if found is None:
                continue  # a step of the model that the file does not have
            node, line = found
        return line

    def problem(self, keys: Keys, what: str, remedy: str, *, key: str | None = None, warning: bool = False) -> Problem:
        named = key or ".".join(str(part) for part in keys) or "file"
        return Problem(self.name, self.line(keys), named, what, remedy, warning)

    def report(self, keys: Keys, what: str, remedy: str, *, key: str | None = None) -> None:
        self.problems.append(self.problem(keys, what, remedy, key=key))

    def model[M: BaseModel](self, kind: type[M], data: Any, keys: Keys) -> M | None:
        """The data as a model, or None after its mistakes were noted."""
        try:
            return kind.model_validate(data)
        except ValidationError as error:
            name = data.get("id") if isinstance(data, dict) else None
            for fault in error.errors(include_url=False):
                path = [*keys, *fault["loc"]]
                label = ".".join(str(part) for part in ([name] if name else []) + list(fault["loc"])) or "file"
                self.report(path, *_said(kind, fault), key=label)
            return None

    def records(self, within: str | None = None) -> Iterator[tuple[Keys, Any]]:
        """The records of a list file, with where each stands. Notes a problem when the file is no such list."""
        data = self.data if within is None or not isinstance(self.data, dict) else self.data.get(within)
        if data is None and within is None:
            return
        if not isinstance(data, list):
            self.report([within] if within else [], "not a list of records", "begin every record with '- id: …'")
            return
        for index, record in enumerate(data):
            yield ([within, index] if within else [index]), record

    def _broken(self, line: int, what: str, remedy: str) -> None:
        self.data = None
        self.problems.append(Problem(self.name, line, "file", what, remedy))

    def _plain(self, node: yaml.Node) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node)
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(child) for child in node.value]
        return _scalar(node)

    def _mapping(self, node: yaml.MappingNode) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in found:
                line = key_node.start_mark.line + 1
                self.problems.append(Problem(self.name, line, key, "stands twice", "keep one of the two"))
                continue
            found[key] = self._plain(value_node)
        return found


def _child(node: yaml.Node | None, key: str | int) -> tuple[yaml.Node, int] | None:
    if isinstance(node, yaml.MappingNode):
        for key_node, value_node in node.value:
            if key_node.value == str(key):
                return value_node, key_node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        return node.value[key], node.value[key].start_mark.line + 1
    return None


def _scalar(node: yaml.Node) -> Any:
    text = str(node.value)
    plain = getattr(node, "style", None) is None
    if not plain or node.tag == _TAG + "str":
        return text
    if node.tag == _TAG + "null":
        return None
    if node.tag == _TAG + "int" and _INT.fullmatch(text) and len(text) < 16:
        return int(text)
    if node.tag == _TAG + "float":
        try:
            return float(text)
        except ValueError:
            return text
    if _DATE.fullmatch(text):
        try:
            return datetime.date.fromisoformat(text)
        except ValueError:
            return text
    if text in ("true", "false"):
        return text == "true"
    return text


def _said(kind: type[BaseModel], fault: Any) -> tuple[str, str]:
    match fault["type"]:
        case "missing":
            return "is missing", "add it"
        case "extra_forbidden":
            return "unknown key", "correct its spelling or remove it; docs/editing.md lists the keys"
        case "literal_error":
            return f"not one of {fault['ctx']['expected']}", "take one of them"
        case "value_error" | "assertion_error":
            what, _, remedy = str(fault["ctx"]["error"]).partition(": ")
            return what, remedy or "correct it"
        case "string_pattern_mismatch":
            return f"{fault['input']} is not of the right form", f"write it like {fault['ctx']['pattern']}"
        case "union_tag_invalid" | "union_tag_not_found":
            return "no kind of value", "use phone, whatsapp, short_code, url, email, deadline, amount or text"
        case _:
            return str(fault["msg"]).lower(), "correct it"
