"""Retention by class: what is over its time goes, what is not stays, a dry run only counts."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from bot import access
from bot.cases.case import Wanted, open_or_raise
from bot.housekeeping import blank_unconsented
from bot.privacy import retention, statistics
from bot.runtime import Runtime
from bot.safety.risk import Risk
from bot.storage.tables import AccessEntry, Case, Conversation, InboxEntry, Note, Remembered, new_id
from tests.support.world import HandClock, Phone

DANGER = "anoche mi marido me pego"


async def agree(rt: Runtime, phone: Phone) -> None:
    row = await phone.conversation()
    async with rt.database.write() as session:
        held = await session.get_one(Conversation, row.id)
        held.consent_at, held.consent_version = rt.clock(), "1"


async def close(rt: Runtime, phone: Phone) -> str:
    case = await phone.case()
    assert case is not None
    async with rt.database.write() as session:
        held = await session.get_one(Case, case.id)
        held.state, held.closed_at = "closed", rt.clock()
    return case.id


async def bodies(rt: Runtime) -> int:
    async with rt.database.read() as session:
        return await session.scalar(select(func.count()).where(InboxEntry.body_enc.is_not(None))) or 0


async def rows(rt: Runtime, table: Any) -> int:
    async with rt.database.read() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def test_contact_without_consent_goes_after_three_days_of_silence(rt: Runtime, phone: Phone, clock: HandClock) -> None:
    await phone.says("quiero ver el menu")
    clock.forward(hours=71)
    assert (await retention.purge(rt))["contacts"] == 0
    clock.forward(hours=2)
    assert (await retention.purge(rt, dry=True))["contacts"] == 1
    assert await rows(rt, Conversation) == 1
    assert (await retention.purge(rt))["contacts"] == 1
    assert await rows(rt, Conversation) == 0


async def test_contact_who_agreed_keeps_her_place_and_loses_her_words(rt: Runtime, phone: Phone, clock: HandClock) -> None:
    await phone.says("hola")
    await agree(rt, phone)
    await phone.says("quiero ver el menu")
    assert await bodies(rt) == 1
    clock.forward(hours=73)
    assert (await retention.purge(rt))["messages_in"] == 1
    assert (await bodies(rt), await rows(rt, Conversation)) == (0, 1)
    clock.forward(days=90)
    await retention.purge(rt)
    assert await rows(rt, Conversation) == 0


async def test_open_case_keeps_everything(rt: Runtime, phone: Phone, clock: HandClock) -> None:
    await phone.says(DANGER)
    clock.forward(days=100)
    await blank_unconsented(rt)
    await retention.purge(rt)
    assert (await bodies(rt), await rows(rt, Conversation)) == (1, 1)


async def test_urgent_case_without_consent_stays_sealed_for_three_days_after_it_ends(
    rt: Runtime, phone: Phone, clock: HandClock
) -> None:
    await phone.says(DANGER)
    clock.forward(hours=5)
    await close(rt, phone)
    clock.forward(hours=71)
    await blank_unconsented(rt)
    await retention.purge(rt)
    assert await bodies(rt) == 1
    clock.forward(hours=2)
    await blank_unconsented(rt)
    assert await bodies(rt) == 0
    await retention.purge(rt)
    assert await rows(rt, Conversation) == 0


async def test_case_with_consent_keeps_words_and_notes_for_thirty_days(rt: Runtime, phone: Phone, clock: HandClock) -> None:
    await phone.says(DANGER)
    await agree(rt, phone)
    case = await close(rt, phone)
    async with rt.database.write() as session:
        session.add(Note(id=new_id(), case_id=case, operator_id="o", at=rt.clock(), body_enc=b"x"))
    clock.forward(days=29)
    await retention.purge(rt)
    assert (await bodies(rt), await rows(rt, Note)) == (1, 1)
    clock.forward(days=2)
    await retention.purge(rt)
    assert (await bodies(rt), await rows(rt, Note)) == (0, 0)


async def test_records_of_cases_become_figures_without_small_cells(rt: Runtime, phone: Phone, clock: HandClock) -> None:
    await phone.says("hola")
    row = await phone.conversation()
    for number in range(6):
        async with rt.database.write() as session:
            held = await session.get_one(Conversation, row.id)
            lane = "legal" if number else "urgent"
            case = await open_or_raise(session, held, Wanted(lane, Risk.NONE, ("hint",)), rt.clock())
            case.state, case.closed_at, case.conversation_id = "closed", rt.clock(), None
    clock.forward(days=366)
    assert (await retention.purge(rt))["cases"] == 6
    async with rt.database.read() as session:
        cells = {cell.lane: cell.count for cell in await statistics.published(session)}
    assert cells == {"legal": 5, "urgent": None}
    assert await rows(rt, Case) == 0


async def test_key_that_no_row_names_goes_after_a_day(rt: Runtime, phone: Phone, clock: HandClock) -> None:
    await phone.says("hola")
    await rt.keys.get_or_create("stray", rt.clock())
    assert (await retention.purge(rt))["keys"] == 0
    clock.forward(hours=25)
    assert (await retention.purge(rt))["keys"] == 1
    await rt.keys.get((await phone.conversation()).id)


async def test_old_access_lines_go_and_the_log_still_verifies(rt: Runtime, clock: HandClock) -> None:
    for number in range(3):
        await access.record(rt, "o", "opened", f"case-{number}")
    clock.forward(days=731)
    await access.record(rt, "o", "opened", "case-new")
    assert (await retention.purge(rt))["access"] == 3
    assert await access.broken_at(rt) is None
    await access.record(rt, "o", "opened", "case-newer")
    assert await access.broken_at(rt) is None
    assert await rows(rt, AccessEntry) == 2


async def test_beginning_of_the_log_cannot_be_cut_off_by_hand(rt: Runtime) -> None:
    for number in range(3):
        await access.record(rt, "o", "opened", f"case-{number}")
    async with rt.database.write() as session:
        first = (await session.scalars(select(AccessEntry).order_by(AccessEntry.id))).first()
        assert first is not None
        session.add(Remembered(key="access:anchor", value=f"{first.digest.hex()}:{'0' * 64}", changed_at=rt.clock()))
        await session.delete(first)
    assert await access.broken_at(rt) is not None


async def test_purge_runs_once_a_day_whoever_asks(rt: Runtime, phone: Phone, clock: HandClock) -> None:
    await retention.daily(rt)
    await phone.says("quiero ver el menu")
    async with rt.database.write() as session:
        held = await session.get_one(Conversation, (await phone.conversation()).id)
        held.last_inbound_at = rt.clock() - timedelta(days=4)
    await retention.daily(rt)
    assert await rows(rt, Conversation) == 1
    clock.forward(hours=24)
    await retention.daily(rt)
    assert await rows(rt, Conversation) == 0
