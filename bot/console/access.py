"""Who looked at what: an append-only log in which each line is bound to the one before, so that a removed line shows (R47)."""

from sqlalchemy import select, text

from bot.console.account import keyed
from bot.runtime import Runtime
from bot.storage.tables import AccessEntry

_LOCK = 4601


async def record(rt: Runtime, operator_id: str, what: str, subject: str) -> None:
    """Write one line."""
    now = rt.clock()
    async with rt.database.write() as session:
        if rt.database.is_postgresql:
            await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        last = await session.scalar(select(AccessEntry).order_by(AccessEntry.id.desc()).limit(1))
        entry = AccessEntry(at=now, operator_id=operator_id, what=what, subject=subject)
        entry.digest = _digest(rt, entry, last.digest if last else b"")
        session.add(entry)


def _digest(rt: Runtime, entry: AccessEntry, before: bytes) -> bytes:
    line = f"{entry.at.isoformat()}|{entry.operator_id}|{entry.what}|{entry.subject}|{before.hex()}"
    return keyed(rt, "access", line)


async def broken_at(rt: Runtime) -> int | None:
    """The number of the first line that does not follow from the one before; None while the log is whole."""
    before = b""
    async with rt.database.read() as session:
        for entry in await session.scalars(select(AccessEntry).order_by(AccessEntry.id)):
            if entry.digest != _digest(rt, entry, before):
                return entry.id
            before = entry.digest
    return None
