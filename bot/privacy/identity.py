"""Is it her, and where does a reply go: the two things of hers that people may have to know, and no operator alone (R44, R47).

A code word is compared and never shown. A number is masked; it is shown whole for minutes to the operator who has the case, for
a reason, once somebody else agreed. Each act is a line of the access log.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from faro_text.words import bare
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import access
from bot.cases.case import OPEN_STATES
from bot.cases.listing import visible_to
from bot.runtime import Runtime
from bot.storage.keystore import KeyErased
from bot.storage.tables import AccessEntry, Case, Conversation, NumberRequest, Operator

SHOWN_FOR = timedelta(minutes=15)
AGREED_WITHIN = timedelta(hours=1)
_TRIES = 5
_WRONG = "code_word_wrong"


class Reason(StrEnum):
    """Why an operator needs a number."""

    HER_YES = "her_yes"
    LIFE_AT_STAKE = "life_at_stake"
    OTHER_LINE = "other_line"


class Word(StrEnum):
    """What comparing a code word says."""

    HERS = "hers"
    NOT_HERS = "not_hers"
    NONE = "none"
    TOO_MANY = "too_many"


class NotYours(Exception):
    """The case is not this operator's, is over, or was erased; or she may not agree to her own wish."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where replies go. `whole` only while it may be seen; `waiting` while nobody agreed yet."""

    masked: str
    whole: str | None
    waiting: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """A request that somebody else made."""

    id: str
    who: str
    reason: Reason
    risk: int


def masked(channel: str, address: str) -> str:
    """Enough to tell two numbers apart on one screen, too little to call one."""
    bare_address = address.removeprefix("whatsapp:")
    return f"{bare_address[:3]} ••••••{bare_address[-2:]}" if channel == "whatsapp" else f"••••{bare_address[-2:]}"


async def compare(rt: Runtime, case_id: str, operator: Operator, said: str) -> Word:
    """Whether this is the code word she left. At most five wrong ones an hour a case. Raises `NotYours`."""
    async with rt.database.read() as session:
        _, row = await mine(session, case_id, operator)
    return await compare_with(rt, case_id, row, operator, said)


async def compare_with(rt: Runtime, case_id: str, row: Conversation, operator: Operator, said: str) -> Word:
    """Whether this is the code word of a case's conversation, whoever has it; tries count on the case. Raises `NotYours`."""
    async with rt.database.read() as session:
        wrong = (AccessEntry.what == _WRONG, AccessEntry.subject == case_id, AccessEntry.at > rt.clock() - timedelta(hours=1))
        tries = await session.scalar(select(func.count()).select_from(AccessEntry).where(*wrong)) or 0
    if tries >= _TRIES:
        return Word.TOO_MANY
    if row.code_word_enc is None:
        return Word.NONE
    try:
        key = await rt.keys.get(row.id)
    except KeyErased:
        raise NotYours from None
    kept = key.open(row.code_word_enc, "conversations", row.id, "code_word")
    same = hmac.compare_digest(bare(kept).encode(), bare(said).encode())
    await access.record(rt, operator.id, "code_word_right" if same else _WRONG, case_id)
    return Word.HERS if same else Word.NOT_HERS


async def ask(rt: Runtime, case_id: str, operator: Operator, reason: Reason) -> None:
    """Ask that a number be shown. Raises `NotYours`."""
    async with rt.database.write() as session:
        await mine(session, case_id, operator)
        session.add(NumberRequest(case_id=case_id, asked_by=operator.id, reason=reason, asked_at=rt.clock()))
    await access.record(rt, operator.id, "number_asked", case_id)


async def wishes(session: AsyncSession, rt: Runtime, viewer: Operator) -> Sequence[Wish]:
    """What others ask and nobody agreed to yet."""
    query = (
        select(NumberRequest, Case, Operator.name)
        .join(Case, Case.id == NumberRequest.case_id)
        .join(Operator, Operator.id == NumberRequest.asked_by)
        .where(
            NumberRequest.agreed_at.is_(None),
            NumberRequest.asked_at > rt.clock() - AGREED_WITHIN,
            NumberRequest.asked_by != viewer.id,
        )
        .order_by(NumberRequest.asked_at)
    )
    rows = (await session.execute(query)).all()
    return [Wish(wish.id, name, Reason(wish.reason), case.risk) for wish, case, name in rows if visible_to(case, viewer)]


async def agree(rt: Runtime, request_id: str, operator: Operator) -> None:
    """A second person agrees. Raises `NotYours`."""
    now = rt.clock()
    async with rt.database.write() as session:
        wish = await session.get(NumberRequest, request_id, with_for_update=True)
        case = await session.get(Case, wish.case_id) if wish else None
        if wish is None or case is None or wish.asked_by == operator.id or not visible_to(case, operator):
            raise NotYours
        if wish.agreed_at is not None or now - wish.asked_at > AGREED_WITHIN:
            raise NotYours
        wish.agreed_by, wish.agreed_at = operator.id, now
        case_id = wish.case_id
    await access.record(rt, operator.id, "number_agreed", case_id)


async def address(rt: Runtime, case_id: str, operator: Operator) -> Address:
    """Where replies go: masked, and whole for minutes after somebody agreed. Raises `NotYours`."""
    now = rt.clock()
    async with rt.database.read() as session:
        _, row = await mine(session, case_id, operator)
        asked = (NumberRequest.case_id == case_id, NumberRequest.asked_by == operator.id)
        newest = select(NumberRequest).where(*asked).order_by(NumberRequest.asked_at.desc()).limit(1)
        wish = await session.scalar(newest)
    try:
        key = await rt.keys.get(row.id)
    except KeyErased:
        raise NotYours from None
    found = key.open(row.address_enc, "conversations", row.id, "address")
    whole = found if wish and wish.agreed_at and now - wish.agreed_at <= SHOWN_FOR else None
    if whole:
        await access.record(rt, operator.id, "number_seen", case_id)
    waiting = wish is not None and wish.agreed_at is None and now - wish.asked_at <= AGREED_WITHIN
    return Address(masked(row.channel, found), whole, waiting)


async def mine(session: AsyncSession, case_id: str, operator: Operator) -> tuple[Case, Conversation]:
    """An open case that this operator has or was asked into, with its conversation. Raises `NotYours`."""
    case = await session.get(Case, case_id)
    if case is None or case.conversation_id is None or case.state not in OPEN_STATES or not visible_to(case, operator):
        raise NotYours
    if operator.id not in (case.claimed_by, *case.joined):
        raise NotYours
    return case, await session.get_one(Conversation, case.conversation_id)
