"""A complaint about our own people: who may touch it, and that it is never lost nor sent twice."""

import pytest
from sqlalchemy import select

from bot.cases import queue, transfer, work
from bot.cases.work import Refused
from bot.console.account import Role
from bot.runtime import Runtime
from bot.storage.tables import Alarm, Case, Operator
from tests.support.console import Person, hire
from tests.support.world import HandClock, Phone


async def safeguards(rt: Runtime, person: Person) -> None:
    async with rt.database.write() as session:
        (await session.get_one(Operator, person.id)).safeguarding = True


@pytest.fixture
async def ana(rt: Runtime) -> Person:
    return await hire(rt, "Ana")


@pytest.fixture
async def case(rt: Runtime, phone: Phone, ana: Person) -> str:
    """Ana has it."""
    await phone.says("anoche mi marido me pego")
    opened = await phone.case()
    assert opened is not None
    await queue.claim(rt, opened.id, ana.id)
    return opened.id


async def of(rt: Runtime, case: str) -> Case:
    async with rt.database.read() as session:
        return await session.get_one(Case, case)


async def test_supervisor_whom_it_is_about_neither_joins_nor_assigns_nor_ends_it(rt: Runtime, ana: Person, case: str) -> None:
    sol, eva = await hire(rt, "Sol"), await hire(rt, "Eva", Role.SUPERVISOR)
    await safeguards(rt, sol)
    await work.complain(rt, case, ana.id, [eva.id])
    await queue.claim(rt, case, sol.id)
    with pytest.raises(Refused, match="over"):
        await transfer.join(rt, case, eva.id)
    with pytest.raises(Refused, match="over"):
        await transfer.reassign(rt, case, eva.id, sol.id)
    async with rt.database.write() as session:
        (await session.get_one(Case, case)).joined = [eva.id]
    with pytest.raises(Refused, match="not_yours"):
        await work.end(rt, case, eva.id, "closed", "informed")
    assert (await of(rt, case)).claimed_by == sol.id


@pytest.mark.parametrize("about_her_too", [True, False])
async def test_complaint_that_nobody_could_see_stays_with_who_has_it(
    rt: Runtime, ana: Person, case: str, about_her_too: bool
) -> None:
    sol = await hire(rt, "Sol")
    if about_her_too:
        await safeguards(rt, sol)
    with pytest.raises(Refused, match="nobody_left"):
        await work.complain(rt, case, ana.id, [sol.id])
    kept = await of(rt, case)
    assert (kept.claimed_by, kept.concerns) == (ana.id, None)


async def test_complaint_that_turns_out_to_be_about_others_too_is_passed_on_again(
    rt: Runtime, ana: Person, case: str, clock: HandClock
) -> None:
    sol, mar = await hire(rt, "Sol"), await hire(rt, "Mar")
    for person in (sol, mar):
        await safeguards(rt, person)
    await work.complain(rt, case, ana.id, [])
    await queue.claim(rt, case, sol.id)
    clock.forward(minutes=1)
    await work.complain(rt, case, sol.id, [sol.id])
    async with rt.database.read() as session:
        steps = [step.split(":")[0] for step in await session.scalars(select(Alarm.step))]
    assert steps.count("complaint") == 2


async def test_supervisor_called_twice_at_once_is_one_alarm(rt: Runtime, ana: Person, case: str) -> None:
    for _ in range(2):
        await work.emergency_call(rt, case, ana.id, "ask")
    async with rt.database.read() as session:
        steps = [step.split(":")[0] for step in await session.scalars(select(Alarm.step))]
    assert steps.count("supervisor_wanted") == 1
