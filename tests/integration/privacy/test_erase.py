"""She asks to be erased, in every state: what goes, what stays, and that nothing of danger is lost with it."""

import pytest
from sqlalchemy import func, select

from bot import delivery, inbox, turn
from bot.cases import queue
from bot.cases.case import Wanted, open_or_raise
from bot.privacy import erase
from bot.runtime import Runtime
from bot.safety.risk import Risk
from bot.storage.keystore import KeyErased, WrappedKey
from bot.storage.tables import (
    Alarm,
    Case,
    ConsentAct,
    Conversation,
    Erasure,
    InboxEntry,
    Note,
    OutboxEntry,
    Table,
    new_id,
)
from integrations.channel import Text
from tests.support.console import hire
from tests.support.world import HandClock, Phone

YES = "sí"
DANGER = "anoche mi marido me pego"


async def asks(phone: Phone) -> list[str]:
    """She writes BORRAR and confirms; what came back to the confirmation."""
    await phone.says("BORRAR")
    return await phone.says(YES)


async def rows(rt: Runtime, table: type[Table]) -> int:
    async with rt.database.read() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def keys(rt: Runtime) -> int:
    async with rt.keys._database.read() as session:
        return await session.scalar(select(func.count()).select_from(WrappedKey)) or 0


async def test_erased_contact_leaves_only_that_it_happened(rt: Runtime, phone: Phone) -> None:
    await phone.says("quiero ver el menu por favor")
    before = await phone.conversation()
    answers = await asks(phone)
    assert len(answers) == 1
    assert answers[0].startswith("Listo. Ya no tenemos tus mensajes")
    with pytest.raises(KeyErased):
        await rt.keys.get(before.id)
    await erase.leftovers(rt)
    for table in (Conversation, InboxEntry, OutboxEntry, ConsentAct, Note, Case, Alarm):
        assert await rows(rt, table) == 0, table.__tablename__
    assert await keys(rt) == 0
    async with rt.database.read() as session:
        records = (await session.scalars(select(Erasure))).all()
    assert {(r.channel, r.contact, r.work_enc) for r in records} == {("simulator", None, None)}


async def test_no_to_the_question_erases_nothing(rt: Runtime, phone: Phone) -> None:
    await phone.says("BORRAR")
    await phone.says("no")
    assert await rows(rt, Conversation) == 1
    assert await rows(rt, Erasure) == 0


async def test_message_that_the_provider_brings_again_stays_erased(rt: Runtime, phone: Phone, clock: HandClock) -> None:
    await phone.sends_body(Text(text="quiero ver el menu"), "old-id")
    await phone.answers()
    await asks(phone)
    again = await phone.sends_body(Text(text="quiero ver el menu"), "old-id")
    assert not again.new
    await erase.leftovers(rt)
    assert await rows(rt, InboxEntry) == 0


async def test_she_writes_again_and_is_new(rt: Runtime, phone: Phone) -> None:
    await phone.says("hola", "quiero ver el menu")
    await asks(phone)
    await erase.leftovers(rt)
    await phone.says("hola")
    assert (await phone.conversation()).turns == 1


async def test_writing_on_after_the_goodbye_is_a_conversation_that_stays(rt: Runtime, phone: Phone, clock: HandClock) -> None:
    await phone.says("hola")
    await asks(phone)
    await phone.says("quiero ver el menu")
    clock.forward(hours=2)
    await erase.leftovers(rt)
    assert (await phone.conversation()).erase_at is None


async def test_danger_leaves_an_address_and_a_level_for_a_day(rt: Runtime, phone: Phone, clock: HandClock) -> None:
    await phone.says(DANGER)
    case = await phone.case()
    assert case is not None
    async with rt.database.write() as session:
        key = await rt.keys.get(case.conversation_id or "")
        note = Note(id=new_id(), case_id=case.id, operator_id="o", at=rt.clock())
        note.body_enc = key.seal("nota", "notes", note.id, "body")
        session.add(note)
    answers = await asks(phone)
    assert "NO" in answers[0]
    left = await phone.case()
    assert left is not None
    assert (left.id, left.state, left.reasons, left.flags) == (case.id, "open", [], ["erased"])
    assert left.risk >= Risk.HIGH
    row = await phone.conversation()
    assert (row.state_enc, row.code_word_enc, row.consent_at, row.turns) == (None, None, None, 0)
    assert await rows(rt, Note) == 0
    assert await rows(rt, InboxEntry) == 0
    clock.forward(hours=23)
    await erase.leftovers(rt)
    assert await rows(rt, Conversation) == 1
    clock.forward(hours=1, seconds=1)
    await erase.leftovers(rt)
    assert await rows(rt, Conversation) == 0
    async with rt.database.read() as session:
        ended = await session.get_one(Case, case.id)
    assert (ended.state, ended.outcome, ended.conversation_id) == ("closed", "erased", None)


async def test_no_after_the_goodbye_lets_nobody_stay_ready(rt: Runtime, phone: Phone) -> None:
    await phone.says(DANGER)
    await asks(phone)
    answers = await phone.says("NO")
    assert answers[0].startswith("Listo.")
    await erase.leftovers(rt)
    assert await rows(rt, Conversation) == 0
    assert await keys(rt) == 0


