"""How a case goes from one person to another: given back, offered and accepted, reassigned, joined. Each leaves a record."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.cases import queue
from bot.cases.case import OPEN_STATES, record
from bot.cases.listing import visible_to
from bot.cases.work import Refused, mine
from bot.runtime import Runtime
from bot.storage.tables import Case, Operator


async def give_back(rt: Runtime, case_id: str, operator_id: str) -> None:
    """Return her case to the queue herself. Raises `Refused`."""
    async with rt.database.write() as session:
        case, _ = await mine(session, case_id, operator_id)
        most = rt.settings.claim_return_seconds
        await queue.put_back(session, case, "given_back", rt.clock(), most, by=operator_id)
    await queue.tell_screens(rt)


async def offer(rt: Runtime, case_id: str, operator_id: str, to: str) -> None:
    """A warm transfer: she keeps the case until the other accepts, and both can read it meanwhile. Raises `Refused`."""
    async with rt.database.write() as session:
        case, _ = await mine(session, case_id, operator_id)
        await _check_may_take(session, case, to)
        case.offered_to = to
        record(session, case, "offered", rt.clock(), operator=operator_id, detail={"to": to})
    await queue.tell_screens(rt)


async def _check_may_take(session: AsyncSession, case: Case, to: str) -> None:
    other = await session.get(Operator, to)
    if other is None or not other.active or not visible_to(case, other) or other.role not in ("operator", "supervisor"):
        raise Refused("not_now")


async def accept(rt: Runtime, case_id: str, operator_id: str) -> None:
    """Accept a warm transfer. Raises `Refused` when it is no longer offered."""
    async with rt.database.write() as session:
        case = await queue.locked_case(session, case_id)
        if case is None or case.offered_to != operator_id or case.state not in OPEN_STATES:
            raise Refused("not_now")
        await move(session, case, operator_id, rt.clock(), by=operator_id, how="accepted")
    await queue.tell_screens(rt)


async def reassign(rt: Runtime, case_id: str, supervisor_id: str, to: str) -> None:
    """A cold transfer, by a supervisor: the case is somebody else's from now on. Raises `Refused`."""
    async with rt.database.write() as session:
        case = await _open(session, case_id, supervisor_id)
        await _check_may_take(session, case, to)
        await move(session, case, to, rt.clock(), by=supervisor_id, how="reassigned")
    await queue.tell_screens(rt)


async def _open(session: AsyncSession, case_id: str, supervisor_id: str) -> Case:
    """A case that is not over and that this supervisor may see, locked. Raises `Refused`, alike for both."""
    case = await queue.locked_case(session, case_id)
    if case is None or case.state not in OPEN_STATES or not visible_to(case, await session.get_one(Operator, supervisor_id)):
        raise Refused("over")
    return case


async def move(session: AsyncSession, case: Case, to: str, now: datetime, *, by: str, how: str) -> None:
    """A new owner has to answer within the same time as after a claim, or the case returns to the queue; a recorded decision to
    wait for her goes with the case.
    """
    before = case.claimed_by
    if case.state == "answered":
        case.waiting_since, case.paused_seconds = now, 0
    case.claimed_by, case.offered_to = None, None
    await session.flush()
    await queue.give_to(session, case, to, now)
    if case.waits_for_her_at is not None:
        case.state = "answered"
    case.joined = [who for who in case.joined if who != to]
    record(session, case, how, now, operator=by, detail={"from": before, "to": to})


async def join(rt: Runtime, case_id: str, supervisor_id: str) -> None:
    """A supervisor joins a live talk: she may read and write beside its operator (R27). Raises `Refused`."""
    async with rt.database.write() as session:
        case = await _open(session, case_id, supervisor_id)
        if supervisor_id not in (case.claimed_by, *case.joined):
            case.joined = [*case.joined, supervisor_id]
            record(session, case, "joined", rt.clock(), operator=supervisor_id)
    await queue.tell_screens(rt)
