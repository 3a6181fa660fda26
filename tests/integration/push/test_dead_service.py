"""A push service that is down: the alert services have the alarm all the same, and the other phones too."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.cases.alerts import send_alarms
from bot.cases.clock import run_clock
from bot.push import phones
from bot.push.alarms import send_pushes
from bot.runtime import Runtime
from bot.storage.tables import OperatorSession
from tests.support.console import hire
from tests.support.loopback import Fault, serving, until
from tests.support.push_emulator import BrowserOnPhone, PushEmulator
from tests.support.servers import free_port
from tests.support.world import HandClock, Phone

IMMINENT = "me tienen encerrada en una casa con candado"


@pytest.fixture
async def told(rt: Runtime) -> AsyncIterator[list[str]]:
    """What an alert service was told, over Apprise."""
    bodies: list[str] = []

    async def take(request: web.Request) -> web.Response:
        bodies.append((await request.json())["message"])
        return web.Response()

    app = web.Application()
    app.add_routes([web.post("/", take)])
    async with serving(app) as url:
        alerts = (SecretStr(url.replace("http://", "json://")),)
        rt.settings = rt.settings.model_copy(update={"alert_urls": alerts})
        yield bodies


async def asks(rt: Runtime, operator_id: str, held: BrowserOnPhone) -> None:
    await phones.keep(rt, OperatorSession(operator_id=operator_id, token_hash=b"t" * 32), held.address)


@pytest.mark.parametrize("database_settings", [{}], ids=["sqlite"])
async def test_service_that_never_answers_holds_up_no_alert_and_no_other_phone(
    rt: Runtime, clock: HandClock, push: PushEmulator, phone: Phone, told: list[str]
) -> None:
    ana = await hire(rt)
    dead, well = push.phone("dead"), push.phone("well")
    await asks(rt, ana.id, dead)
    await asks(rt, ana.id, well)
    push.faults.add(Fault("dead"), times=9)
    await phone.says(IMMINENT)
    clock.forward(seconds=61)
    await run_clock(rt)
    calling = asyncio.create_task(send_pushes(rt))
    await until("both are called", lambda: {sent.phone for sent in push.sent} == {"dead", "well"})
    await send_alarms(rt)
    assert told == ["1 waiting, imminent, 1 min /console/"]
    assert not calling.done()
    assert len(push.to(well)) == 1
    async with asyncio.timeout(12):
        await calling


@pytest.mark.parametrize("database_settings", [{}], ids=["sqlite"])
async def test_service_that_is_not_there_is_no_error_of_ours(
    rt: Runtime, clock: HandClock, push: PushEmulator, phone: Phone, told: list[str]
) -> None:
    ana = await hire(rt)
    nowhere, well = BrowserOnPhone("nowhere", f"http://127.0.0.1:{free_port()}"), push.phone("well")
    await asks(rt, ana.id, nowhere)
    await asks(rt, ana.id, well)
    await phone.says(IMMINENT)
    clock.forward(seconds=61)
    await run_clock(rt)
    await asyncio.gather(send_pushes(rt), send_alarms(rt))
    assert (len(push.to(well)), len(told)) == (1, 1)
