"""How long women waited for a person, by level: median, 95th percentile, share within target (R19)."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.safety.risk import Risk
from bot.storage.tables import Case

# Within how long a person should have answered. Imminent and high: 5 minutes (R19); others: 15, then the wait is said (R20).
TARGETS = {
    Risk.IMMINENT: timedelta(minutes=5),
    Risk.HIGH: timedelta(minutes=5),
    Risk.CONCERN: timedelta(minutes=15),
    Risk.NONE: timedelta(hours=24),
}


@dataclass(frozen=True, slots=True)
class Waits:
    """The waits of one level. `median` and `p95` None while nobody was answered; `within` a share of all, 0 to 1."""

    risk: Risk
    count: int
    answered: int
    median: timedelta | None
    p95: timedelta | None
    within: float | None


async def waits(session: AsyncSession, since: datetime, now: datetime) -> list[Waits]:
    """The waits of every case opened since then, most urgent level first. Who still waits beyond the target counts against it;
    where an operator opened the case, nobody waited.
    """
    rows = (await session.execute(select(Case.risk, Case.opened_at, Case.first_reply_at).where(Case.opened_at >= since))).all()
    return [_of_level(level, [(o, f) for risk, o, f in rows if risk == level and o != f], now) for level in reversed(Risk)]


def _of_level(level: Risk, rows: list[tuple[datetime, datetime | None]], now: datetime) -> Waits:
    target = TARGETS[level]
    answered = sorted(first - opened for opened, first in rows if first is not None)
    judged = [(first or now) - opened for opened, first in rows if first is not None or now - opened > target]
    within = sum(wait <= target for wait in judged) / len(judged) if judged else None
    return Waits(level, len(rows), len(answered), _quantile(answered, 0.5), _quantile(answered, 0.95), within)


def _quantile(ordered: list[timedelta], share: float) -> timedelta | None:
    """The nearest-rank quantile."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else None
