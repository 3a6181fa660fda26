"""What stays of cases when their records go, and of what women thought of us: how many of a kind a month had.

No identifier, no words, no small cell (R34).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.safety.risk import Risk
from bot.storage.session import Database
from bot.storage.tables import Case, CaseCount, FeedbackCount
from flows.model import Event, Remember

SCORES = ("good", "partly", "bad")
"""What the feedback's choices mean. Her words about it go to a person, through a case; none is kept here."""
# A cell with fewer women than this could point at one of them.
LEAST = 5


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure. `count` None: between one and four, which is not said."""

    month: str
    lane: str
    risk: str
    channel: str
    count: int | None


async def count_in(database: Database, session: AsyncSession, cases: Sequence[Case]) -> None:
    """Add cases whose records are about to go, in the transaction that deletes them."""
    insert = pg_insert if database.is_postgresql else sqlite_insert
    cells = Counter((f"{case.opened_at:%Y-%m}", case.lane, case.risk, case.channel) for case in cases)
    for (month, lane, risk, channel), count in cells.items():
        row = insert(CaseCount).values(month=month, lane=lane, risk=risk, channel=channel, count=count)
        await session.execute(
            row.on_conflict_do_update(
                index_elements=["month", "lane", "risk", "channel"], set_={"count": CaseCount.count + count}
            )
        )


async def published(session: AsyncSession) -> list[Cell]:
    """Every figure, small ones hidden. Given without sums, from which a single hidden one could be worked out."""
    rows = await session.scalars(
        select(CaseCount).order_by(CaseCount.month, CaseCount.lane, CaseCount.risk.desc(), CaseCount.channel)
    )
    return [Cell(row.month, row.lane, Risk(row.risk).word, row.channel, _unless_small(row.count)) for row in rows]


@dataclass(frozen=True, slots=True)
class Opinion:
    """How many said so in a month, in a language, by score. None: fewer than five, which is not said."""

    month: str
    language: str
    counts: Mapping[str, int | None]


async def count_feedback(
    database: Database, session: AsyncSession, language: str, events: Sequence[Event], now: datetime
) -> None:
    """Add what she tapped in this turn."""
    insert = pg_insert if database.is_postgresql else sqlite_insert
    scores = [event.value for event in events if isinstance(event, Remember) and event.what == "feedback"]
    for score in scores:
        if score in SCORES:
            row = insert(FeedbackCount).values(month=f"{now:%Y-%m}", language=language, score=score, count=1)
            await session.execute(
                row.on_conflict_do_update(index_elements=["month", "language", "score"], set_={"count": FeedbackCount.count + 1})
            )


async def opinions(session: AsyncSession) -> list[Opinion]:
    """What women thought of the service, newest month first, small cells hidden, without sums."""
    rows = (await session.scalars(select(FeedbackCount))).all()
    counted = {(row.month, row.language, row.score): row.count for row in rows}
    periods = sorted({(row.month, row.language) for row in rows}, reverse=True)
    return [
        Opinion(month, language, {score: _unless_small(counted.get((month, language, score), 0)) for score in SCORES})
        for month, language in periods
    ]


def _unless_small(count: int) -> int | None:
    return count if count >= LEAST else None
