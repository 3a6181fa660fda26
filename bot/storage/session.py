"""Engines and sessions, SQLite and PostgreSQL alike.

On SQLite every writer starts with BEGIN IMMEDIATE, so that two writers queue at the start instead of failing in the middle;
WAL with `synchronous=FULL` keeps a committed message through a power cut.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import event, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

_BUSY_TIMEOUT_MS = 10_000


def make_engine(url: str) -> AsyncEngine:
    """An engine that never writes parameters into errors or logs (R35)."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+asyncpg")
        engine = create_async_engine(parsed, hide_parameters=True, pool_size=20, max_overflow=10)
        _leave_ended_connections(engine)
        return engine
    parsed = parsed.set(drivername="sqlite+aiosqlite")
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(parsed, hide_parameters=True)
    _prepare_sqlite(engine)
    # A statement that is cancelled twice has its connection terminated, which leaves a task half way through closing it, for
    # good. Closing it plainly ends either way.
    dialect: Any = engine.dialect
    dialect.do_terminate = dialect.do_close
    return engine


def _leave_ended_connections(engine: AsyncEngine) -> None:
    """After a restart of the server take fresh connections. Its goodbye marks the old ones, so that no request has to ask:
    asking (`pool_pre_ping`) costs three requests for each that does something.
    """

    @event.listens_for(engine.sync_engine, "checkout")
    def _checkout(connection: Any, _record: Any, _proxy: Any) -> None:
        if connection.driver_connection.is_closed():
            raise DisconnectionError


def _prepare_sqlite(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def _connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin on its own: we do, below
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            f"busy_timeout={_BUSY_TIMEOUT_MS}",
            "foreign_keys=ON",
            "secure_delete=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:
        mode = "" if connection.get_execution_options().get("read_only") else " IMMEDIATE"
        connection.exec_driver_sql(f"BEGIN{mode}")


class Database:
    """Sessions on one engine.

    `write()` commits at the end of its block or rolls back; `read()` changes nothing. On PostgreSQL each statement of a read
    sees what is committed when it begins, as everywhere at its usual isolation, and costs one request instead of three.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self._write = async_sessionmaker(engine, expire_on_commit=False)
        reading = {"isolation_level": "AUTOCOMMIT"} if self.is_postgresql else {"read_only": True}
        self._read = async_sessionmaker(engine.execution_options(**reading), expire_on_commit=False)
        # SQLite has one writer. Within this process writers queue here, first come first served; left to SQLite's own
        # busy handler they would sleep and miss their turn for up to 100 ms. Other processes still wait by busy_timeout.
        self._turnstile: AbstractAsyncContextManager[object] = nullcontext() if self.is_postgresql else asyncio.Lock()

    @property
    def is_postgresql(self) -> bool:
        return self.engine.dialect.name == "postgresql"

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        async with self._turnstile, self._write.begin() as session:
            yield session

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        async with self._read.begin() as session:
            yield session

    async def leave_no_trace(self, table: str) -> None:
        """Rewrite what the engine keeps of changed rows: the write-ahead log on SQLite, the table itself on PostgreSQL.

        Waits for readers as long as any writer does. Backups, archived logs and the disk below are out of its reach.
        """
        async with self.engine.connect() as connection:
            raw: Any = (await connection.get_raw_connection()).driver_connection  # neither may run in a transaction
            if self.is_postgresql:
                await raw.execute(f'VACUUM FULL "{table}"')
            else:
                await raw.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")

    async def close(self) -> None:
        await self.engine.dispose()
