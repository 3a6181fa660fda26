"""Waiting figures."""

from datetime import UTC, datetime, timedelta

from bot.cases.figures import _of_level
from bot.safety.risk import Risk

NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)


def test_waits_are_told_by_median_percentile_and_share_within_target() -> None:
    opened = NOW - timedelta(hours=1)
    rows = [(opened, opened + timedelta(minutes=m)) for m in (1, 2, 3, 4, 30)]
    found = _of_level(Risk.IMMINENT, rows, NOW)  # type: ignore[arg-type]
    assert (found.median, found.p95) == (timedelta(minutes=3), timedelta(minutes=30))
    assert found.within == 0.8


def test_who_still_waits_beyond_the_target_counts_against_it() -> None:
    rows = [(NOW - timedelta(minutes=10), None), (NOW - timedelta(minutes=1), None), (NOW - timedelta(minutes=9), NOW)]
    found = _of_level(Risk.HIGH, rows, NOW)
    assert (found.count, found.answered, found.within) == (3, 1, 0.0)
