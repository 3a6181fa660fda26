"""Takes what the alarm clock and the desk raised, and calls the phones of those it is for.

The same rows as `bot.cases.alerts`, marked apart: a push service that is down holds up no other alert, nor the other way round.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cases.case import OPEN_STATES
from bot.cases.listing import visible_to
from bot.push import phones, service
from bot.push.service import Address, Outcome
from bot.push.words import About, alert, of_risk
from bot.runtime import Runtime
from bot.storage.tables import Alarm, Case, Operator

_BATCH = 50
_OF_CASE = "case:"
_DESK = ("operator", "supervisor")
# Who is called at a step, by its name without its number. What concerns a provider and not a case calls supervisors.
_OPERATORS = frozenset({"operators", "parked"})
_NOBODY = frozenset({"contact"})
_WANTED = frozenset({"supervisor_wanted", "complaint"})


async def send_pushes(rt: Runtime) -> None:
    """Call every phone that is due once. Each row is taken by one worker; what is older than an alert lasts is let go."""
    if not rt.settings.push_key.get_secret_value():
        return
    waits = and_(Alarm.pushed_at.is_(None), Alarm.raised_at > rt.clock() - timedelta(seconds=service.LASTS_SECONDS))
    async with rt.database.read() as session:
        if await session.scalar(select(Alarm.id).where(waits).limit(1)) is None:
            return
    called = await _take(rt, waits)
    outcomes = await service.send_all(rt.settings, called, rt.clock())
    if gone := [address.endpoint for address, outcome in outcomes.items() if outcome is Outcome.GONE]:
        await phones.forget(rt, gone)


async def _take(rt: Runtime, waits: ColumnElement[bool]) -> Mapping[Address, bytes]:
    """Mark what waits as called; the alert for each phone."""
    query = select(Alarm).where(waits).order_by(Alarm.id).limit(_BATCH)
    if rt.database.is_postgresql:
        query = query.with_for_update(skip_locked=True)
    async with rt.database.write() as session:
        alarms = (await session.scalars(query)).all()
        for alarm in alarms:
            alarm.pushed_at = rt.clock()
        people = (await session.scalars(select(Operator).where(Operator.active.is_(True), Operator.role.in_(_DESK)))).all()
        about = await _about(session, alarms, people)
        found = await phones.of(session, [person.id for person in about])
    words = {person.id: alert(subject, person.reads) for person, subject in about.items()}
    return {Address(phone.endpoint, phone.p256dh, phone.auth): words[phone.operator_id] for phone in found}


async def _about(session: AsyncSession, alarms: Sequence[Alarm], people: Sequence[Operator]) -> Mapping[Operator, About]:
    """Whom these alarms call, and the most urgent thing for each of them."""
    ids = [alarm.subject.removeprefix(_OF_CASE) for alarm in alarms]
    cases = {case.id: case for case in await session.scalars(select(Case).where(Case.id.in_(ids)))}
    wanted: defaultdict[Operator, list[About]] = defaultdict(list)
    for alarm in alarms:
        case = cases.get(alarm.subject.removeprefix(_OF_CASE))
        for person in people:
            if _is_for(person, alarm, case):
                wanted[person].append(_subject(alarm, case))
    return {person: max(found, key=lambda about: about.urgency) for person, found in wanted.items()}


def _step(alarm: Alarm) -> str:
    return alarm.step.partition(":")[0]


def _is_for(person: Operator, alarm: Alarm, case: Case | None) -> bool:
    """Operators on shift first, then every supervisor; a complaint is for those who may see it, and for nobody else."""
    step = _step(alarm)
    if case is None:
        return not alarm.subject.startswith(_OF_CASE) and person.role == "supervisor"
    if step in _NOBODY or case.state not in OPEN_STATES or not visible_to(case, person):
        return False
    if case.concerns is not None:
        return True
    return person.on_shift if step in _OPERATORS else person.role == "supervisor"


def _subject(alarm: Alarm, case: Case | None) -> About:
    return About.WANTED if case is None or _step(alarm) in _WANTED else of_risk(case.risk)
