"""Reads the thesaurus of `nlu/concepts/`: concept -> language -> forms. Checked as it is read."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import yaml
from faro_text.concepts import Concepts, Forms

FOLDER = Path(__file__).parent / "concepts"


class BrokenThesaurus(ValueError):
    """A file of the thesaurus cannot be used. Says file, key, what is wrong and what to do."""


def load(folder: Path = FOLDER) -> dict[str, Forms]:
    """Every concept of every file. Raises BrokenThesaurus."""
    thesaurus: dict[str, Forms] = {}
    for file in sorted(folder.glob("*.yml")):
        for concept, spoken in _mapping(file, yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader), "the file").items():
            if concept in thesaurus:
                raise BrokenThesaurus(f"{file.name}: {concept}: written twice: join the two")
            thesaurus[concept] = _checked(file, concept, spoken)
    return thesaurus


@cache
def concepts() -> Concepts:
    """The packaged thesaurus, ready to read messages."""
    return Concepts.from_mapping(load())


def _checked(file: Path, concept: str, spoken: object) -> Forms:
    checked = _mapping(file, spoken, concept)
    for language, forms in checked.items():
        if not isinstance(forms, list):
            raise BrokenThesaurus(f"{file.name}: {concept}.{language}: not a list: write [form, form]")
        for form in forms:
            if not isinstance(form, str):
                raise BrokenThesaurus(f"{file.name}: {concept}.{language}: {form}: not a text: put it in quotes")
    return checked


def _mapping(file: Path, value: object, key: str) -> Mapping[str, list[str]]:
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
        raise BrokenThesaurus(f"{file.name}: {key}: not names with values: write name: value, with yes and no in quotes")
    return value
