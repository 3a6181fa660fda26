"""Erasing a contact: everything of hers goes at once, in any state; what only says that it happened stays (R31).

Her conversation is deleted with its messages, notes, alarms and what waits to be sent; then her data key, so that no copy of
the database can be read either. What must still happen (a goodbye, messages nobody has taken yet, a person who stays ready
for a woman in danger) moves to a successor: a fresh conversation under a fresh key that goes by itself.

Order of writes: new keys, then one transaction, then the old key. Dying between any two leaves nothing undone for good:
`finish` takes up what is left.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot import hub as hubs
from bot import inbox, log, outbox
from bot.cases.case import OPEN_STATES, raise_level, record
from bot.outbox import EntryKind
from bot.privacy.provider import work_of
from bot.runtime import Runtime
from bot.safety.risk import Risk
from bot.storage.keystore import KeyErased
from bot.storage.tables import (
    Alarm,
    Case,
    CaseEvent,
    CaseLink,
    Conversation,
    ErasedMessage,
    Erasure,
    InboxEntry,
    Note,
    OutboxEntry,
    ReviewMark,
    new_id,
)
from bot.storage.vault import DataKey, VaultError
from integrations.channel import Message

_log = log.get(__name__)

# A provider lists or repeats what it brought for at most a day: for so long, and a little more, it is known again.
MARKS_LAST = timedelta(hours=25)
# With a high or imminent case open, a reply address and the level stay for so long, unless she declines.
LEFT_FOR_HER = timedelta(hours=24)
GOODBYE_READ = timedelta(minutes=10)
# How long a provider deletes a message for; None for ever. Channels that are not here keep nothing.
DELETED_THERE_WITHIN: dict[str, timedelta | None] = {"whatsapp": None, "telegram": timedelta(hours=48)}
_SETTLED = ("sent", "delivered", "read", "failed", "dropped", "held")
_UNSETTLED_AT_MOST = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Fresh:
    """Keys made before the transaction: of the successor and of the work that remains."""

    successor: str
    key: DataKey
    work: str
    work_key: DataKey


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did.

    Attributes:
        cases: ids of the cases it touched.
        level: of the open case that a person stays ready for; NONE if none stays.
    """

    cases: tuple[str, ...] = ()
    level: Risk = Risk.NONE


async def on_her_word(rt: Runtime, turn: inbox.Turn, language: str, at_least: Risk, *, watch: bool = True) -> Erased:
    """She confirmed. One line says goodbye; what came in since her answer is not lost. Raises `LeaseLost`.

    Args:
        at_least: the level of this very turn.
        watch: whether somebody stays ready where there is danger: False once she declined that.
    """
    fresh, now = await _fresh(rt), rt.clock()
    async with rt.database.write() as session:
        row = await inbox.locked(session, turn)
        taken = [message.id for message in turn.messages]
        later = await _waiting_after(session, row.id, taken)
        erased, successor = await _replace(
            rt, session, row, turn.key, fresh, now, "asked", at_least=at_least, watch=watch, keep=True
        )
        assert successor is not None  # noqa: S101 - it was to be kept
        successor.language = language
        await _move(session, later, turn.key, successor, fresh.key, now)
        words = goodbye(row.channel, held=row.phone_held, watched=erased.level >= Risk.HIGH)
        message = Message(text=rt.bundle.text(language, words))
        outbox.enqueue(session, successor, fresh.key, rt.channels[row.channel], [message], EntryKind.FAREWELL, now)
    await _after(rt, erased)
    return erased


async def by_us(rt: Runtime, channel: str, address: str) -> Erased | None:
    """Erase a contact by command. Nothing is written to her: the phone may be in other hands. None if there is nobody."""
    lookup = rt.keys.vault.lookup(channel, address)
    async with rt.database.read() as session:
        found = await session.scalar(
            select(Conversation.id).where(Conversation.channel == channel, Conversation.lookup == lookup)
        )
    return await of_conversation(rt, found, "command") if found else None


