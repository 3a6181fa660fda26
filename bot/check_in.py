"""The one neutral line that she asked for, when its time has come. `delivery` still decides whether it may leave."""

from sqlalchemy import select

from bot import hub as hubs
from bot import outbox, writing_first
from bot.outbox import EntryKind
from bot.runtime import Runtime
from bot.storage.keystore import KeyErased
from bot.storage.tables import Conversation
from integrations.channel import Message

SECONDS = 30.0
_BATCH = 50


async def send_due(rt: Runtime) -> None:
    """Write the line for everybody whose time has come. Taken back when she left, lost her yes, or a person has her."""
    now = rt.clock()
    async with rt.database.write() as session:
        query = select(Conversation).where(Conversation.check_in_at <= now).order_by(Conversation.check_in_at).limit(_BATCH)
        if rt.database.is_postgresql:
            query = query.with_for_update(skip_locked=True)
        due = (await session.scalars(query)).all()
        for row in due:
            row.check_in_at = None
            channel = rt.channels.get(row.channel)
            if channel is None or writing_first.word(row, now) != "yes" or row.exited_at or row.phone_held or row.held_by:
                continue
            try:
                key = await rt.keys.get(row.id)
            except KeyErased:
                continue
            line = Message(text=rt.bundle.text(row.language, "delivery.check_in"))
            outbox.enqueue(session, row, key, channel, [line], EntryKind.NEUTRAL, now)
    if due:
        await rt.hub.publish(hubs.OUTBOX)
