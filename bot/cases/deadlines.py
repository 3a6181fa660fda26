"""The clocks of a case: from when each counts, how long, and when it ends.

Hours come from the harm's own time; days from what an operator enters. Working days leave out Saturdays, Sundays and the rest
days of the labour law, the holidays of `content/hours.yml`; an authority's own closed days can only make a clock longer, so the
earlier end is shown. A clock of days holds through its last day, wherever in a day it began; a counter may close earlier.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.storage.tables import Case
from content.hours import Hours

Until = Callable[[datetime, Hours], datetime]


@dataclass(frozen=True, slots=True)
class Deadline:
    """One clock of a case. `soon`: little time is left, or it is over."""

    kind: str
    until: datetime
    soon: bool


def _hours(count: int) -> Until:
    return lambda start, _: start + timedelta(hours=count)


def _working_days(count: int) -> Until:
    def end(start: datetime, calendar: Hours) -> datetime:
        day, left = start.astimezone(calendar.zone).date(), count
        while left:
            day += timedelta(days=1)
            left -= day.weekday() < 5 and not calendar.is_holiday(day)
        return _closing(day, calendar)

    return end


def _that_day(start: datetime, calendar: Hours) -> datetime:
    return _closing(start.astimezone(calendar.zone).date(), calendar)


def _closing(day: date, calendar: Hours) -> datetime:
    return datetime.combine(day, time(23, 59), calendar.zone)


CLOCKS: dict[str, tuple[tuple[str, Until], ...]] = {
    "harm": (("hiv_72h", _hours(72)), ("contraception_120h", _hours(120))),
    "detention": (("detention_36h", _hours(36)),),
    "notice": (("notice_5d", _working_days(5)), ("appeal_15d", _working_days(15))),
    "entry": (("asylum_30d", _working_days(30)),),
    "exit_order": (("exit_order", _that_day),),  # the operator enters the last day that the order gives
}
"""What an operator can enter, and the clocks that start from it."""

_SEXUAL = ("sexual", "rape", "care_hours")
_SOON = timedelta(hours=24)


def of_case(case: Case, now: datetime, calendar: Hours) -> list[Deadline]:
    """Every clock of a case, the next one first. The harm's clock starts by itself where she said when it was."""
    starts = {kind: datetime.fromisoformat(at) for kind, at in case.clocks.items()}
    if case.event_at is not None and any(word in reason for reason in case.reasons for word in _SEXUAL):
        starts.setdefault("harm", case.event_at)
    found = [
        Deadline(name, until := ends(start, calendar), until - now < max((until - start) / 4, _SOON))
        for kind, start in starts.items()
        for name, ends in CLOCKS.get(kind, ())
    ]
    return sorted(found, key=lambda clock: clock.until)
