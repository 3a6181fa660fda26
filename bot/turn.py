"""THE WALK: one turn of a conversation, end to end.

hear -> understand -> assess -> advance -> one transaction. A turn that fails is tried again; one that keeps failing is parked
with a case, so that a bug never loses a disclosure.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from faro_text.words import bare
from sqlalchemy.ext.asyncio import AsyncSession

from bot import hub as hubs
from bot import inbox, log, outbox, told, writing_first
from bot.cases import queue
from bot.cases.case import Wanted, open_case_of, open_or_raise, she_is_back
from bot.conversation import Heard, Mind, hear, keeps_content, open_mind, seal_mind
from bot.delivery import requeue_stale
from bot.outbox import EntryKind
from bot.parking import park
from bot.privacy import consent, erase, statistics
from bot.runtime import Runtime
from bot.safety import reply
from bot.safety.assess import assess
from bot.safety.risk import Risk, RiskAssessment
from bot.speech import Said, speak
from bot.storage.tables import Conversation
from bot.voice import Voice
from flows import engine
from flows.model import Event, Given, OpenCase, Remember, Step, World
from flows.reading import CONFIDENT
from integrations.channel import Message
from nlu.entities import find
from nlu.language import detect, needs_interpreter
from nlu.understanding import Entity, NotUnderstood, Understanding

_log = log.get(__name__)

_URGENT_SECONDS = 0.25
"""How long an urgent turn waits for the language model: ten times what it usually takes, half of what a desk may wait."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a turn decided, before anything is written."""

    language: str
    assessment: RiskAssessment
    mind: Mind
    events: tuple[Event, ...]
    case: Wanted | None
    awaiting: bool
    emergency: bool
    phone_held: bool
    leaving: bool
    check_due_at: datetime | None = None
    about: tuple[str, ...] = ()


async def take_next(rt: Runtime) -> bool:
    """Take the next turn that waits, if any; whether there was one."""
    turn = await claim(rt)
    if turn is not None:
        await take_claimed(rt, turn)
    return turn is not None


async def claim(rt: Runtime) -> inbox.Turn | None:
    """The most urgent turn that waits."""
    return await inbox.claim(rt.database, rt.keys, rt.clock())


async def claim_urgent(rt: Runtime) -> inbox.Turn | None:
    """The most urgent turn that waits, if it cannot wait."""
    return await inbox.claim(rt.database, rt.keys, rt.clock(), Risk.HIGH)


async def take_claimed(rt: Runtime, turn: inbox.Turn) -> None:
    """A claimed turn, whatever happens in it: taken, given back for another try, or parked."""
    if turn.attempt > rt.settings.turn_attempts:
        await park(rt, turn)
        return
    try:
        await take(rt, turn)
    except inbox.LeaseLost:
        _log.warning("lease_lost", conversation=turn.conversation.id)
    except Exception:
        _log.exception("turn_failed", conversation=turn.conversation.id, attempt=turn.attempt)
        if turn.attempt >= rt.settings.turn_attempts:
            await park(rt, turn)
        else:
            await inbox.give_back(rt.database, turn, rt.clock())


async def take(rt: Runtime, turn: inbox.Turn) -> None:
    """One turn, from what was heard to what is written."""
    heard = hear(turn)
    understood, (operators, urgent) = await asyncio.gather(_understand(rt, heard), _people(rt, turn))
    outcome = decide(rt, turn, heard, understood, operators=operators, urgent=urgent)
    declined = _declines_watch(turn, heard, outcome)
    if declined or _erases(outcome):
        await erase.on_her_word(rt, turn, outcome.language, outcome.assessment.level, watch=not declined)
    else:
        await _write(rt, turn, heard, outcome)
    if outcome.case is not None or turn.conversation.held_by is not None:
        await rt.hub.publish(hubs.SCREENS)
    await rt.hub.publish(hubs.OUTBOX)


async def _understand(rt: Runtime, heard: Heard) -> Understanding | NotUnderstood:
    """What the model makes of it. A case that the first glance found does not wait long for a second opinion."""
    if not heard.text or heard.word:
        return NotUnderstood("empty")
    try:
        async with asyncio.timeout(_URGENT_SECONDS if heard.glance >= Risk.HIGH else None):
            return await rt.nlu.understand(heard.text)
    except TimeoutError:
        return NotUnderstood("timeout")


def _erases(outcome: Outcome) -> bool:
    return any(isinstance(e, Remember) and e.what == "erase" for e in outcome.events)


