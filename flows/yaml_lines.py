"""YAML as plain data, with the line of every key, so that a mistake can be shown where it stands.

Stricter than YAML 1.1: `yes`, `no`, `on` and `off` are words; a key may stand once; tags and anchors of other kinds are refused.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from flows.problems import BrokenScripts, Problem

Path_ = tuple[str | int, ...]
_INT, _FLOAT, _BOOL, _NULL = (f"tag:yaml.org,2002:{kind}" for kind in ("int", "float", "bool", "null"))


@dataclass(slots=True)
class Sourced:
    """A file's data. `lines` maps the path of a value, from the root, to the line (from 1) where it stands."""

    file: str
    data: Any = None
    lines: dict[Path_, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, path: Path_) -> int:
        """The line of a path, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)

    def problem(self, path: Path_, what: str, remedy: str) -> Problem:
        key = ".".join(str(part) for part in path) or "file"
        return Problem(self.file, self.line(path), key, what, remedy)


def read(path: Path, name: str | None = None) -> Sourced:
    """Read one file. Raises `BrokenScripts` when it is not YAML or says a key twice."""
    sourced = Sourced(name or path.name)
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        what = f"not YAML ({error.problem or 'cannot be read'})"
        raise BrokenScripts([Problem(sourced.file, line, "file", what, "check indentation, quotes and colons")]) from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise BrokenScripts([Problem(sourced.file, 1, "file", "not UTF-8 text", "save the file as UTF-8")]) from None
    if node is not None:
        sourced.data = _plain(node, (), sourced)
    if sourced.problems:
        raise BrokenScripts(sourced.problems)
    return sourced


def _plain(node: yaml.Node, path: Path_, into: Sourced) -> Any:
    into.lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, into)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child, (*path, index), into) for index, child in enumerate(node.value)]
    return _scalar(node, path, into)


def _mapping(node: yaml.MappingNode, path: Path_, into: Sourced) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        here = (*path, key)
        if key in found:
            line = key_node.start_mark.line + 1
            into.problems.append(Problem(into.file, line, key, "stands twice", "keep one of the two"))
            continue
        into.lines[here] = key_node.start_mark.line + 1
        found[key] = _plain(value_node, here, into)
    return found


def _scalar(node: yaml.Node, path: Path_, into: Sourced) -> Any:
    text = str(node.value)
    try:
        if node.tag == _INT:
            return int(text)
        if node.tag == _FLOAT:
            return float(text)
    except ValueError:
        return text
    if node.tag == _NULL:
        return None
    if node.tag == _BOOL and text.lower() in ("true", "false"):
        return text.lower() == "true"
    return text
