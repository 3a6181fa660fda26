"""Every opening of a talk is in the access log, whatever part of its page is asked for."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import func, select

from bot.console.account import Role
from bot.runtime import Runtime
from bot.storage.tables import AccessEntry
from tests.support.console import Browser, hire
from tests.support.world import HandClock, Phone


@pytest.fixture
async def browser(rt: Runtime) -> AsyncIterator[Browser]:
    opened = Browser(rt)
    yield opened
    await opened.close()


async def lines(rt: Runtime) -> int:
    async with rt.database.read() as session:
        opened = select(func.count()).select_from(AccessEntry).where(AccessEntry.what == "opened")
        return await session.scalar(opened) or 0


@pytest.mark.parametrize("part", ["lines", "whatever"])
async def test_part_of_a_talk_that_was_not_opened_before_is_written_down(
    rt: Runtime, phone: Phone, browser: Browser, clock: HandClock, part: str
) -> None:
    await browser.sign_in(await hire(rt, "Eva", Role.SUPERVISOR), clock)
    await phone.says("anoche mi marido me pego")
    case = await phone.case()
    assert case is not None
    assert (await browser.get(f"/console/cases/{case.id}?part={part}")).status_code == 200
    assert await lines(rt) == 1


async def test_parts_of_a_talk_that_is_open_add_no_line(rt: Runtime, phone: Phone, browser: Browser, clock: HandClock) -> None:
    await browser.sign_in(await hire(rt, "Eva", Role.SUPERVISOR), clock)
    await phone.says("anoche mi marido me pego")
    case = await phone.case()
    assert case is not None
    for query in ("", "?part=lines", "?part=head"):
        await browser.get(f"/console/cases/{case.id}{query}")
    assert await lines(rt) == 1


async def test_page_that_renews_its_parts_by_itself_does_not_keep_the_session_open(
    rt: Runtime, browser: Browser, clock: HandClock
) -> None:
    await browser.sign_in(await hire(rt, "Eva", Role.SUPERVISOR), clock)
    for _ in range(3):
        clock.forward(minutes=4)
        await browser.get("/console/team?part=body", **{"X-Faro-Part": "1"})
    assert (await browser.get("/console/team")).headers["location"].startswith("/console/unlock")


async def test_wrong_invitation_is_refused_in_the_readers_language(rt: Runtime, browser: Browser, clock: HandClock) -> None:
    await browser.sign_in(await hire(rt, "Eva", Role.ADMIN), clock)
    fields = {"email": "a@b.mx", "name": "Ana", "role": "operator", "languages": "español"}
    refused = await browser.post("/console/people/invite", page="/console/people", **fields)
    assert refused.status_code == 422
    assert "códigos de dos letras" in refused.text
