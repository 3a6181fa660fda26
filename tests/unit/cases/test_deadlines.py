"""The clocks of a case end when the rules say."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.cases.deadlines import of_case
from bot.storage.tables import Case
from content import loading
from content.hours import Hours, Written

CALENDAR = loading.read(Path("content")).hours
START = datetime(2026, 11, 12, 18, 0, tzinfo=UTC)  # a Thursday; Monday 16 November is a rest day


def close_of(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 23, 59, tzinfo=CALENDAR.zone)


def case(reasons: list[str] | None = None, event_at: datetime | None = None, **clocks: datetime) -> Case:
    return Case(reasons=reasons or [], event_at=event_at, clocks={kind: at.isoformat() for kind, at in clocks.items()})


@pytest.mark.parametrize(
    ("kind", "ends"),
    [
        ("detention", [("detention_36h", START + timedelta(hours=36))]),
        ("harm", [("hiv_72h", START + timedelta(hours=72)), ("contraception_120h", START + timedelta(hours=120))]),
        (
            "notice",
            [("notice_5d", close_of(11, 20)), ("appeal_15d", close_of(12, 4))],
        ),
        ("entry", [("asylum_30d", close_of(12, 28))]),
        ("exit_order", [("exit_order", close_of(11, 12))]),
    ],
)
def test_clock_ends_when_the_rule_says(kind: str, ends: list[tuple[str, datetime]]) -> None:
    found = of_case(Case(reasons=[], clocks={kind: START.isoformat()}), START, CALENDAR)
    assert [(clock.kind, clock.until) for clock in found] == ends


@pytest.mark.parametrize("hour", [0, 12, 23])
def test_day_on_which_an_order_ends_is_hers_to_its_close(hour: int) -> None:
    entered = datetime(2026, 11, 12, hour, 0, tzinfo=CALENDAR.zone)
    [order] = of_case(case(exit_order=entered), entered, CALENDAR)
    assert (order.until, order.soon) == (close_of(11, 12), True)


def test_clock_of_a_rape_starts_by_itself_from_when_she_said_it_was() -> None:
    found = of_case(case(["lex:sexual-assault"], START), START, CALENDAR)
    assert [clock.kind for clock in found] == ["hiv_72h", "contraception_120h"]


def test_time_of_other_harm_starts_no_medical_clock() -> None:
    assert of_case(case(["lex:hit"], START), START, CALENDAR) == []


def test_clock_is_soon_in_its_last_day() -> None:
    [first, second] = of_case(case(harm=START), START + timedelta(hours=49), CALENDAR)
    assert (first.soon, second.soon) == (True, False)


def test_day_that_an_editor_adds_counts_as_no_working_day() -> None:
    holiday = {"name": "Aviso", "date": datetime(2026, 11, 13, tzinfo=UTC).date(), "source": "An authority's notice"}
    calendar = Hours(Written.model_validate({"holidays": [holiday]}))
    ends = {clock.kind: clock.until for clock in of_case(case(notice=START), START, calendar)}
    assert ends["notice_5d"] == close_of(11, 20), "the 13th is added; the 16th, no longer listed, counts"


def test_law_rests_on_these_days_of_2027() -> None:
    year = (datetime(2027, 1, 1, tzinfo=UTC).date() + timedelta(days=n) for n in range(365))
    rests = [day.strftime("%m-%d") for day in year if CALENDAR.is_holiday(day)]
    assert rests == ["01-01", "02-01", "03-15", "05-01", "09-16", "11-15", "12-25"]
