"""What an operator does reaches the contact, or is refused with a reason; the bot keeps silent meanwhile and resumes after."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot import delivery, sending_rules
from bot.cases import queue, transfer, work
from bot.cases.clock import run_clock
from bot.cases.work import May, Refused
from bot.console.account import Role
from bot.runtime import Runtime
from bot.safety.risk import Risk
from bot.storage.tables import Alarm, Case, CaseEvent, Note, ReviewMark
from tests.support.console import Person, hire
from tests.support.world import HandClock, Phone


@pytest.fixture
async def ana(rt: Runtime) -> Person:
    return await hire(rt, "Ana")


async def urgent(phone: Phone) -> Case:
    await phone.says("anoche mi marido me pego")
    case = await phone.case()
    assert case is not None
    return case


async def deliver(rt: Runtime, phone: Phone) -> list[str]:
    while await delivery.deliver_one(rt):
        pass
    return [message.text for message in await phone.received()]


async def test_whole_life_of_a_case(rt: Runtime, phone: Phone, ana: Person) -> None:
    case = await urgent(phone)
    await queue.claim(rt, case.id, ana.id)
    assert await phone.says("sigues ahi?") == [], "a person has the conversation: the bot is silent"
    await work.reply(rt, case.id, ana.id, "Hola, soy una persona del equipo.", "one")
    assert await deliver(rt, phone) == ["Hola, soy una persona del equipo."]
    await work.end(rt, case.id, ana.id, "handed_back", "safe_now", "menu")
    conversation = await phone.conversation()
    assert (conversation.held_by, conversation.next_flow) == (None, "menu")
    assert await phone.says("quiero ver el menu") != [], "the bot resumes"
    ended = await phone.case()
    assert ended is not None
    assert (ended.state, ended.outcome, ended.first_reply_at) == ("handed_back", "safe_now", rt.clock())


async def test_new_risk_raises_the_level_while_a_person_has_the_conversation(rt: Runtime, phone: Phone, ana: Person) -> None:
    case = await urgent(phone)
    await queue.claim(rt, case.id, ana.id)
    await work.reply(rt, case.id, ana.id, "Hola.", "one")
    await phone.says("me quiero matar")
    raised = await phone.case()
    assert raised is not None
    assert (raised.risk, raised.claimed_by) == (Risk.IMMINENT, ana.id)


async def test_form_sent_twice_is_one_reply(rt: Runtime, phone: Phone, ana: Person) -> None:
    case = await urgent(phone)
    await queue.claim(rt, case.id, ana.id)
    for _ in range(2):
        await work.reply(rt, case.id, ana.id, "Hola.", "the same form")
    assert await deliver(rt, phone) == ["Hola."]


@pytest.mark.parametrize(("text", "reason"), [("  ", "empty"), ("x" * 3001, "too_long")])
async def test_reply_that_cannot_be_sent_is_refused(rt: Runtime, phone: Phone, ana: Person, text: str, reason: str) -> None:
    case = await urgent(phone)
    await queue.claim(rt, case.id, ana.id)
    with pytest.raises(Refused, match=reason):
        await work.reply(rt, case.id, ana.id, text, "one")


async def test_reply_to_a_case_that_somebody_else_has_is_refused(rt: Runtime, phone: Phone, ana: Person) -> None:
    case = await urgent(phone)
    bea = await hire(rt, "Bea")
    await queue.claim(rt, case.id, bea.id)
    with pytest.raises(Refused, match="not_yours"):
        await work.reply(rt, case.id, ana.id, "Hola.", "one")


async def test_reply_to_an_erased_contact_is_refused(rt: Runtime, phone: Phone, ana: Person) -> None:
    case = await urgent(phone)
    await queue.claim(rt, case.id, ana.id)
    await rt.keys.erase(str(case.conversation_id))
    with pytest.raises(Refused, match="erased"):
        await work.reply(rt, case.id, ana.id, "Hola.", "one")


async def test_after_fifteen_minutes_only_the_opener_leaves_and_only_once(
    rt: Runtime, phone: Phone, ana: Person, clock: HandClock
) -> None:
    case = await urgent(phone)
    await queue.claim(rt, case.id, ana.id)
    clock.forward(minutes=16)
    with pytest.raises(Refused, match="opener_only"):
        await work.reply(rt, case.id, ana.id, "Hola, soy una persona.", "one")
    await work.reply(rt, case.id, ana.id, "", "two")
    assert await deliver(rt, phone) == ["Hola, ¿seguimos?"]
    with pytest.raises(Refused, match="opener_sent"):
        await work.reply(rt, case.id, ana.id, "", "three")
    await phone.says("si, aqui estoy")
    await work.reply(rt, case.id, ana.id, "Gracias.", "four")
    assert await deliver(rt, phone) == ["Gracias."]


@pytest.mark.parametrize(("field", "value", "reason"), [("may_write", "no", "said_no"), ("phone_held", True, "phone_held")])
async def test_nothing_is_written_later_where_it_could_harm(
    rt: Runtime, phone: Phone, ana: Person, clock: HandClock, field: str, value: object, reason: str
) -> None:
    case = await urgent(phone)
    await queue.claim(rt, case.id, ana.id)
    held = bool(value) if field == "phone_held" else False
    await work.set_contact(rt, case.id, ana.id, str(value) if field == "may_write" else "unknown", phone_held=held)
    clock.forward(minutes=16)
    with pytest.raises(Refused, match=reason):
        await work.reply(rt, case.id, ana.id, "", "one")


async def test_nothing_is_written_to_her_after_she_left(rt: Runtime, phone: Phone, ana: Person) -> None:
    case = await urgent(phone)
    await queue.claim(rt, case.id, ana.id)
    await phone.says("SALIR")
    with pytest.raises(Refused, match="left"):
        await work.reply(rt, case.id, ana.id, "Hola.", "one")


@pytest.mark.parametrize(("minutes", "may"), [(0, May.REPLY), (15, May.REPLY), (15.1, May.OPENER)])
async def test_rule_is_shown_as_delivery_holds_it(rt: Runtime, phone: Phone, minutes: float, may: May) -> None:
    await urgent(phone)
    conversation = await phone.conversation()
    at = rt.clock() + timedelta(minutes=minutes)
    assert work.writing_rule(conversation, sending_rules.Rules.of(rt.settings), at, opener_sent=False).may is may


async def test_unanswered_case_calls_people_once_each_and_tells_her_honestly(
    rt: Runtime, phone: Phone, ana: Person, clock: HandClock
) -> None:
    await phone.says("me quiero matar")
    case = await phone.case()
    assert case is not None
    for _ in range(31):
        clock.forward(seconds=10)
        await run_clock(rt)
    async with rt.database.read() as session:
        steps = (await session.scalars(select(Alarm.step).where(Alarm.subject == f"case:{case.id}").order_by(Alarm.id))).all()
    assert [step.split(":")[0] for step in steps] == ["operators", "supervisors", "contact"]
    [told] = await deliver(rt, phone)
    assert "911" in told
    assert "079" in told


async def test_alarm_says_nothing_to_her_where_somebody_may_hold_the_phone(rt: Runtime, phone: Phone, clock: HandClock) -> None:
    await phone.says("me tienen encerrada en una casa")
    clock.forward(seconds=301)
    await run_clock(rt)
    assert await deliver(rt, phone) == []


async def test_decision_to_wait_stops_the_alarm_until_she_writes(
    rt: Runtime, phone: Phone, ana: Person, clock: HandClock
) -> None:
    case = await urgent(phone)
    await queue.claim(rt, case.id, ana.id)
    await work.wait_for_her(rt, case.id, ana.id)
    clock.forward(hours=1)
    await run_clock(rt)
    async with rt.database.read() as session:
        assert (await session.scalars(select(Alarm))).all() == []
    await phone.says("ya puedo hablar")
    await run_clock(rt)
    again = await phone.case()
    assert again is not None
    assert (again.state, again.waits_for_her_at) == ("claimed", None)


async def test_new_danger_ends_the_decision_to_wait_and_calls_people(
    rt: Runtime, phone: Phone, ana: Person, clock: HandClock
) -> None:
    case = await urgent(phone)
    await queue.claim(rt, case.id, ana.id)
    await work.lower(rt, case.id, ana.id, Risk.CONCERN)
    await work.wait_for_her(rt, case.id, ana.id)
    clock.forward(hours=1)
    await phone.says("anoche mi marido me pego")
    again = await phone.case()
    assert again is not None
    assert (again.state, again.waits_for_her_at, again.claimed_at) == ("claimed", None, rt.clock())
    clock.forward(minutes=10)
    await queue.return_unanswered(rt)
    await run_clock(rt)
    async with rt.database.read() as session:
        assert "operators" in {step.split(":")[0] for step in await session.scalars(select(Alarm.step))}


async def test_notes_and_drafts_are_sealed_under_her_key(rt: Runtime, phone: Phone, ana: Person) -> None:
    case = await urgent(phone)
    await queue.claim(rt, case.id, ana.id)
    await work.add_note(rt, case.id, ana.id, "tiene dos hijas", kind="note")
    await work.add_note(rt, case.id, ana.id, "Hola,", kind="draft")
    await work.add_note(rt, case.id, ana.id, "Hola, soy", kind="draft")
    async with rt.database.read() as session:
        notes = (await session.scalars(select(Note))).all()
    assert sorted(note.kind for note in notes) == ["draft", "note"]
    assert all(b"hijas" not in (note.body_enc or b"") for note in notes)


async def test_marks_and_events_hold_no_text(rt: Runtime, phone: Phone, ana: Person) -> None:
    case = await urgent(phone)
    await queue.claim(rt, case.id, ana.id)
    await work.mark(rt, case.id, ana.id, "missed")
    await work.mark(rt, case.id, ana.id, "false_alarm")
    await work.reply(rt, case.id, ana.id, "palabra secreta", "one")
    async with rt.database.read() as session:
        [mark] = (await session.scalars(select(ReviewMark))).all()
        events = (await session.scalars(select(CaseEvent))).all()
    assert mark.verdict == "false_alarm"
    assert all("palabra" not in str(event.detail) for event in events)


async def test_level_falls_only_by_a_person(rt: Runtime, phone: Phone, ana: Person) -> None:
    case = await urgent(phone)
    await queue.claim(rt, case.id, ana.id)
    await work.lower(rt, case.id, ana.id, Risk.CONCERN)
    lowered = await phone.case()
    assert lowered is not None
    assert lowered.risk == Risk.CONCERN
    await phone.says("me quiero matar")
    risen = await phone.case()
    assert risen is not None
    assert risen.risk == Risk.IMMINENT


async def test_case_of_a_woman_who_left_and_came_back_does_not_say_that_she_left(phone: Phone) -> None:
    await phone.says("anoche mi marido me pego, ya llego, SALIR")
    left = await phone.case()
    assert left is not None
    assert "left" in left.flags
    await phone.says("ya volvi")
    back = await phone.case()
    assert back is not None
    assert "left" not in back.flags


async def test_case_that_is_opened_again_begins_without_those_who_had_joined(rt: Runtime, phone: Phone, ana: Person) -> None:
    case = await urgent(phone)
    eva = await hire(rt, "Eva", Role.SUPERVISOR)
    await queue.claim(rt, case.id, ana.id)
    await transfer.join(rt, case.id, eva.id)
    await work.end(rt, case.id, ana.id, "closed", "informed")
    again = await urgent(phone)
    assert (again.id, again.state, again.joined) == (case.id, "open", [])
