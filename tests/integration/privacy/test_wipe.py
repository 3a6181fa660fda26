"""She asked that Telegram's chat be emptied each day: both sides' messages go before the deadline, failures are shown (R42)."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot import delivery, door, turn
from bot.limits import Throttle
from bot.privacy import wipe
from bot.runtime import Runtime
from bot.storage.tables import Alarm, CaseEvent, Conversation
from integrations.channel import Body, ChannelName, Choice, Inbound, Text
from tests.support.loopback import Fault
from tests.support.telegram_emulator import TelegramEmulator, telegram, telegram_settings
from tests.support.world import HandClock, KnowsOnly, fake_settings, open_runtime

CHAT = "525000001"


class Chat:
    """Her chat on Telegram. She writes and taps; what the service answers is at the emulator."""

    def __init__(self, rt: Runtime, there: TelegramEmulator) -> None:
        self.rt, self.there, self.sent = rt, there, 0

    async def says(self, body: str | Body) -> None:
        self.sent += 1
        hers = Text(text=body) if isinstance(body, str) else body
        name = f"9{self.sent:03}" if isinstance(hers, Text) else ""  # a tap is no message
        message = Inbound(ChannelName.TELEGRAM, f"e-{self.sent}", CHAT, (hers,), provider_id=name)
        await door.take_in(self.rt, Throttle(None), message)
        while await turn.take_next(self.rt):
            pass
        while await delivery.deliver_one(self.rt):
            pass

    async def taps(self, label: str) -> None:
        token = next(token for shown, token in self.there.buttons() if shown == label)
        await self.says(Choice(token=token, label=label))

    async def asks_for_wiping(self, answer: str = "Sí, cada día") -> None:
        await self.says("menu")
        for label in ("Sobre este chat", "Cuidar este contacto", "Solo yo", "No me escriban", "Ahora no", answer):
            await self.taps(label)

    def deleted(self) -> set[str]:
        return {name for chat, name in self.there.deleted if chat == CHAT}

    def ours(self) -> set[str]:
        return {str(message["message_id"]) for message in self.there.sent}

    async def wiped_from(self) -> Any:
        async with self.rt.database.read() as session:
            return await session.scalar(select(Conversation.wipe_from))


@pytest.fixture
async def there() -> AsyncIterator[TelegramEmulator]:
    async with telegram() as emulator:
        yield emulator


@asynccontextmanager
async def opened(folder: Path, clock: HandClock, there: TelegramEmulator, **settings: Any) -> AsyncIterator[Chat]:
    async with open_runtime(fake_settings(folder, burst_wait=0, **telegram_settings(there.url), **settings), clock) as rt:
        rt.nlu = KnowsOnly()
        yield Chat(rt, there)


@pytest.fixture
async def chat(
    tmp_path: Path, clock: HandClock, there: TelegramEmulator, database_settings: dict[str, Any]
) -> AsyncIterator[Chat]:
    async with opened(tmp_path, clock, there, **database_settings) as chat:
        yield chat


async def test_both_sides_messages_go_once_they_are_a_day_old(chat: Chat, clock: HandClock) -> None:
    await chat.asks_for_wiping()
    before = chat.ours()
    clock.forward(hours=23)
    await chat.says("hola")
    await wipe.delete_old(chat.rt)
    assert chat.deleted() == set()
    clock.forward(hours=2)
    await wipe.delete_old(chat.rt)
    assert chat.deleted() == before | {"9001"}, "hers and ours of the day before, nothing of today"
    await wipe.delete_old(chat.rt)
    assert len(chat.there.deleted) == len(chat.deleted()), "each one once"


async def test_without_her_wish_nothing_is_deleted(chat: Chat, clock: HandClock) -> None:
    await chat.asks_for_wiping("No, que se queden")
    clock.forward(hours=30)
    await wipe.delete_old(chat.rt)
    assert (chat.deleted(), await chat.wiped_from()) == (set(), None)


async def test_her_word_ends_it(chat: Chat, clock: HandClock) -> None:
    await chat.asks_for_wiping()
    assert await chat.wiped_from() is not None
    await chat.asks_for_wiping("No, que se queden")
    clock.forward(hours=30)
    await wipe.delete_old(chat.rt)
    assert (chat.deleted(), await chat.wiped_from()) == (set(), None)


async def test_wiping_sends_her_nothing(chat: Chat, clock: HandClock) -> None:
    await chat.asks_for_wiping()
    sent = len(chat.there.sent)
    clock.forward(hours=30)
    await wipe.delete_old(chat.rt)
    assert len(chat.there.sent) == sent


async def test_telegram_that_is_away_is_tried_again(chat: Chat, clock: HandClock) -> None:
    await chat.asks_for_wiping()
    everything = chat.ours() | {"9001"}
    clock.forward(hours=25)
    chat.there.faults.add(Fault("deleteMessage", status=502), times=len(everything))
    await wipe.delete_old(chat.rt)
    assert chat.deleted() == set()
    clock.forward(minutes=10)
    await wipe.delete_old(chat.rt)
    assert chat.deleted() == everything


async def stayed(chat: Chat) -> tuple[list[Any], list[str]]:
    async with chat.rt.database.read() as session:
        counts = await session.scalars(select(CaseEvent.detail).where(CaseEvent.what == "not_wiped"))
        alarms = await session.scalars(select(Alarm.subject).where(Alarm.subject.like("provider:%")))
        return list(counts), list(alarms)


async def test_what_telegram_refuses_is_shown_to_her_case_and_rings_once(chat: Chat, clock: HandClock) -> None:
    await chat.asks_for_wiping()
    await chat.says("anoche mi marido me pego")
    clock.forward(hours=25)
    chat.there.faults.add(Fault("deleteMessage", status=400, says="Bad Request: message can't be deleted"), times=2)
    await wipe.delete_old(chat.rt)
    await wipe.delete_old(chat.rt)
    assert await stayed(chat) == ([{"count": 2}], ["provider:telegram:not_deleted"])


async def test_what_could_not_be_deleted_before_the_deadline_is_said_not_tried_for_ever(chat: Chat, clock: HandClock) -> None:
    await chat.asks_for_wiping()
    clock.forward(hours=49)
    await wipe.delete_old(chat.rt)
    await wipe.delete_old(chat.rt)
    assert chat.there.deleted == []
    assert (await stayed(chat))[1] == ["provider:telegram:not_deleted"]


async def test_messages_beyond_reach_when_she_asked_are_nobodys_failure(chat: Chat, clock: HandClock) -> None:
    await chat.says("hola")
    clock.forward(hours=60)
    await chat.asks_for_wiping()
    clock.forward(hours=25)
    await wipe.delete_old(chat.rt)
    assert "9001" not in chat.deleted()
    assert await stayed(chat) == ([], [])
