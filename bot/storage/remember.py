"""Small facts that outlive a process, and leases: who alone may do a thing for now. No personal data."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from bot.runtime import Clock
from bot.storage.session import Database
from bot.storage.tables import Lease, Remembered


class Memory:
    """Facts by key, shared by all processes. The last one to write a key wins."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def get(self, key: str) -> str | None:
        """The value; None if there is none or it was emptied."""
        async with self._database.read() as session:
            return await session.scalar(select(Remembered.value).where(Remembered.key == key)) or None

    async def put(self, key: str, value: str) -> None:
        row = {"key": key, "value": value, "changed_at": self._clock()}
        async with self._database.write() as session:
            await session.execute(
                _insert(self._database, Remembered).values(row).on_conflict_do_update(index_elements=["key"], set_=row)
            )


async def take_lease(database: Database, name: str, holder: str, seconds: float, now: datetime) -> bool:
    """Take or prolong a lease for a holder; whether it is theirs. One whose holder died ends by itself."""
    row = {"name": name, "token": holder, "until": now + timedelta(seconds=seconds)}
    async with database.write() as session:
        taken = await session.execute(
            _insert(database, Lease)
            .values(row)
            .on_conflict_do_update(index_elements=["name"], set_=row, where=or_(Lease.token == holder, Lease.until <= now))
            .returning(Lease.name)
        )
        return taken.first() is not None


async def drop_lease(database: Database, name: str, holder: str) -> None:
    """Let others have it at once."""
    async with database.write() as session:
        await session.execute(delete(Lease).where(Lease.name == name, Lease.token == holder))


def _insert(database: Database, table: type[Remembered] | type[Lease]) -> Any:
    return (pg_insert if database.is_postgresql else sqlite_insert)(table)
