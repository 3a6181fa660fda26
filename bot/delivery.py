"""Step 7 of the walk: claim an entry, close the transaction, send, settle.

Nothing is dropped silently: whatever is not sent keeps its row, a state and a reason. Whether an entry may leave at all is
decided in `sending_rules`.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot import hub as hubs
from bot import log, outbox
from bot.cases.case import open_case_of
from bot.conversation import keeps_content
from bot.outbox import WORTH_TWICE, EntryKind
from bot.privacy.provider import sent_meanwhile
from bot.runtime import Runtime
from bot.sending_rules import Decision, Rules, Verdict, decide
from bot.storage.keystore import KeyErased
from bot.storage.tables import Alarm, Conversation, OutboxEntry, new_id
from bot.storage.vault import DataKey
from integrations.channel import Channel, DeliveryReport, DeliveryState, Message
from integrations.errors import SendError, Uncertain

_log = log.get(__name__)

LEASE_SECONDS = 60
MAX_ATTEMPTS = 6
_BACKOFF_SECONDS = (2.0, 5.0, 15.0, 60.0, 180.0)
_ORDER = {"sending": 0, "uncertain": 0, "sent": 1, "delivered": 2, "read": 3, "failed": 4}


@dataclass(frozen=True, slots=True)
class Claimed:
    entry: OutboxEntry
    conversation: Conversation
    key: DataKey
    lease: str
    decision: Decision


def _next_due() -> Select[OutboxEntry, Conversation, bool]:
    earlier = aliased(OutboxEntry)
    in_the_way = (
        select(earlier.id)
        .where(
            earlier.conversation_id == OutboxEntry.conversation_id,
            earlier.id < OutboxEntry.id,
            earlier.state.in_(("queued", "sending")),
        )
        .exists()
    )
    due = or_(
        and_(OutboxEntry.state == "queued", OutboxEntry.next_at <= bindparam("now")),
        and_(OutboxEntry.state == "held", OutboxEntry.reason == outbox.HER_HOURS, OutboxEntry.next_at <= bindparam("now")),
        and_(OutboxEntry.state == "sending", OutboxEntry.lease_until < bindparam("now")),
    )
    neutral_pending = (
        select(earlier.id)
        .where(
            earlier.conversation_id == OutboxEntry.conversation_id,
            earlier.reason == "late",
            earlier.state.in_(("stale", "sending")),
        )
        .exists()
    )
    return (
        select(OutboxEntry, Conversation, neutral_pending)
        .join(Conversation, Conversation.id == OutboxEntry.conversation_id)
        .where(due, ~in_the_way)
        .order_by(OutboxEntry.kind == EntryKind.AUTOMATIC, OutboxEntry.next_at, OutboxEntry.id)
        .limit(1)
    )


_NEXT = _next_due()
_DUE = _NEXT.with_for_update(of=OutboxEntry, skip_locked=True)
_ANY_DUE = _NEXT.with_only_columns(OutboxEntry.id)


async def deliver_one(rt: Runtime) -> bool:
    """Send the next entry that may leave. Whether there was one."""
    claimed = await claim(rt)
    if claimed is not None:
        await deliver(rt, claimed)
    return claimed is not None


async def deliver(rt: Runtime, claimed: Claimed) -> None:
    """Send a claimed entry, if that is what was decided, and write down what became of it."""
    if claimed.decision.verdict in (Verdict.DROP, Verdict.HOLD, Verdict.HER_HOURS, Verdict.STALE):
        return
    channel = rt.channels.get(claimed.conversation.channel)
    if channel is None:
        await _settle(rt, claimed, state="held", reason="channel_not_configured")
        return
    await _send(rt, claimed, channel)


async def claim(rt: Runtime) -> Claimed | None:
    """Take the next entry that is due and decide what becomes of it. A person's words and what speaks of risk go first."""
    now = rt.clock()
    lease = new_id()
    if rt.database.is_postgresql:  # most looks find nothing: this one costs one request. SQLite's own is as dear as the claim
        async with rt.database.read() as session:
            if await session.scalar(_ANY_DUE, {"now": now}) is None:
                return None
    async with rt.database.write() as session:
        found = (await session.execute(_DUE, {"now": now})).first()
        if found is None:
            return None
        entry, conversation, neutral_sent = found
        if entry.state == "sending":  # its sender died after claiming: the request may have left
            _mark_uncertain(entry, rt, now)
            return Claimed(entry, conversation, DataKey(bytes(32)), lease, Decision(Verdict.HOLD, "uncertain"))
        decision = decide(entry, conversation, Rules.of(rt.settings), now, neutral_sent=neutral_sent)
        try:
            key = await rt.keys.get(conversation.id)
        except KeyErased:
            key, decision = DataKey(bytes(32)), Decision(Verdict.DROP, "erased")
        await _apply(session, entry, conversation, decision, lease, now)
    if decision.verdict is not Verdict.SEND:
        _log.info("entry_not_sent", outbox=entry.id, reason=decision.reason, state=entry.state, kind=entry.kind)
    return Claimed(entry, conversation, key, lease, decision)


