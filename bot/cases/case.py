"""A case: opened in the transaction of the turn that found it; its level rises by itself and falls only by a person (R16)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cases.speciality import speciality
from bot.safety.risk import Risk
from bot.storage.tables import Case, CaseEvent, Conversation

OPEN_STATES = ("open", "claimed", "answered")
REOPEN_WITHIN = timedelta(hours=24)
_LANE_ORDER = ("legal", "listen", "urgent")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A case that a turn asks for.

    Attributes:
        lane: urgent, listen or legal.
        reasons: short codes, never text.
        flags: what operators must see at once: phone_held, says_safe, left, aggressor, interpreter, asks_person, parked.
        event_at: when the harm happened, for the 72 h and 120 h clocks.
        about: kinds of harm, topics and flows, for the colleague who knows them best.
    """

    lane: str
    risk: Risk
    reasons: tuple[str, ...]
    flags: tuple[str, ...] = ()
    event_at: datetime | None = None
    about: tuple[str, ...] = ()


async def open_case_of(session: AsyncSession, conversation_id: str) -> Case | None:
    return await session.scalar(select(Case).where(Case.conversation_id == conversation_id, Case.state.in_(OPEN_STATES)).limit(1))


async def open_or_raise(session: AsyncSession, conversation: Conversation, wanted: Wanted, now: datetime) -> Case:
    """The conversation's case, with this level, lane, reasons and flags added; opened if there is none.

    A case that ended less than 24 hours ago is opened again and keeps its history.
    """
    case = await open_case_of(session, conversation.id) or await _recent(session, conversation.id, now)
    if case is None:
        case = Case(
            conversation_id=conversation.id,
            channel=conversation.channel,
            language=conversation.language,
            lane=wanted.lane,
            risk=wanted.risk,
            reasons=list(wanted.reasons),
            flags=list(wanted.flags),
            opened_at=now,
            event_at=wanted.event_at,
            speciality=speciality(wanted.lane, wanted.about),
        )
        session.add(case)
        await session.flush()
        record(session, case, "opened", now, detail={"risk": wanted.risk.word, "lane": wanted.lane})
        return case
    if case.state not in OPEN_STATES:
        case.state, case.opened_at, case.claimed_by, case.claimed_at = "open", now, None, None
        case.first_reply_at = case.closed_at = case.waiting_since = case.waits_for_her_at = case.outcome = None
        case.paused_seconds, case.joined = 0, []
        record(session, case, "reopened", now)
    raise_level(session, case, wanted.risk, now)
    case.lane = max(case.lane, wanted.lane, key=_LANE_ORDER.index)
    case.reasons = _union(case.reasons, wanted.reasons)
    case.flags = _union(case.flags, wanted.flags)
    case.language = conversation.language or case.language
    case.event_at = wanted.event_at or case.event_at
    case.speciality = speciality(case.lane, wanted.about) or case.speciality
    return case


def raise_level(session: AsyncSession, case: Case, level: Risk, now: datetime) -> None:
    """A level that rises starts the alarm clock anew and ends a decision to wait for her."""
    if level <= case.risk:
        return
    record(session, case, "raised", now, detail={"from": Risk(case.risk).word, "to": level.word})
    case.risk, case.raised_at = level, now
    if case.waits_for_her_at is not None:
        end_waiting(session, case, now, now)


def end_waiting(session: AsyncSession, case: Case, heard: datetime, now: datetime) -> None:
    """A decision to wait for her ends when she writes: from her message on somebody owes her an answer again."""
    case.waits_for_her_at, case.waiting_since, case.paused_seconds = None, heard, 0
    if case.state == "answered":
        case.state, case.claimed_at = "claimed", now
    record(session, case, "she_wrote", now)


def she_is_back(case: Case) -> None:
    """She wrote again: who has the case must not read that nothing may be sent."""
    if "left" in case.flags:
        case.flags = [flag for flag in case.flags if flag != "left"]


async def _recent(session: AsyncSession, conversation_id: str, now: datetime) -> Case | None:
    return await session.scalar(
        select(Case)
        .where(Case.conversation_id == conversation_id, Case.closed_at > now - REOPEN_WITHIN)
        .order_by(Case.closed_at.desc())
        .limit(1)
    )


async def latest(session: AsyncSession, conversation_id: str) -> Case | None:
    """The newest case of a conversation, open or over."""
    query = select(Case).where(Case.conversation_id == conversation_id).order_by(Case.opened_at.desc())
    return await session.scalar(query.limit(1))


def record(
    session: AsyncSession,
    case: Case,
    what: str,
    now: datetime,
    *,
    operator: str | None = None,
    detail: dict[str, object] | None = None,
) -> None:
    """Write down what happened to a case. Never what was said."""
    session.add(CaseEvent(case_id=case.id, at=now, what=what, operator_id=operator, detail=detail or {}))


def _union(old: Iterable[str], new: Iterable[str]) -> list[str]:
    return list(dict.fromkeys((*old, *new)))
