"""The inbox: accept (durable, deduplicated), claim (leased, one conversation at a time, in order), finish, park.

Steps 1, 2 and 6 of the walk. Nothing here knows what a message means beyond the lexicon's first glance.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, exists, or_, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from bot import writing_first
from bot.cases.case import OPEN_STATES
from bot.safety.risk import Risk
from bot.storage.keystore import KeyErased, KeyStore
from bot.storage.session import Database
from bot.storage.tables import Case, Conversation, ErasedMessage, InboxEntry, Note, new_id
from bot.storage.vault import DataKey
from integrations.channel import BODY, Body, Inbound

LEASE_SECONDS = 30
_BACKOFF_SECONDS = (1.0, 5.0, 20.0)
_LATE = timedelta(minutes=1)
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Glance:
    """What intake sees without any model.

    Attributes:
        level: how urgent.
        may_wait: only a greeting or a fragment of at most three words: the rest of its burst may follow.
        leaving: she has to stop now: nothing more is sent from this moment on.
        phone_held: somebody may hold or see the phone.
    """

    level: Risk
    may_wait: bool = False
    leaving: bool = False
    phone_held: bool = False


_READY = (
    select(Conversation.id)
    .where(
        Conversation.ready_at <= bindparam("now"),
        Conversation.priority >= bindparam("least"),
        or_(Conversation.lease_until.is_(None), Conversation.lease_until < bindparam("now")),
    )
    .order_by(Conversation.priority.desc(), Conversation.ready_at)
    .limit(1)
)
"""The conversation to be taken next."""

GlanceAt = Callable[[Body], Glance]


@dataclass(frozen=True, slots=True)
class Accepted:
    """What became of a message that came in.

    Attributes:
        quiet: nothing may show on her phone on account of it yet: she has to stop, somebody may hold the phone, a person
            has the conversation, or it reached us late.
    """

    conversation: str
    new: bool
    level: Risk
    quiet: bool = True


@dataclass(frozen=True, slots=True)
class Waiting:
    """One message of a claimed turn, opened."""

    id: int
    body: Body
    glance: Risk
    sent_at: datetime | None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Turn:
    """All waiting messages of one conversation, leased to one worker.

    Attributes:
        lease: the token that guards everything written for this turn.
        attempt: 1 on the first try.
    """

    conversation: Conversation
    key: DataKey
    address: str
    messages: tuple[Waiting, ...]
    lease: str
    attempt: int

    @property
    def glance(self) -> Risk:
        return max((m.glance for m in self.messages), default=Risk.NONE)


async def accept(
    database: Database,
    keys: KeyStore,
    message: Inbound,
    glance_at: GlanceAt,
    now: datetime,
    burst_wait: float = 3.0,
    slow_down: float = 0.0,
) -> Accepted:
    """Store a verified message, once. When this returns it is safe on disk, whatever dies next.

    The first glance sets the conversation's priority and when its turn is ready: urgent at once; a greeting or a fragment
    waits up to `burst_wait` seconds for the rest, unless we are waiting for just such an answer.
    """
    for _ in range(_TRIES):
        try:
            return await _store(database, keys, message, glance_at, now, burst_wait, slow_down)
        except (IntegrityError, KeyErased):  # her conversation was erased while this message came in: it begins a new one
            continue
    return await _store(database, keys, message, glance_at, now, burst_wait, slow_down)


async def _store(
    database: Database,
    keys: KeyStore,
    message: Inbound,
    glance_at: GlanceAt,
    now: datetime,
    burst_wait: float,
    slow_down: float,
) -> Accepted:
    found = await _conversation_of(database, keys, message, now)
    if found is None:
        return Accepted("", new=False, level=Risk.NONE)
    conversation, key = found
    glances = [glance_at(body) for body in message.bodies]
    level = max((g.level for g in glances), default=Risk.NONE)
    may_wait = all(g.may_wait for g in glances) and level < Risk.HIGH
    async with database.write() as session:
        row = await session.get(Conversation, conversation, with_for_update=True)  # before the insert: two at once queue here
        if row is None:
            raise KeyErased
        inserted = await _insert(database, session, message, glances, conversation, key, now)
        if not inserted:
            return Accepted(conversation, new=False, level=level)
        wait = 0.0 if level >= Risk.HIGH else max(slow_down, burst_wait if may_wait and not row.awaiting else 0.0)
        ready = now + timedelta(seconds=wait)
        row.ready_at = ready if row.ready_at is None else min(row.ready_at, ready)
        if any(g.leaving for g in glances):
            row.exited_at = now
        row.priority = max(row.priority, level)
        wrote = min(message.sent_at or now, now)  # what reached us late is answered as late
        row.may_write = writing_first.word(row, now)
        row.last_inbound_at = max(wrote, row.last_inbound_at or wrote)
        quiet = (
            any(g.leaving or g.phone_held for g in glances) or row.phone_held or row.held_by is not None or now - wrote > _LATE
        )
    return Accepted(conversation, new=True, level=level, quiet=quiet)


async def _conversation_of(database: Database, keys: KeyStore, message: Inbound, now: datetime) -> tuple[str, DataKey] | None:
    """Her conversation, begun if there is none. None for a message of before an erasure, brought again by its provider."""
    lookup = keys.vault.lookup(message.channel, message.address)
    hers = select(Conversation.id).where(Conversation.channel == message.channel, Conversation.lookup == lookup)
    erased = exists().where(ErasedMessage.mark == keys.vault.mark(message.channel, message.external_id))
    async with database.read() as session:
        known, was_erased = (await session.execute(select(hers.scalar_subquery(), erased))).one()
    if was_erased:
        return None
    cases: Sequence[str] = ()
    if known is not None:
        try:
            return known, await keys.get(known)
        except KeyErased:
            cases = await _bury(database, known)
    fresh = new_id()
    key = await keys.get_or_create(fresh, now)
    insert = pg_insert if database.is_postgresql else sqlite_insert
    async with database.write() as session:
        await session.execute(
            insert(Conversation)
            .values(
                id=fresh,
                channel=message.channel,
                lookup=lookup,
                address_enc=key.seal(message.address, "conversations", fresh, "address"),
                created_at=now,
            )
            .on_conflict_do_nothing(index_elements=["channel", "lookup"])
        )
        owner = (await session.execute(hers)).scalar_one()
        await session.execute(update(Case).where(Case.id.in_(cases)).values(conversation_id=owner))
    if owner != fresh:  # two first messages at once: the other one made the conversation
        await keys.erase(fresh)
        key = await keys.get(owner)
    return owner, key


async def _bury(database: Database, conversation: str) -> Sequence[str]:
    """Remove a conversation whose key is gone (a restored backup brought it back): nobody can read it, and she is new.

    Its open case goes on with her: the ids.
    """
    async with database.write() as session:
        mine = Case.conversation_id == conversation
        await session.execute(delete(Note).where(Note.case_id.in_(select(Case.id).where(mine))))
        cases = (await session.scalars(select(Case.id).where(mine, Case.state.in_(OPEN_STATES)))).all()
        await session.execute(delete(Conversation).where(Conversation.id == conversation))
    return cases


async def _insert(
    database: Database,
    session: AsyncSession,
    message: Inbound,
    glances: Sequence[Glance],
    conversation: str,
    key: DataKey,
    now: datetime,
) -> bool:
    insert = pg_insert if database.is_postgresql else sqlite_insert
    inserted = False
    for number, (body, glance) in enumerate(zip(message.bodies, glances, strict=True)):
        uid = new_id()
        result = await session.execute(
            insert(InboxEntry)
            .values(
                conversation_id=conversation,
                channel=message.channel,
                external_id=message.external_id if number == 0 else f"{message.external_id}#{number}",
                provider_id=message.provider_id or None,
                uid=uid,
                body_enc=key.seal(BODY.dump_json(body).decode(), "inbox", uid, "body"),
                kind=body.kind,
                glance=glance.level,
                sent_at=message.sent_at,
                received_at=now,
                state="waiting",
                attempts=0,
            )
            .on_conflict_do_nothing(index_elements=["channel", "external_id"])
            .returning(InboxEntry.id)
        )
        inserted = result.first() is not None or inserted
    return inserted


async def claim(database: Database, keys: KeyStore, now: datetime, least: Risk = Risk.NONE) -> Turn | None:
    """Lease the most urgent conversation whose turn is ready, with all that waits in it; None if there is none.

    A worker that dies leaves a lease that ends by itself. The try is counted before the work, so that a message that kills
    its worker is counted too.

    Args:
        least: leave what the first glance found less urgent than this.
    """
    lease, at = new_id(), {"now": now, "least": least}
    if database.is_postgresql:  # most looks find nothing: this one costs one request. SQLite's own is as dear as the claim
        async with database.read() as session:
            if await session.scalar(_READY, at) is None:
                return None
    async with database.write() as session:
        conversation = await session.scalar(
            update(Conversation)
            .where(Conversation.id == _READY.with_for_update(skip_locked=True).scalar_subquery())
            .values(lease_token=lease, lease_until=now + timedelta(seconds=LEASE_SECONDS))
            .returning(Conversation),
            at,
            execution_options={"synchronize_session": False},
        )
        if conversation is None:
            return None
        rows = await session.scalars(
            update(InboxEntry)
            .where(InboxEntry.conversation_id == conversation.id, InboxEntry.state == "waiting")
            .values(attempts=InboxEntry.attempts + 1)
            .returning(InboxEntry)
        )
        entries = sorted(rows, key=lambda row: row.id)
    key = await keys.get(conversation.id)
    return Turn(
        conversation=conversation,
        key=key,
        address=key.open(conversation.address_enc, "conversations", conversation.id, "address"),
        messages=tuple(_opened(row, key) for row in entries),
        lease=lease,
        attempt=max((row.attempts for row in entries), default=1),
    )


def _opened(row: InboxEntry, key: DataKey) -> Waiting:
    sealed = row.body_enc or b""
    body = BODY.validate_json(key.open(sealed, "inbox", row.uid, "body"))
    return Waiting(row.id, body, Risk(row.glance), row.sent_at, row.received_at)


class LeaseLost(Exception):
    """Another worker has the conversation now: this turn's work is thrown away."""


