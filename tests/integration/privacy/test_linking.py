"""A new number is linked to an earlier case by two people, each act written down, and she is told nothing (R44, R45)."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from sqlalchemy import func, select

from bot import access
from bot.cases import queue
from bot.console import sign_in
from bot.console.account import Role
from bot.privacy import erase, linking
from bot.privacy.identity import NotYours
from bot.privacy.linking import Why, WordRefused
from bot.runtime import Runtime
from bot.storage.tables import AccessEntry, Case, CaseLink, OutboxEntry
from tests.support.console import Browser, Person, hire
from tests.support.world import HandClock, Phone

HER_WORDS = "anoche mi marido me pego en la cocina"


@dataclass
class Desk:
    """Ana has the new case; the earlier one was hers too; Bea is her colleague."""

    ana: Person
    bea: Person
    old: Phone
    new: Phone
    earlier: str
    case: str


@pytest.fixture
async def desk(rt: Runtime) -> Desk:
    ana, bea = await hire(rt, "Ana"), await hire(rt, "Bea", Role.SUPERVISOR)
    old, new = Phone(rt, "phone-old"), Phone(rt, "phone-new")
    await old.says(HER_WORDS)
    await new.says("anoche mi marido me pego")
    cases = [await phone.case() for phone in (old, new)]
    ids = [case.id for case in cases if case is not None]
    for case in ids:
        await queue.claim(rt, case, ana.id)
    return Desk(ana, bea, old, new, *ids)


async def ask(rt: Runtime, desk: Desk, why: Why = Why.KNOWN, word: str = "") -> str:
    await linking.ask(rt, desk.case, desk.ana.operator, desk.earlier, why, word)
    async with rt.database.read() as session:
        return (await session.scalars(select(CaseLink.id))).one()


async def links(rt: Runtime, desk: Desk) -> list[str]:
    async with rt.database.read() as session:
        case = await session.get_one(Case, desk.case)
        return [found.id for found in await linking.linked(session, case, desk.ana.operator)]


async def sent(rt: Runtime) -> int:
    async with rt.database.read() as session:
        return await session.scalar(select(func.count()).select_from(OutboxEntry)) or 0


async def test_link_holds_once_a_second_person_agreed_and_both_are_written_down(rt: Runtime, desk: Desk) -> None:
    before = await sent(rt)
    wish = await ask(rt, desk)
    assert await links(rt, desk) == []
    await linking.agree(rt, wish, desk.bea.operator)
    assert await links(rt, desk) == [desk.earlier]
    assert await sent(rt) == before, "she is told nothing"
    async with rt.database.read() as session:
        rows = await session.execute(
            select(AccessEntry.operator_id, AccessEntry.what, AccessEntry.subject).where(AccessEntry.what.like("link_%"))
        )
        lines = {tuple(row) for row in rows}
    assert lines == {
        (who, what, case)
        for who, what in ((desk.ana.id, "link_asked"), (desk.bea.id, "link_agreed"))
        for case in (desk.case, desk.earlier)
    }
    assert await access.broken_at(rt) is None


async def test_nobody_agrees_to_her_own_link(rt: Runtime, desk: Desk) -> None:
    wish = await ask(rt, desk)
    with pytest.raises(NotYours):
        await linking.agree(rt, wish, desk.ana.operator)
    assert await links(rt, desk) == []


async def test_link_that_nobody_agreed_to_ends_after_an_hour_and_can_be_asked_again(
    rt: Runtime, desk: Desk, clock: HandClock
) -> None:
    wish = await ask(rt, desk)
    clock.forward(minutes=61)
    with pytest.raises(NotYours):
        await linking.agree(rt, wish, desk.bea.operator)
    async with rt.database.read() as session:
        assert await linking.wishes(session, rt, desk.bea.operator) == []
    await linking.ask(rt, desk.case, desk.ana.operator, desk.earlier, Why.KNOWN)
    async with rt.database.read() as session:
        [again] = await linking.wishes(session, rt, desk.bea.operator)
    await linking.agree(rt, again.id, desk.bea.operator)
    assert await links(rt, desk) == [desk.earlier]


async def test_wrong_code_word_asks_for_nothing_and_guessing_ends(rt: Runtime, desk: Desk) -> None:
    await desk.old.leaves_word("Limón verde")
    for _ in range(5):
        with pytest.raises(WordRefused):
            await linking.ask(rt, desk.case, desk.ana.operator, desk.earlier, Why.CODE_WORD, "otra")
    with pytest.raises(WordRefused):
        await linking.ask(rt, desk.case, desk.ana.operator, desk.earlier, Why.CODE_WORD, "limon verde")
    async with rt.database.read() as session:
        assert await linking.wishes(session, rt, desk.bea.operator) == []


async def test_right_code_word_still_takes_a_second_person(rt: Runtime, desk: Desk) -> None:
    await desk.old.leaves_word("Limón verde")
    wish = await ask(rt, desk, Why.CODE_WORD, "limon verde")
    assert await links(rt, desk) == []
    await linking.agree(rt, wish, desk.bea.operator)
    assert await links(rt, desk) == [desk.earlier]


async def test_operator_without_the_case_links_nothing_to_it(rt: Runtime, desk: Desk) -> None:
    with pytest.raises(NotYours):
        await linking.ask(rt, desk.case, desk.bea.operator, desk.earlier, Why.KNOWN)
    with pytest.raises(NotYours):
        await linking.ask(rt, desk.case, desk.ana.operator, desk.case, Why.KNOWN)
    with pytest.raises(NotYours):
        await linking.ask(rt, desk.case, desk.ana.operator, "0" * 32, Why.KNOWN)


async def test_complaint_about_her_is_not_linked_by_who_may_not_know_of_it(rt: Runtime, desk: Desk) -> None:
    async with rt.database.write() as session:
        (await session.get_one(Case, desk.earlier)).concerns = [desk.ana.id]
    with pytest.raises(NotYours):
        await linking.ask(rt, desk.case, desk.ana.operator, desk.earlier, Why.KNOWN)


async def test_open_danger_of_the_earlier_case_counts_in_the_new_one(rt: Runtime, desk: Desk) -> None:
    async with rt.database.write() as session:
        (await session.get_one(Case, desk.case)).risk = 1
        (await session.get_one(Case, desk.earlier)).risk = 3
    await linking.agree(rt, await ask(rt, desk), desk.bea.operator)
    async with rt.database.read() as session:
        assert (await session.get_one(Case, desk.case)).risk == 3


async def test_open_danger_of_the_earlier_case_makes_the_new_one_urgent_and_ends_waiting(rt: Runtime, desk: Desk) -> None:
    async with rt.database.write() as session:
        case = await session.get_one(Case, desk.case)
        case.risk, case.lane, case.state, case.waits_for_her_at = 1, "listen", "answered", rt.clock()
    await linking.agree(rt, await ask(rt, desk), desk.bea.operator)
    async with rt.database.read() as session:
        case = await session.get_one(Case, desk.case)
    assert (case.risk, case.lane, case.state, case.raised_at) == (2, "urgent", "claimed", rt.clock())


async def test_erasing_either_talk_ends_the_link(rt: Runtime, desk: Desk) -> None:
    await linking.agree(rt, await ask(rt, desk), desk.bea.operator)
    await erase.by_us(rt, "simulator", "phone-old")
    assert await links(rt, desk) == []
    async with rt.database.read() as session:
        assert await session.scalar(select(CaseLink.id)) is None


@pytest.fixture
async def browsers(rt: Runtime, desk: Desk, clock: HandClock) -> AsyncIterator[tuple[Browser, Browser]]:
    opened = []
    for person in (desk.ana, desk.bea):
        await sign_in.forget_tries()
        opened.append(Browser(rt))
        assert (await opened[-1].sign_in(person, clock)).status_code == 303
    yield opened[0], opened[1]
    for browser in opened:
        await browser.close()


async def test_pages_ask_tell_colleagues_agree_and_show_the_earlier_talk(
    rt: Runtime, desk: Desk, browsers: tuple[Browser, Browser]
) -> None:
    ana, bea = browsers
    page = f"/console/cases/{desk.case}/link"
    talk = f"{page}/{desk.earlier}"
    assert (await ana.get(talk)).status_code == 403
    assert (await ana.post(page, page=page, earlier=desk.earlier, why="known", word="")).status_code == 303
    assert 'data-testid="asked"' not in (await ana.get("/console/waiting")).text, "her own wish is not hers to agree to"
    for where in ("/console/waiting", "/console/", "/console/queue"):
        assert 'data-testid="asked"' in (await bea.get(where)).text
    wish = (await bea.get("/console/numbers")).text.split('name="wish" value="')[1].split('"')[0]
    assert (await ana.post("/console/links/agree", page="/console/numbers", wish=wish)).status_code == 409
    assert (await bea.post("/console/links/agree", page="/console/numbers", wish=wish)).status_code == 303
    assert 'data-testid="asked"' not in (await bea.get("/console/waiting")).text
    assert HER_WORDS in (await ana.get(talk)).text
    assert HER_WORDS not in (await ana.get(f"/console/cases/{desk.case}")).text
