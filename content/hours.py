"""When people read here, and the days on which nobody does: weekly hours by lane, holidays, the organisation's closed days.

`content/hours.yml` holds them. Nothing urgent has hours: it alarms until somebody answers.
"""

import datetime
from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Literal, Self, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from content.facts import Line, Record

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[str, ...] = get_args(Weekday)
Lane = Literal["listen", "legal"]

_LOOK_AHEAD_DAYS = 60
"""Further ahead no day is named: nobody plans by it."""


def _minutes(text: object) -> int:
    """Minutes since midnight of HH:MM; 24:00 is the day's end."""
    hour, _, minute = str(text).partition(":")
    if not (hour.isdecimal() and minute.isdecimal() and len(minute) == 2):
        raise ValueError("not a time of day: write it like 09:00")
    found = int(hour) * 60 + int(minute)
    if int(minute) > 59 or found > 24 * 60:
        raise ValueError("no such time of day: from 00:00 to 24:00")
    return found


def _day_of_year(text: object) -> tuple[int, int]:
    """Month and day of MM-DD."""
    try:
        day = datetime.date.fromisoformat(f"2001-{text}")
    except ValueError:
        raise ValueError("not a day of every year: write month and day like 09-16") from None
    return day.month, day.day


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):  # by what the name looks like
        raise ValueError("no such time zone: write it like America/Mexico_City") from None
    return name


Minutes = Annotated[int, BeforeValidator(_minutes)]


class Span(Record):
    """The same hours on some days of the week. A night is two of them: to 24:00, and from 00:00 of the next day."""

    days: tuple[Weekday, ...] = Field(min_length=1)
    start: Minutes = Field(alias="from")
    end: Minutes = Field(alias="to")

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.end <= self.start:
            raise ValueError("ends before it begins: write a night as two, to 24:00 and from 00:00")
        return self


def _apart(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    for day in WEEKDAYS:
        hours = sorted((span.start, span.end) for span in spans if day in span.days)
        if any(later[0] < earlier[1] for earlier, later in pairwise(hours)):
            raise ValueError(f"hours of {day} overlap: join them")
    return spans


class Holiday(Record):
    """A day on which offices rest: one date, the same day of every year, or the nth weekday of a month.

    Attributes:
        source: the law or notice that says so.
    """

    name: Line
    date: datetime.date | None = None
    day: Annotated[tuple[int, int], BeforeValidator(_day_of_year)] | None = None
    nth: Annotated[int, Field(ge=1, le=4)] | None = None
    weekday: Weekday | None = None
    month: Annotated[int, Field(ge=1, le=12)] | None = None
    source: Line

    @model_validator(mode="after")
    def _one_rule(self) -> Self:
        rule = (self.nth, self.weekday, self.month)
        if [self.date is not None, self.day is not None, any(rule)].count(True) != 1 or any(rule) != all(rule):
            raise ValueError("not one rule: give date, or day, or all of nth, weekday and month")
        return self

    def in_year(self, year: int) -> datetime.date | None:
        """The day in a year; None for a date of another year."""
        if self.date is not None:
            return self.date if self.date.year == year else None
        if self.day is not None:
            return datetime.date(year, *self.day)
        first = datetime.date(year, self.month or 1, 1)
        ahead = (WEEKDAYS.index(self.weekday or "monday") - first.weekday()) % 7
        return first + datetime.timedelta(days=ahead + 7 * ((self.nth or 1) - 1))


class Closed(Record):
    """Days on which the organisation does not attend, first and last included. The law's working days go on."""

    first: datetime.date = Field(alias="from")
    last: datetime.date = Field(alias="to")
    why: Line

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.last < self.first:
            raise ValueError("ends before it begins: exchange from and to")
        return self


class Written(Record):
    """`hours.yml` as an editor writes it."""

    timezone: Annotated[str, AfterValidator(_zone)] = "America/Mexico_City"
    lanes: dict[Lane, Annotated[tuple[Span, ...], Field(min_length=1), AfterValidator(_apart)]] = Field({})
    holidays: tuple[Holiday, ...] = ()
    closed: tuple[Closed, ...] = ()


class Hours:
    """The hours that serve. Without a file no hours are stated and no day is a holiday."""

    def __init__(self, written: Written | None = None) -> None:
        self._written = written or Written()
        self.zone = ZoneInfo(self._written.timezone)
        self._holidays: dict[int, frozenset[datetime.date]] = {}

    @property
    def lanes(self) -> Mapping[Lane, tuple[Span, ...]]:
        """The weekly hours of each lane that states any."""
        return self._written.lanes

    def is_holiday(self, day: datetime.date) -> bool:
        if day.year not in self._holidays:
            found = (holiday.in_year(day.year) for holiday in self._written.holidays)
            self._holidays[day.year] = frozenset(filter(None, found))
        return day in self._holidays[day.year]

    def reads_again(self, lane: Lane, now: datetime.datetime) -> datetime.datetime | None:
        """When a lane's hours begin again. None within them, where none are stated, and where that is too far ahead to say."""
        local = now.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        if any(start <= minute < end for start, end in self._on(lane, local.date())):
            return None
        for ahead in range(_LOOK_AHEAD_DAYS):
            day = local.date() + datetime.timedelta(days=ahead)
            for start, _ in self._on(lane, day):
                if ahead or start > minute:
                    return datetime.datetime.combine(day, datetime.time(*divmod(start, 60)), self.zone)
        return None

    def outside(self, now: datetime.datetime) -> Mapping[str, datetime.datetime]:
        """Lanes that are outside their stated hours, with when these begin again."""
        found = ((lane, self.reads_again(lane, now)) for lane in self.lanes)
        return {lane: at for lane, at in found if at is not None}

    def _on(self, lane: Lane, day: datetime.date) -> list[tuple[int, int]]:
        """A lane's hours on a day, in order."""
        if self.is_holiday(day) or any(closed.first <= day <= closed.last for closed in self._written.closed):
            return []
        name = WEEKDAYS[day.weekday()]
        return sorted((span.start, span.end) for span in self.lanes.get(lane, ()) if name in span.days)
