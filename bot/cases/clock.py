"""The alarm clock of every case: from its opening to the first human reply, or to a recorded decision to wait for her (R18).

Each step is one row, unique on (case, step), so several workers raise it once. Nothing here says a word of what she wrote.
"""

import contextlib
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta

from prometheus_client import Gauge
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from bot import hub as hubs
from bot import log, outbox
from bot.cases import queue
from bot.cases.case import OPEN_STATES, end_waiting, record
from bot.outbox import EntryKind
from bot.runtime import Runtime
from bot.safety.risk import Risk
from bot.settings import Settings
from bot.storage.keystore import KeyErased
from bot.storage.tables import Alarm, Case, Conversation
from integrations.channel import Message

_log = log.get(__name__)

OLDEST = Gauge("faro_oldest_urgent_wait_seconds", "How long the urgent case that waits longest has waited for a person")
WAITING_STATES = ("open", "claimed")
_SLOWER = 3  # a high case has this many times as long as an imminent one


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the alarm: who is called after how long. `audience`: operators, supervisors or contact."""

    name: str
    after: timedelta
    audience: str


def steps(case: Case, settings: Settings) -> tuple[Step, ...]:
    """The steps of a case by its level, and, for a waiting woman who asked for a person, the honest line alone (R20)."""
    said = Step("contact", timedelta(seconds=settings.alarm_wait_said_seconds), "contact")
    if case.lane != "urgent":
        return (said,) if "asks_person" in (*case.reasons, *case.flags) else ()
    factor = 1 if case.risk >= Risk.IMMINENT else _SLOWER
    operators = Step("operators", timedelta(seconds=settings.alarm_operators_seconds * factor), "operators")
    supervisors = Step("supervisors", timedelta(seconds=settings.alarm_supervisors_seconds * factor), "supervisors")
    if factor == 1:
        said = Step("contact", timedelta(seconds=settings.alarm_contact_seconds), "contact")
    return (operators, supervisors, said)


def elapsed(case: Case, now: datetime, most_pause: float) -> timedelta:
    """How long she has waited by the alarm clock. A claim pauses it, for at most `most_pause` seconds in total."""
    paused = float(case.paused_seconds)
    if case.state == "claimed" and case.claimed_at is not None:
        paused += (now - case.claimed_at).total_seconds()
    return now - _since(case) - timedelta(seconds=min(paused, most_pause))


def _since(case: Case) -> datetime:
    """From when the clock counts: a level that rises, and a case that comes back, start it anew."""
    return max(filter(None, (case.opened_at, case.waiting_since, case.raised_at)))


def due(case: Case, waited: timedelta, settings: Settings) -> Iterator[tuple[str, str]]:
    """(step, audience) of everything that has come due. After the last call to people it repeats until somebody answers."""
    generation = int(_since(case).timestamp())
    found: Sequence[Step] = [step for step in steps(case, settings) if waited >= step.after]
    for step in found:
        yield f"{step.name}:{generation}", step.audience
    called = [step for step in found if step.audience != "contact"]
    if len(called) > 1:
        again = int((waited - called[-1].after).total_seconds() // settings.alarm_repeat_seconds)
        if again:
            yield f"again-{again}:{generation}", "supervisors"


async def run_clock(rt: Runtime) -> None:
    """Raise every step that has come due. Reads all cases at once; writes only where something is due."""
    async with rt.database.read() as session:
        query = select(Case, Conversation.last_inbound_at).outerjoin(Conversation, Conversation.id == Case.conversation_id)
        rows = [(case, heard) for case, heard in await session.execute(query.where(Case.state.in_(OPEN_STATES)))]
        subjects = [f"case:{case.id}" for case, _ in rows]
        raised = select(Alarm.subject, Alarm.step).where(Alarm.subject.in_(subjects))
        known = {(subject, step) for subject, step in await session.execute(raised)}
    for case, heard in rows:
        try:
            await _ring(rt, case, heard, known)
        except Exception:  # one case that cannot ring must not silence the others
            _log.exception("alarm_clock_failed", case=case.id)


async def _ring(rt: Runtime, case: Case, heard: datetime | None, known: Set[tuple[str, str]]) -> None:
    now = rt.clock()
    if case.waits_for_her_at is not None and heard is not None and heard > case.waits_for_her_at:
        await _end_of_waiting(rt, case.id, heard, now)
    elif case.state in WAITING_STATES:
        for step, audience in due(case, elapsed(case, now, rt.settings.claim_return_seconds), rt.settings):
            if (f"case:{case.id}", step) not in known:
                await _raise(rt, case.id, step, audience, now)


async def _end_of_waiting(rt: Runtime, case_id: str, heard: datetime, now: datetime) -> None:
    async with rt.database.write() as session:
        case = await queue.locked_case(session, case_id)
        if case is not None and case.waits_for_her_at is not None:
            end_waiting(session, case, heard, now)


async def _raise(rt: Runtime, case_id: str, step: str, audience: str, now: datetime) -> None:
    insert = pg_insert if rt.database.is_postgresql else sqlite_insert
    async with rt.database.write() as session:
        case = await queue.locked_case(session, case_id)
        if case is None or case.state not in WAITING_STATES:
            return
        row = insert(Alarm).values(
            subject=f"case:{case_id}", step=step, raised_at=now, sent_at=now if audience == "contact" else None
        )
        made = await session.execute(row.on_conflict_do_nothing(index_elements=["subject", "step"]).returning(Alarm.id))
        if made.first() is None:
            return
        record(session, case, "alarm", now, detail={"step": step})
        if audience == "contact":
            await _tell_her(rt, session, case, now)
    _log.warning("alarm_raised", case=case_id, step=step, risk=Risk(case.risk).word)
    await rt.hub.publish(hubs.OUTBOX)
    await queue.tell_screens(rt)


async def _tell_her(rt: Runtime, session: AsyncSession, case: Case, now: datetime) -> None:
    """The honest line with other numbers. Never where somebody may hold the phone, or she left or said no."""
    if case.conversation_id is None:
        return
    conversation = await session.get_one(Conversation, case.conversation_id)
    if case.waits_for_her_at is not None:
        return  # somebody decided to write nothing until she writes
    if conversation.phone_held or conversation.exited_at or conversation.may_write == "no" or "phone_held" in case.flags:
        return
    if "operator" in case.reasons and (conversation.last_inbound_at or case.opened_at) <= case.opened_at:
        return  # an operator opened it and she has not written here since: she does not wait here
    channel = rt.channels.get(conversation.channel)
    if channel is None:
        return
    try:
        key = await rt.keys.get(conversation.id)
    except KeyErased:
        return
    urgent = case.risk >= Risk.HIGH
    text = rt.bundle.text(conversation.language, "desk.still_waiting" if urgent else "desk.wait_is_long")
    again = () if urgent else await _reads_again(rt, session, case.lane, conversation.language, now)
    message = Message(text="\n".join((text, *again)))
    entries = outbox.enqueue(session, conversation, key, channel, [message], EntryKind.EMERGENCY, now)
    for entry in entries:
        entry.answers_at = now  # said now of now: it is not a late answer
    record(session, case, "told_to_wait", now)


async def _reads_again(rt: Runtime, session: AsyncSession, lane: str, language: str | None, now: datetime) -> tuple[str, ...]:
    """When somebody usually reads again, outside the stated hours of a lane."""
    library, spoken = rt.bundle.library, rt.bundle.language(language)
    at = library.hours.outside(now).get(lane)
    if at is None or await queue.somebody_on_shift(session, now, rt.settings.presence_seconds):
        return ()
    return (library.text(spoken, "hand.reads_again", {"at": library.moment(spoken, at, now)}),)


async def measure(rt: Runtime) -> None:
    """Set the gauge of the longest urgent wait; 0 when nobody waits. A database that is away leaves the last figure."""
    with contextlib.suppress(SQLAlchemyError):
        async with rt.database.read() as session:
            waited = await oldest_waiting(session, rt.clock())
        OLDEST.set(waited.total_seconds() if waited else 0)


async def oldest_waiting(session: AsyncSession, now: datetime) -> timedelta | None:
    """How long the urgent case that has waited longest without a person has waited; None when nobody waits."""
    query = select(Case.opened_at).where(Case.state.in_(WAITING_STATES), Case.lane == "urgent").order_by(Case.opened_at)
    opened = await session.scalar(query.limit(1))
    return now - opened if opened else None
