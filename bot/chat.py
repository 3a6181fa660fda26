"""`faro chat`: a conversation in the terminal, through the same inbox, turn and delivery as a phone's."""

import asyncio
import sys
from uuid import uuid4

import click

from bot import door, log, worker
from bot.app import runtime
from bot.limits import Throttle
from bot.mailbox import DatabaseMailbox
from bot.runtime import Runtime
from bot.settings import Settings
from bot.storage import migrate
from bot.storage.tables import Conversation
from integrations.channel import ChannelName, Choice, Inbound, Message, Option, Text

_LOOK_SECONDS = 0.1


async def talk(settings: Settings, language: str | None) -> None:
    """Until the end of input. A number or a button's label is the same as a tap."""
    log.configure("ERROR", human=True)
    async with runtime(settings) as rt:
        await migrate.upgrade(rt.database)
        address = uuid4().hex
        box = DatabaseMailbox(rt.database, rt.clock)
        offered: list[Option] = []
        async with worker.running(rt):
            printing = asyncio.create_task(_print(box, address, offered))
            throttle = Throttle(None)
            click.echo("Faro. Write, or Ctrl-D to end.")
            while line := await asyncio.to_thread(sys.stdin.readline):
                if line.strip():
                    await _send(rt, throttle, address, line.strip(), offered, language)
            await asyncio.sleep(1)
            printing.cancel()


async def _send(rt: Runtime, throttle: Throttle, address: str, line: str, offered: list[Option], language: str | None) -> None:
    option = next((o for n, o in enumerate(offered, start=1) if line in (str(n), o.label)), None)
    body = Choice(token=option.token, label=option.label) if option else Text(text=line)
    accepted = await door.take_in(rt, throttle, Inbound(ChannelName.TERMINAL, uuid4().hex, address, (body,)))
    if language is not None:
        async with rt.database.write() as session:
            row = await session.get_one(Conversation, accepted.conversation)
            row.language, row.language_chosen = language, True


async def _print(box: DatabaseMailbox, address: str, offered: list[Option]) -> None:
    seen = 0
    while True:
        for number, _at, message in await box.since(address, seen):
            seen = number
            click.echo(_shown(message))
            if message.options:
                offered[:] = message.options
        await asyncio.sleep(_LOOK_SECONDS)


def _shown(message: Message) -> str:
    options = "".join(f"\n    [{n}] {o.label}" for n, o in enumerate(message.options, start=1))
    return "\n".join(f"  < {line}" for line in message.text.splitlines()) + options
