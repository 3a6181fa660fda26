"""A case opened by an operator, for a woman we know who called, came or was handed over. Nothing is written to her by it.

She is found by her number's keyed hash. Whoever tries numbers that nobody has is stopped and shows in the access log: whether a
number ever wrote here is hers to tell (R35, R47).
"""

from collections.abc import Iterator
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import access
from bot.cases import queue, work
from bot.cases.case import OPEN_STATES, Wanted, latest, open_or_raise, record
from bot.cases.listing import visible_to
from bot.cases.work import Refused
from bot.runtime import Runtime
from bot.safety.risk import Risk
from bot.storage.tables import AccessEntry, Conversation, Operator
from integrations.channel import ChannelName

_TRIES = 5
_NOBODY = "opened_for_nobody"


class Why(StrEnum):
    """Why an operator opens a case."""

    CALLED = "called"
    CAME = "came"
    HANDED_OVER = "handed_over"


async def open_for(
    rt: Runtime, operator_id: str, channel: str, number: str, why: Why, level: Risk, *, legal: bool, note: str = ""
) -> str:
    """Open a case, or one of the last 24 hours again, and have it; its id. Raises `work.Refused`: nobody, too_many, has_case.

    It begins as answered and waiting for her: a person has her already, and nobody writes first. Capacity does not stop it.
    """
    now = rt.clock()
    if await _tried(rt, operator_id) >= _TRIES:
        raise Refused("too_many")
    async with rt.database.write() as session:
        operator = await session.get_one(Operator, operator_id)
        conversation = await _known(rt, session, channel, number)
        if conversation is not None:
            await _free(session, conversation, operator)
            case = await open_or_raise(session, conversation, Wanted(_lane(level, legal=legal), level, ("operator",)), now)
            await queue.give_to(session, case, operator_id, now)
            case.state, case.first_reply_at, case.waits_for_her_at = "answered", now, now
            record(session, case, "opened_by_hand", now, operator=operator_id, detail={"why": why.value})
    if conversation is None:
        await access.record(rt, operator_id, _NOBODY, channel)
        raise Refused("nobody")
    await access.record(rt, operator_id, f"opened:{why.value}", case.id)
    if note.strip():
        await work.add_note(rt, case.id, operator_id, note)
    await queue.tell_screens(rt)
    return case.id


async def _tried(rt: Runtime, operator_id: str) -> int:
    """How many numbers that nobody has this operator tried within an hour."""
    since = rt.clock() - timedelta(hours=1)
    hers = (AccessEntry.operator_id == operator_id, AccessEntry.what == _NOBODY, AccessEntry.at > since)
    async with rt.database.read() as session:
        return await session.scalar(select(func.count()).select_from(AccessEntry).where(*hers)) or 0


async def _known(rt: Runtime, session: AsyncSession, channel: str, number: str) -> Conversation | None:
    hashes = [rt.keys.vault.lookup(channel, address) for address in addresses(channel, number)]
    hers = (Conversation.channel == channel, Conversation.lookup.in_(hashes), Conversation.erase_at.is_(None))
    return await session.scalar(select(Conversation).where(*hers).limit(1).with_for_update())


def addresses(channel: str, number: str) -> Iterator[str]:
    """How a channel may write what an operator typed. A Mexican mobile number is known with and without the 1 after 52."""
    if channel != ChannelName.WHATSAPP:
        yield number.strip()
        return
    digits = "".join(filter(str.isdigit, number))
    mexican = len(digits) == 10 or (digits.startswith("52") and len(digits) in (12, 13))
    yield from (f"whatsapp:+{form}" for form in ((f"52{digits[-10:]}", f"521{digits[-10:]}") if mexican else (digits,)))


async def _free(session: AsyncSession, conversation: Conversation, operator: Operator) -> None:
    """Refuse where her case is open, or may not be seen by who asks: both look the same (a complaint tells nobody it exists)."""
    case = await latest(session, conversation.id)
    if case is not None and (case.state in OPEN_STATES or not visible_to(case, operator)):
        raise Refused("has_case")


def _lane(level: Risk, *, legal: bool) -> str:
    if level >= Risk.HIGH:
        return "urgent"
    return "legal" if legal else "listen"
