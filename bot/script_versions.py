"""Versions of the flow scripts that a live conversation may still be on, shared by all processes (`flows.engine` says the rule).

States are sealed, so nobody can ask which versions are in use: a version is kept for as long as any conversation on it can
live, counted from the last time that it was current anywhere.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.storage.tables import ScriptVersion
from flows.load import Scripts

KEPT = timedelta(days=14)
"""Longer than a question stands (`timeout` of a step: 72 hours at most) and than a deployment takes."""


async def keep(session: AsyncSession, scripts: Scripts, now: datetime) -> None:
    """Keep the current version of every script; let go of those that have not been current for `KEPT`."""
    insert = pg_insert if session.get_bind().dialect.name == "postgresql" else sqlite_insert
    for digest, source in scripts.versions().items():
        row = {"digest": digest, "source": source, "last_used_at": now}
        kept = insert(ScriptVersion).values(row)
        await session.execute(kept.on_conflict_do_update(index_elements=["digest"], set_={"last_used_at": now}))
    await session.execute(delete(ScriptVersion).where(ScriptVersion.last_used_at < now - KEPT))


async def load_old(session: AsyncSession) -> Mapping[str, Mapping[str, Any]]:
    """The source of every version kept, by digest."""
    rows = await session.execute(select(ScriptVersion.digest, ScriptVersion.source))
    return {row.digest: row.source for row in rows}