async def of_conversation(
    rt: Runtime, conversation: str, why: str, *, at_provider: bool = True, wipe: bool = True
) -> Erased | None:
    """Erase a contact by her conversation. None if it is gone already.

    Args:
        why: command, retention or leftover, for the record of the erasure.
        at_provider: whether her messages are to be deleted there too.
        wipe: forget the data key at once; else whoever erases many calls `finish` after them.
    """
    fresh, now = await _fresh(rt), rt.clock()
    try:
        key: DataKey | None = await rt.keys.get(conversation)
    except KeyErased:
        key = None
    async with rt.database.write() as session:
        row = await session.get(Conversation, conversation, with_for_update=True)
        if row is None:
            return None
        watch = why == "command"
        level = await _waiting_level(session, conversation) if watch else Risk.NONE
        erased, successor = await _replace(
            rt, session, row, key, fresh, now, why, at_least=level, watch=watch, at_provider=at_provider
        )
    if successor is None:
        await rt.keys.erase(fresh.successor)
    await _after(rt, erased, wipe=wipe)
    return erased


def goodbye(channel: str, *, held: bool, watched: bool) -> str:
    """The key of the one line that says it is done, with what only she can do on her phone. Neutral where it may be held."""
    if held:
        return "exit.done"
    kind = "watched" if watched else "done"
    return f"erase.{kind}_{channel}" if channel in ("whatsapp", "telegram") else f"erase.{kind}"


async def _fresh(rt: Runtime) -> _Fresh:
    now, successor, work = rt.clock(), new_id(), new_id()
    return _Fresh(successor, await rt.keys.get_or_create(successor, now), work, await rt.keys.get_or_create(work, now))


async def _replace(
    rt: Runtime,
    session: AsyncSession,
    row: Conversation,
    key: DataKey | None,
    fresh: _Fresh,
    now: datetime,
    why: str,
    *,
    at_least: Risk = Risk.NONE,
    watch: bool = True,
    keep: bool = False,
    at_provider: bool = True,
) -> tuple[Erased, Conversation | None]:
    """Delete a conversation with all that hangs on it; its successor, where one is wanted.

    Args:
        watch: whether a person stays ready when a high or imminent case is open.
        keep: whether a successor is wanted in any case.
    """
    address = _address(row, key)
    await _remember_marks(rt, session, row, now)
    session.add(await _erasure(session, row, address, fresh, now, why, at_provider=at_provider))
    cases = (await session.scalars(select(Case).where(Case.conversation_id == row.id))).all()
    ready_for = next((case for case in cases if case.state in OPEN_STATES and case.risk >= Risk.HIGH), None) if watch else None
    if watch and ready_for is None and at_least >= Risk.HIGH:
        ready_for = next((case for case in cases if case.state in OPEN_STATES), None) or _new_case(session, row, now)
    if ready_for is not None:
        await session.flush()
        raise_level(session, ready_for, at_least, now)
        ready_for.lane = "urgent"
    await session.flush()
    await _strip(session, [*cases, *([ready_for] if ready_for and ready_for not in cases else [])], ready_for, now)
    await session.delete(row)
    await session.flush()
    successor = None
    if address is not None and (keep or ready_for is not None):
        successor = _successor(row, address, fresh, now, ready_for)
        session.add(successor)
        await session.flush()
        if ready_for is not None:
            ready_for.conversation_id = successor.id
    level = Risk(ready_for.risk) if ready_for is not None and successor is not None else Risk.NONE
    return Erased(tuple(case.id for case in cases), level), successor


def _address(row: Conversation, key: DataKey | None) -> str | None:
    try:
        return key.open(row.address_enc, "conversations", row.id, "address") if key else None
    except VaultError:  # a restored copy: nobody can read it any more
        return None