async def locked(session: AsyncSession, turn: Turn) -> Conversation:
    """The conversation of a turn, locked, if this worker still holds its lease. Raises `LeaseLost`."""
    row = await session.scalar(
        select(Conversation)
        .where(Conversation.id == turn.conversation.id, Conversation.lease_token == turn.lease)
        .with_for_update()
    )
    if row is None:
        raise LeaseLost
    return row


async def finish(session: AsyncSession, row: Conversation, turn: Turn, now: datetime, *, state: str = "done", keep: bool) -> None:
    """Mark the turn's messages as dealt with and free the conversation, in the caller's transaction.

    Args:
        keep: whether their bodies stay (she consented, or a case is open); else they are blanked here.
    """
    values: dict[str, object] = {"state": state, "finished_at": now}
    if not keep:
        values["body_enc"] = None
    ids = [m.id for m in turn.messages]
    await session.execute(update(InboxEntry).where(InboxEntry.id.in_(ids)).values(values))
    more = await session.scalar(select(exists().where(InboxEntry.conversation_id == row.id, InboxEntry.state == "waiting")))
    row.ready_at = now if more else None
    if not more:
        row.priority = 0
    row.lease_token = None
    row.lease_until = None


async def give_back(database: Database, turn: Turn, now: datetime) -> None:
    """After a failed try: free the conversation and let it be ready again later, with backoff and jitter."""
    pause = _BACKOFF_SECONDS[min(turn.attempt, len(_BACKOFF_SECONDS)) - 1] * random.uniform(0.8, 1.2)  # noqa: S311
    async with database.write() as session:
        await session.execute(
            update(Conversation)
            .where(Conversation.id == turn.conversation.id, Conversation.lease_token == turn.lease)
            .values(lease_token=None, lease_until=None, ready_at=now + timedelta(seconds=pause))
        )
