"""A woman's WhatsApp message over real sockets: a signed webhook in, Twilio's request out."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.runtime import Runtime
from bot.storage.tables import InboxEntry
from tests.support.loopback import until
from tests.support.served import served
from tests.support.twilio_emulator import TwilioEmulator, twilio, twilio_settings
from tests.support.world import HandClock, KnowsOnly, fake_settings, open_runtime


@pytest.fixture
async def provider(clock: HandClock) -> AsyncIterator[TwilioEmulator]:
    async with twilio(clock) as emulator:
        yield emulator


@pytest.fixture
async def service(tmp_path: Path, provider: TwilioEmulator, clock: HandClock) -> AsyncIterator[Runtime]:
    settings = fake_settings(tmp_path, burst_wait=0, **twilio_settings(provider))
    async with open_runtime(settings, clock) as rt:
        nlu = KnowsOnly()
        nlu.learn("como pido refugio en mexico", "asylum")
        rt.nlu = nlu
        async with served(rt) as provider.server_url:
            yield rt


async def stored(rt: Runtime) -> int:
    async with rt.database.read() as session:
        return await session.scalar(select(func.count()).select_from(InboxEntry)) or 0


async def test_signed_message_is_answered_through_twilio(service: Runtime, provider: TwilioEmulator) -> None:
    answer = await provider.brings(Body="como pido refugio en mexico")
    assert answer.status_code == 200
    await until("an answer about asylum", lambda: any("COMAR" in text for text in provider.texts()))
