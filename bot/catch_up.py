"""WhatsApp messages whose webhook never reached us: listed from Twilio at start and every few minutes, and accepted.

Twilio tries a webhook few times. Whatever was seen before is a duplicate by its MessageSid and changes nothing.
"""

from datetime import datetime, timedelta

from bot import door, log
from bot.limits import Throttle
from bot.runtime import Runtime
from bot.storage.remember import Memory, take_lease
from bot.storage.tables import new_id
from integrations.channel import ChannelName
from integrations.errors import SendError
from integrations.whatsapp import WhatsApp

_log = log.get(__name__)

LEASE = "whatsapp:catch-up"
LEASE_SECONDS = 60.0
# On a first start: as far as WhatsApp still lets us answer.
_FIRST_LOOK = timedelta(hours=24)
# Looked at twice, so that what Twilio lists late, or the webhook was still bringing, is not passed over.
_OVERLAP = timedelta(minutes=2)


async def catch_up(rt: Runtime) -> None:
    """Accept what came in since the last look. One process at a time; what fails is looked at again next time."""
    channel = rt.channels[ChannelName.WHATSAPP]
    assert isinstance(channel, WhatsApp)  # noqa: S101 - for the type checker
    now = rt.clock()
    if not await take_lease(rt.database, LEASE, new_id(), LEASE_SECONDS, now):
        return
    memory, key = Memory(rt.database, rt.clock), f"whatsapp:seen-until:{rt.settings.twilio_account_sid}"
    seen = await memory.get(key)
    since = datetime.fromisoformat(seen) if seen else now - _FIRST_LOOK
    try:
        messages = await channel.missed(since, now)
    except SendError as error:
        _log.warning("catch_up_failed", code=error.code, our_fault=error.our_fault, channel=channel.name)
        return
    throttle = Throttle(rt.settings.redis_url)
    accepted = [await door.take_in(rt, throttle, message) for message in messages]
    await memory.put(key, (now - _OVERLAP).isoformat())
    if missed := sum(a.new for a in accepted):
        _log.warning("messages_caught_up", count=missed, channel=channel.name)