async def _apply(
    session: AsyncSession,
    entry: OutboxEntry,
    conversation: Conversation,
    decision: Decision,
    lease: str,
    now: datetime,
) -> None:
    entry.reason = decision.reason or None
    match decision.verdict:
        case Verdict.DROP:
            entry.state, entry.settled_at, entry.body_enc = "dropped", now, None
            case = await open_case_of(session, conversation.id)
            if case is not None:
                case.flags = sorted({*case.flags, "not_delivered"})
        case Verdict.HOLD:
            entry.state = "held"
        case Verdict.HER_HOURS:
            entry.state, entry.next_at = "held", decision.until or now
        case Verdict.STALE:
            entry.state = "stale"
        case _:
            entry.state = "sending"
            entry.attempts += 1
            entry.lease_token, entry.lease_until = lease, now + timedelta(seconds=LEASE_SECONDS)


async def _send(rt: Runtime, claimed: Claimed, channel: Channel) -> None:
    entry, conversation, key = claimed.entry, claimed.conversation, claimed.key
    address = key.open(conversation.address_enc, "conversations", conversation.id, "address")
    message = _message(rt, claimed)
    try:
        if claimed.decision.verdict is Verdict.REOPEN:
            provider_id = await channel.reopen(address)
        else:
            provider_id = await channel.send(address, message, entry.uid)
    except Uncertain as error:
        await _settle(rt, claimed, state="uncertain", reason=error.code)
    except SendError as error:
        await _failed(rt, claimed, error)
    else:
        late = claimed.decision.verdict in (Verdict.NEUTRAL, Verdict.REOPEN)
        reason = "late" if late else None
        if not await _settle(rt, claimed, state="stale" if late else "sent", reason=reason, provider_id=provider_id):
            await sent_meanwhile(rt, conversation.channel, address, provider_id)


def _message(rt: Runtime, claimed: Claimed) -> Message:
    if claimed.decision.verdict is Verdict.NEUTRAL:
        return Message(text=rt.bundle.text(claimed.conversation.language, "delivery.back_again"))
    entry = claimed.entry
    return Message.model_validate_json(claimed.key.open(entry.body_enc or b"", "outbox", entry.uid, "body"))


async def _failed(rt: Runtime, claimed: Claimed, error: SendError) -> None:
    entry = claimed.entry
    if error.our_fault:
        await _alarm(rt, f"{entry.channel}:{error.code}")
    if error.retry and entry.attempts < MAX_ATTEMPTS:
        pause = _BACKOFF_SECONDS[min(entry.attempts, len(_BACKOFF_SECONDS)) - 1] * random.uniform(0.8, 1.2)  # noqa: S311
        await _settle(rt, claimed, state="queued", reason=error.code, pause=max(pause, error.retry_after or 0))
        return
    await _settle(rt, claimed, state="failed", reason=error.code)


async def _alarm(rt: Runtime, code: str) -> None:
    """One alarm a day for each provider fault that somebody here must mend."""
    now = rt.clock()
    async with rt.database.write() as session:
        known = await session.scalar(select(Alarm.id).where(Alarm.subject == f"provider:{code}", Alarm.step == f"{now:%Y-%m-%d}"))
        if known is None:
            session.add(Alarm(subject=f"provider:{code}", step=f"{now:%Y-%m-%d}", raised_at=now))
    _log.error("provider_fault", code=code, our_fault=True)


async def _settle(
    rt: Runtime,
    claimed: Claimed,
    *,
    state: str,
    reason: str | None = None,
    provider_id: str | None = None,
    pause: float = 0.0,
) -> bool:
    """Write down what became of an entry. Whether it is still there: she may have been erased meanwhile."""
    now = rt.clock()
    async with rt.database.write() as session:
        entry = await session.get(OutboxEntry, claimed.entry.id, with_for_update=True)
        if entry is None:
            return False
        if entry.lease_token != claimed.lease:
            return True
        entry.lease_token = entry.lease_until = None
        entry.reason = reason
        entry.provider_id = provider_id or entry.provider_id
        entry.state = state
        entry.next_at = now + timedelta(seconds=pause)
        if state == "uncertain":
            _mark_uncertain(entry, rt, now)
        if state in ("sent", "failed"):
            entry.settled_at = now
            entry.sent_at = now if state == "sent" else None
            await _blank_unless_kept(session, entry)
        if state == "failed":
            await _tell_case(session, entry)
    _log.info("entry_settled", outbox=entry.id, state=state, reason=reason, attempt=entry.attempts)
    if state == "failed":
        await rt.hub.publish(hubs.SCREENS)
    return True


