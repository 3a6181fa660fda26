"""Hours in a language: when somebody reads again, and when people attend. Names of days and times of day are those of CLDR."""

import datetime
from collections.abc import Iterable, Iterator, Sequence

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_time, get_timezone_location
from babel.lists import format_list

from content.hours import WEEKDAYS, Hours, Span
from content.words import HourWords


def moment(at: datetime.datetime, now: datetime.datetime, hours: Hours, language: str, words: HourWords) -> str:
    """A moment ahead in plain words: "mañana a las 9 de la mañana"."""
    locale, local = _locale(language), at.astimezone(hours.zone)
    ahead = (local.date() - now.astimezone(hours.zone).date()).days
    names = locale.days["format"]["wide"]
    pattern = words.today if ahead == 0 else words.tomorrow if ahead == 1 else words.weekday if ahead < 7 else words.date
    clock = words.at_one if local.hour % 12 == 1 else words.at
    return pattern.format(
        at=clock.format(time=_time(local.hour * 60 + local.minute, locale)),
        weekday=names[local.weekday()],
        day=local.day,
        month=locale.months["format"]["wide"][local.month],
    )


def attending(hours: Hours, language: str, words: HourWords) -> str:
    """The weekly hours of every lane that states any, a line each; "" when none does."""
    locale = _locale(language)
    city = get_timezone_location(hours.zone, locale=locale, return_city=True)
    lines = (
        words.lanes[lane].format(spans="; ".join(_span(span, locale, words) for span in spans), city=city)
        for lane, spans in hours.lanes.items()
    )
    return "\n".join(lines)


def _span(span: Span, locale: Locale, words: HourWords) -> str:
    names = locale.days["format"]["wide"]
    days = [
        words.days.format(first=names[run[0]], last=names[run[-1]]) if len(run) > 2 else [names[day] for day in run]
        for run in _runs(sorted(WEEKDAYS.index(day) for day in set(span.days)))
    ]
    listed = [name for part in days for name in ([part] if isinstance(part, str) else part)]
    start, end = _time(span.start, locale), _time(span.end, locale)
    return words.span.format(days=format_list(listed, locale=locale), start=start, end=end)


def _runs(days: Iterable[int]) -> Iterator[Sequence[int]]:
    """Days of the week that follow each other."""
    run: list[int] = []
    for day in days:
        if run and day != run[-1] + 1:
            yield run
            run = []
        run.append(day)
    yield run


def _time(minutes: int, locale: Locale) -> str:
    hour, minute = divmod(minutes % (24 * 60), 60)
    return format_time(datetime.time(hour, minute), "h:mm B" if minute else "h B", locale=locale)


def _locale(language: str) -> Locale:
    """CLDR does not know every language spoken here; those say days and times in Spanish."""
    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return Locale.parse("es")
