"""The end of a shift: every case goes with a note, to somebody who is there or to the queue, and only then the shift ends."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from bot.cases import handover, queue, transfer, work
from bot.cases.clock import run_clock
from bot.cases.work import Refused
from bot.console import sign_in
from bot.runtime import Runtime
from bot.storage.tables import Case, CaseEvent, Note, Operator
from tests.integration.cases.test_queue import case_of, held_by, open_case
from tests.support.console import Browser, Person, hire
from tests.support.world import HandClock, Phone


@pytest.fixture
async def ana(rt: Runtime) -> Person:
    return await hire(rt, "Ana")


@pytest.fixture
async def bea(rt: Runtime) -> Person:
    return await hire(rt, "Bea")


async def taken(rt: Runtime, who: Person) -> str:
    case_id = await open_case(rt)
    await queue.claim(rt, case_id, who.id)
    await work.reply(rt, case_id, who.id, "Hola.", case_id)
    return case_id


async def test_case_goes_with_its_note_to_a_colleague_who_must_answer_in_time(
    rt: Runtime, ana: Person, bea: Person, clock: HandClock
) -> None:
    case_id = await taken(rt, ana)
    await handover.hand_over(rt, case_id, ana.id, bea.id, "espera noticias de su hermana")
    case = await case_of(rt, case_id)
    assert (case.claimed_by, case.state, await held_by(rt, case)) == (bea.id, "claimed", bea.id)
    async with rt.database.read() as session:
        events = list(await session.scalars(select(CaseEvent.what).where(CaseEvent.what == "handed_over")))
        assert len((await session.scalars(select(Note).where(Note.kind == "note"))).all()) == 1
    assert events == ["handed_over"]
    clock.forward(seconds=181)
    await queue.here(rt, bea.id)
    await queue.return_unanswered(rt)
    assert (await case_of(rt, case_id)).state == "open"


async def test_case_goes_back_to_the_queue(rt: Runtime, ana: Person) -> None:
    case_id = await taken(rt, ana)
    await handover.hand_over(rt, case_id, ana.id, None, "todo tranquilo")
    case = await case_of(rt, case_id)
    assert (case.claimed_by, case.state) == (None, "open")


async def test_without_a_note_it_stays(rt: Runtime, ana: Person) -> None:
    case_id = await taken(rt, ana)
    with pytest.raises(Refused, match="no_note"):
        await handover.hand_over(rt, case_id, ana.id, None, "  ")
    assert (await case_of(rt, case_id)).claimed_by == ana.id


@pytest.mark.parametrize("gone", ["away", "off_shift", "dismissed"])
async def test_to_somebody_who_is_not_there_it_stays_and_no_note_is_kept(
    rt: Runtime, ana: Person, bea: Person, clock: HandClock, gone: str
) -> None:
    case_id = await taken(rt, ana)
    async with rt.database.write() as session:
        person = await session.get_one(Operator, bea.id)
        person.on_shift, person.active = gone != "off_shift", gone != "dismissed"
    if gone == "away":
        clock.forward(seconds=rt.settings.presence_seconds + 1)
    with pytest.raises(Refused, match="not_there"):
        await handover.hand_over(rt, case_id, ana.id, bea.id, "una nota")
    async with rt.database.read() as session:
        assert (await session.scalars(select(Note))).all() == []
    assert (await case_of(rt, case_id)).claimed_by == ana.id


async def test_decision_to_wait_for_her_goes_with_the_case(
    rt: Runtime, phone: Phone, ana: Person, bea: Person, clock: HandClock
) -> None:
    await phone.says("anoche mi marido me pego")
    case = await phone.case()
    assert case is not None
    await queue.claim(rt, case.id, ana.id)
    await work.wait_for_her(rt, case.id, ana.id)
    await handover.hand_over(rt, case.id, ana.id, bea.id, "esperamos a que escriba")
    clock.forward(seconds=170)
    await run_clock(rt)
    kept = await case_of(rt, case.id)
    assert (kept.claimed_by, kept.state) == (bea.id, "answered")
    await transfer.give_back(rt, case.id, bea.id)
    for _ in range(70):
        clock.forward(seconds=10)
        await run_clock(rt)
    assert await phone.answers() == [], "somebody decided that nothing is written to her"


@pytest.fixture
async def browser(rt: Runtime, ana: Person, clock: HandClock) -> AsyncIterator[Browser]:
    await sign_in.forget_tries()
    opened = Browser(rt)
    assert (await opened.sign_in(ana, clock)).status_code == 303
    yield opened
    await opened.close()


@pytest.mark.parametrize("database_settings", [{}], ids=["sqlite"])
async def test_shift_ends_only_when_no_case_is_left(rt: Runtime, ana: Person, browser: Browser) -> None:
    cases = {await taken(rt, ana), await taken(rt, ana)}
    for _ in range(2):
        refused = await browser.post("/console/shift", page="/console/", on="no")
        assert refused.headers["location"] == "/console/handover"
        page = (await browser.get("/console/handover")).text
        shown = next(case for case in cases if case in page)
        passed = await browser.post(f"/console/handover/{shown}", page="/console/handover", note="sigue bien", to="")
        assert passed.status_code == 303
        cases.discard(shown)
    assert (await browser.post("/console/shift", page="/console/handover", on="no")).headers["location"] == "/console/"
    async with rt.database.read() as session:
        assert (await session.get_one(Operator, ana.id)).on_shift is False
        assert (await session.scalars(select(Case).where(Case.claimed_by.is_not(None)))).all() == []


@pytest.mark.parametrize("database_settings", [{}], ids=["sqlite"])
async def test_refused_step_keeps_the_note_in_its_box(rt: Runtime, ana: Person, bea: Person, browser: Browser) -> None:
    case_id = await taken(rt, ana)
    async with rt.database.write() as session:
        (await session.get_one(Operator, bea.id)).on_shift = False
    page = await browser.post(f"/console/handover/{case_id}", page="/console/handover", note="no la despierten", to=bea.id)
    assert page.status_code == 409
    assert "no la despierten" in page.text
