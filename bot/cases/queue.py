"""Who has a case: claims that exactly one operator wins, capacity, presence, and the way back to the queue.

Every change is one guarded UPDATE; whoever comes second is told so. Rows are locked in one order everywhere: operator,
conversation, case.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any, cast

from sqlalchemy import CursorResult, and_, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot import hub as hubs
from bot import log
from bot.cases.case import OPEN_STATES, record
from bot.cases.listing import visible_to
from bot.runtime import Runtime
from bot.storage.tables import Case, Conversation, Operator

_log = log.get(__name__)

HELD_STATES = ("claimed", "answered")


class Claim(Enum):
    """How a claim ended."""

    WON = auto()
    TAKEN = auto()
    FULL = auto()
    GONE = auto()


@dataclass(frozen=True, slots=True)
class Claimed:
    """What became of a claim. `owner`: id of who has the case now."""

    outcome: Claim
    owner: str | None = None


async def claim(rt: Runtime, case_id: str, operator_id: str) -> Claimed:
    """Take a case that nobody has."""
    now = rt.clock()
    async with rt.database.write() as session:
        operator = await session.get_one(Operator, operator_id, with_for_update=True)
        case = await locked_case(session, case_id)
        if case is None or case.state not in OPEN_STATES or not visible_to(case, operator):
            return Claimed(Claim.GONE)
        if case.claimed_by == operator_id:
            return Claimed(Claim.WON, operator_id)
        if case.claimed_by is not None:
            return Claimed(Claim.TAKEN, case.claimed_by)
        if await held_count(session, operator_id) >= operator.capacity and not _cannot_wait(case):
            return Claimed(Claim.FULL)
        if not await give_to(session, case, operator_id, now):
            return Claimed(Claim.TAKEN, case.claimed_by)
        operator.seen_at = now
        record(session, case, "claimed", now, operator=operator_id)
    await tell_screens(rt)
    return Claimed(Claim.WON, operator_id)


def _cannot_wait(case: Case) -> bool:
    """Capacity protects operators from routine, never a woman in danger from an operator who is willing."""
    return case.lane == "urgent" and case.risk >= 3


async def locked_case(session: AsyncSession, case_id: str) -> Case | None:
    """A case, with its conversation locked before it, as a turn does."""
    conversation_id = await session.scalar(select(Case.conversation_id).where(Case.id == case_id))
    if conversation_id is not None:
        await session.get(Conversation, conversation_id, with_for_update=True)
    return await session.get(Case, case_id, with_for_update=True, populate_existing=True)


async def give_to(session: AsyncSession, case: Case, operator_id: str, now: datetime) -> bool:
    """Make somebody the owner of an unowned case; whether that was still possible."""
    won = await session.execute(
        update(Case)
        .where(Case.id == case.id, Case.claimed_by.is_(None), Case.state.in_(OPEN_STATES))
        .values(state="claimed", claimed_by=operator_id, claimed_at=now, offered_to=None)
    )
    if cast(CursorResult[Any], won).rowcount != 1:
        return False
    await session.execute(update(Conversation).where(Conversation.id == case.conversation_id).values(held_by=operator_id))
    return True


async def held_count(session: AsyncSession, operator_id: str) -> int:
    """How many cases an operator has now."""
    mine = and_(Case.claimed_by == operator_id, Case.state.in_(HELD_STATES))
    return await session.scalar(select(func.count()).select_from(Case).where(mine)) or 0


async def put_back(
    session: AsyncSession, case: Case, why: str, now: datetime, most_pause: float, *, by: str | None = None
) -> None:
    """Return a held case to the queue. The bot answers again meanwhile; the alarm clock goes on where it stood, or starts
    anew when a person had already answered.
    """
    held_for = now - case.claimed_at if case.claimed_at else timedelta()
    if case.state == "answered":
        case.waiting_since, case.paused_seconds = now, 0
    else:
        case.paused_seconds = int(min(most_pause, case.paused_seconds + held_for.total_seconds()))
    owner = case.claimed_by
    case.state, case.claimed_by, case.claimed_at, case.offered_to = "open", None, None, None
    await release_conversation(session, case)
    record(session, case, "returned", now, operator=by, detail={"why": why, "from": owner})


async def release_conversation(session: AsyncSession, case: Case, next_flow: str | None = None) -> None:
    """The bot may speak again."""
    await session.execute(
        update(Conversation).where(Conversation.id == case.conversation_id).values(held_by=None, next_flow=next_flow)
    )


async def return_unanswered(rt: Runtime) -> None:
    """Cases that were taken and not answered in time, and cases whose operator is gone, go back to the queue."""
    now = rt.clock()
    too_long = now - timedelta(seconds=rt.settings.claim_return_seconds)
    absent = now - timedelta(seconds=rt.settings.presence_seconds)
    gone = exists().where(
        Operator.id == Case.claimed_by,
        or_(Operator.active.is_(False), Operator.seen_at.is_(None), Operator.seen_at < absent),
    )
    unanswered = and_(Case.state == "claimed", Case.claimed_at < too_long)
    due = or_(unanswered, and_(Case.state.in_(HELD_STATES), gone))
    async with rt.database.read() as session:
        ids = (await session.scalars(select(Case.id).where(due))).all()
    for case_id in ids:
        async with rt.database.write() as session:
            case = await locked_case(session, case_id)
            still = await session.scalar(select(Case.id).where(Case.id == case_id, due))
            if case is None or still is None:
                continue
            why = "not_answered" if case.state == "claimed" and case.claimed_at and case.claimed_at < too_long else "absent"
            await put_back(session, case, why, now, rt.settings.claim_return_seconds)
        _log.warning("case_returned", case=case_id, reason=why)
        await tell_screens(rt)


async def tell_screens(rt: Runtime) -> None:
    """A case is other than it was."""
    await rt.hub.publish(hubs.SCREENS)


async def here(rt: Runtime, operator_id: str) -> None:
    """A heartbeat of her desk."""
    async with rt.database.write() as session:
        await session.execute(update(Operator).where(Operator.id == operator_id).values(seen_at=rt.clock()))


async def somebody_on_shift(session: AsyncSession, now: datetime, within_seconds: float) -> bool:
    """Whether an operator is at a desk now, on shift."""
    there = exists().where(
        Operator.active.is_(True),
        Operator.on_shift.is_(True),
        Operator.role.in_(("operator", "supervisor")),
        Operator.seen_at > now - timedelta(seconds=within_seconds),
    )
    return bool(await session.scalar(select(there)))
