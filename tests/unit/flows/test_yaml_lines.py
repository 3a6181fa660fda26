"""YAML with lines: what an editor got wrong is named where it stands."""

from pathlib import Path

import pytest

from flows import yaml_lines
from flows.problems import BrokenScripts


def read(folder: Path, text: str) -> yaml_lines.Sourced:
    file = folder / "a.yml"
    file.write_text(text, encoding="utf-8")
    return yaml_lines.read(file)


def test_values_know_their_lines(tmp_path: Path) -> None:
    found = read(tmp_path, "a: 1\nb:\n  - x\n  - c: true\n")
    assert found.data == {"a": 1, "b": ["x", {"c": True}]}
    assert (found.line(("b", 1, "c")), found.line(("b", 0)), found.line(("b", 7, "gone"))) == (4, 3, 2)


def test_yes_and_no_are_words(tmp_path: Path) -> None:
    assert read(tmp_path, "on: yes\noff: no\n").data == {"on": "yes", "off": "no"}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: 2\na: 3\n", "a.yml:3: a: stands twice"),
        ("a:\n  - b\n c: 1\n", "a.yml:3: file: not YAML"),
        ("a: [1,\n", "a.yml:2"),
    ],
)
def test_broken_file_is_refused_with_its_line(tmp_path: Path, text: str, line: str) -> None:
    with pytest.raises(BrokenScripts) as caught:
        read(tmp_path, text)
    assert caught.value.lines[0].startswith(line)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_bytes(b"\xff\xfe\x00a")
    with pytest.raises(BrokenScripts, match=r"a\.yml:1"):
        yaml_lines.read(tmp_path / "a.yml")


def test_empty_file_is_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, "").data is None
