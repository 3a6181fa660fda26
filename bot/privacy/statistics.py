"""What stays of cases when their records go: how many of a kind a month had. No identifier, no small cell (R34)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.safety.risk import Risk
from bot.storage.session import Database
from bot.storage.tables import Case, CaseCount

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
    return [
        Cell(row.month, row.lane, Risk(row.risk).word, row.channel, row.count if row.count >= LEAST else None) for row in rows
    ]
