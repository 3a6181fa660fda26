"""What an erasure leaves to be done at the provider: her messages and ours deleted there, again and again until they are (R42).

The list of what to delete names her address, so it is sealed under a data key of its own, which goes when the list is done.
What a provider will not delete is counted in the record of the erasure and raises an alarm: nobody is told it is gone when it
is not.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update

from bot import log
from bot.runtime import Runtime
from bot.storage.keystore import KeyErased
from bot.storage.tables import Alarm, Erasure, new_id
from integrations.channel import Channel
from integrations.errors import SendError

_log = log.get(__name__)

SECONDS = 5.0
_BATCH = 50
_LEASE = timedelta(minutes=5)
_BACKOFF = tuple(timedelta(seconds=s) for s in (30, 120, 600, 1800, 3600))
# Twilio finishes with a message within hours; Telegram deletes for 48 hours. After that no try will help.
GIVE_UP_AFTER = timedelta(hours=72)


def work_of(address: str, ids: Sequence[str]) -> str:
    """What a provider must delete, as it is sealed."""
    return json.dumps({"address": address, "ids": list(ids)})


async def sent_meanwhile(rt: Runtime, channel: str, address: str, provider_id: str) -> None:
    """A message left for her while she was erased: its copy at the provider goes like the others."""
    now, work = rt.clock(), new_id()
    key = await rt.keys.get_or_create(work, now)
    sealed = key.seal(work_of(address, [provider_id]), "erasures", work, "work")
    async with rt.database.write() as session:
        session.add(Erasure(id=work, at=now, channel=channel, why="late", work_enc=sealed, next_at=now))


async def delete_there(rt: Runtime) -> None:
    """Take up one list of what a provider must delete, if one is due."""
    claimed = await _claim(rt)
    if claimed is None:
        return
    try:
        key = await rt.keys.get(claimed.id)
        work = json.loads(key.open(claimed.work_enc or b"", "erasures", claimed.id, "work"))
    except KeyErased:
        await _settle(rt, claimed, None, left=0)
        return
    channel = rt.channels.get(claimed.channel)
    if channel is None:
        return
    again, refused = [], 0
    for provider_id in work["ids"][:_BATCH]:
        fate = await delete_one(channel, work["address"], provider_id)
        again += [provider_id] if fate == "again" else []
        refused += fate == "refused"
    rest = [*work["ids"][_BATCH:], *again]
    if rt.clock() - claimed.at >= GIVE_UP_AFTER:
        refused, rest = refused + len(rest), []
    sealed = key.seal(work_of(work["address"], rest), "erasures", claimed.id, "work") if rest else None
    await _settle(rt, claimed, sealed, left=refused)


async def _claim(rt: Runtime) -> Erasure | None:
    now = rt.clock()
    async with rt.database.write() as session:
        query = select(Erasure).where(Erasure.work_enc.is_not(None), Erasure.next_at <= now).order_by(Erasure.next_at).limit(1)
        if rt.database.is_postgresql:
            query = query.with_for_update(skip_locked=True)
        found = await session.scalar(query)
        if found is not None:
            found.next_at, found.attempts = now + _LEASE, found.attempts + 1
    return found


async def delete_one(channel: Channel, address: str, provider_id: str) -> str:
    """done, again or refused."""
    try:
        await channel.forget(address, provider_id)
    except SendError as error:
        _log.info("not_deleted_there", channel=channel.name, code=error.code, retry=error.retry)
        return "again" if error.retry or error.our_fault else "refused"
    return "done"


async def _settle(rt: Runtime, claimed: Erasure, sealed: bytes | None, *, left: int) -> None:
    now = rt.clock()
    pause = _BACKOFF[min(claimed.attempts, len(_BACKOFF)) - 1]
    async with rt.database.write() as session:
        await session.execute(
            update(Erasure)
            .where(Erasure.id == claimed.id)
            .values(work_enc=sealed, next_at=now + pause if sealed else None, left=Erasure.left + left)
        )
    if sealed is None:
        await rt.keys.erase(claimed.id)
    if left:
        await alarm(rt, claimed.channel, now)
        _log.error("left_at_provider", channel=claimed.channel, count=left)


async def alarm(rt: Runtime, channel: str, now: datetime) -> None:
    """One a day for each channel: somebody here has to look."""
    subject, day = f"provider:{channel}:not_deleted", f"{now:%Y-%m-%d}"
    async with rt.database.write() as session:
        if await session.scalar(select(Alarm.id).where(Alarm.subject == subject, Alarm.step == day)) is None:
            session.add(Alarm(subject=subject, step=day, raised_at=now))
