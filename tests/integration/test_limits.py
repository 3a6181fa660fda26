"""A flood is slowed down, never dropped; a word of danger passes at once; nobody else waits for it (R48)."""

import itertools

import pytest
from limits import RateLimitItemPerMinute
from sqlalchemy import func, select

from bot import door, limits, turn
from bot.limits import Throttle
from bot.runtime import Runtime
from bot.storage.tables import Conversation, InboxEntry
from integrations.channel import ChannelName, Inbound, Text

_ids = itertools.count(1)


async def comes(rt: Runtime, throttle: Throttle, sender: str, text: str) -> float:
    """A message comes in; in how many seconds her turn may be taken."""
    message = Inbound(ChannelName.SIMULATOR, f"{sender}:{next(_ids)}", sender, (Text(text=text),))
    accepted = await door.take_in(rt, throttle, message)
    async with rt.database.read() as session:
        row = await session.get_one(Conversation, accepted.conversation)
    assert row.ready_at is not None
    return (row.ready_at - rt.clock()).total_seconds()


async def test_flood_of_one_sender_waits_is_kept_whole_and_lets_danger_and_others_pass(rt: Runtime) -> None:
    throttle = Throttle(None)
    waits = [await comes(rt, throttle, "loud", "quiero preguntar algo de mis papeles hoy") for _ in range(30)]
    assert waits == [0] * 30, "what came at once is one turn"
    assert await turn.take_next(rt)
    assert await comes(rt, throttle, "loud", "quiero preguntar algo de mis papeles hoy") >= 5
    async with rt.database.read() as session:
        assert await session.scalar(select(func.count()).select_from(InboxEntry)) == 31
    assert await comes(rt, throttle, "calm", "quiero preguntar algo de mis papeles hoy") == 0
    assert await comes(rt, throttle, "loud", "me quiere matar tiene un cuchillo") <= 0


async def test_flood_from_many_senders_waits_and_lets_danger_pass(rt: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ALTOGETHER", RateLimitItemPerMinute(10))
    throttle = Throttle(None)
    waits = [await comes(rt, throttle, f"sender-{n}", "quiero preguntar algo de mis papeles hoy") for n in range(15)]
    assert (waits[9], waits[10] >= 5) == (0, True)
    assert await comes(rt, throttle, "in-danger", "me quiere matar tiene un cuchillo") <= 0