def _declines_watch(turn: inbox.Turn, heard: Heard, outcome: Outcome) -> bool:
    """She was erased, somebody stays ready, and she answers NO."""
    return turn.conversation.erase_at is not None and outcome.assessment.level is Risk.NONE and bare(heard.text) == "no"


async def _people(rt: Runtime, turn: inbox.Turn) -> tuple[bool, bool]:
    """Whether somebody is on shift, and whether an urgent case of hers calls them already."""
    async with rt.database.read() as session:
        case = await open_case_of(session, turn.conversation.id)
        on_shift = await queue.somebody_on_shift(session, rt.clock(), rt.settings.presence_seconds)
        return on_shift, case is not None and case.lane == "urgent"


def decide(
    rt: Runtime, turn: inbox.Turn, heard: Heard, understood: Understanding | NotUnderstood, *, operators: bool, urgent: bool
) -> Outcome:
    """Steps 3 to 5, pure: everything the turn will do, from values alone."""
    row, bundle, now = turn.conversation, rt.bundle, rt.clock()
    mind = open_mind(row, turn.key)
    language = _language(row, heard, bundle.library.languages)
    given = _given(heard, understood, find(heard.text, bundle.places, now))
    world = World(
        now=now,
        language=language,
        languages=bundle.library.languages,
        channel=row.channel,
        operators=operators,
        first_contact=row.turns == 0,
        consent=row.consent_at is not None,
        may_write=writing_first.word(row, now),
        reads_again={} if urgent else bundle.library.hours.outside(now),
    )
    interpreter = needs_interpreter(heard.text) if heard.text and not heard.word else None
    assessment = assess(bundle.lexicon.look(heard.text), understood, mind.safety, heard.unreadable, interpreter)
    assessment = _no_lower_than(assessment, heard.glance)
    given = replace(given, risk=assessment.level.word)
    erasing = engine.flow_of(mind.flow) == "erase"  # her answer to that question holds, whoever has the conversation
    held = row.held_by is not None and heard.word is None and not erasing
    if held:  # a person has the conversation: only relay and assess
        said = Said(reply.relayed(assessment, mind.safety, now), Step(mind.flow, ()), ())
    else:
        said = speak(bundle.scripts, mind.flow, mind.safety, assessment, given, _led_on(row, given), world)
    safe, step = said.safe, said.step
    return Outcome(
        language=_chosen(said.events) or language,
        assessment=assessment,
        mind=Mind(flow=step.state, safety=dict(safe.episode)),
        events=said.events,
        case=_wanted(safe.case, said.events, assessment),
        awaiting=step.awaiting,
        emergency=safe.emergency,
        phone_held=safe.phone_held,
        leaving=assessment.leaving or said.leaves,
        check_due_at=safe.check_due_at,
        about=_about(assessment, given, engine.flow_of(mind.flow), engine.flow_of(step.state)),
    )


def _about(assessment: RiskAssessment, given: Given, *flows: str | None) -> tuple[str, ...]:
    """What the turn is about, for whoever knows it best: kinds of harm, the topic if it is sure, the flows before and after."""
    topic = given.topic if given.confidence >= CONFIDENT else None
    return (*assessment.kinds, *(name for name in (topic, *flows) if name))


def _led_on(row: Conversation, given: Given) -> Given:
    """After a hand-back her first message begins the flow that the operator chose, unless it asks for something itself."""
    asks = given.word or given.choice or given.confidence >= CONFIDENT
    return given if row.next_flow is None or asks else replace(given, choice=f"flow:{row.next_flow}")


def _given(heard: Heard, understood: Understanding | NotUnderstood, entities: Sequence[Entity]) -> Given:
    known = understood if isinstance(understood, Understanding) else None
    return Given(
        text=heard.text,
        choice=heard.choice,
        location=heard.location,
        unreadable=heard.unreadable,
        word=heard.word,
        topic=known.topic if known else None,
        confidence=known.confidence if known else 0.0,
        ranking=known.ranking if known else (),
        entities={entity.kind: entity.value for entity in entities},
    )


def _language(row: Conversation, heard: Heard, languages: Sequence[str]) -> str:
    if row.language and (row.language_chosen or heard.word or not heard.text):
        return row.language
    found = detect(heard.text, row.language) if heard.text else None
    return found if found is not None and found in languages else row.language or languages[0]


def _chosen(events: Sequence[Event]) -> str | None:
    return next((e.value for e in events if isinstance(e, Remember) and e.what == "language"), None)


