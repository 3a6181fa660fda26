"""Reading `safety.yml`: entries, slots and marks, each mistake with its file, line, key and remedy."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bot.safety.pattern import PatternError, Slots, Variant, compile_pattern
from bot.safety.risk import Risk


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


KINDS = _words(
    "physical strangulation weapon sexual threats captivity control stalking vicarious economic digital gang kidnapping "
    "extortion trafficking detention officials child missing self_harm medical homeless danger coded distress aggressor"
)
SAYS = frozenset(("phone_held", "leaving", "aggressor", "says_safe", "minor"))
_FIELDS = _words(
    "id kind level owner version patterns unless imminent_within undated figurative weak lasting fixed says examples counter"
)
_LINE = "__line__"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that can be told.

    Attributes:
        imminent_within: hours in which it is imminent; `undated`: also when no time is named.
        figurative: laughter beside it makes it a figure of speech.
        weak: a hint: concern only while no model is sure of none.
        lasting: its danger does not pass with the years.
        fixed: no context changes it.
        says: what else it tells (phone_held, leaving, aggressor, says_safe, minor).
        place: file:line, for messages to editors.
    """

    id: str
    kind: str
    level: Risk
    owner: str
    version: int
    variants: tuple[Variant, ...]
    unless: tuple[Variant, ...] = ()
    imminent_within: float | None = None
    undated: bool = False
    figurative: bool = False
    weak: bool = False
    lasting: bool = False
    fixed: bool = False
    says: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    counter: tuple[str, ...] = ()
    place: str = ""


@dataclass(slots=True)
class Pack:
    entries: list[Entry] = field(default_factory=list)
    marks: dict[str, list[Variant]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


class _Lined(yaml.CSafeLoader):
    """Mappings that know the line they stand on."""


def _mapping(loader: _Lined, node: yaml.MappingNode) -> dict[Any, Any]:
    values = loader.construct_mapping(node, deep=True)
    values[_LINE] = node.start_mark.line + 1
    return values


_Lined.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_folder(root: Path) -> Pack:
    """Every `<language>/safety.yml`. Problems are collected, never raised."""
    pack = Pack()
    for file in sorted(root.glob("[a-z][a-z]/safety.yml")):
        name = f"{file.parent.name}/{file.name}"
        try:
            raw = yaml.load(file.read_text(encoding="utf-8"), _Lined)  # noqa: S506 - a safe loader
        except (OSError, UnicodeDecodeError) as error:
            pack.problems.append(f"{name}:1: file: cannot be read ({type(error).__name__}): save it as UTF-8")
            continue
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            pack.problems.append(f"{name}:{mark.line + 1 if mark else 1}: yaml: not readable: check quotes and indentation")
            continue
        _read_file(pack, raw or {}, name, file.parent.name)
    ids = [entry.id for entry in pack.entries]
    pack.problems.extend(
        f"{entry.place}: {entry.id}: the id is used twice: choose another" for entry in pack.entries if ids.count(entry.id) > 1
    )
    return pack


def _read_file(pack: Pack, raw: Mapping[str, Any], name: str, language: str) -> None:
    slots = Slots({k: _items(v) for k, v in (raw.get("slots") or {}).items() if k != _LINE}, language)
    for mark, patterns in (raw.get("marks") or {}).items():
        if mark != _LINE:
            found = _compiled(pack, patterns, slots, language, f"{name}:1", f"marks.{mark}")
            pack.marks.setdefault(mark, []).extend(found)
    for item in raw.get("entries") or ():
        place = f"{name}:{item[_LINE]}"
        entry = _entry(pack, item, slots, language, place, str(raw.get("owner", "")))
        if entry is not None:
            pack.entries.append(entry)


def _entry(pack: Pack, item: Mapping[str, Any], slots: Slots, language: str, place: str, owner: str) -> Entry | None:
    key = str(item.get("id", "?"))
    problems = [f"{place}: {key}: {what}" for what in _wrong(item)]
    if problems:
        pack.problems.extend(problems)
        return None
    return Entry(
        id=key,
        kind=item["kind"],
        level=Risk.of(item["level"]),
        owner=item.get("owner", owner),
        version=item.get("version", 1),
        variants=_compiled(pack, item["patterns"], slots, language, place, key),
        unless=_compiled(pack, item.get("unless", ()), slots, language, place, key),
        imminent_within=item.get("imminent_within"),
        **{flag: bool(item.get(flag)) for flag in ("undated", "figurative", "weak", "lasting", "fixed")},
        says=tuple(item.get("says", ())),
        examples=tuple(item.get("examples", ())),
        counter=tuple(item.get("counter", ())),
        place=place,
    )


def _wrong(item: Mapping[str, Any]) -> Iterator[str]:
    for field_name in sorted(set(item) - _FIELDS - {_LINE}):
        yield f"{field_name} is no field: remove it, or see docs/lexicon.md"
    for field_name in ("id", "kind", "level", "patterns"):
        if not item.get(field_name):
            yield f"{field_name} is missing: add it"
    if item.get("kind") and item["kind"] not in KINDS:
        yield f"kind {item['kind']} is unknown: use one of {', '.join(sorted(KINDS))}"
    if item.get("level") and str(item["level"]) not in {risk.word for risk in Risk}:
        yield f"level {item['level']} is unknown: use none, concern, high or imminent"
    for word in set(item.get("says", ())) - SAYS:
        yield f"says {word} is unknown: use one of {', '.join(sorted(SAYS))}"
    for field_name in ("examples", "counter"):
        if not item.get(field_name):
            yield f"{field_name} is missing: write at least one message"


def _compiled(pack: Pack, patterns: Sequence[str], slots: Slots, language: str, place: str, key: str) -> tuple[Variant, ...]:
    variants: list[Variant] = []
    for pattern in patterns:
        try:
            variants.extend(compile_pattern(str(pattern), slots, language))
        except PatternError as error:
            pack.problems.append(f"{place}: {key}: {error}")
    return tuple(dict.fromkeys(variants))


def _items(value: str | Sequence[str]) -> list[str]:
    """A slot is a list, or words and quoted-free phrases parted by `|` or line ends."""
    if isinstance(value, str):
        return [part.strip() for part in value.replace("\n", "|").split("|") if part.strip()]
    return [str(part) for part in value]
