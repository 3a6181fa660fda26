"""The store of data keys: one row a contact, apart from the database, so that erasing the row erases the content.

It has its own engine and its own short-lived backups. A key is made before the first row that needs it is written; a key
without rows is harmless, rows without a key are noise.
"""

from datetime import datetime

from sqlalchemy import LargeBinary, MetaData, String, delete, select, update
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

    async def erase(self, *contacts: str) -> int:
        """Forget keys; how many there were. The files that held them are rewritten: a deleted row leaves no bytes behind."""
        async with self._database.write() as session:
            result = await session.execute(
                delete(WrappedKey).where(WrappedKey.contact.in_(contacts)).returning(WrappedKey.contact)
            )
            erased = len(result.all())
        if erased:
            await self._database.leave_no_trace(WrappedKey.__tablename__)
        return erased

    async def older_than(self, before: datetime, after: str = "", batch: int = 500) -> list[str]:
        """Whose keys were made before that, in order of name, from `after` on."""
        async with self._database.read() as session:
            query = select(WrappedKey.contact).where(WrappedKey.created_at < before, WrappedKey.contact > after)
            return list(await session.scalars(query.order_by(WrappedKey.contact).limit(batch)))

    async def rotate(self, batch: int = 500) -> int:
        """Wrap every key that the first master key does not open; how many. Online: safe to interrupt, to repeat, and beside
        erasures: a key that is gone meanwhile stays gone.
        """
        done, after = 0, ""
        while True:
            async with self._database.write() as session:
                rows = (
                    await session.execute(
                        select(WrappedKey.contact, WrappedKey.wrapped)
                        .where(WrappedKey.contact > after)
                        .order_by(WrappedKey.contact)
                        .limit(batch)
                    )
                ).all()
                for contact, wrapped in rows:
                    if self.vault.needs_rewrap(wrapped, contact):
                        same = (WrappedKey.contact == contact, WrappedKey.wrapped == wrapped)
                        await session.execute(update(WrappedKey).where(*same).values(wrapped=self.vault.rewrap(wrapped, contact)))
                        done += 1
            if not rows:
                break
            after = rows[-1].contact
        if done:
            await self._database.leave_no_trace(WrappedKey.__tablename__)
        return done

    async def close(self) -> None:
        await self._database.close()
