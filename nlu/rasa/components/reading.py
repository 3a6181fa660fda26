"""From a message to what can be counted in it: words, letters, concepts and word families.

Pure. Holds no weights: `vocabulary` turns what is read here into numbers.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml
from faro_text.concepts import Concepts
from faro_text.normalise import normalise

MAX_WORDS = 200
"""Words of a message that are read: a hundred is a long message, and the time is bounded."""

_LETTERS = range(2, 6)
_MARKS = frozenset(",.")
_WINDOW = 3

Forms = list[tuple[str, str]]
"""Pairs of a concept id and a form."""


class Reader:
    """Reads messages with a thesaurus of concepts and one of word families."""

    def __init__(self, concepts: Forms, families: Forms) -> None:
        self.forms = {"concepts": concepts, "families": families}
        self._concepts = Concepts(concepts)
        self._families = Concepts(families)

    def read(self, text: str) -> dict[str, list[str]]:
        """The features of each block, repeated as often as they occur."""
        spoken = normalise(text).split()[:MAX_WORDS]
        words = [word for word in spoken if word not in _MARKS]
        concepts = [span.concept for span in self._concepts.spans_in(spoken)]
        families = [span.concept for span in self._families.spans_in(spoken)]
        return {
            "words": [*words, *_neighbours(words)],
            "letters": [part for word in words for part in _parts(word)],
            "concepts": [*concepts, *_neighbours(concepts), *_together(concepts)],
            "families": [*families, *_neighbours(families), *_together(families)],
        }


def concept_forms(folder: Path) -> Forms:
    """Every form of the concepts in a folder of YAML files (concept -> language -> forms)."""
    documents = (yaml.safe_load(path.read_text("utf-8")) for path in sorted(folder.glob("*.yml")))
    return [
        (concept, str(form))
        for document in documents
        for concept, spoken in document.items()
        for forms in spoken.values()
        for form in forms
    ]


def family_forms(path: Path) -> Forms:
    """Every form of the word families in a YAML file (a list of families, each a list of forms; the first one names it)."""
    families: list[list[Any]] = yaml.safe_load(path.read_text("utf-8"))
    return [(str(forms[0]).rstrip("*"), str(form)) for forms in families for form in forms]


def _neighbours(items: Sequence[str]) -> list[str]:
    return [f"{one} {other}" for one, other in pairwise(items)]


def _together(items: Sequence[str]) -> list[str]:
    """Pairs that stand near each other, in either order, each once."""
    pairs = {tuple(sorted((one, other))) for at, one in enumerate(items) for other in items[at + 1 : at + 1 + _WINDOW]}
    return sorted(f"{one}&{other}" for one, other in pairs if one != other)


def _parts(word: str) -> Iterator[str]:
    """The letter groups of a word, its edges marked by spaces."""
    edged = f" {word} "
    for size in _LETTERS:
        if size > len(edged):
            break
        for at in range(len(edged) - size + 1):
            yield edged[at : at + size]
