"""Telling an organisation of the directory about her: only what she agreed to, only while her yes lasts (R36).

Asked of her in her language, answered by her, told, each with time and person. Without her yes nothing is told; what she
agreed to is kept as codes, never as words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import access, sending_rules
from bot import hub as hubs
from bot.cases import queue, work
from bot.cases.case import record
from bot.cases.work import May, Refused
from bot.outbox import EntryKind
from bot.runtime import Runtime
from bot.storage.tables import Case, Conversation, Referral, new_id
from content.directory import Directory, Service
from content.facts import Refusal, standing

CONSENT_LASTS = timedelta(days=7)
PARTNERS = (
    "shelter",
    "women_office",
    "justice_centre",
    "legal_aid",
    "human_rights",
    "health",
    "children",
    "un",
    "discrimination",
)
"""Kinds that may be told of her. Police, prosecutors, migration, labour and consular offices never: there she goes by herself."""
SHARED = ("language", "need", "city", "children", "contact", "summary")
"""What may be told, smallest first. Never documents, status, or where she is to the street."""
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Partner:
    """A service that may be told. `checked`: somebody has verified its contact; else call it before asking her."""

    service: Service
    checked: bool


def partners(directory: Directory, kind: str, place: str, today: date) -> Sequence[Partner]:
    """Services of a kind in the states that a place's name means, then those of the whole country."""
    states = {found.state for found in directory.find(place)} if place else set()
    near, national = [], []
    for service in directory.services.values():
        partner = _partner(service, today)
        if partner is None or service.kind != kind:
            continue
        if service.coverage == "national":
            national.append(partner)
        elif service.state in states:
            near.append(partner)
    near.sort(key=lambda item: (not item.checked, item.service.name))
    return [*near, *national][:_SHOWN]


def _partner(service: Service, today: date) -> Partner | None:
    allowed = standing(service, "contact", today, production=False)
    if service.kind not in PARTNERS or allowed.refused in (Refusal.INTERNAL, Refusal.EXPIRED):
        return None
    return Partner(service, checked=allowed.refused is None and not allowed.confirm)


async def of_case(session: AsyncSession, case_id: str) -> Sequence[Referral]:
    """What was asked of her and what became of it, newest first."""
    query = select(Referral).where(Referral.case_id == case_id).order_by(Referral.asked_at.desc())
    return (await session.scalars(query)).all()


async def ask(rt: Runtime, case_id: str, operator_id: str, service_id: str, share: Sequence[str]) -> None:
    """Ask her, by a message of ours, whether this organisation may be told this. Raises `work.Refused`.

    Never where somebody may hold the phone: the name of a place tells what the talk is about. The same question is not said
    again before she has written.
    """
    now = rt.clock()
    service = rt.bundle.library.directory.services.get(service_id)
    if service is None or _partner(service, now.date()) is None:
        raise Refused("not_partner")
    wanted = [code for code in SHARED if code in share]
    if not wanted:
        raise Refused("nothing_to_share")
    async with rt.database.write() as session:
        case, conversation = await work.mine(session, case_id, operator_id)
        rule = work.writing_rule(conversation, sending_rules.Rules.of(rt.settings), now, opener_sent=True)
        if rule.may is not May.REPLY or conversation.phone_held:
            raise Refused(rule.reason or "opener_only")
        if await _waits_for_her(session, case, conversation, service.id, wanted):
            return
        words = _question(rt, conversation, service, wanted)
        referral = Referral(
            id=new_id(),
            case_id=case.id,
            conversation_id=conversation.id,
            service=service.id,
            share=wanted,
            asked_by=operator_id,
            asked_at=now,
        )
        session.add(referral)
        await work.tell_her(rt, session, case, conversation, operator_id, words, EntryKind.OPERATOR, referral.id)
        record(session, case, "referral_asked", now, operator=operator_id, detail={"service": service.id, "share": wanted})
    await access.record(rt, operator_id, "referral_asked", case.id)
    await rt.hub.publish(hubs.OUTBOX)
    await queue.tell_screens(rt)


async def _waits_for_her(
    session: AsyncSession, case: Case, conversation: Conversation, service: str, share: Sequence[str]
) -> bool:
    """Whether she was asked just this since she last wrote."""
    heard = conversation.last_inbound_at
    return any(
        (asked.service, asked.share, asked.answer) == (service, share, None) and (heard is None or asked.asked_at >= heard)
        for asked in await of_case(session, case.id)
    )


def _question(rt: Runtime, conversation: Conversation, service: Service, share: Sequence[str]) -> str:
    what = ", ".join(rt.bundle.text(conversation.language, f"referral.{code}") for code in share)
    args = {"name": service.name, "what": what, "days": str(CONSENT_LASTS.days)}
    return rt.bundle.text(conversation.language, "referral.ask", args)


async def answer(rt: Runtime, case_id: str, operator_id: str, referral_id: str, *, yes: bool) -> None:
    """Record what she answered. Only once she has written since she was asked. Raises `work.Refused`."""
    now = rt.clock()
    async with rt.database.write() as session:
        case, conversation = await work.mine(session, case_id, operator_id)
        referral = await _referral(session, case, referral_id)
        heard = conversation.last_inbound_at
        if referral.answer is not None:
            raise Refused("not_now")
        if heard is None or heard <= referral.asked_at:
            raise Refused("no_answer_yet")
        referral.answer, referral.heard_at = "yes" if yes else "no", heard
        referral.answered_by, referral.answered_at = operator_id, now
        referral.until = now + CONSENT_LASTS if yes else None
        what = "referral_agreed" if yes else "referral_declined"
        record(session, case, what, now, operator=operator_id, detail={"service": referral.service})
    await access.record(rt, operator_id, what, case.id)
    await queue.tell_screens(rt)


async def take_back(rt: Runtime, case_id: str, operator_id: str, referral_id: str) -> None:
    """She changed her mind: nothing more may be told. Raises `work.Refused`."""
    now = rt.clock()
    async with rt.database.write() as session:
        case, _ = await work.mine(session, case_id, operator_id)
        referral = await _referral(session, case, referral_id)
        if referral.answer != "yes":
            raise Refused("not_now")
        referral.answer, referral.until = "taken_back", now
        record(session, case, "referral_taken_back", now, operator=operator_id, detail={"service": referral.service})
    await access.record(rt, operator_id, "referral_taken_back", case.id)
    await queue.tell_screens(rt)


async def told(rt: Runtime, case_id: str, operator_id: str, referral_id: str, what: Sequence[str]) -> None:
    """Record that the organisation was told, and what: at most what she agreed to, while her yes lasts. Raises `work.Refused`."""
    now = rt.clock()
    async with rt.database.write() as session:
        case, _ = await work.mine(session, case_id, operator_id)
        referral = await _referral(session, case, referral_id)
        if referral.answer != "yes" or not set(what) <= set(referral.share):
            raise Refused("no_consent")
        if referral.until is None or now > referral.until:
            raise Refused("consent_over")
        if not what:
            raise Refused("nothing_to_share")
        referral.told, referral.told_by, referral.told_at = list(what), operator_id, now
        record(session, case, "referred", now, operator=operator_id, detail={"service": referral.service, "told": list(what)})
    await access.record(rt, operator_id, "referred", case.id)
    await queue.tell_screens(rt)


async def _referral(session: AsyncSession, case: Case, referral_id: str) -> Referral:
    found = await session.get(Referral, referral_id, with_for_update=True)
    if found is None or found.case_id != case.id:
        raise Refused("not_now")
    return found
