"""Telegram without a public address: one process polls, by lease; and with one: Telegram is told where it is.

The offset moves on only after what an update said is committed: Telegram brings again whatever we may have lost.
"""

import asyncio

from bot import door, log
from bot.limits import Throttle
from bot.runtime import Runtime
from bot.storage.remember import Memory, drop_lease, take_lease
from bot.storage.tables import new_id
from integrations.channel import ChannelName
from integrations.errors import SendError
from integrations.telegram import Telegram

_log = log.get(__name__)

LEASE = "telegram:polling"
LEASE_SECONDS = 60.0
WAIT_SECONDS = 20
_PAUSE_SECONDS = 2.0


def polls(rt: Runtime) -> bool:
    """Whether this deployment asks Telegram for updates instead of being told."""
    return rt.settings.telegram_configured and rt.settings.telegram_mode == "polling"


async def poll(rt: Runtime) -> None:
    """Poll for as long as this process holds the lease. Returns when another one has it."""
    channel = rt.channels[ChannelName.TELEGRAM]
    assert isinstance(channel, Telegram)  # noqa: S101 - for the type checker
    holder, throttle, ready = new_id(), Throttle(rt.settings.redis_url), False
    try:
        while await take_lease(rt.database, LEASE, holder, LEASE_SECONDS, rt.clock()):
            try:
                if not ready:
                    await channel.drop_webhook()
                    ready = True
                await _take_updates(rt, channel, throttle)
            except SendError as error:
                _log.warning("polling_failed", code=error.code, our_fault=error.our_fault, channel=channel.name)
                ready = False
                await asyncio.sleep(min(error.retry_after or _PAUSE_SECONDS, LEASE_SECONDS / 2))
    finally:
        await drop_lease(rt.database, LEASE, holder)


async def _take_updates(rt: Runtime, channel: Telegram, throttle: Throttle) -> None:
    memory, key = Memory(rt.database, rt.clock), f"telegram:offset:{channel.bot_id}"
    offset = await memory.get(key)
    for update in await channel.updates(int(offset) if offset else None, WAIT_SECONDS):
        errands = await door.admit(rt, throttle, channel.read(update))
        await memory.put(key, str(update.update_id + 1))
        await door.run_errands(rt, errands)


async def set_webhook(rt: Runtime) -> None:
    """Tell Telegram our address and secret. Saying it again changes nothing."""
    channel = rt.channels[ChannelName.TELEGRAM]
    assert isinstance(channel, Telegram)  # noqa: S101 - for the type checker
    try:
        await channel.set_webhook(f"{rt.settings.public_url.rstrip('/')}/webhooks/telegram")
    except SendError as error:
        _log.error("webhook_not_set", code=error.code, our_fault=error.our_fault, channel=channel.name)
