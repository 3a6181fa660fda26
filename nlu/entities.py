"""What flows can use in a message: places, countries of origin, time since an event, a child's age, documents.

Rules and tables over the normalised text; no model. The names of places are the caller's (the content's directory): a place is
its id, or the ids of all that it may mean.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Protocol

from faro_text.concepts import Concepts
from faro_text.normalise import normalise

from nlu.entity_words import (
    BEFORE_ORIGIN,
    BEFORE_PLACE,
    COMMON_NAMES,
    COUNTRIES,
    DOCUMENTS,
    MOMENTS,
    NUMBERS,
    ONLY_WITH_ORIGIN,
    UNIT_HOURS,
    WEEKDAYS,
)
from nlu.understanding import Entity

_READ = 2_000  # characters
_SHORT = 4  # letters: "tj", "nl", "leon" are a place only where a place is expected
_ADULT = 18
EITHER = "|"
"""Between the ids of places that share a name."""

_COMMON = frozenset(COMMON_NAMES.split())
_BEFORE_PLACE = frozenset(BEFORE_PLACE.split())
_BEFORE_ORIGIN = frozenset(BEFORE_ORIGIN.split())

_NUMBER = r"(?:\d{1,3}(?:[.,]\d)?|" + "|".join(sorted(NUMBERS, key=len, reverse=True)) + ")"
_UNIT = "(?:" + "|".join(sorted(UNIT_HOURS, key=len, reverse=True)) + ")"
_SPAN_ES = re.compile(rf"\bhace (?:como |ya |casi |unas? )?({_NUMBER})(?: de| y media)? ({_UNIT})\b")
_SPAN_ES_AFTER = re.compile(rf"\b({_NUMBER}) ({_UNIT}) atras\b")
_SPAN_EN = re.compile(rf"\b({_NUMBER})(?: of)? ({_UNIT}) (?:ago|back)\b")
_MOMENT = re.compile(r"\b(" + "|".join(sorted(MOMENTS, key=len, reverse=True)) + r")\b")
_WEEKDAY = re.compile(r"\b(?:el|on|last|este|desde el|since) (" + "|".join(WEEKDAYS) + r")\b")
_AHEAD = re.compile(
    r"\b(?:cita|proxim[oa]|next|para el|hasta|until|by|sera|appointment|voy|vamos|puedo|abren|antes del|before)\b"
)

_CHILD = (
    r"(?:hij[oa]s?|hijit[oa]s?|niñ[oa]s?|niñit[oa]s?|bebe|bebit[oa]|nen[ea]|cipot[ea]s?|patoj[oa]s?|güir[oa]|guir[oa]|guagua|"
    r"chamac[oa]s?|chavalit?[oa]|chiquit[oa]|peque|menor|sobrin[oa]s?|niet[oa]s?|hermanit[oa]s?|"
    r"sons?|daughters?|kids?|child|children|baby|toddler|boy|girl|niece|nephew|grandson|granddaughter|little one)"
)
_YEARS_AFTER = re.compile(
    rf"\b{_CHILD}(?: (?!hace\b|tengo\b|desde\b|,|\.|\?)[^ ]+){{0,4}}? ({_NUMBER}) "
    r"(años|añitos|añito|año|meses|mes|semanas|dias|years?|months?|weeks?|days?)\b"
    r"(?! (?:ago|atras|que|sin|de casad|buscando|esperando|aqui|here|in))"
)
_YEARS_OLD = re.compile(rf"\b({_NUMBER}) (years?|months?|weeks?|days?) old\b")
_NEWBORN = re.compile(r"\b(?:recien nacid[oa]s?|newborns?)\b")


class Places(Protocol):
    """Whoever knows the places of Mexico."""

    def find(self, words: Sequence[str]) -> Iterable[tuple[int, int, tuple[str, ...]]]:
        """(first word, end, ids) of every place named in normalised words; several ids where the name is shared."""
        ...


def find(text: str, places: Places | None = None, now: datetime | None = None) -> tuple[Entity, ...]:
    """Every entity of a message, in order of appearance. `now` is needed for weekdays; they are left out without it."""
    plain = normalise(text[:_READ])
    words = plain.split()
    found = [
        (at, "place", EITHER.join(ids)) for at, end, ids in (places.find(words) if places else ()) if _is_named(words, at, end)
    ]
    found += [(at, "country", code) for at, code in _countries(words)]
    found += [(span.start, "document", span.concept) for span in _documents().spans_in(words)]
    found += [(_word_at(plain, at), "hours_ago", f"{hours:g}") for at, hours in _hours(plain, now)]
    found += [(_word_at(plain, at), "child_age", f"{years:g}") for at, years in _ages(plain)]
    return tuple(dict.fromkeys(Entity(kind, value) for _, kind, value in sorted(found, key=lambda item: item[0])))


def _is_named(words: Sequence[str], start: int, end: int) -> bool:
    """Whether the name is meant as one: a short or common word only where a place is expected."""
    name = words[start:end]
    sure = not _COMMON.issuperset(name) and (len(name) > 1 or len(name[0]) > _SHORT)
    return sure or len(words) == len(name) or (start > 0 and words[start - 1] in _BEFORE_PLACE)


def _countries(words: Sequence[str]) -> list[tuple[int, str]]:
    found = []
    for span in _country_names().spans_in(words):
        before = words[max(0, span.start - 3) : span.start]
        if span.concept not in ONLY_WITH_ORIGIN or _BEFORE_ORIGIN.intersection(before):
            found.append((span.start, span.concept))
    return found


def _hours(plain: str, now: datetime | None) -> list[tuple[int, float]]:
    """(position, hours) of every time since an event."""
    found: list[tuple[int, float]] = []
    rest = plain
    for pattern, read in _TIMES:
        found += [(match.start(), read(match)) for match in pattern.finditer(rest)]
        rest = pattern.sub(lambda match: "_" * len(match.group()), rest)
    if now is not None and not _AHEAD.search(plain):
        found += [(match.start(), _since_weekday(match.group(1), now)) for match in _WEEKDAY.finditer(rest)]
    return found


def _spelled(match: re.Match[str]) -> float:
    return round(_number(match.group(1)) * UNIT_HOURS[match.group(2)], 2)


_TIMES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], float]], ...] = (
    (_SPAN_ES, _spelled),
    (_SPAN_ES_AFTER, _spelled),
    (_SPAN_EN, _spelled),
    (_MOMENT, lambda match: MOMENTS[match.group(1)]),
)


def _since_weekday(day: str, now: datetime) -> float:
    return 24.0 * ((now.weekday() - WEEKDAYS[day]) % 7 or 7)


def _ages(plain: str) -> list[tuple[int, float]]:
    """(position, years) of every child whose age is told; months and weeks as whole years."""
    told = [*_YEARS_AFTER.finditer(plain), *_YEARS_OLD.finditer(plain)]
    ages = [(match.start(1), _years(_number(match.group(1)), match.group(2))) for match in told]
    newborn = [(match.start(), 0.0) for match in _NEWBORN.finditer(plain)]
    return [(at, years) for at, years in ages if years < _ADULT] + newborn


def _years(count: float, unit: str) -> float:
    if unit.startswith(("año", "añ", "year")):
        return float(int(count))
    return float(int(count * UNIT_HOURS[unit] / UNIT_HOURS["year"]))


def _number(word: str) -> float:
    return NUMBERS[word] if word in NUMBERS else float(word.replace(",", "."))


def _word_at(plain: str, position: int) -> int:
    return plain.count(" ", 0, position)


@cache
def _country_names() -> Concepts:
    return _table(COUNTRIES)


@cache
def _documents() -> Concepts:
    return _table(DOCUMENTS)


def _table(forms: Mapping[str, str]) -> Concepts:
    return Concepts.from_mapping({key: {"es": line.split(", ")} for key, line in forms.items()})
