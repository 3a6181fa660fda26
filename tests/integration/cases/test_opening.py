"""A case opened by an operator: with a reason, in the log, had by her, and never a message to the woman by itself."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot import access
from bot.cases import opening, queue, work
from bot.cases.clock import run_clock
from bot.cases.figures import waits
from bot.cases.opening import Why
from bot.cases.work import Refused
from bot.runtime import Runtime
from bot.safety.risk import Risk
from bot.storage.tables import AccessEntry, CaseEvent, Conversation, Note, Operator
from tests.support.console import Person, hire
from tests.support.world import HandClock, Phone


@pytest.fixture
async def ana(rt: Runtime) -> Person:
    return await hire(rt, "Ana")


@pytest.fixture
async def known(phone: Phone) -> Phone:
    """She has written before."""
    await phone.says("quiero ver el menu por favor")
    return phone


async def opens(rt: Runtime, who: Person, phone: Phone, level: Risk = Risk.IMMINENT) -> str:
    return await opening.open_for(rt, who.id, "simulator", phone.address, Why.CALLED, level, legal=False, note="llamó llorando")


async def test_known_woman_gets_a_case_that_is_the_openers_with_its_reason_written_down(
    rt: Runtime, known: Phone, ana: Person, clock: HandClock
) -> None:
    clock.forward(hours=2)
    case_id = await opens(rt, ana, known)
    case = await known.case()
    assert case is not None
    assert (case.id, case.state, case.claimed_by, case.lane, case.risk) == (case_id, "answered", ana.id, "urgent", 3)
    async with rt.database.read() as session:
        event = (await session.scalars(select(CaseEvent).where(CaseEvent.what == "opened_by_hand"))).one()
        lines = list(await session.scalars(select(AccessEntry.what)))
        notes = (await session.scalars(select(Note))).all()
    assert (event.operator_id, event.detail) == (ana.id, {"why": "called"})
    assert lines == ["opened:called"]
    assert [b"llorando" in (note.body_enc or b"") for note in notes] == [False]
    assert await access.broken_at(rt) is None


@pytest.mark.parametrize("may_write", ["yes", "unknown"])
async def test_nothing_is_written_to_her_by_itself_even_when_the_operator_is_gone(
    rt: Runtime, known: Phone, ana: Person, clock: HandClock, may_write: str
) -> None:
    async with rt.database.write() as session:
        (await session.scalars(select(Conversation))).one().may_write = may_write
    await opens(rt, ana, known)
    clock.forward(minutes=4)
    await queue.return_unanswered(rt)
    case = await known.case()
    assert case is not None
    assert case.state == "open", "people are called; she is not written to"
    for _ in range(60):
        clock.forward(seconds=10)
        await run_clock(rt)
    assert await known.answers() == []


async def test_she_is_told_honestly_once_she_writes_and_nobody_answers(
    rt: Runtime, known: Phone, ana: Person, clock: HandClock
) -> None:
    clock.forward(minutes=20)
    await opens(rt, ana, known)
    clock.forward(minutes=4)
    await queue.return_unanswered(rt)
    await known.says("me quiero matar")
    for _ in range(60):
        clock.forward(seconds=10)
        await run_clock(rt)
    assert any("079" in message.text for message in await known.answers())


async def test_number_that_nobody_has_is_refused_counted_and_stopped_after_five(rt: Runtime, known: Phone, ana: Person) -> None:
    for _ in range(5):
        with pytest.raises(Refused, match="nobody"):
            await opening.open_for(rt, ana.id, "simulator", "phone-9", Why.CALLED, Risk.HIGH, legal=False)
    with pytest.raises(Refused, match="too_many"):
        await opens(rt, ana, known)
    assert await known.case() is None


async def test_open_case_and_complaint_that_she_may_not_see_look_the_same(rt: Runtime, known: Phone, ana: Person) -> None:
    bea = await hire(rt, "Bea")
    case_id = await opens(rt, bea, known)
    with pytest.raises(Refused, match="has_case"):
        await opens(rt, ana, known)
    async with rt.database.write() as session:
        (await session.get_one(Operator, bea.id)).safeguarding = True
    await work.complain(rt, case_id, bea.id, [ana.id])
    await queue.claim(rt, case_id, bea.id)
    await work.end(rt, case_id, bea.id, "closed", "informed")
    with pytest.raises(Refused, match="has_case"):
        await opens(rt, ana, known)


async def test_case_that_ended_today_is_opened_again_with_its_history(rt: Runtime, known: Phone, ana: Person) -> None:
    first = await opens(rt, ana, known)
    await work.end(rt, first, ana.id, "closed", "informed")
    assert await opens(rt, ana, known) == first


async def test_case_opened_by_hand_counts_as_no_wait(rt: Runtime, known: Phone, ana: Person) -> None:
    await opens(rt, ana, known, Risk.HIGH)
    async with rt.database.read() as session:
        assert all(level.count == 0 for level in await waits(session, rt.clock() - timedelta(days=1), rt.clock()))


@pytest.mark.parametrize("typed", ["55 1234 5678", "+52 55 1234 5678", "5215512345678", "+521 55 12345678"])
def test_mexican_number_is_known_in_every_way_it_is_given(typed: str) -> None:
    assert set(opening.addresses("whatsapp", typed)) == {"whatsapp:+525512345678", "whatsapp:+5215512345678"}


def test_number_of_another_country_is_kept_as_it_is() -> None:
    assert list(opening.addresses("whatsapp", "+502 5555 1234")) == ["whatsapp:+50255551234"]
