"""Whoever asked may be gone at any moment, and is cut again and again until nothing of it is left."""

import asyncio

import anyio
from sqlalchemy import text

from bot.runtime import Runtime

_SLOW = text("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 2000) SELECT count(*) FROM c")


async def test_statements_cut_at_any_moment_leave_no_connection_half_closed(rt: Runtime) -> None:
    before = asyncio.all_tasks()
    for moment in range(60):
        with anyio.move_on_after(moment % 20 * 0.0005):
            async with rt.database.read() as session:
                while True:
                    await session.execute(_SLOW)
    async with rt.database.read() as session:
        assert await session.scalar(text("SELECT 1")) == 1
    await rt.database.close()
    assert asyncio.all_tasks() == before
