"""She writes from another number: two people, not one, decide that an earlier case is hers too (R44, R45).

One operator asks, for a reason; a second agrees within an hour. What it does: whoever has the new case may read the earlier
talk, and an earlier danger that is still open counts in the new case. What it never does: say anything to her, move a message,
or change where replies go. The number alone proves nothing, and what she is shown stays that of somebody new.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import access
from bot.cases import queue
from bot.cases.case import OPEN_STATES, raise_level, record
from bot.cases.listing import visible_to
from bot.privacy import identity
from bot.privacy.identity import NotYours, Word
from bot.runtime import Runtime
from bot.safety.risk import Risk
from bot.storage.tables import Case, CaseLink, Conversation, Operator

AGREED_WITHIN = timedelta(hours=1)
_SHOWN = 20


class Why(StrEnum):
    """How an operator knows that it is her."""

    CODE_WORD = "code_word"
    KNOWN = "known"


class WordRefused(Exception):
    """The code word does not open the earlier case. `said`: how it compared."""

    def __init__(self, said: Word) -> None:
        super().__init__(said.value)
        self.said = said


@dataclass(frozen=True, slots=True)
class Wish:
    """A link that a colleague asks for: by whom, how she knows, and the levels of both cases."""

    id: str
    who: str
    why: Why
    risk: int
    earlier_risk: int


async def ask(rt: Runtime, case_id: str, operator: Operator, earlier_id: str, why: Why, word: str = "") -> None:
    """Ask that a second person agree that an earlier case is of the same woman. Asking again while it waits changes nothing.

    By code word, the word she said must be the one left in the earlier talk: at most five wrong ones an hour. Raises `NotYours`,
    also where there is no such case or it is a complaint she may not know of; `WordRefused`.
    """
    now = rt.clock()
    async with rt.database.read() as session:
        case, _ = await identity.mine(session, case_id, operator)
        earlier, row = await _earlier(session, case, earlier_id, operator)
        before = await _newest(session, case.id, earlier.id)
    if before is not None and (before.agreed_at or now - before.asked_at <= AGREED_WITHIN):
        return
    if why is Why.CODE_WORD:
        compared = await identity.compare_with(rt, earlier.id, row, operator, word)
        if compared is not Word.HERS:
            raise WordRefused(compared)
    async with rt.database.write() as session:
        session.add(CaseLink(case_id=case.id, earlier_id=earlier.id, reason=why, asked_by=operator.id, asked_at=now))
    for subject in (case.id, earlier.id):
        await access.record(rt, operator.id, "link_asked", subject)
    await queue.tell_screens(rt)


async def _earlier(session: AsyncSession, case: Case, earlier_id: str, operator: Operator) -> tuple[Case, Conversation]:
    """Another talk's case that still has its talk. Raises `NotYours`."""
    earlier = await session.get(Case, earlier_id)
    if earlier is None or earlier.conversation_id in (None, case.conversation_id) or not visible_to(earlier, operator):
        raise NotYours
    return earlier, await session.get_one(Conversation, earlier.conversation_id)


async def _newest(session: AsyncSession, case_id: str, earlier_id: str) -> CaseLink | None:
    both = (CaseLink.case_id == case_id, CaseLink.earlier_id == earlier_id)
    return await session.scalar(select(CaseLink).where(*both).order_by(CaseLink.asked_at.desc()).limit(1))


async def wishes(session: AsyncSession, rt: Runtime, viewer: Operator) -> Sequence[Wish]:
    """What others ask and nobody agreed to yet."""
    query = (
        select(CaseLink, Operator.name)
        .join(Operator, Operator.id == CaseLink.asked_by)
        .where(CaseLink.agreed_at.is_(None), CaseLink.asked_at > rt.clock() - AGREED_WITHIN, CaseLink.asked_by != viewer.id)
        .order_by(CaseLink.asked_at)
    )
    found = []
    for link, name in (await session.execute(query)).all():
        case, earlier = await session.get_one(Case, link.case_id), await session.get_one(Case, link.earlier_id)
        if visible_to(case, viewer) and visible_to(earlier, viewer):
            found.append(Wish(link.id, name, Why(link.reason), case.risk, earlier.risk))
    return found


async def agree(rt: Runtime, link_id: str, operator: Operator) -> None:
    """A second person agrees: the cases are of one woman. Raises `NotYours`, also to who asked."""
    now = rt.clock()
    async with rt.database.write() as session:
        link = await session.get(CaseLink, link_id, with_for_update=True)
        if link is None or link.asked_by == operator.id or link.agreed_at or now - link.asked_at > AGREED_WITHIN:
            raise NotYours
        case = await queue.locked_case(session, link.case_id)
        if case is None or case.conversation_id is None or not visible_to(case, operator):
            raise NotYours
        earlier, _ = await _earlier(session, case, link.earlier_id, operator)
        link.agreed_by, link.agreed_at = operator.id, now
        if earlier.state in OPEN_STATES:
            raise_level(session, case, Risk(earlier.risk), now)
            if case.risk >= Risk.HIGH:
                case.lane = "urgent"
        for linked_case in (case, earlier):
            record(session, linked_case, "linked", now, operator=operator.id)
    for subject in (case.id, earlier.id):
        await access.record(rt, operator.id, "link_agreed", subject)
    await queue.tell_screens(rt)


async def linked(session: AsyncSession, case: Case, viewer: Operator) -> Sequence[Case]:
    """Earlier cases that two people linked to this one, as long as their talk is there."""
    query = (
        select(Case)
        .join(CaseLink, CaseLink.earlier_id == Case.id)
        .where(CaseLink.case_id == case.id, CaseLink.agreed_at.is_not(None), Case.conversation_id.is_not(None))
        .order_by(Case.opened_at.desc())
    )
    return [earlier for earlier in await session.scalars(query) if visible_to(earlier, viewer)]


async def waiting(session: AsyncSession, rt: Runtime, case: Case) -> bool:
    """Whether a link of this case still waits for somebody to agree."""
    since = rt.clock() - AGREED_WITHIN
    query = select(CaseLink.id).where(CaseLink.case_id == case.id, CaseLink.agreed_at.is_(None), CaseLink.asked_at > since)
    return await session.scalar(query.limit(1)) is not None


async def candidates(session: AsyncSession, case: Case, operator: Operator) -> Sequence[Case]:
    """Cases that this operator had herself and that still have their talk: she may know her from one of them."""
    hers = (Case.claimed_by == operator.id, Case.conversation_id.is_not(None), Case.conversation_id != case.conversation_id)
    found = await session.scalars(select(Case).where(*hers).order_by(Case.opened_at.desc()).limit(_SHOWN))
    return [earlier for earlier in found if visible_to(earlier, operator)]
