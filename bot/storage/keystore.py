"""The store of data keys: one row a contact, apart from the database, so that erasing the row erases the content.

It has its own engine and its own short-lived backups. A key is made before the first row that needs it is written; a key
without rows is harmless, rows without a key are noise.
"""

from datetime import datetime

from sqlalchemy import LargeBinary, MetaData, String, delete, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bot.storage.session import Database
from bot.storage.tables import UtcDateTime
from bot.storage.vault import DataKey, Vault


class KeyTable(DeclarativeBase):
    metadata = MetaData()


class WrappedKey(KeyTable):
    """The wrapped data key of a conversation. `lookup` is not here: the store alone says nothing of who she is."""

    __tablename__ = "data_keys"

    contact: Mapped[str] = mapped_column(String(32), primary_key=True)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class KeyErased(Exception):
    """There is no key for this contact any more: her content is gone for good."""


class KeyStore:
    """Data keys by conversation id."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self.vault = vault

    async def prepare(self) -> None:
        async with self._database.engine.begin() as connection:
            await connection.run_sync(KeyTable.metadata.create_all)

    async def get_or_create(self, contact: str, now: datetime) -> DataKey:
        """Her key, made if there is none. Two callers at once get the same."""
        _, wrapped = self.vault.new_key(contact)
        insert = pg_insert if self._database.is_postgresql else sqlite_insert
        async with self._database.write() as session:
            await session.execute(
                insert(WrappedKey)
                .values(contact=contact, wrapped=wrapped, created_at=now)
                .on_conflict_do_nothing(index_elements=["contact"])
            )
        return await self.get(contact)

    async def get(self, contact: str) -> DataKey:
        """Raises `KeyErased` when she was erased."""
        async with self._database.read() as session:
            wrapped = await session.scalar(select(WrappedKey.wrapped).where(WrappedKey.contact == contact))
        if wrapped is None:
            raise KeyErased
        return self.vault.unwrap(wrapped, contact)

    async def erase(self, contact: str) -> bool:
        """Forget her key. Whether there was one."""
        async with self._database.write() as session:
            result = await session.execute(delete(WrappedKey).where(WrappedKey.contact == contact).returning(WrappedKey.contact))
            return result.first() is not None

    async def rotate(self, batch: int = 500) -> int:
        """Wrap every key that the first master key does not open; how many. Safe to interrupt and repeat."""
        done, after = 0, ""
        while True:
            async with self._database.write() as session:
                rows = (
                    await session.scalars(
                        select(WrappedKey).where(WrappedKey.contact > after).order_by(WrappedKey.contact).limit(batch)
                    )
                ).all()
                for row in rows:
                    if self.vault.needs_rewrap(row.wrapped, row.contact):
                        row.wrapped = self.vault.rewrap(row.wrapped, row.contact)
                        done += 1
            if not rows:
                return done
            after = rows[-1].contact

    async def close(self) -> None:
        await self._database.close()
