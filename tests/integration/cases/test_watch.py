"""Open screens hear what changes, end with the session, and may be cut at any moment."""

import asyncio

import anyio
import pytest

from bot.cases import watch
from bot.cases.watch import Changed, Screen, Watch
from bot.runtime import Runtime
from bot.safety.risk import Risk
from tests.support.world import Phone


async def _yes() -> bool:
    return True


async def _next(screen: Screen) -> Changed | None:
    async with asyncio.timeout(10):
        return await screen.changes.get()


async def test_new_case_is_told_to_every_open_screen(rt: Runtime, phone: Phone) -> None:
    screens = Watch(rt)
    async with screens.running(), screens.screen(_yes) as one, screens.screen(_yes) as other:
        await phone.says("me tienen encerrada en una casa con candado")
        told = [await _next(screen) for screen in (one, other)]
    case = await phone.case()
    assert case is not None
    assert told == [Changed(case.id, Risk.IMMINENT)] * 2


async def test_what_was_there_before_a_screen_opened_is_not_told_as_news(rt: Runtime, phone: Phone) -> None:
    await phone.says("anoche mi marido me pego en la cocina")
    later = Phone(rt, "phone-2")
    screens = Watch(rt)
    async with screens.running(), screens.screen(_yes) as screen:
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
    async with screens.running(), screens.screen(stands) as screen:
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
                async with screens.screen(_yes) as screen:
                    await screen.changes.get()
    await rt.database.close()
    assert asyncio.all_tasks() == before
