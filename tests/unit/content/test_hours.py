"""Hours and holidays: what an editor writes, when somebody reads again, and what is refused."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from content import library, loading
from content.check import check
from content.hours import Hours, Written
from content.problems import BrokenContent
from content.spoken_hours import attending, moment
from tests.support.content import Folder

WORKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday"]
OFFICE = {"days": WORKDAYS, "from": "09:00", "to": "18:00"}
REVOLUTION = {"name": "Revolución", "nth": 3, "weekday": "monday", "month": 11, "source": "Law"}


def hours(**written: Any) -> Hours:
    return Hours(Written.model_validate({"lanes": {"listen": [OFFICE]}, **written}))


def here(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    """A moment by the clock of Mexico City, which is six hours behind."""
    return datetime(2026, month, day, tzinfo=UTC) + timedelta(hours=hour + 6, minutes=minute)


def again(stated: Hours, now: datetime) -> str | None:
    at = stated.reads_again("listen", now)
    return at.strftime("%a %d %H:%M") if at is not None else None


@pytest.mark.parametrize(
    ("now", "at"),
    [
        (here(11, 24, 9), None),
        (here(11, 24, 17, 59), None),
        (here(11, 24, 18), "Wed 25 09:00"),
        (here(11, 24, 3), "Tue 24 09:00"),
        (here(11, 27, 22), "Mon 30 09:00"),
        (here(11, 13, 19), "Tue 17 09:00"),
        (here(11, 16, 11), "Tue 17 09:00"),
    ],
)
def test_hours_begin_again_on_the_next_day_that_is_attended(now: datetime, at: str | None) -> None:
    assert again(hours(holidays=[REVOLUTION]), now) == at


def test_pause_at_midday_ends_the_same_day() -> None:
    two = [{"days": ["tuesday"], "from": "16:00", "to": "19:00"}, {"days": ["tuesday"], "from": "09:00", "to": "14:00"}]
    assert again(hours(lanes={"listen": two}), here(11, 24, 15)) == "Tue 24 16:00"


def test_night_of_two_spans_is_attended_through_midnight() -> None:
    night = [{"days": ["tuesday"], "from": "20:00", "to": "24:00"}, {"days": ["wednesday"], "from": "00:00", "to": "06:00"}]
    stated = hours(lanes={"listen": night})
    assert [again(stated, at) for at in (here(11, 24, 23, 59), here(11, 25, 0), here(11, 25, 6))] == [None, None, "Tue 01 20:00"]


def test_closed_days_of_the_organisation_are_no_holidays_of_the_law() -> None:
    stated = hours(closed=[{"from": date(2026, 11, 24), "to": date(2026, 11, 25), "why": "Training"}])
    assert again(stated, here(11, 24, 11)) == "Thu 26 09:00"
    assert not stated.is_holiday(date(2026, 11, 24))


def test_no_day_is_named_when_nothing_is_stated_or_all_is_closed_for_long() -> None:
    assert Hours().reads_again("listen", here(11, 24, 3)) is None
    assert hours().reads_again("legal", here(11, 24, 3)) is None
    closed = hours(closed=[{"from": date(2026, 11, 1), "to": date(2027, 11, 1), "why": "Pause"}])
    assert (closed.reads_again("listen", here(11, 24, 3)), closed.outside(here(11, 24, 3))) == (None, {})


@pytest.mark.parametrize(
    ("now", "es", "en"),
    [
        (here(11, 24, 3), "hoy a las 9 de la mañana", "today at 9 in the morning"),
        (here(11, 24, 20), "mañana a las 9 de la mañana", "tomorrow at 9 in the morning"),
        (here(11, 27, 20), "el lunes a las 9 de la mañana", "on Monday at 9 in the morning"),
    ],
)
def test_moment_is_said_in_plain_words(now: datetime, es: str, en: str) -> None:
    stated, words = hours(), loading.read(Path("content")).words
    at = stated.reads_again("listen", now)
    assert at is not None
    assert [moment(at, now, stated, lang, words[lang].hours) for lang in ("es", "en")] == [es, en]


def test_moment_after_a_week_names_the_date_and_one_o_clock_its_article() -> None:
    stated, words = hours(), loading.read(Path("content")).words
    said = moment(here(12, 8, 13), here(11, 24, 12), stated, "es", words["es"].hours)
    assert said == "el martes 8 de diciembre a la 1 de la tarde"


def test_attending_hours_join_days_that_follow_each_other() -> None:
    stated = hours(lanes={"listen": [OFFICE, {"days": ["saturday", "sunday"], "from": "13:00", "to": "14:30"}]})
    assert attending(stated, "es", loading.read(Path("content")).words["es"].hours) == (
        "El equipo lee aquí de lunes a viernes, de 9 de la mañana a 6 de la tarde; "
        "sábado y domingo, de 1 de la tarde a 2:30 de la tarde (hora de Ciudad de México)."
    )


def test_language_that_has_no_calendar_of_its_own_says_days_in_spanish() -> None:
    words = loading.read(Path("content")).words["es"].hours
    assert moment(here(11, 30, 9), here(11, 27, 20), hours(), "tzo", words) == "el lunes a las 9 de la mañana"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("lanes:\n  urgent: []\n", "hours.yml:2: lanes.urgent.[key]: not one of 'listen' or 'legal'"),
        (
            "lanes:\n  listen:\n    - {days: [monday], from: 9, to: '18:00'}\n",
            "hours.yml:3: lanes.listen.0.from: not a time of day: write it like 09:00",
        ),
        (
            "lanes:\n  listen:\n    - {days: [monday], from: '09:00', to: '25:00'}\n",
            "hours.yml:3: lanes.listen.0.to: no such time of day: from 00:00 to 24:00",
        ),
        (
            "lanes:\n  listen:\n    - {days: [monday], from: '20:00', to: '06:00'}\n",
            "hours.yml:3: lanes.listen.0: ends before it begins: write a night as two, to 24:00 and from 00:00",
        ),
        (
            "lanes:\n  listen:\n    - {days: [monday], from: '09:00', to: '12:00'}\n"
            "    - {days: [monday], from: '11:00', to: '13:00'}\n",
            "hours.yml:2: lanes.listen: hours of monday overlap: join them",
        ),
        (
            "lanes:\n  listen:\n    - {days: [lunes], from: '09:00', to: '12:00'}\n",
            "hours.yml:3: lanes.listen.0.days.0: not one of",
        ),
        (
            "\nholidays:\n  - {name: X, day: 02-30, source: Law}\n",
            "hours.yml:3: holidays.0.day: not a day of every year: write month and day like 09-16",
        ),
        (
            "holidays:\n  - {name: X, nth: 1, month: 2, source: Law}\n",
            "hours.yml:2: holidays.0: not one rule: give date, or day, or all of nth, weekday and month",
        ),
        (
            "holidays:\n  - {name: X, day: 01-01, date: 2026-01-01, source: Law}\n",
            "hours.yml:2: holidays.0: not one rule: give date, or day, or all of nth, weekday and month",
        ),
        ("holidays:\n  - {name: X, day: 01-01}\n", "hours.yml:2: holidays.0.source: is missing: add it"),
        (
            "closed:\n  - {from: 2026-12-24, to: 2026-12-20, why: Fiestas}\n",
            "hours.yml:2: closed.0: ends before it begins: exchange from and to",
        ),
        ("timezone: Chiapas\n", "hours.yml:1: timezone: no such time zone: write it like America/Mexico_City"),
        ("hourly: {}\n", "hours.yml:1: hourly: unknown key"),
        ("- one\n- two\n", "hours.yml:1: file: "),
        ("", "hours.yml:1: file: "),
    ],
)
def test_broken_hours_keep_the_content_from_serving_and_name_their_line(folder: Folder, text: str, said: str) -> None:
    folder.text("hours.yml", text)
    with pytest.raises(BrokenContent) as broken:
        library.load(folder.root)
    assert [line for line in broken.value.lines if line.startswith(said)], broken.value.lines
    assert all("\n" not in line for line in broken.value.lines)


def test_folder_without_hours_serves_and_the_check_says_so(folder: Folder) -> None:
    (folder.root / "hours.yml").unlink()
    assert library.load(folder.root).hours.lanes == {}
    assert [problem.key for problem in check(folder.root, date(2026, 11, 21)) if problem.file == "hours.yml"] == ["file"]


def test_wording_that_loses_its_place_is_refused(folder: Folder) -> None:
    words = (folder.root / "es/words.yml").read_text(encoding="utf-8")
    folder.text("es/words.yml", words.replace("'mañana {at}'", "'mañana'"))
    with pytest.raises(BrokenContent) as broken:
        library.load(folder.root)
    assert any("hours.tomorrow: does not hold {at}" in line for line in broken.value.lines)


def test_text_says_the_stated_hours_or_what_stands_for_none(folder: Folder) -> None:
    folder.write("es/texts/core.yml", {"menu.person": "Una persona", "when": "{attending}", "unnamed.attending": "Sin horario."})
    folder.write("hours.yml", {"lanes": {}})
    assert library.load(folder.root).text("es", "when") == "Sin horario."
    folder.write("hours.yml", {"lanes": {"legal": [OFFICE]}})
    assert library.load(folder.root).text("es", "when").startswith("El equipo legal lee de lunes a viernes, de 9")


def test_hours_too_long_for_a_message_are_found(folder: Folder) -> None:
    rows = [{"days": [day], "from": f"{hour}:30", "to": f"{hour + 1}:15"} for day in WORKDAYS for hour in (9, 11, 15)]
    folder.write("hours.yml", {"lanes": {"listen": rows}})
    said = [str(problem) for problem in check(folder.root, date(2026, 11, 21)) if problem.file == "hours.yml"]
    assert len(said) == 2
    assert all("characters once said in" in line for line in said)
