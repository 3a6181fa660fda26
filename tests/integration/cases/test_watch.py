"""Open screens hear what changes, end with the session, and may be cut at any moment."""

import asyncio
from functools import partial

import anyio
import pytest

from bot.cases import queue, watch, work
from bot.cases.listing import may_see
from bot.cases.watch import Changed, Screen, Watch
from bot.console.account import Role
from bot.runtime import Runtime
from bot.safety.risk import Risk
from bot.storage.tables import Operator
from tests.support.console import Person, hire
from tests.support.world import Phone


async def _yes() -> bool:
    return True


def _everything(_changed: Changed) -> bool:
    return True


async def _next(screen: Screen) -> Changed | None:
    async with asyncio.timeout(10):
        return await screen.changes.get()


async def test_new_case_is_told_to_every_open_screen(rt: Runtime, phone: Phone) -> None:
    screens = Watch(rt)
    async with screens.running(), screens.screen(_yes, _everything) as one, screens.screen(_yes, _everything) as other:
        await phone.says("me tienen encerrada en una casa con candado")
        told = [await _next(screen) for screen in (one, other)]
    case = await phone.case()
    assert case is not None
    assert told == [Changed(case.id, Risk.IMMINENT)] * 2


async def test_what_was_there_before_a_screen_opened_is_not_told_as_news(rt: Runtime, phone: Phone) -> None:
    await phone.says("anoche mi marido me pego en la cocina")
    later = Phone(rt, "phone-2")
    screens = Watch(rt)
    async with screens.running(), screens.screen(_yes, _everything) as screen:
        await later.says("me tienen encerrada en una casa con candado")
        told = await _next(screen)
    case = await later.case()
    assert case is not None
    assert told == Changed(case.id, Risk.IMMINENT)


async def test_screen_ends_when_its_session_has_ended(rt: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "_CHECK_SECONDS", 0)
    signed = True

    async def stands() -> bool:
        return signed

    screens = Watch(rt)
    async with screens.running(), screens.screen(stands, _everything) as screen:
        assert screen.changes.empty()
        signed = False
        assert await _next(screen) is None


async def test_screens_cut_at_any_moment_leave_no_connection_half_closed(rt: Runtime) -> None:
    """A web server cuts a stream again and again until it ends; a statement that is cut twice would leave a task behind."""
    screens = Watch(rt)
    before = asyncio.all_tasks()
    async with screens.running():
        for moment in range(60):
            with anyio.move_on_after(moment % 20 * 0.0005):
                async with screens.screen(_yes, _everything) as screen:
                    await screen.changes.get()
    await rt.database.close()
    assert asyncio.all_tasks() == before


async def test_complaint_moves_unheard_by_those_who_may_not_see_it(rt: Runtime, phone: Phone) -> None:
    await phone.says("anoche mi marido me pego")
    ana, eva, sol = await hire(rt, "Ana"), await hire(rt, "Eva", Role.SUPERVISOR), await hire(rt, "Sol")
    async with rt.database.write() as session:
        (await session.get_one(Operator, sol.id)).safeguarding = True
    case = await phone.opened_case()
    await queue.claim(rt, case.id, ana.id)
    screens = Watch(rt)
    sees = [partial(_sees, await _operator(rt, person)) for person in (eva, sol)]
    async with screens.running(), screens.screen(_yes, sees[0]) as hers, screens.screen(_yes, sees[1]) as safeguarding:
        await work.complain(rt, case.id, ana.id, [eva.id])
        assert await _next(hers) == await _next(safeguarding) == Changed(case.id, case.risk), "it goes from her queue"
        await queue.claim(rt, case.id, sol.id)
        assert await _next(safeguarding) == Changed(case.id, case.risk, (eva.id,))
    assert hers.changes.empty()


def _sees(operator: Operator, changed: Changed) -> bool:
    return may_see(changed.concerns, operator)


async def _operator(rt: Runtime, person: Person) -> Operator:
    async with rt.database.read() as session:
        return await session.get_one(Operator, person.id)