def _mark_uncertain(entry: OutboxEntry, rt: Runtime, now: datetime) -> None:
    entry.state, entry.reason = "uncertain", entry.reason or "no_answer"
    entry.lease_token = entry.lease_until = None
    entry.next_at = now + timedelta(seconds=rt.settings.uncertain_wait)


async def _blank_unless_kept(session: AsyncSession, entry: OutboxEntry) -> None:
    conversation = await session.get_one(Conversation, entry.conversation_id)
    case_open = await open_case_of(session, conversation.id) is not None
    if not keeps_content(conversation, case_open):
        entry.body_enc = None


async def _tell_case(session: AsyncSession, entry: OutboxEntry) -> None:
    case = await open_case_of(session, entry.conversation_id)
    if case is not None:
        case.flags = sorted({*case.flags, "not_delivered"})


async def resolve_uncertain(rt: Runtime) -> bool:
    """Take up one entry whose fate was uncertain for long enough. Whether there was one.

    Its provider is asked; found, it is sent. Not found, it is sent again if a second copy is better than none, else it stays
    marked, for people to see.
    """
    now = rt.clock()
    lease = new_id()
    async with rt.database.write() as session:
        query = (
            select(OutboxEntry)
            .where(
                OutboxEntry.state == "uncertain",
                OutboxEntry.next_at <= now,
                OutboxEntry.body_enc.is_not(None),
            )
            .order_by(OutboxEntry.next_at)
            .limit(1)
        )
        if rt.database.is_postgresql:
            query = query.with_for_update(skip_locked=True)
        entry = await session.scalar(query)
        if entry is None:
            return False
        conversation = await session.get_one(Conversation, entry.conversation_id)
        entry.lease_token, entry.lease_until = lease, now + timedelta(seconds=LEASE_SECONDS)
        entry.next_at = now + timedelta(seconds=LEASE_SECONDS)
    key = await rt.keys.get(conversation.id)
    claimed = Claimed(entry, conversation, key, lease, Decision(Verdict.SEND))
    channel = rt.channels.get(conversation.channel)
    address = key.open(conversation.address_enc, "conversations", conversation.id, "address")
    message = Message.model_validate_json(key.open(entry.body_enc or b"", "outbox", entry.uid, "body"))
    found = await channel.lookup(address, entry.created_at, message) if channel is not None else None
    if found is not None:
        await _settle(rt, claimed, state="sent", provider_id=found)
    elif EntryKind(entry.kind) in WORTH_TWICE and entry.attempts < MAX_ATTEMPTS:
        await _settle(rt, claimed, state="queued", reason="sent_again")
    else:
        await _settle(rt, claimed, state="failed", reason="uncertain")
    return True


async def report(rt: Runtime, said: DeliveryReport) -> None:
    """A delivery report. It never moves an entry backwards; one for an entry we do not know is ignored."""
    async with rt.database.write() as session:
        ours = OutboxEntry.uid == said.ref if said.ref else OutboxEntry.provider_id == said.provider_id
        entry = await session.scalar(select(OutboxEntry).where(OutboxEntry.channel == said.channel, ours).with_for_update())
        if entry is None or entry.state not in _ORDER or _ORDER[said.state] <= _ORDER[entry.state]:
            return
        if said.state is DeliveryState.FAILED and entry.state in ("delivered", "read"):
            return
        entry.state, entry.reason, entry.provider_id = said.state, said.code, said.provider_id
        entry.lease_token = entry.lease_until = None  # whoever still sends it has nothing left to settle
        entry.sent_at = entry.sent_at or rt.clock()
        entry.settled_at = entry.settled_at or rt.clock()
        await _blank_unless_kept(session, entry)
        if said.state is DeliveryState.FAILED:
            await _tell_case(session, entry)
    await rt.hub.publish(hubs.SCREENS)


async def requeue_stale(session: AsyncSession, conversation: Conversation, now: datetime) -> int:
    """She answered the neutral line: what waited behind it leaves now. How many."""
    result = await session.scalars(
        update(OutboxEntry)
        .where(
            OutboxEntry.conversation_id == conversation.id,
            OutboxEntry.state == "stale",
            OutboxEntry.body_enc.is_not(None),
        )
        .values(state="queued", answers_at=conversation.last_inbound_at, next_at=now, reason=None)
        .returning(OutboxEntry.id)
    )
    return len(result.all())