async def _remember_marks(rt: Runtime, session: AsyncSession, row: Conversation, now: datetime) -> None:
    """What the provider may bring once more is known by a keyed hash. Parts of one message share its id before the `#`."""
    recent = select(InboxEntry.external_id).where(InboxEntry.conversation_id == row.id, InboxEntry.received_at > now - MARKS_LAST)
    ids = {external.split("#")[0] for external in await session.scalars(recent)}
    insert = pg_insert if rt.database.is_postgresql else sqlite_insert
    for external in ids:
        mark = rt.keys.vault.mark(row.channel, external)
        await session.execute(insert(ErasedMessage).values(mark=mark, at=now).on_conflict_do_nothing(index_elements=["mark"]))


async def _erasure(
    session: AsyncSession, row: Conversation, address: str | None, fresh: _Fresh, now: datetime, why: str, *, at_provider: bool
) -> Erasure:
    """The record of it, with what is left to do at the provider, sealed."""
    ids, left = await _provider_ids(session, row, now) if at_provider else ([], 0)
    work = work_of(address, ids) if address and ids else None
    after = now + GOODBYE_READ if why == "leftover" else now  # she must be able to read the goodbye
    return Erasure(
        id=fresh.work,
        at=now,
        channel=row.channel,
        why=why,
        contact=row.id,
        work_enc=fresh.work_key.seal(work, "erasures", fresh.work, "work") if work else None,
        next_at=after if work else None,
        left=left,
    )


async def _provider_ids(session: AsyncSession, row: Conversation, now: datetime) -> tuple[list[str], int]:
    """What the provider can delete of hers and ours, and how much is too old for it to."""
    if row.channel not in DELETED_THERE_WITHIN:
        return [], 0
    within = DELETED_THERE_WITHIN[row.channel]
    hers = select(InboxEntry.provider_id, InboxEntry.received_at).where(InboxEntry.conversation_id == row.id)
    ours = select(OutboxEntry.provider_id, OutboxEntry.created_at).where(OutboxEntry.conversation_id == row.id)
    found = {name: at for name, at in (*await session.execute(hers), *await session.execute(ours)) if name}
    ids = [name for name, at in found.items() if within is None or now - at < within]
    return ids, len(found) - len(ids)


def _new_case(session: AsyncSession, row: Conversation, now: datetime) -> Case:
    """Nobody has read her last words, and by themselves they looked urgent."""
    case = Case(
        conversation_id=row.id, channel=row.channel, language=row.language, state="open", lane="urgent", risk=0, opened_at=now
    )
    session.add(case)
    return case


async def _strip(session: AsyncSession, cases: Sequence[Case], ready_for: Case | None, now: datetime) -> None:
    """Of a case stays that there was one, on which channel, when and how urgent; and who did what with it, without detail."""
    ids = [case.id for case in cases]
    await session.execute(delete(Note).where(Note.case_id.in_(ids)))
    await session.execute(delete(CaseLink).where(or_(CaseLink.case_id.in_(ids), CaseLink.earlier_id.in_(ids))))
    await session.execute(update(CaseEvent).where(CaseEvent.case_id.in_(ids)).values(detail={}))
    await session.execute(update(ReviewMark).where(ReviewMark.case_id.in_(ids)).values(case_id=None))
    for case in cases:
        if case is not ready_for:
            await session.execute(delete(Alarm).where(Alarm.subject == f"case:{case.id}"))
            if case.state in OPEN_STATES:
                case.state, case.outcome, case.closed_at = "closed", "erased", now
        case.reasons, case.flags, case.clocks = [], ["erased"], {}
        case.event_at = case.speciality = None
        case.conversation_id = None
        record(session, case, "erased", now)


def _successor(row: Conversation, address: str, fresh: _Fresh, now: datetime, ready_for: Case | None) -> Conversation:
    """What has to stay a little: where a reply goes, and for a woman in danger how it is safe to write."""
    watched = ready_for is not None
    return Conversation(
        id=fresh.successor,
        channel=row.channel,
        lookup=row.lookup,
        address_enc=fresh.key.seal(address, "conversations", fresh.successor, "address"),
        created_at=now,
        language=row.language,
        last_inbound_at=row.last_inbound_at,
        erase_at=now + LEFT_FOR_HER if watched else now,
        exited_at=row.exited_at,
        may_write=row.may_write if watched else "unknown",
        write_when=row.write_when if watched else None,
        phone_held=row.phone_held if watched else False,
        held_by=ready_for.claimed_by if ready_for is not None else None,
    )


