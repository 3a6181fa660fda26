"""Her own words as an answer: numbers, days, yes and no, places, and which of the offered choices she means. Pure."""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from difflib import SequenceMatcher
from zoneinfo import ZoneInfo

from faro_text.words import bare

from flows import vocabulary as say
from flows.model import Given, World

CONFIDENT = 0.5
"""From this probability on, a topic is taken as said."""
SURE = 0.9
"""From this probability on, a topic is taken as said that her words do not name."""
HERE = ZoneInfo("America/Mexico_City")
_LONGEST_AGO = timedelta(days=365 * 120)
_NO_PLACE = frozenset({"out_of_scope", "greet", "shelter"})
_WHERE = re.compile(r"^((estoy|vivo|ando|estamos|i am|im|we are) )?((en|in|at|por|cerca de|near) )?")


def read(expect: str, given: Given, world: World, low: float, high: float) -> str | None:
    """What she wrote as a canonical value of the expected kind, or None."""
    match expect:
        case "text":
            return given.text or None
        case "yes_no":
            return yes_no(given)
        case "number":
            found = number(given.text)
            return f"{found:g}" if found is not None and low <= found <= high else None
        case "date":
            day = past_day(given, world.now)
            return day.isoformat() if day else None
        case "place":
            return place(given)
    return None


def yes_no(given: Given) -> str | None:
    """yes, no or unsure; None for a longer message that is about something of its own."""
    plain = bare(given.text)
    words = plain.split()
    topic = given.topic if given.confidence >= CONFIDENT else None
    if not words or (len(words) > 4 and topic not in (None, "affirm", "deny")):
        return None
    if unsure(given.text):
        return "unsure"
    if words[0] in say.NO:
        return "no"
    if words[0] in say.YES:
        return None if say.NO & set(words) else "yes"  # "claro que no" is anybody's guess
    return {"affirm": "yes", "deny": "no"}.get(topic or "")


def unsure(text: str) -> bool:
    """ "No sé", "quién sabe", "I don't remember"."""
    return bare(text).removeprefix("pues ").startswith(say.UNSURE)


def erasing(given: Given) -> bool:
    """Whether she clearly asks to have everything erased: in so many words, or the model has hardly a doubt."""
    return given.confidence >= SURE or any(word.startswith(say.ERASING) for word in bare(given.text).split())


def number(text: str) -> float | None:
    """The first number in a text, in digits or in words."""
    digits = re.search(r"\d{1,9}(?:[.,]\d{1,6})?", text)
    if digits:
        return float(digits[0].replace(",", "."))
    return next((float(say.NUMBERS[word]) for word in bare(text).split() if word in say.NUMBERS), None)


def past_day(given: Given, now: datetime) -> date | None:
    """A day that is past or today: "ayer", "hace 3 semanas", "5 de octubre", 2026-10-05, 5/10/2026, or what the NLU heard."""
    today = now.astimezone(HERE).date()
    found = _written_day(given.text, today) or _relative_day(bare(given.text), now)
    if found is None and "hours_ago" in given.entities:
        hours = number(given.entities["hours_ago"])
        found = _before(now, timedelta(hours=1), hours) if hours is not None else None
    return found if found is not None and date(1900, 1, 1) <= found <= today else None


def _written_day(text: str, today: date) -> date | None:
    if iso := re.search(r"\b(\d{4})-(\d{1,2})-(\d{1,2})\b", text):
        return _day(int(iso[1]), int(iso[2]), int(iso[3]))
    if slashed := re.search(r"\b(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}|\d{2}))?\b", text):
        year = int(slashed[3]) if slashed[3] else None
        return _of_year(year + 2000 if year is not None and year < 100 else year, int(slashed[2]), int(slashed[1]), today)
    words = bare(text.replace(",", " ")).split()
    month = next((word for word in words if word in say.MONTHS), None)
    if month is None:
        return None
    numbers = [int(digits[0]) for word in words if (digits := re.match(r"\d{1,4}", word))]
    year = next((n for n in numbers if n >= 1900), None)
    return _of_year(year, say.MONTHS[month], next((n for n in numbers if 1 <= n <= 31), 1), today)


