"""The end of a shift: each case an operator has goes, with a note, to a colleague who is there or back to the queue."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cases import queue, transfer, work
from bot.cases.listing import visible_to
from bot.cases.work import Refused
from bot.runtime import Runtime
from bot.storage.tables import Case, Operator


async def left(session: AsyncSession, operator_id: str) -> Sequence[Case]:
    """The cases she has, most pressing first."""
    hers = (Case.claimed_by == operator_id, Case.state.in_(queue.HELD_STATES))
    return (await session.scalars(select(Case).where(*hers).order_by(Case.risk.desc(), Case.opened_at))).all()


async def there(session: AsyncSession, rt: Runtime, case: Case, me: str) -> Sequence[tuple[Operator, int]]:
    """Colleagues at their desks who may take this case, with how many they have; who can take one more first."""
    since = rt.clock() - timedelta(seconds=rt.settings.presence_seconds)
    query = select(Operator).where(
        Operator.id != me,
        Operator.active.is_(True),
        Operator.on_shift.is_(True),
        Operator.role.in_(("operator", "supervisor")),
        Operator.seen_at > since,
    )
    found = [person for person in await session.scalars(query.order_by(Operator.name)) if visible_to(case, person)]
    held = [(person, await queue.held_count(session, person.id)) for person in found]
    return sorted(held, key=lambda item: item[1] >= item[0].capacity)


async def hand_over(rt: Runtime, case_id: str, operator_id: str, to: str | None, note: str) -> None:
    """Pass a case on with a note: to a colleague who is there, or (None) back to the queue. Raises `work.Refused`: no_note,
    not_there, and what else forbids it.
    """
    if not note.strip():
        raise Refused("no_note")
    now = rt.clock()
    async with rt.database.write() as session:
        case, _ = await work.mine(session, case_id, operator_id)
        if case.claimed_by != operator_id:
            raise Refused("not_yours")
        if to is not None and to not in {person.id for person, _ in await there(session, rt, case, operator_id)}:
            raise Refused("not_there")
        await work.write_note(rt, session, case, operator_id, note)
        await _give(rt, session, case, operator_id, to, now)
    await queue.tell_screens(rt)


async def _give(rt: Runtime, session: AsyncSession, case: Case, operator_id: str, to: str | None, now: datetime) -> None:
    if to is None:
        most = rt.settings.claim_return_seconds
        await queue.put_back(session, case, "end_of_shift", now, most, by=operator_id)
    else:
        await transfer.move(session, case, to, now, by=operator_id, how="handed_over")