def _no_lower_than(assessment: RiskAssessment, glance: Risk) -> RiskAssessment:
    """What looked urgent by itself is at least a concern among its burst: context and model lower, they never hide."""
    if glance < Risk.HIGH or assessment.level >= Risk.CONCERN:
        return assessment
    return replace(assessment, level=Risk.CONCERN, reasons=(*assessment.reasons, "glance"))


def _wanted(safe: Wanted | None, events: Sequence[Event], assessment: RiskAssessment) -> Wanted | None:
    asked = next((e for e in events if isinstance(e, OpenCase)), None)
    if safe is None and asked is None:
        return None
    if safe is None and asked is not None:
        risk = max(Risk.of(asked.risk), assessment.level)
        return Wanted(asked.lane, risk, (asked.reason,))
    return safe


async def _write(rt: Runtime, turn: inbox.Turn, heard: Heard, outcome: Outcome) -> None:
    """Step 6: everything at once, guarded by the lease, or nothing."""
    now = rt.clock()
    voice = Voice(rt.bundle, outcome.language, now, _address(turn.conversation, outcome))
    messages = voice.messages(outcome.events)
    async with rt.database.write() as session:
        session.autoflush = False  # nothing below reads what this turn has changed: all of it leaves with the commit
        row = await inbox.locked(session, turn)
        _update(row, turn, outcome, now)
        case = await (open_or_raise(session, row, _dated(outcome, now), now) if outcome.case else open_case_of(session, row.id))
        if case is not None and not outcome.leaving:
            she_is_back(case)
        if outcome.leaving:
            await outbox.drop_pending(session, row.id, "left", now)
        if row.write_when is not None:
            await outbox.drop_for_her_hours(session, row.id, now)
        if heard.text.strip() == "1" and await requeue_stale(session, row, now):
            messages = ()
        _enqueue(rt, session, row, turn, outcome, messages, now)
        if outcome.case is not None or row.consent_at is not None or case is None:
            row.erase_at = None  # no remnant any more: she has begun anew
        consent.record(session, row, outcome.events, now)
        await statistics.count_feedback(rt.database, session, outcome.language, outcome.events, now)
        await inbox.finish(session, row, turn, now, keep=keeps_content(row, case is not None))
    _log.info(
        "turn_taken",
        conversation=turn.conversation.id,
        count=len(messages),
        risk=outcome.assessment.level.word,
    )


def _address(row: Conversation, outcome: Outcome) -> str:
    asked = [e.value for e in outcome.events if isinstance(e, Remember) and e.what == "address"]
    return asked[-1] if asked else row.spoken_to or "feminine"


def _update(row: Conversation, turn: inbox.Turn, outcome: Outcome, now: datetime) -> None:
    row.state_enc = seal_mind(outcome.mind, row.id, turn.key)
    row.language_chosen = row.language_chosen or _chosen(outcome.events) is not None
    row.language = outcome.language
    row.awaiting = outcome.awaiting
    row.turns += 1
    row.next_flow = row.next_flow if row.held_by else None
    row.phone_held = outcome.phone_held or row.phone_held
    told.apply(row, turn.key, outcome.events, now)
    row.exited_at = now if outcome.leaving else None
    row.check_due_at = outcome.check_due_at
    if outcome.leaving:  # "if that changes, write SALIR": it takes her yes back
        row.check_in_at = None
        row.may_write = "no" if row.may_write == "no" else "unknown"


def _dated(outcome: Outcome, now: datetime) -> Wanted:
    assert outcome.case is not None  # noqa: S101 - for the type checker
    hours = outcome.assessment.hours_since
    event_at = now - timedelta(hours=hours) if hours is not None else None
    return replace(outcome.case, event_at=event_at, about=outcome.about)


def _enqueue(
    rt: Runtime,
    session: AsyncSession,
    row: Conversation,
    turn: inbox.Turn,
    outcome: Outcome,
    messages: Sequence[Message],
    now: datetime,
) -> None:
    if outcome.leaving:
        kind = EntryKind.FAREWELL
    elif outcome.phone_held:
        kind = EntryKind.NEUTRAL
    elif outcome.emergency:
        kind = EntryKind.EMERGENCY
    elif outcome.assessment.level > Risk.NONE:
        kind = EntryKind.RISK
    else:
        kind = EntryKind.AUTOMATIC
    outbox.enqueue(session, row, turn.key, rt.channels[row.channel], messages, kind, now)
