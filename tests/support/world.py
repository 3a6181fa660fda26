"""A small world for tests: settings with fake secrets, a clock set by hand, a runtime, and a woman with a phone."""

import asyncio
import base64
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot import delivery, turn
from bot.app import runtime
from bot.bundle import Bundle
from bot.inbox import Accepted, accept
from bot.runtime import Clock, Runtime
from bot.settings import Settings
from bot.storage import migrate
from bot.storage.tables import Case, Conversation, SimulatedMessage
from integrations.channel import Body, ChannelName, Choice, Inbound, Message, Text
from nlu.understanding import NotUnderstood, Understanding


def fake_key(letter: str) -> str:
    """A key for tests: one letter, 32 times. Protects nothing."""
    return base64.urlsafe_b64encode(letter.encode() * 32).decode()


def fake_settings(folder: Path, **overrides: Any) -> Settings:
    values: dict[str, Any] = {
        "env": "development",
        "data_dir": folder,
        "secret_key": fake_key("s"),
        "encryption_keys": fake_key("e"),
        "lookup_key": fake_key("l"),
        **overrides,
    }
    return Settings(_env_file=None, **values)


class HandClock:
    """A clock that moves only when told to."""

    def __init__(self, start: datetime = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)) -> None:
        self.now = start

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


class KnowsOnly:
    """An NLU that knows the sentences it was given. For tests of what stands around the NLU."""

    def __init__(self, **topics: Understanding) -> None:
        self.topics: dict[str, Understanding] = dict(topics)

    def learn(self, text: str, topic: str, confidence: float = 0.95, **more: Any) -> None:
        self.topics[text] = Understanding(topic, confidence, ((topic, confidence),), **more)

    async def understand(self, text: str) -> Understanding | NotUnderstood:
        return self.topics.get(text, NotUnderstood("down"))

    async def healthy(self) -> bool:
        return True


_LOADED: list[Bundle] = []


@asynccontextmanager
async def open_runtime(settings: Settings, clock: Clock) -> AsyncIterator[Runtime]:
    async with runtime(settings, clock, _LOADED[-1] if _LOADED else None) as rt:
        _LOADED[:] = [rt.bundle]  # building the lexicon takes longest: the next test has it already
        await migrate.upgrade(rt.database)
        yield rt


class Phone:
    """A woman's phone on the simulator's channel. What she sends goes through the inbox; what comes back is read here."""

    _ids = itertools.count(1)

    def __init__(self, rt: Runtime, address: str = "phone-1") -> None:
        self.rt, self.address = rt, address
        self._seen = 0

    async def sends(self, *texts: str) -> list[Accepted]:
        """Messages arrive, nothing is answered yet."""
        return [await self.sends_body(Text(text=text)) for text in texts]

    async def sends_body(self, body: Body, external_id: str | None = None) -> Accepted:
        message = Inbound(ChannelName.SIMULATOR, external_id or f"{self.address}:{next(self._ids)}", self.address, (body,))
        return await accept(self.rt.database, self.rt.keys, message, self.rt.glance, self.rt.clock(), 0.0)

    async def says(self, *texts: str) -> list[str]:
        """She writes; the texts that come back."""
        await self.sends(*texts)
        return [m.text for m in await self.answers()]

    async def taps(self, label: str, among: list[Message]) -> list[Message]:
        """She taps a button by its label; what comes back."""
        token = next(o.token for m in among for o in m.options if o.label == label)
        await self.sends_body(Choice(token=token, label=label))
        return await self.answers()

    async def answers(self) -> list[Message]:
        """Take every turn and delivery that is due; what came back to this phone since last time."""
        while await turn.take_next(self.rt):
            pass
        while await delivery.deliver_one(self.rt):
            pass
        return await self.received()

    async def received(self) -> list[Message]:
        async with self.rt.database.read() as session:
            rows = (
                await session.scalars(
                    select(SimulatedMessage)
                    .where(SimulatedMessage.address == self.address, SimulatedMessage.id > self._seen)
                    .order_by(SimulatedMessage.id)
                )
            ).all()
        self._seen = rows[-1].id if rows else self._seen
        return [Message.model_validate(row.message) for row in rows]

    async def conversation(self) -> Conversation:
        lookup = self.rt.keys.vault.lookup(ChannelName.SIMULATOR, self.address)
        async with self.rt.database.read() as session:
            return (await session.scalars(select(Conversation).where(Conversation.lookup == lookup))).one()

    async def leaves_word(self, word: str) -> None:
        """Her code word, as she left it before."""
        conversation = await self.conversation()
        key = await self.rt.keys.get(conversation.id)
        async with self.rt.database.write() as session:
            held = await session.get_one(Conversation, conversation.id)
            held.code_word_enc = key.seal(word, "conversations", held.id, "code_word")

    async def opened_case(self) -> Case:
        """Her case, once the worker has taken her message."""
        async with asyncio.timeout(20):
            while (case := await self.case()) is None:  # noqa: ASYNC110 - a database offers no event
                await asyncio.sleep(0.05)
        return case

    async def case(self) -> Case | None:
        conversation = await self.conversation()
        async with self.rt.database.read() as session:
            return await session.scalar(
                select(Case).where(Case.conversation_id == conversation.id).order_by(Case.opened_at.desc())
            )
