"""Where messages come in, whatever brought them: a webhook, polling, or a provider's list of what we missed."""

import asyncio
import contextlib
from collections.abc import Sequence

from sqlalchemy import select

from bot import delivery, inbox, log
from bot import hub as hubs
from bot.limits import Throttle
from bot.runtime import Runtime
from bot.safety.risk import Risk
from bot.storage.tables import Conversation
from integrations.channel import DeliveryReport, Errand, Inbound

_log = log.get(__name__)

_TYPING = "typing"
_ERRAND_SECONDS = 3.0
_TYPING_AFTER_SECONDS = 0.4
"""Most answers are out by then. A sign that somebody writes is worth two calls to the provider only where she would wait."""


async def admit(rt: Runtime, throttle: Throttle, said: Sequence[Inbound | DeliveryReport | Errand]) -> list[Errand]:
    """Store all that was said. When this returns it is on disk; what is left are errands, to be run after the answer."""
    errands = []
    for item in said:
        if isinstance(item, Errand):
            errands.append(item)
        elif isinstance(item, DeliveryReport):
            await delivery.report(rt, item)
        else:
            accepted = await take_in(rt, throttle, item)
            if accepted.new and not accepted.quiet:
                errands.append(Errand(item.channel, _TYPING, item.address))
    return errands


async def run_errands(rt: Runtime, errands: Sequence[Errand]) -> None:
    """Tell the providers what they are to be told at once. One that is slow is not waited for: all this is courtesy."""
    for errand in errands:
        channel = rt.channels[errand.channel]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_ERRAND_SECONDS):
                if errand.what == _TYPING:
                    await asyncio.sleep(_TYPING_AFTER_SECONDS)
                    if await _waits(rt, errand):
                        await channel.typing(errand.target)
                else:
                    await channel.run_errand(errand)


async def _waits(rt: Runtime, errand: Errand) -> bool:
    """Whether her turn has not been taken yet."""
    lookup = rt.keys.vault.lookup(errand.channel, errand.target)
    async with rt.database.read() as session:
        ready_at = await session.scalar(
            select(Conversation.ready_at).where(Conversation.channel == errand.channel, Conversation.lookup == lookup)
        )
    return ready_at is not None


async def take_in(rt: Runtime, throttle: Throttle, message: Inbound) -> inbox.Accepted:
    """Store one message and wake whoever takes turns. A flood is slowed down after the glance, never dropped (R48)."""
    slow_down = await throttle.pause(rt.keys.vault.lookup(message.channel, message.address))
    accepted = await inbox.accept(rt.database, rt.keys, message, rt.glance, rt.clock(), rt.settings.burst_wait, slow_down)
    if accepted.new:
        _log.info("message_accepted", channel=message.channel, conversation=accepted.conversation)
        await rt.hub.publish(hubs.URGENT if accepted.level >= Risk.HIGH else hubs.INBOX)
    return accepted
