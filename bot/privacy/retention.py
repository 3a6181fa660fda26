"""Keeping nothing longer than it serves (R34): each class of data has a time, a setting, and a rule here.

`purge` runs daily by itself and on `faro purge`. It works in bounded batches, one short transaction each, and counts what it
did; a dry run counts what it would do. `docs/data.md` lists the classes.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from bot import access, log
from bot.cases.case import OPEN_STATES
from bot.privacy import erase, statistics
from bot.runtime import Runtime
from bot.storage.remember import take_lease
from bot.storage.tables import (
    AccessEntry,
    Alarm,
    Case,
    Conversation,
    ErasedMessage,
    Erasure,
    InboxEntry,
    Note,
    OperatorSession,
    OutboxEntry,
    PushSubscription,
    RecoveryCode,
    ReviewMark,
    SimulatedMessage,
    Table,
    new_id,
)

_log = log.get(__name__)

SECONDS = 3600.0
_EVERY = timedelta(hours=24)
_BATCH = 500
_BATCHES = 200
_KEY_WITHOUT_ROWS = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Rule:
    """One class of data.

    Attributes:
        name: as `docs/data.md` calls it.
        count: how much is over its time.
        batch: deals with at most `_BATCH` of it; how much it dealt with.
    """

    name: str
    count: Callable[[Runtime, datetime], Awaitable[int]]
    batch: Callable[[Runtime, datetime], Awaitable[int]]


async def daily(rt: Runtime) -> None:
    """Purge once a day, in one process."""
    if await take_lease(rt.database, "retention", new_id(), _EVERY.total_seconds() - SECONDS, rt.clock()):
        await purge(rt)


async def purge(rt: Runtime, *, dry: bool = False) -> dict[str, int]:
    """Deal with everything that is over its time; how much, by class. `dry` only counts."""
    now, done = rt.clock(), {}
    for rule in RULES:
        if dry:
            done[rule.name] = await rule.count(rt, now)
            continue
        done[rule.name] = await _all(rt, rule, now)
        if done[rule.name]:
            _log.info("purged", kind=rule.name, count=done[rule.name])
    if not dry:
        await erase.finish(rt)
    return done


async def _all(rt: Runtime, rule: Rule, now: datetime) -> int:
    total = 0
    for _ in range(_BATCHES):
        dealt_with = await rule.batch(rt, now)
        total += dealt_with
        if dealt_with < _BATCH:
            break
    return total


# Contacts


def _over(rt: Runtime, now: datetime) -> ColumnElement[bool]:
    """Silent for longer than her consent allows, with nothing pending and no case that still needs her."""
    settings = rt.settings
    heard = func.coalesce(Conversation.last_inbound_at, Conversation.created_at)
    agreed = heard < now - timedelta(days=settings.retention_contact_days)
    not_agreed = and_(Conversation.consent_at.is_(None), heard < now - timedelta(hours=settings.retention_chat_hours))
    return and_(
        or_(agreed, not_agreed),
        Conversation.ready_at.is_(None),
        Conversation.check_in_at.is_(None),
        Conversation.erase_at.is_(None),
        ~exists().where(Case.conversation_id == Conversation.id, _needs_her(rt, now)),
    )


def _needs_her(rt: Runtime, now: datetime) -> ColumnElement[bool]:
    """Open, or closed a short while ago: longer if she agreed to keeping."""
    agreed = exists().where(Conversation.id == Case.conversation_id, Conversation.consent_at.is_not(None))
    days = timedelta(days=rt.settings.retention_case_days)
    hours = timedelta(hours=rt.settings.retention_closed_hours)
    kept = or_(and_(agreed, Case.closed_at > now - days), Case.closed_at > now - hours)
    return or_(Case.state.in_(OPEN_STATES), kept)


async def _count_contacts(rt: Runtime, now: datetime) -> int:
    async with rt.database.read() as session:
        return await session.scalar(select(func.count()).select_from(Conversation).where(_over(rt, now))) or 0


async def _erase_contacts(rt: Runtime, now: datetime) -> int:
    async with rt.database.read() as session:
        query = select(Conversation.id, Conversation.channel).where(_over(rt, now)).limit(_BATCH)
        found = (await session.execute(query)).all()
    for conversation, channel in found:  # a Telegram chat is hers: only she has it emptied
        at_provider = channel == "whatsapp"
        await erase.of_conversation(rt, conversation, "retention", at_provider=at_provider, wipe=False)
    await erase.finish(rt)
    return len(found)


# What was said


def _said(
    table: type[InboxEntry] | type[OutboxEntry], at: InstrumentedAttribute[datetime]
) -> Callable[[Runtime, datetime], ColumnElement[bool]]:
    """Bodies of a consented talk: gone after the chat's time, or after the time of a case that they belong to."""

    def over(rt: Runtime, now: datetime) -> ColumnElement[bool]:
        in_case = exists().where(Case.conversation_id == table.conversation_id, _needs_her(rt, now))
        waits = ("waiting",) if table is InboxEntry else ("queued", "sending", "stale", "uncertain")
        before = now - timedelta(hours=rt.settings.retention_chat_hours)
        return and_(table.body_enc.is_not(None), at < before, table.state.not_in(waits), ~in_case)

    return over


def _blank(name: str, table: Any, where: Callable[[Runtime, datetime], ColumnElement[bool]]) -> Rule:
    """Empty the sealed body, keep the row."""

    async def batch(rt: Runtime, now: datetime) -> int:
        async with rt.database.write() as session:
            ids = select(table.id).where(where(rt, now)).limit(_BATCH)
            blanked = await session.execute(update(table).where(table.id.in_(ids)).values(body_enc=None).returning(table.id))
            return len(blanked.all())

    return Rule(name, _counting(table, where), batch)