async def test_new_danger_after_the_goodbye_keeps_the_case(rt: Runtime, phone: Phone, clock: HandClock) -> None:
    await phone.says(DANGER)
    await asks(phone)
    await phone.says("me quiere matar")
    clock.forward(hours=25)
    await erase.leftovers(rt)
    case = await phone.case()
    assert case is not None
    assert case.state == "open"


async def test_message_sent_while_she_is_erased_is_answered(rt: Runtime, phone: Phone) -> None:
    await phone.says("BORRAR")
    await phone.sends(YES)
    taken = await inbox.claim(rt.database, rt.keys, rt.clock())
    assert taken is not None
    await phone.sends(DANGER)
    await turn.take(rt, taken)
    await phone.answers()
    case = await phone.case()
    assert case is not None
    assert case.risk >= Risk.HIGH


async def test_what_waits_to_be_sent_is_not_sent(rt: Runtime, phone: Phone) -> None:
    await phone.sends("quiero ver el menu por favor")
    while await turn.take_next(rt):
        pass
    assert await erase.by_us(rt, "simulator", phone.address) is not None
    assert await phone.answers() == []
    assert await rows(rt, OutboxEntry) == 0


async def test_send_that_was_under_way_settles_on_nothing(rt: Runtime, phone: Phone) -> None:
    await phone.sends("quiero ver el menu por favor")
    while await turn.take_next(rt):
        pass
    claimed = await delivery.claim(rt)
    assert claimed is not None
    await erase.by_us(rt, "simulator", phone.address)
    await delivery._send(rt, claimed, rt.channels["simulator"])
    assert await rows(rt, OutboxEntry) == 0


async def test_erased_in_the_middle_of_a_turn_writes_nothing(rt: Runtime, phone: Phone) -> None:
    await phone.sends("quiero ver el menu por favor")
    taken = await inbox.claim(rt.database, rt.keys, rt.clock())
    assert taken is not None
    await erase.by_us(rt, "simulator", phone.address)
    with pytest.raises(inbox.LeaseLost):
        await turn.take(rt, taken)
    assert await rows(rt, Conversation) == 0


async def test_unread_danger_is_not_lost_with_the_command(rt: Runtime, phone: Phone) -> None:
    await phone.sends(DANGER)
    erased = await erase.by_us(rt, "simulator", phone.address)
    assert erased is not None
    assert erased.level >= Risk.HIGH
    assert await rows(rt, InboxEntry) == 0
    assert await phone.answers() == []


async def test_erased_while_a_person_has_the_conversation(rt: Runtime, phone: Phone) -> None:
    operator = await hire(rt)
    await phone.says(DANGER)
    case = await phone.case()
    assert case is not None
    await queue.claim(rt, case.id, operator.id)
    await phone.says("BORRAR")
    answers = await phone.says(YES)
    assert "Borrado" in answers[0]
    row = await phone.conversation()
    assert row.held_by == operator.id


async def test_erasing_nobody_says_so(rt: Runtime) -> None:
    assert await erase.by_us(rt, "simulator", "nobody") is None


async def test_case_of_no_danger_ends_with_her(rt: Runtime, phone: Phone) -> None:
    await phone.says("hola")
    row = await phone.conversation()
    async with rt.database.write() as session:
        held = await session.get_one(Conversation, row.id)
        case = await open_or_raise(session, held, Wanted("legal", Risk.NONE, ("topic:asylum",)), rt.clock())
    await asks(phone)
    async with rt.database.read() as session:
        ended = await session.get_one(Case, case.id)
    assert (ended.state, ended.outcome, ended.reasons, ended.conversation_id) == ("closed", "erased", [], None)


async def test_restored_backup_brings_nobody_back(rt: Runtime, phone: Phone) -> None:
    """Rows without a key: she writes, and is answered as new."""
    await phone.says("quiero ver el menu por favor")
    ghost = await phone.conversation()
    await rt.keys.erase(ghost.id)
    await phone.says("hola")
    fresh = await phone.conversation()
    assert fresh.id != ghost.id
    assert fresh.turns == 1


async def test_erased_by_us_what_she_said_of_writing_stays_with_who_stays_ready(
    rt: Runtime, phone: Phone, clock: HandClock
) -> None:
    await phone.says(DANGER)
    row = await phone.conversation()
    async with rt.database.write() as session:
        hers = await session.get_one(Conversation, row.id)
        hers.exited_at, hers.write_when, hers.may_write = clock.now, "morning", "yes"
    await erase.by_us(rt, "simulator", phone.address)
    left = await phone.conversation()
    assert left.id != row.id
    assert (left.exited_at, left.write_when, left.may_write) == (clock.now, "morning", "yes")


async def test_danger_that_comes_with_the_erasure_makes_her_case_urgent(rt: Runtime, phone: Phone) -> None:
    await phone.says("hola")
    row = await phone.conversation()
    async with rt.database.write() as session:
        held = await session.get_one(Conversation, row.id)
        await open_or_raise(session, held, Wanted("legal", Risk.NONE, ("topic:asylum",)), rt.clock())
    await phone.sends(DANGER)
    await erase.by_us(rt, "simulator", phone.address)
    case = await phone.case()
    assert case is not None
    assert (case.lane, case.state, case.raised_at) == ("urgent", "open", rt.clock())
    assert case.risk >= Risk.HIGH
