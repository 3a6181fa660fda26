"""The clocks of a case: from when each counts, how long, and when it ends.

Hours come from the harm's own time; days from what an operator enters. Working days leave out Saturdays, Sundays and the rest
days of the labour law; an authority's own closed days can only make a clock longer, so the earlier end is shown.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.storage.tables import Case

Until = Callable[[datetime], datetime]


@dataclass(frozen=True, slots=True)
class Deadline:
    """One clock of a case. `soon`: little time is left, or it is over."""

    kind: str
    counts_from: datetime
    until: datetime
    soon: bool


def _hours(count: int) -> Until:
    return lambda start: start + timedelta(hours=count)


def _working_days(count: int) -> Until:
    def end(start: datetime) -> datetime:
        at, left = start, count
        while left:
            at += timedelta(days=1)
            left -= _works(at.date())
        return at

    return end


def _works(day: date) -> bool:
    return day.weekday() < 5 and (day.month, day.day) not in _FIXED_HOLIDAYS and day not in _moving_holidays(day.year)


# Rest days of the Federal Labour Law (art. 74) that fall on a fixed date; the others move to a Monday.
_FIXED_HOLIDAYS = frozenset({(1, 1), (5, 1), (9, 16), (12, 25)})


def _moving_holidays(year: int) -> frozenset[date]:
    return frozenset({_monday(year, 2, 1), _monday(year, 3, 3), _monday(year, 11, 3)})


def _monday(year: int, month: int, which: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(7 - first.weekday()) % 7 + 7 * (which - 1))


CLOCKS: dict[str, tuple[tuple[str, Until], ...]] = {
    "harm": (("hiv_72h", _hours(72)), ("contraception_120h", _hours(120))),
    "detention": (("detention_36h", _hours(36)),),
    "notice": (("notice_5d", _working_days(5)), ("appeal_15d", _working_days(15))),
    "entry": (("asylum_30d", _working_days(30)),),
    "exit_order": (("exit_order", lambda day: day),),  # the operator enters the last day that the order gives
}
"""What an operator can enter, and the clocks that start from it."""

_SEXUAL = ("sexual", "rape", "care_hours")
_SOON = timedelta(hours=24)


def of_case(case: Case, now: datetime) -> list[Deadline]:
    """Every clock of a case, the next one first. The harm's clock starts by itself where she said when it was."""
    starts = {kind: datetime.fromisoformat(at) for kind, at in case.clocks.items()}
    if case.event_at is not None and any(word in reason for reason in case.reasons for word in _SEXUAL):
        starts.setdefault("harm", case.event_at)
    found = [
        Deadline(name, start, until := ends(start), until - now < max((until - start) / 4, _SOON))
        for kind, start in starts.items()
        for name, ends in CLOCKS.get(kind, ())
    ]
    return sorted(found, key=lambda clock: clock.until)
