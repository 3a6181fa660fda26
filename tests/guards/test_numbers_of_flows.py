"""A number by which a flow decides comes from a fact, named beside it; when the fact changes, the flow has to."""

import re
from pathlib import Path

import pytest

from content import loading
from content.library import Library

ROOT = Path(__file__).parents[2]
_BOUND = re.compile(r"\b(?:below|at_least): (\d+)")
_FACT = re.compile(r"# fact ([a-z0-9-]+)")


def bounds() -> list[tuple[str, str, str | None]]:
    """(where, number, fact) of every bound in the scripts."""
    found = []
    for path in sorted((ROOT / "flows" / "scripts").glob("*.yml")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if bound := _BOUND.search(line):
                fact = _FACT.search(line)
                found.append((f"{path.name}:{number}", bound[1], fact[1] if fact else None))
    return found


@pytest.mark.parametrize(("where", "number", "fact"), bounds())
def test_bound_is_that_of_its_fact(where: str, number: str, fact: str | None) -> None:
    assert fact is not None, f"{where}: name the fact: `# fact ID`"
    library = Library(loading.read(ROOT / "content"), production=False)
    assert re.search(rf"\b{number}\b", library.fill("es", f"{{fact:{fact}}}").text), where


def test_there_are_bounds() -> None:
    assert len(bounds()) >= 3