def _drop(name: str, table: Any, where: Callable[[Runtime, datetime], ColumnElement[bool]]) -> Rule:
    """Delete rows."""
    key = next(iter(table.__table__.primary_key.columns))

    async def batch(rt: Runtime, now: datetime) -> int:
        async with rt.database.write() as session:
            ids = select(key).where(where(rt, now)).limit(_BATCH)
            dropped = await session.execute(delete(table).where(key.in_(ids)).returning(key))
            return len(dropped.all())

    return Rule(name, _counting(table, where), batch)


def _counting(
    table: type[Table], where: Callable[[Runtime, datetime], ColumnElement[bool]]
) -> Callable[[Runtime, datetime], Awaitable[int]]:
    async def count(rt: Runtime, now: datetime) -> int:
        async with rt.database.read() as session:
            return await session.scalar(select(func.count()).select_from(table).where(where(rt, now))) or 0

    return count


def _old(column: Any, setting: str, unit: str = "days") -> Callable[[Runtime, datetime], ColumnElement[bool]]:
    return lambda rt, now: column < now - timedelta(**{unit: getattr(rt.settings, setting)})


def _trace(table: type[InboxEntry] | type[OutboxEntry], at: Any) -> Callable[[Runtime, datetime], ColumnElement[bool]]:
    """That a message was, without a word of it: when she wrote says something too."""
    return lambda rt, now: and_(table.body_enc.is_(None), at < now - timedelta(days=rt.settings.retention_case_days))


def _notes(rt: Runtime, now: datetime) -> ColumnElement[bool]:
    return exists().where(Case.id == Note.case_id, ~_needs_her(rt, now))


# Cases


def _case_over(rt: Runtime, now: datetime) -> ColumnElement[bool]:
    return and_(Case.state.not_in(OPEN_STATES), Case.closed_at < now - timedelta(days=rt.settings.retention_record_days))


async def _count_out_cases(rt: Runtime, now: datetime) -> int:
    """Records of cases become figures."""
    async with rt.database.write() as session:
        cases = (await session.scalars(select(Case).where(_case_over(rt, now)).limit(_BATCH))).all()
        await statistics.count_in(rt.database, session, cases)
        ids = [case.id for case in cases]
        await session.execute(delete(Alarm).where(Alarm.subject.in_([f"case:{case}" for case in ids])))
        await session.execute(delete(Case).where(Case.id.in_(ids)))
    return len(ids)


def _sessions(rt: Runtime, now: datetime) -> ColumnElement[bool]:
    return OperatorSession.created_at < now - timedelta(hours=rt.settings.session_hours)


async def _old_access(rt: Runtime, now: datetime) -> int:
    async with rt.database.read() as session:
        old = AccessEntry.at < now - timedelta(days=rt.settings.retention_access_days)
        return await session.scalar(select(func.count()).select_from(AccessEntry).where(old)) or 0


async def _forget_access(rt: Runtime, now: datetime) -> int:
    return await access.forget(rt, now - timedelta(days=rt.settings.retention_access_days), _BATCH)


# Keys


async def _keys_without_rows(rt: Runtime, now: datetime) -> list[str]:
    """Keys that were made for rows that never came: a process died between the two."""
    stray, after = [], ""
    while made := await rt.keys.older_than(now - _KEY_WITHOUT_ROWS, after):
        async with rt.database.read() as session:
            named = {
                *await session.scalars(select(Conversation.id).where(Conversation.id.in_(made))),
                *await session.scalars(select(Erasure.id).where(Erasure.id.in_(made), Erasure.work_enc.is_not(None))),
            }
        stray += [contact for contact in made if contact not in named]
        after = made[-1]
    return stray


async def _count_stray_keys(rt: Runtime, now: datetime) -> int:
    return len(await _keys_without_rows(rt, now))


async def _erase_stray_keys(rt: Runtime, now: datetime) -> int:
    stray = (await _keys_without_rows(rt, now))[:_BATCH]
    return await rt.keys.erase(*stray) if stray else 0


RULES: Sequence[Rule] = (
    Rule("contacts", _count_contacts, _erase_contacts),
    _blank("messages_in", InboxEntry, _said(InboxEntry, InboxEntry.received_at)),
    _blank("messages_out", OutboxEntry, _said(OutboxEntry, OutboxEntry.created_at)),
    _drop("notes", Note, _notes),
    _drop("traces_in", InboxEntry, _trace(InboxEntry, InboxEntry.received_at)),
    _drop("traces_out", OutboxEntry, _trace(OutboxEntry, OutboxEntry.created_at)),
    Rule("cases", _counting(Case, _case_over), _count_out_cases),
    _drop("review_marks", ReviewMark, _old(ReviewMark.at, "retention_record_days")),
    _drop("alarms", Alarm, _old(Alarm.raised_at, "retention_case_days")),
    _drop("sessions", OperatorSession, _sessions),
    _drop("phones", PushSubscription, _old(PushSubscription.renewed_at, "retention_push_days")),
    _drop("recovery_codes", RecoveryCode, _old(RecoveryCode.used_at, "retention_case_days")),
    _drop("marks", ErasedMessage, lambda rt, now: ErasedMessage.at < now - erase.MARKS_LAST),
    _drop(
        "erasures",
        Erasure,
        lambda rt, now: and_(
            Erasure.at < now - timedelta(days=rt.settings.retention_record_days),
            Erasure.contact.is_(None),
            Erasure.work_enc.is_(None),
        ),
    ),
    _drop("simulated", SimulatedMessage, _old(SimulatedMessage.sent_at, "retention_chat_hours", "hours")),
    Rule("access", _old_access, _forget_access),
    Rule("keys", _count_stray_keys, _erase_stray_keys),
)