async def _waiting_after(session: AsyncSession, conversation: str, taken: Sequence[int]) -> Sequence[InboxEntry]:
    """Messages that came in after the ones of this turn: nobody has read them, and they may be a cry for help."""
    return (
        await session.scalars(
            select(InboxEntry)
            .where(InboxEntry.conversation_id == conversation, InboxEntry.state == "waiting", InboxEntry.id.not_in(taken))
            .order_by(InboxEntry.id)
        )
    ).all()


async def _waiting_level(session: AsyncSession, conversation: str) -> Risk:
    """How urgent what nobody has taken yet looked at first glance."""
    glances = await session.scalars(
        select(InboxEntry.glance).where(InboxEntry.conversation_id == conversation, InboxEntry.state == "waiting")
    )
    return Risk(max(glances, default=0))


async def _move(
    session: AsyncSession, later: Sequence[InboxEntry], old: DataKey, successor: Conversation, new: DataKey, now: datetime
) -> None:
    """Take messages over to the successor, sealed under its key."""
    for entry in later:
        body = old.open(entry.body_enc or b"", "inbox", entry.uid, "body")
        session.add(
            InboxEntry(
                conversation_id=successor.id,
                channel=entry.channel,
                external_id=entry.external_id,
                provider_id=entry.provider_id,
                uid=entry.uid,
                body_enc=new.seal(body, "inbox", entry.uid, "body"),
                kind=entry.kind,
                glance=entry.glance,
                sent_at=entry.sent_at,
                received_at=entry.received_at,
                state="waiting",
                attempts=0,
            )
        )
        successor.ready_at, successor.priority = now, max(successor.priority or 0, entry.glance)


async def _after(rt: Runtime, erased: Erased, *, wipe: bool = True) -> None:
    if wipe:
        await finish(rt)
    if erased.cases:
        await rt.hub.publish(hubs.SCREENS)
    _log.info("contact_erased", count=len(erased.cases), risk=erased.level.word)


async def finish(rt: Runtime) -> None:
    """Forget the data keys of everybody whose rows are gone, and those of work that is not wanted."""
    async with rt.database.read() as session:
        rows = (
            await session.execute(select(Erasure.id, Erasure.contact, Erasure.work_enc).where(Erasure.contact.is_not(None)))
        ).all()
    if not rows:
        return
    contacts = [contact for _, contact, _ in rows if contact]
    idle = [erasure for erasure, _, work in rows if work is None]
    await rt.keys.erase(*contacts, *idle)
    await rt.database.leave_no_trace(Conversation.__tablename__)
    async with rt.database.write() as session:
        await session.execute(update(Erasure).where(Erasure.id.in_([row.id for row in rows])).values(contact=None))


async def leftovers(rt: Runtime) -> None:
    """Erase successors whose time is over: the goodbye has left, or a person has stayed ready for a day.

    One in which she writes again waits until she has been silent for an hour.
    """
    now = rt.clock()
    async with rt.database.read() as session:
        due = (
            await session.execute(
                select(Conversation.id, Conversation.erase_at, Conversation.turns, Conversation.last_inbound_at).where(
                    Conversation.erase_at <= now, Conversation.ready_at.is_(None)
                )
            )
        ).all()
        busy = set(
            await session.scalars(
                select(OutboxEntry.conversation_id).where(
                    OutboxEntry.conversation_id.in_([row.id for row in due]), OutboxEntry.state.not_in(_SETTLED)
                )
            )
        )
    for row in due:
        talking = row.turns > 0 and row.last_inbound_at is not None and now - row.last_inbound_at < _UNSETTLED_AT_MOST
        if talking or (row.id in busy and now - row.erase_at < _UNSETTLED_AT_MOST):
            continue
        await of_conversation(rt, row.id, "leftover")
