"""What an operator does with a case she has: reply, note, hand back, close, wait, mark. Each leaves a record.

A refusal is a value with a reason; whatever she typed stays hers.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import hub as hubs
from bot import outbox, sending_rules
from bot.cases import queue
from bot.cases.case import OPEN_STATES, record
from bot.cases.listing import visible_to
from bot.conversation import Mind, open_mind, seal_mind
from bot.outbox import EntryKind
from bot.runtime import Runtime
from bot.safety import reply as safety
from bot.safety.risk import Risk
from bot.storage.keystore import KeyErased
from bot.storage.tables import Alarm, Case, CaseEvent, Conversation, Note, Operator, OutboxEntry, Referral, ReviewMark, new_id
from integrations.channel import Message

REPLY_MOST = 3000
NOTE_MOST = 4000
CAPACITY_MOST = 10


class Refused(Exception):
    """Why something was not done. `reason`: empty, too_long, not_yours, over, erased, left, window_closed, opener_only,
    opener_sent, said_no, phone_held, not_now, and those of a referral: not_partner, nothing_to_share, no_answer_yet, no_consent,
    consent_over; and of a case opened by hand: nobody, too_many, has_case, no_reason;
    of a handover: no_note, not_there; of a complaint: nobody_left.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class May(StrEnum):
    """What an operator may write now."""

    REPLY = "reply"
    OPENER = "opener"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Rule:
    """The writing rule of a conversation at a moment, as delivery holds it. `until`: when it changes by itself."""

    may: May
    reason: str = ""
    until: datetime | None = None


def writing_rule(conversation: Conversation, rules: sending_rules.Rules, now: datetime, *, opener_sent: bool) -> Rule:
    """Within 15 minutes of her message a reply; later the neutral opener, once, until she answers; nothing where she left, and
    later nothing where she said no or somebody may hold the phone (R28, R38). Pure.
    """
    last = conversation.last_inbound_at
    probe = OutboxEntry(kind=EntryKind.OPENER, created_at=now, answers_at=last)
    decision = sending_rules.decide(probe, conversation, rules, now, neutral_sent=False)
    if decision.reason in ("left", "window_closed"):
        return Rule(May.NOTHING, decision.reason)
    if last is not None and now - last <= rules.reply:
        return Rule(May.REPLY, "phone_held" if conversation.phone_held else "", last + rules.reply)
    if conversation.may_write == "no":
        return Rule(May.NOTHING, "said_no")
    if conversation.phone_held:
        return Rule(May.NOTHING, "phone_held")
    if opener_sent:
        return Rule(May.NOTHING, "opener_sent")
    if decision.verdict is not sending_rules.Verdict.SEND:  # too long silent, or not in her hours
        return Rule(May.NOTHING, decision.reason, decision.until)
    return Rule(May.OPENER, "opener_only")


async def opener_sent(session: AsyncSession, conversation: Conversation) -> bool:
    """Whether the neutral opener was already sent in this silence."""
    since = conversation.last_inbound_at
    query = select(OutboxEntry.id).where(
        OutboxEntry.conversation_id == conversation.id, OutboxEntry.kind == EntryKind.OPENER, OutboxEntry.state != "dropped"
    )
    if since is not None:
        query = query.where(OutboxEntry.created_at > since)
    return await session.scalar(query.limit(1)) is not None


async def reply(rt: Runtime, case_id: str, operator_id: str, text: str, once: str) -> None:
    """Send her words, or the opener when only that may be sent. `once` makes a form sent twice one reply. Raises `Refused`."""
    now = rt.clock()
    async with rt.database.write() as session:
        case, conversation = await mine(session, case_id, operator_id)
        if await _done(session, case, once):
            return
        rule = writing_rule(
            conversation, sending_rules.Rules.of(rt.settings), now, opener_sent=await opener_sent(session, conversation)
        )
        if rule.may is May.NOTHING:
            raise Refused(rule.reason)
        if rule.may is May.OPENER and text:
            raise Refused("opener_only")
        kind = EntryKind.OPENER if rule.may is May.OPENER else EntryKind.OPERATOR
        words = rt.bundle.text(conversation.language, "desk.opener") if kind is EntryKind.OPENER else _fit(text, REPLY_MOST)
        await tell_her(rt, session, case, conversation, operator_id, words, kind, once)
    await rt.hub.publish(hubs.OUTBOX)
    await queue.tell_screens(rt)


