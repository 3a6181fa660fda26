"""What is to be sent: entries written in the transaction that decided them, one provider request each."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.storage.tables import Conversation, OutboxEntry, new_id
from bot.storage.vault import DataKey
from integrations.channel import Channel, Message

_PENDING = ("queued", "held", "stale")
HER_HOURS = "her_hours"
"""Why an entry is held that leaves by itself when the hours begin in which she may be written to."""


class EntryKind(StrEnum):
    """What an entry is, and so what may become of it when it is late or its fate uncertain.

    automatic: information; late, it becomes a neutral line.
    risk: speaks of risk; late, it is dropped, visibly, and its case stays.
    emergency: carries emergency numbers; as risk, and sent again when its fate is uncertain.
    operator: a person's words.
    opener: the one neutral line by which a person may begin again after a silence.
    neutral: says nothing of what the talk is about.
    farewell: the one line after an exit word.
    """

    AUTOMATIC = "automatic"
    RISK = "risk"
    EMERGENCY = "emergency"
    OPERATOR = "operator"
    OPENER = "opener"
    NEUTRAL = "neutral"
    FAREWELL = "farewell"


WORTH_TWICE = frozenset({EntryKind.RISK, EntryKind.EMERGENCY, EntryKind.OPERATOR})


def enqueue(
    session: AsyncSession,
    conversation: Conversation,
    key: DataKey,
    channel: Channel,
    messages: Iterable[Message],
    kind: EntryKind,
    now: datetime,
    *,
    operator: str | None = None,
) -> list[OutboxEntry]:
    """Write messages to be sent, in order, cut to the channel's limits."""
    entries = []
    for message in messages:
        for part in channel.split(message):
            uid = new_id()
            entry = OutboxEntry(
                conversation_id=conversation.id,
                channel=conversation.channel,
                uid=uid,
                body_enc=key.seal(part.model_dump_json(), "outbox", uid, "body"),
                kind=kind,
                operator_id=operator,
                created_at=now,
                answers_at=conversation.last_inbound_at,
                next_at=now,
            )
            session.add(entry)
            entries.append(entry)
    return entries


async def drop_pending(session: AsyncSession, conversation_id: str, reason: str, now: datetime) -> None:
    """Nothing that still waits is sent any more. The rows stay, blanked, with the reason."""
    await session.execute(
        update(OutboxEntry)
        .where(OutboxEntry.conversation_id == conversation_id, OutboxEntry.state.in_(_PENDING))
        .values(state="dropped", reason=reason, settled_at=now, body_enc=None)
    )


async def drop_for_her_hours(session: AsyncSession, conversation_id: str, now: datetime) -> None:
    """She has written herself: a line that waited for her hours has lost its purpose."""
    await session.execute(
        update(OutboxEntry)
        .where(OutboxEntry.conversation_id == conversation_id, OutboxEntry.state == "held", OutboxEntry.reason == HER_HOURS)
        .values(state="dropped", reason="she_wrote", settled_at=now, body_enc=None)
    )
