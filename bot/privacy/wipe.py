"""Automatic wiping on Telegram, where she asked for it: both sides' messages go while Telegram still deletes them (R42).

A message is deleted there once it is a day old, and tried again until shortly before the deadline of 48 hours. What Telegram
would not delete is shown to her case and raises an alarm: nobody thinks it is gone when it is not. Nothing is sent to her.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import func, select, update

from bot import log
from bot.cases.case import open_case_of, record
from bot.privacy import provider
from bot.runtime import Runtime
from bot.storage.keystore import KeyErased
from bot.storage.tables import Conversation, InboxEntry, OutboxEntry
from integrations.channel import Channel, ChannelName

_log = log.get(__name__)

SECONDS = 600.0
AFTER = timedelta(hours=24)
# An hour before Telegram's own deadline nothing is tried any more: it is then for a person to say what stayed.
GIVE_UP_AFTER = timedelta(hours=47)
_BATCH = 200


@dataclass(frozen=True, slots=True)
class _Message:
    """One message that she can still see there."""

    table: type[InboxEntry] | type[OutboxEntry]
    id: int
    conversation: str
    provider_id: str
    at: datetime


async def delete_old(rt: Runtime) -> None:
    """Delete what is older than a day in the chats of those who asked for it."""
    channel = rt.channels.get(ChannelName.TELEGRAM)
    if channel is None:
        return
    due = [*await _due(rt, InboxEntry), *await _due(rt, OutboxEntry)]
    due.sort(key=lambda message: message.conversation)
    for conversation, messages in groupby(due, key=lambda message: message.conversation):
        await _delete_in(rt, channel, conversation, list(messages))


async def _due(rt: Runtime, table: type[InboxEntry] | type[OutboxEntry]) -> Sequence[_Message]:
    """Oldest first. What was beyond reach when she asked is left out: she was told so."""
    now = rt.clock()
    began: Any = InboxEntry.received_at if table is InboxEntry else OutboxEntry.created_at
    at = func.coalesce(table.sent_at, began)
    query = (
        select(table.id, table.conversation_id, table.provider_id, at)
        .join(Conversation, Conversation.id == table.conversation_id)
        .where(
            Conversation.channel == ChannelName.TELEGRAM,
            Conversation.wipe_from <= at,
            table.provider_id.is_not(None),
            at <= now - AFTER,
        )
        .order_by(at)
        .limit(_BATCH)
    )
    async with rt.database.read() as session:
        rows = (await session.execute(query)).all()
    return [_Message(table, number, conversation, name or "", sent) for number, conversation, name, sent in rows]


async def _delete_in(rt: Runtime, channel: Channel, conversation: str, messages: Sequence[_Message]) -> None:
    try:
        key = await rt.keys.get(conversation)
    except KeyErased:
        return
    async with rt.database.read() as session:
        row = await session.get(Conversation, conversation)
    if row is None:
        return
    address = key.open(row.address_enc, "conversations", row.id, "address")
    left = 0
    for message in messages:
        too_old = rt.clock() - message.at >= GIVE_UP_AFTER
        fate = "refused" if too_old else await provider.delete_one(channel, address, message.provider_id)
        if fate != "again" and await _forget(rt, message):
            left += fate == "refused"
    if left:
        await _say_what_stayed(rt, conversation, left)


async def _forget(rt: Runtime, message: _Message) -> bool:
    """It is gone there, or will never go: either way nothing is left to try. Whether this process was the one to settle it."""
    table = message.table
    async with rt.database.write() as session:
        same = (table.id == message.id, table.provider_id == message.provider_id)
        settled = await session.execute(update(table).where(*same).values(provider_id=None).returning(table.id))
        return len(settled.all()) == 1


async def _say_what_stayed(rt: Runtime, conversation: str, left: int) -> None:
    now = rt.clock()
    async with rt.database.write() as session:
        case = await open_case_of(session, conversation)
        if case is not None:
            record(session, case, "not_wiped", now, detail={"count": left})
    await provider.alarm(rt, ChannelName.TELEGRAM, now)
    _log.error("left_at_provider", channel=ChannelName.TELEGRAM, count=left)
