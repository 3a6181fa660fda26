"""What comes in at the very moment of an erasure is neither lost nor kept with what was erased."""

import asyncio

from sqlalchemy import select

from bot import inbox, turn
from bot.privacy import erase
from bot.runtime import Runtime
from bot.safety.risk import Risk
from bot.storage.tables import Conversation, InboxEntry
from integrations.channel import ChannelName, Inbound, Text
from tests.support.world import Phone

WOMEN = 6
DANGER = "anoche mi marido me pego"


async def accept(rt: Runtime, address: str, number: int, text: str) -> inbox.Accepted:
    message = Inbound(ChannelName.SIMULATOR, f"{address}:race-{number}", address, (Text(text=text),))
    return await inbox.accept(rt.database, rt.keys, message, rt.glance, rt.clock(), 0.0)


async def waiting(rt: Runtime, phone: Phone) -> int:
    row = await phone.conversation()
    async with rt.database.read() as session:
        mine = (InboxEntry.conversation_id == row.id, InboxEntry.state == "waiting")
        return len((await session.scalars(select(InboxEntry.id).where(*mine))).all())


async def test_message_that_crosses_her_erasure_is_taken_by_a_person(rt: Runtime) -> None:
    for number in range(WOMEN):
        phone = Phone(rt, f"woman-{number}")
        await phone.says("BORRAR")
        await phone.sends("sí")
        taken = await inbox.claim(rt.database, rt.keys, rt.clock())
        assert taken is not None
        await asyncio.gather(turn.take(rt, taken), accept(rt, phone.address, number, DANGER))
        await phone.answers()
        case = await phone.case()
        assert case is not None, number
        assert case.risk >= Risk.HIGH


async def test_message_that_crosses_an_erasure_by_command_begins_anew(rt: Runtime) -> None:
    for number in range(WOMEN):
        phone = Phone(rt, f"woman-{number}")
        await phone.says("hola")
        before = await phone.conversation()
        _, accepted = await asyncio.gather(erase.by_us(rt, "simulator", phone.address), accept(rt, phone.address, number, DANGER))
        async with rt.database.read() as session:
            assert await session.get(Conversation, before.id) is None
        if accepted.conversation != before.id:
            assert await waiting(rt, phone) == 1
        else:  # it was in before she was erased: a person stays ready
            case = await phone.case()
            assert case is not None
            assert case.risk >= Risk.HIGH


async def test_many_messages_of_one_woman_at_once_are_all_taken(rt: Runtime) -> None:
    phone = Phone(rt, "woman")
    await phone.says("hola")
    accepted = await asyncio.gather(*(accept(rt, phone.address, number, DANGER) for number in range(20)))
    assert all(one.new for one in accepted)
    assert await waiting(rt, phone) == 20