async def tell_her(
    rt: Runtime,
    session: AsyncSession,
    case: Case,
    conversation: Conversation,
    operator_id: str,
    words: str,
    kind: EntryKind,
    once: str,
) -> None:
    """Words of a person on their way to her, and the case answered. Whether they may be said is for the caller to know."""
    now = rt.clock()
    try:
        key = await rt.keys.get(conversation.id)
    except KeyErased:
        raise Refused("erased") from None
    channel = rt.channels[conversation.channel]
    outbox.enqueue(session, conversation, key, channel, [Message(text=words)], kind, now, operator=operator_id)
    case.state, case.first_reply_at, case.waits_for_her_at = "answered", case.first_reply_at or now, None
    case.flags = [flag for flag in case.flags if flag != "not_delivered"]
    record(session, case, "replied", now, operator=operator_id, detail={"once": once})


def _fit(text: str, most: int) -> str:
    if not text.strip():
        raise Refused("empty")
    if len(text) > most:
        raise Refused("too_long")
    return text.strip()


async def _done(session: AsyncSession, case: Case, once: str) -> bool:
    replies = select(CaseEvent.detail).where(CaseEvent.case_id == case.id, CaseEvent.what == "replied")
    return any(detail.get("once") == once for detail in await session.scalars(replies))


async def mine(session: AsyncSession, case_id: str, operator_id: str) -> tuple[Case, Conversation]:
    """A case she has or was asked into, locked. Raises `Refused`."""
    case = await queue.locked_case(session, case_id)
    if case is None or case.state not in OPEN_STATES:
        raise Refused("over")
    if operator_id != case.claimed_by and operator_id not in case.joined:
        raise Refused("not_yours")
    if case.claimed_by is None or not visible_to(case, await session.get_one(Operator, operator_id)):
        raise Refused("not_yours")
    if case.conversation_id is None:
        raise Refused("erased")
    return case, await session.get_one(Conversation, case.conversation_id)


async def add_note(rt: Runtime, case_id: str, operator_id: str, text: str, *, kind: str = "note") -> None:
    """A note for colleagues, never sent to her; or, as `draft`, the text that stands in the reply box. Raises `Refused`."""
    async with rt.database.write() as session:
        case = await session.get(Case, case_id)
        operator = await session.get_one(Operator, operator_id)
        if case is None or not may_read(case, operator):
            raise Refused("not_yours")
        await write_note(rt, session, case, operator_id, text, kind=kind)
    if kind != "draft":
        await queue.tell_screens(rt)


async def write_note(rt: Runtime, session: AsyncSession, case: Case, operator_id: str, text: str, *, kind: str = "note") -> None:
    """A note, sealed under her key; a draft takes the place of the one before. Raises `Refused`."""
    words = text if kind == "draft" else _fit(text, NOTE_MOST)
    if case.conversation_id is None:
        raise Refused("erased")
    try:
        key = await rt.keys.get(case.conversation_id)
    except KeyErased:
        raise Refused("erased") from None
    note = await _draft(session, case.id, operator_id) if kind == "draft" else None
    if note is None:
        note = Note(id=new_id(), case_id=case.id, operator_id=operator_id, kind=kind)
        session.add(note)
    note.at, note.body_enc = rt.clock(), key.seal(words[:NOTE_MOST], "notes", note.id, "body")