def _of_year(year: int | None, month: int, day: int, today: date) -> date | None:
    """Without a year: the last such day."""
    if year is not None:
        return _day(year, month, day)
    found = _day(today.year, month, day)
    return found if found is None or found <= today else _day(today.year - 1, month, day)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _relative_day(plain: str, now: datetime) -> date | None:
    words = plain.split()
    if say.BEFORE_YESTERDAY & set(words) or "antes de ayer" in plain:
        return _before(now, timedelta(days=2), 1)
    if say.YESTERDAY & set(words) or "last night" in plain:
        return _before(now, timedelta(days=1), 1)
    at = next((index for index, word in enumerate(words) if word in say.UNITS), None)
    if at is None:
        return _before(now, timedelta(), 0) if say.TODAY & set(words) else None
    unit, before = say.UNITS[words[at]], words[at - 1] if at else ""
    if say.PAST & set(words):
        return _before(now, unit, 1)
    count = float(before) if before.isdecimal() and len(before) < 6 else say.NUMBERS.get(before)
    return _before(now, unit, count) if count is not None else None


def _before(now: datetime, unit: timedelta, count: float) -> date:
    return (now - min(unit * count, _LONGEST_AGO)).astimezone(HERE).date()


def place(given: Given) -> str | None:
    """A place: shared, recognised, or named in a few words. `here` stands for a shared location."""
    if given.location is not None:
        return "here"
    if "place" in given.entities:
        return given.entities["place"]
    named = _WHERE.sub("", bare(given.text))
    other = given.topic is not None and given.confidence >= CONFIDENT and given.topic not in _NO_PLACE
    short = 0 < len(named.split()) <= 5 and len(named) <= 60
    return named if short and not other and any(ch.isalpha() for ch in named) else None


def meant(text: str, labels: Sequence[str], *, by_order: bool = True) -> int | None:
    """Which of the offered choices she means: by its words, typos forgiven, or by number and order. None when none or several.

    Args:
        by_order: whether a number counts; not where the question itself asks for a number.
    """
    plain = bare(text)
    if not plain or not labels:
        return None
    index = _ordered(plain, len(labels)) if by_order else None
    if index is not None:
        return index
    written = [bare(label) for label in labels]
    for fits in (_same, _begins, _nearly, _within):
        found = [index for index, label in enumerate(written) if label and fits(plain, label)]
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _ordered(plain: str, count: int) -> int | None:
    """ "2", "dos", "la segunda", "opción 2", "the last one"."""
    words = [word for word in plain.split() if word not in say.AROUND_ORDER]
    if len(words) == 2 and words[1] == "one":
        words.pop()
    if len(words) != 1:
        return None
    word = words[0]
    if word in say.LAST:
        return count - 1
    if word.isdecimal():
        position = int(word) if len(word) <= 2 else 0
    else:
        position = say.ORDER.get(word) or (say.NUMBERS.get(word, 0) if word not in ("a", "an", "un") else 0)
    return position - 1 if 1 <= position <= count else None


def _same(plain: str, label: str) -> bool:
    return plain == label


def _begins(plain: str, label: str) -> bool:
    return len(plain) >= 4 and label.startswith(plain)


def _nearly(plain: str, label: str) -> bool:
    close = len(plain) >= 4 and abs(len(plain) - len(label)) <= 4
    return close and SequenceMatcher(None, plain, label).ratio() >= 0.84


def _within(plain: str, label: str) -> bool:
    """The label stands in what she wrote, with little and no negation around it."""
    if len(label) < 5 or f" {label} " not in f" {plain} ":
        return False
    around = f" {plain} ".replace(f" {label} ", " ", 1).split()
    return len(around) <= 4 and not say.NEGATIONS & set(around)
