"""Who looked at what: an append-only log in which each line is bound to the one before, so that a removed line shows (R47)."""

import hmac
from datetime import datetime

from sqlalchemy import delete, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.keyed import keyed
from bot.runtime import Runtime
from bot.storage.tables import AccessEntry, Remembered

_LOCK = 4601
_ANCHOR = "access:anchor"


async def record(rt: Runtime, operator_id: str, what: str, subject: str) -> None:
    """Write one line."""
    now = rt.clock()
    async with rt.database.write() as session:
        if rt.database.is_postgresql:
            await session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        last = await session.scalar(select(AccessEntry).order_by(AccessEntry.id.desc()).limit(1))
        entry = AccessEntry(at=now, operator_id=operator_id, what=what, subject=subject)
        entry.digest = _digest(rt, entry, last.digest if last else await _begins(rt, session))
        session.add(entry)


def _digest(rt: Runtime, entry: AccessEntry, before: bytes) -> bytes:
    line = f"{entry.at.isoformat()}|{entry.operator_id}|{entry.what}|{entry.subject}|{before.hex()}"
    return keyed(rt, "access", line)


async def broken_at(rt: Runtime) -> int | None:
    """The number of the first line that does not follow from the one before; None while the log is whole.

    What was cut off at the end does not show here: note `head` somewhere else from time to time.
    """
    async with rt.database.read() as session:
        before = await _begins(rt, session)
        for entry in await session.scalars(select(AccessEntry).order_by(AccessEntry.id)):
            if entry.digest != _digest(rt, entry, before):
                return entry.id
            before = entry.digest
    return None


async def head(rt: Runtime) -> tuple[int, str]:
    """How many lines there are, and the digest of the last: whoever has it can tell later that none is missing."""
    async with rt.database.read() as session:
        last = await session.scalar(select(AccessEntry.digest).order_by(AccessEntry.id.desc()).limit(1))
        count = await session.scalar(select(func.count()).select_from(AccessEntry)) or 0
    return count, last.hex() if last else ""


async def forget(rt: Runtime, before: datetime, batch: int) -> int:
    """Delete lines from before then, oldest first; how many. The log goes on from a signed mark of the last one."""
    async with rt.database.write() as session:
        query = select(AccessEntry).where(AccessEntry.at < before).order_by(AccessEntry.id).limit(batch)
        old = (await session.scalars(query)).all()
        if old:
            digest = old[-1].digest
            mark = Remembered(key=_ANCHOR, value=f"{digest.hex()}:{_signed(rt, digest)}", changed_at=rt.clock())
            await session.merge(mark)
            await session.execute(delete(AccessEntry).where(AccessEntry.id.in_([entry.id for entry in old])))
    return len(old)


def _signed(rt: Runtime, digest: bytes) -> str:
    return keyed(rt, "access-anchor", digest.hex()).hex()


async def _begins(rt: Runtime, session: AsyncSession) -> bytes:
    """The digest from which the log goes on. A mark that we did not sign counts for nothing: the log then shows as broken."""
    mark = await session.scalar(select(Remembered.value).where(Remembered.key == _ANCHOR))
    digest, _, signature = (mark or "").partition(":")
    return bytes.fromhex(digest) if digest and hmac.compare_digest(signature, _signed(rt, bytes.fromhex(digest))) else b""