async def _draft(session: AsyncSession, case_id: str, operator_id: str) -> Note | None:
    mine = (Note.case_id == case_id, Note.operator_id == operator_id, Note.kind == "draft")
    return await session.scalar(select(Note).where(*mine).limit(1))


def may_read(case: Case, operator: Operator) -> bool:
    """Her own cases, those she was asked into, and for a supervisor every one (R27, R47); complaints by their own rule."""
    involved = operator.id in (case.claimed_by, case.offered_to, *case.joined)
    return visible_to(case, operator) and (involved or operator.role == "supervisor")


async def end(rt: Runtime, case_id: str, operator_id: str, state: str, outcome: str, next_flow: str | None = None) -> None:
    """Hand back to the bot (`handed_back`), or close (`closed`), with an outcome. Raises `Refused`.

    A person has read it: this alone ends the episode of danger (R16).
    """
    now = rt.clock()
    async with rt.database.write() as session:
        case, conversation = await mine(session, case_id, operator_id)
        if outcome == "referred" and not await _was_referred(session, case):
            raise Refused("no_consent")
        await _close_episode(rt, conversation)
        case.state, case.outcome, case.closed_at, case.offered_to = state, outcome, now, None
        await queue.release_conversation(session, case, next_flow)
        record(session, case, state, now, operator=operator_id, detail={"outcome": outcome, "next_flow": next_flow})
    await queue.tell_screens(rt)


async def _was_referred(session: AsyncSession, case: Case) -> bool:
    told = select(Referral.id).where(Referral.case_id == case.id, Referral.told_at.is_not(None))
    return await session.scalar(told.limit(1)) is not None


async def _close_episode(rt: Runtime, conversation: Conversation) -> None:
    try:
        key = await rt.keys.get(conversation.id)
    except KeyErased:
        return
    mind = open_mind(conversation, key)
    conversation.state_enc = seal_mind(Mind(mind.flow, safety.close(mind.safety)), conversation.id, key)


async def wait_for_her(rt: Runtime, case_id: str, operator_id: str) -> None:
    """The recorded decision to write nothing and wait until she writes: stops the alarms until then (R28). Raises `Refused`."""
    now = rt.clock()
    async with rt.database.write() as session:
        case, _ = await mine(session, case_id, operator_id)
        case.waits_for_her_at, case.state = now, "answered"
        record(session, case, "waits_for_her", now, operator=operator_id)
    await queue.tell_screens(rt)


async def lower(rt: Runtime, case_id: str, operator_id: str, level: Risk) -> None:
    """Set the level by a person's judgement: the only way down (R16). Raises `Refused`."""
    async with rt.database.write() as session:
        case, _ = await mine(session, case_id, operator_id)
        detail = {"from": Risk(case.risk).word, "to": level.word}
        case.risk = level
        record(session, case, "level_set", rt.clock(), operator=operator_id, detail=dict(detail))
    await queue.tell_screens(rt)


async def mark(rt: Runtime, case_id: str, operator_id: str, verdict: str) -> None:
    """`missed` or `false_alarm`: for the weekly review of the lexicon, without text (R58). Raises `Refused`."""
    async with rt.database.write() as session:
        case, _ = await mine(session, case_id, operator_id)
        old = await session.scalar(select(ReviewMark).where(ReviewMark.case_id == case_id, ReviewMark.operator_id == operator_id))
        if old is None:
            old = ReviewMark(
                case_id=case_id, operator_id=operator_id, risk=case.risk, language=case.language, reasons=case.reasons
            )
            session.add(old)
        old.verdict, old.at = verdict, rt.clock()
        record(session, case, "marked", rt.clock(), operator=operator_id, detail={"verdict": verdict})
    await queue.tell_screens(rt)


