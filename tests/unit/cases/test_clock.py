"""The alarm clock: when each step comes due, what pauses it, what starts it anew."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.cases.clock import due, elapsed
from bot.safety.risk import Risk
from bot.settings import Settings
from bot.storage.tables import Case

OPENED = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
SETTINGS = Settings(_env_file=None)


def case(risk: Risk = Risk.IMMINENT, **more: object) -> Case:
    values: dict[str, object] = {
        "lane": "urgent", "risk": risk, "state": "open", "opened_at": OPENED, "paused_seconds": 0, "reasons": [], "flags": [],
    }  # fmt: skip
    return Case(**{**values, **more})


def called(subject: Case, seconds: float) -> list[str]:
    waited = elapsed(subject, OPENED + timedelta(seconds=seconds), SETTINGS.claim_return_seconds)
    return [step.split(":")[0] for step, _ in due(subject, waited, SETTINGS)]


@pytest.mark.parametrize(
    ("seconds", "steps"),
    [
        (59, []),
        (60, ["operators"]),
        (180, ["operators", "supervisors"]),
        (300, ["operators", "supervisors", "contact"]),
        (480, ["operators", "supervisors", "contact", "again-1"]),
        (800, ["operators", "supervisors", "contact", "again-2"]),
    ],
)
def test_imminent_case_calls_wider_circles(seconds: float, steps: list[str]) -> None:
    assert called(case(), seconds) == steps


def test_high_case_has_three_times_as_long() -> None:
    assert called(case(Risk.HIGH), 179) == []
    assert called(case(Risk.HIGH), 540) == ["operators", "supervisors"]
    assert called(case(Risk.HIGH), 600) == ["operators", "supervisors", "contact"]


def test_claim_pauses_the_clock_for_at_most_three_minutes() -> None:
    held = case(state="claimed", claimed_at=OPENED + timedelta(seconds=30))
    assert called(held, 200) == []
    assert called(held, 30 + 180 + 31) == ["operators"]


def test_pauses_of_several_claims_add_up_to_three_minutes() -> None:
    held = case(state="claimed", paused_seconds=170, claimed_at=OPENED + timedelta(seconds=200))
    assert called(held, 245) == ["operators"]


def test_risen_level_and_a_case_that_came_back_start_the_clock_anew() -> None:
    later = OPENED + timedelta(hours=1)
    assert called(case(raised_at=later), 3630) == []
    assert called(case(waiting_since=later), 3670) == ["operators"]


def test_who_asked_for_a_person_is_told_that_it_takes_long_and_nobody_is_alarmed() -> None:
    asks = case(Risk.CONCERN, lane="listen", reasons=["asks_person"])
    assert called(asks, 599) == []
    assert called(asks, 600) == ["contact"]


def test_case_opened_by_silence_says_nothing_to_her() -> None:
    assert called(case(Risk.CONCERN, lane="listen", reasons=["silence"]), 7200) == []
