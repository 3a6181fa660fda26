"""What she said of being written to holds through the whole service, whoever writes."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from bot import check_in
from bot.runtime import Runtime
from bot.storage.tables import Conversation, OutboxEntry
from tests.support.world import HandClock, Phone

NOON = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)  # in Mexico City


async def agreed(rt: Runtime, phone: Phone, **known: object) -> None:
    """She wrote, and said that she may be written to."""
    await phone.says("hola")
    conversation = await phone.conversation()
    async with rt.database.write() as session:
        row = await session.get_one(Conversation, conversation.id)
        row.may_write = "yes"
        for name, value in known.items():
            setattr(row, name, value)


async def test_line_for_the_evening_leaves_in_the_evening(rt: Runtime, phone: Phone, clock: HandClock) -> None:
    clock.now = NOON
    await agreed(rt, phone, write_when="evening", check_in_at=NOON)
    clock.forward(hours=1)
    await check_in.send_due(rt)
    assert await phone.answers() == []
    clock.forward(hours=6, minutes=59)
    assert await phone.answers() == []
    clock.forward(minutes=1)
    assert len(await phone.answers()) == 1


async def test_line_that_waited_for_her_hours_is_dropped_when_she_writes_and_delays_no_answer(
    rt: Runtime, phone: Phone, clock: HandClock
) -> None:
    clock.now = NOON
    await agreed(rt, phone, write_when="evening", check_in_at=NOON)
    clock.forward(hours=1)
    await check_in.send_due(rt)
    await phone.answers()
    assert await phone.says("MENU"), "answered at once"
    clock.forward(hours=7)
    assert await phone.answers() == []
    async with rt.database.read() as session:
        reasons = (await session.scalars(select(OutboxEntry.reason).where(OutboxEntry.state == "dropped"))).all()
    assert reasons == ["she_wrote"]


@pytest.mark.parametrize("days", [14, 60])
async def test_yes_that_lapsed_does_not_come_back_when_the_number_writes_again(
    rt: Runtime, phone: Phone, clock: HandClock, days: int
) -> None:
    await agreed(rt, phone)
    clock.forward(days=days)
    await phone.says("hola")
    assert (await phone.conversation()).may_write == "unknown"


async def test_exit_takes_her_yes_back_and_leaves_her_no(rt: Runtime, phone: Phone) -> None:
    await agreed(rt, phone)
    await phone.says("SALIR")
    await phone.says("hola")
    assert (await phone.conversation()).may_write == "unknown"
    await agreed(rt, phone, may_write="no")
    await phone.says("SALIR")
    assert (await phone.conversation()).may_write == "no"