async def set_contact(rt: Runtime, case_id: str, operator_id: str, may_write: str, *, phone_held: bool) -> None:
    """What she said of being written to. Raises `Refused`."""
    now = rt.clock()
    async with rt.database.write() as session:
        case, conversation = await mine(session, case_id, operator_id)
        conversation.may_write, conversation.may_write_at, conversation.phone_held = may_write, now, phone_held
        flags = [flag for flag in case.flags if flag != "phone_held"]
        case.flags = [*flags, "phone_held"] if phone_held else flags
        detail = {"may_write": may_write, "phone_held": phone_held}
        record(session, case, "contact_set", now, operator=operator_id, detail=dict(detail))
    await queue.tell_screens(rt)


async def set_clock(rt: Runtime, case_id: str, operator_id: str, kind: str, at: datetime | None) -> None:
    """Start, correct or (None) remove one of the case's clocks. Raises `Refused`."""
    async with rt.database.write() as session:
        case, _ = await mine(session, case_id, operator_id)
        kept = {name: when for name, when in case.clocks.items() if name != kind}
        case.clocks = {**kept, kind: at.isoformat()} if at else kept
        record(session, case, "clock_set", rt.clock(), operator=operator_id, detail={"clock": kind})
    await queue.tell_screens(rt)


async def set_flag(rt: Runtime, case_id: str, operator_id: str, flag: str, *, on: bool) -> None:
    """Raise or take down a flag (`interpreter`). Raises `Refused`."""
    async with rt.database.write() as session:
        case, _ = await mine(session, case_id, operator_id)
        rest = [name for name in case.flags if name != flag]
        case.flags = [*rest, flag] if on else rest
        record(session, case, "flag_set", rt.clock(), operator=operator_id, detail={"flag": flag, "on": on})
    await queue.tell_screens(rt)


async def emergency_call(rt: Runtime, case_id: str, operator_id: str, basis: str) -> None:
    """Record a call to 911 for her: `her_yes`, or `life_at_stake` by a supervisor; an operator's `ask` calls the supervisors
    at once. Raises `Refused`.
    """
    now = rt.clock()
    async with rt.database.write() as session:
        case, _ = await mine(session, case_id, operator_id)
        operator = await session.get_one(Operator, operator_id)
        if basis == "life_at_stake" and operator.role != "supervisor":
            raise Refused("not_now")
        if basis == "ask":
            await _call(session, case, "supervisor_wanted", now)
        record(session, case, "emergency_call", now, operator=operator_id, detail={"basis": basis})
    await queue.tell_screens(rt)


async def _call(session: AsyncSession, case: Case, whom: str, now: datetime) -> None:
    """Raise an alarm of this moment; a form sent twice raises one."""
    alarm = {"subject": f"case:{case.id}", "step": f"{whom}:{int(now.timestamp())}"}
    if await session.scalar(select(Alarm.id).filter_by(**alarm)) is None:
        session.add(Alarm(**alarm, raised_at=now))


async def complain(rt: Runtime, case_id: str, operator_id: str, about: list[str]) -> None:
    """Hand a complaint to the safeguarding people: from now on only they see the case, and none of those it is about.
    Raises `Refused`, also when none of them is left who could see it: a case that nobody sees is a woman who is lost.
    """
    now = rt.clock()
    async with rt.database.write() as session:
        case, _ = await mine(session, case_id, operator_id)
        if not await _anybody_for(session, about):
            raise Refused("nobody_left")
        case.concerns, case.joined = about, []
        case.reasons = list(dict.fromkeys([*case.reasons, "complaint"]))
        await queue.put_back(session, case, "complaint", now, rt.settings.claim_return_seconds, by=operator_id)
        await _call(session, case, "complaint", now)
    await queue.tell_screens(rt)


async def _anybody_for(session: AsyncSession, about: list[str]) -> bool:
    """Whether there is a safeguarding person with a desk whom a complaint is not about."""
    desk = (Operator.active.is_(True), Operator.safeguarding.is_(True), Operator.role.in_(("operator", "supervisor")))
    return await session.scalar(select(Operator.id).where(*desk, Operator.id.not_in(about)).limit(1)) is not None
