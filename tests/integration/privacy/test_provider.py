"""What an erasure leaves to be done at the provider, against the emulators: done, tried again, and failures seen."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot import delivery, door, turn
from bot.limits import Throttle
from bot.privacy import erase, provider
from bot.runtime import Runtime
from bot.storage.keystore import KeyErased
from bot.storage.tables import Alarm, Erasure
from integrations.channel import ChannelName, Inbound, Text
from tests.support.loopback import Fault
from tests.support.telegram_emulator import TelegramEmulator, telegram, telegram_settings
from tests.support.twilio_emulator import TwilioEmulator, twilio, twilio_settings
from tests.support.world import HandClock, KnowsOnly, fake_settings, open_runtime

NUMBER = "whatsapp:+525555550001"
CHAT = "525000001"


@asynccontextmanager
async def service(folder: Path, clock: HandClock, **settings: Any) -> AsyncIterator[Runtime]:
    async with open_runtime(fake_settings(folder, burst_wait=0, **settings), clock) as rt:
        rt.nlu = KnowsOnly()
        yield rt


async def says(rt: Runtime, channel: ChannelName, address: str, text: str, provider_id: str) -> None:
    message = Inbound(channel, f"e-{provider_id}", address, (Text(text=text),), provider_id=provider_id)
    await door.take_in(rt, Throttle(None), message)
    while await turn.take_next(rt):
        pass
    while await delivery.deliver_one(rt):
        pass


async def record(rt: Runtime, why: str) -> Erasure:
    async with rt.database.read() as session:
        return (await session.scalars(select(Erasure).where(Erasure.why == why))).one()


async def alarms(rt: Runtime) -> list[str]:
    async with rt.database.read() as session:
        return list(await session.scalars(select(Alarm.subject)))


async def test_twilio_is_asked_again_until_it_has_deleted_everything(tmp_path: Path, clock: HandClock) -> None:
    emulator: TwilioEmulator
    async with twilio(clock) as emulator, service(tmp_path, clock, **twilio_settings(emulator.url)) as rt:
        await says(rt, ChannelName.WHATSAPP, NUMBER, "quiero ver el menu", "SM" + "a" * 32)
        ours = emulator.sent[0]
        await erase.by_us(rt, "whatsapp", NUMBER)
        await provider.delete_there(rt)
        assert emulator.deleted == ["SM" + "a" * 32]
        waiting = await record(rt, "command")
        assert waiting.work_enc is not None
        assert NUMBER.encode() not in waiting.work_enc
        for message in emulator.sent:
            message.status = "delivered"
        clock.forward(minutes=5)
        await provider.delete_there(rt)
        assert ours.sid in emulator.deleted
        assert emulator.sent == []
        done = await record(rt, "command")
        assert (done.work_enc, done.contact, done.left) == (None, None, 0)
        with pytest.raises(KeyErased):
            await rt.keys.get(done.id)
        assert await alarms(rt) == []


async def test_goodbye_stays_readable_and_goes_later(tmp_path: Path, clock: HandClock) -> None:
    emulator: TelegramEmulator
    async with telegram() as emulator, service(tmp_path, clock, **telegram_settings(emulator.url)) as rt:
        await says(rt, ChannelName.TELEGRAM, CHAT, "quiero ver el menu", "7")
        await says(rt, ChannelName.TELEGRAM, CHAT, "BORRAR", "8")
        await says(rt, ChannelName.TELEGRAM, CHAT, "sí", "9")
        goodbye = str(emulator.sent[-1]["message_id"])
        assert "últimos dos días" in emulator.sent[-1]["text"]
        await provider.delete_there(rt)
        deleted = {message for _, message in emulator.deleted}
        assert {"7", "8", "9"} <= deleted
        assert goodbye not in deleted
        await erase.leftovers(rt)
        await provider.delete_there(rt)
        assert goodbye not in {message for _, message in emulator.deleted}
        clock.forward(minutes=11)
        await provider.delete_there(rt)
        assert goodbye in {message for _, message in emulator.deleted}


async def test_refusal_is_counted_and_rings(tmp_path: Path, clock: HandClock) -> None:
    emulator: TelegramEmulator
    async with telegram() as emulator, service(tmp_path, clock, **telegram_settings(emulator.url)) as rt:
        await says(rt, ChannelName.TELEGRAM, CHAT, "quiero ver el menu", "7")
        emulator.faults.add(Fault("deleteMessage", 400, says="Bad Request: message can't be deleted"))
        await erase.by_us(rt, "telegram", CHAT)
        await provider.delete_there(rt)
        assert (await record(rt, "command")).left == 1
        assert "provider:telegram:not_deleted" in await alarms(rt)


async def test_message_older_than_telegram_deletes_is_not_tried(tmp_path: Path, clock: HandClock) -> None:
    emulator: TelegramEmulator
    async with telegram() as emulator, service(tmp_path, clock, **telegram_settings(emulator.url)) as rt:
        await says(rt, ChannelName.TELEGRAM, CHAT, "quiero ver el menu", "7")
        clock.forward(hours=49)
        await erase.by_us(rt, "telegram", CHAT)
        await provider.delete_there(rt)
        assert emulator.deleted == []
        assert (await record(rt, "command")).left > 0
        assert "provider:telegram:not_deleted" not in await alarms(rt)


async def test_provider_that_never_answers_is_given_up_and_rings(tmp_path: Path, clock: HandClock) -> None:
    emulator: TwilioEmulator
    async with twilio(clock) as emulator, service(tmp_path, clock, **twilio_settings(emulator.url)) as rt:
        await says(rt, ChannelName.WHATSAPP, NUMBER, "quiero ver el menu", "SM" + "a" * 32)
        await erase.by_us(rt, "whatsapp", NUMBER)
        await provider.delete_there(rt)
        clock.forward(hours=73)
        await provider.delete_there(rt)  # ours was never finished with
        done = await record(rt, "command")
        assert done.work_enc is None
        assert done.left > 0
        assert "provider:whatsapp:not_deleted" in await alarms(rt)


async def test_message_under_way_during_the_erasure_is_deleted_there_too(tmp_path: Path, clock: HandClock) -> None:
    emulator: TelegramEmulator
    async with telegram() as emulator, service(tmp_path, clock, **telegram_settings(emulator.url)) as rt:
        message = Inbound(ChannelName.TELEGRAM, "e", CHAT, (Text(text="quiero ver el menu"),), provider_id="7")
        await door.take_in(rt, Throttle(None), message)
        await turn.take_next(rt)
        claimed = await delivery.claim(rt)
        assert claimed is not None
        await erase.by_us(rt, "telegram", CHAT)
        await delivery._send(rt, claimed, rt.channels["telegram"])
        for _ in range(2):
            await provider.delete_there(rt)
        assert {"7", str(emulator.sent[0]["message_id"])} == {message for _, message in emulator.deleted}


async def test_message_listed_again_after_the_erasure_is_not_accepted(tmp_path: Path, clock: HandClock) -> None:
    """Twilio's list is looked at twice: what was erased stays erased."""
    emulator: TwilioEmulator
    async with twilio(clock) as emulator, service(tmp_path, clock, **twilio_settings(emulator.url)) as rt:
        sid = "SM" + "a" * 32
        await says(rt, ChannelName.WHATSAPP, NUMBER, "quiero ver el menu", sid)
        await erase.by_us(rt, "whatsapp", NUMBER)
        again = Inbound(ChannelName.WHATSAPP, f"e-{sid}", NUMBER, (Text(text="quiero ver el menu"),), provider_id=sid)
        assert not (await door.take_in(rt, Throttle(None), again)).new
