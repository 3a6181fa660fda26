"""Is it her, and where replies go: the word is never shown, the number only by two people, for minutes, each act written down."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from bot import access, told
from bot.cases import queue
from bot.console import sign_in
from bot.console.account import Role
from bot.privacy.identity import masked
from bot.runtime import Runtime
from bot.storage.tables import AccessEntry
from flows.model import Remember
from tests.support.console import Browser, Person, hire
from tests.support.world import HandClock, Phone

ADDRESS = "phone-5566778899"


@dataclass
class Desk:
    case: str
    phone: Phone
    ana: Browser
    bea: Browser


@pytest.fixture
async def desk(rt: Runtime, clock: HandClock) -> AsyncIterator[Desk]:
    """Ana has the case; Bea is her colleague."""
    phone = Phone(rt, ADDRESS)
    await phone.says("anoche mi marido me pego")
    case = await phone.case()
    assert case is not None
    people = [await hire(rt, "Ana"), await hire(rt, "Bea", Role.SUPERVISOR)]
    browsers = [await _signed_in(rt, person, clock) for person in people]
    await queue.claim(rt, case.id, people[0].id)
    yield Desk(case.id, phone, *browsers)
    for browser in browsers:
        await browser.close()


async def _signed_in(rt: Runtime, person: Person, clock: HandClock) -> Browser:
    await sign_in.forget_tries()
    browser = Browser(rt)
    assert (await browser.sign_in(person, clock)).status_code == 303
    return browser


async def lines(rt: Runtime) -> list[str]:
    async with rt.database.read() as session:
        return list(await session.scalars(select(AccessEntry.what).order_by(AccessEntry.id)))


async def asks(desk: Desk) -> None:
    page = f"/console/cases/{desk.case}/identity"
    assert (await desk.ana.post(f"/console/cases/{desk.case}/number", page=page, reason="life_at_stake")).status_code == 303


async def seen(desk: Desk) -> bool:
    return ADDRESS in (await desk.ana.get(f"/console/cases/{desk.case}/identity")).text


async def agrees(browser: Browser, html: str) -> int:
    wish = html.split('name="wish" value="')[1].split('"')[0]
    return (await browser.post("/console/numbers/agree", page="/console/numbers", wish=wish)).status_code


async def test_number_is_masked_until_a_second_person_agrees(rt: Runtime, desk: Desk, clock: HandClock) -> None:
    assert not await seen(desk)
    await asks(desk)
    assert not await seen(desk)
    theirs = (await desk.bea.get("/console/numbers")).text
    assert ADDRESS not in theirs
    assert await agrees(desk.bea, theirs) == 303
    assert await seen(desk)
    clock.forward(minutes=9)
    await desk.ana.get("/console/")
    clock.forward(minutes=7)
    assert not await seen(desk)
    assert [what for what in await lines(rt) if what.startswith("number")] == ["number_asked", "number_agreed", "number_seen"]
    assert await access.broken_at(rt) is None


async def test_nobody_agrees_to_her_own_wish(rt: Runtime, desk: Desk) -> None:
    await asks(desk)
    assert 'name="wish"' not in (await desk.ana.get("/console/numbers")).text
    wish = (await desk.bea.get("/console/numbers")).text
    assert await agrees(desk.ana, wish) == 409
    assert not await seen(desk)


async def test_colleagues_are_told_of_a_wish_on_every_page_of_the_desk_until_it_is_answered(rt: Runtime, desk: Desk) -> None:
    await asks(desk)
    for where in ("/console/waiting", "/console/"):
        assert 'data-testid="asked"' in (await desk.bea.get(where)).text
        assert 'data-testid="asked"' not in (await desk.ana.get(where)).text
    await agrees(desk.bea, (await desk.bea.get("/console/numbers")).text)
    assert 'data-testid="asked"' not in (await desk.bea.get("/console/waiting")).text


async def test_wish_that_nobody_answered_ends_after_an_hour(rt: Runtime, desk: Desk, clock: HandClock) -> None:
    await asks(desk)
    theirs = (await desk.bea.get("/console/numbers")).text
    for _ in range(7):
        clock.forward(minutes=9)
        await desk.bea.get("/console/numbers")
    assert 'data-testid="asked"' not in (await desk.bea.get("/console/waiting")).text
    assert await agrees(desk.bea, theirs) == 409
    assert "number_agreed" not in await lines(rt)
    assert not await seen(desk)


async def test_whoever_has_not_the_case_sees_nothing_of_it(rt: Runtime, desk: Desk) -> None:
    page = f"/console/cases/{desk.case}/identity"
    assert (await desk.bea.get(page)).status_code == 403
    answer = await desk.bea.post(f"/console/cases/{desk.case}/number", page="/console/numbers", reason="her_yes")
    assert answer.status_code == 403


async def test_code_word_is_compared_and_never_shown(rt: Runtime, desk: Desk) -> None:
    await desk.phone.leaves_word("Limón verde")
    page = f"/console/cases/{desk.case}/identity"
    said = [
        (await desk.ana.post(f"/console/cases/{desk.case}/code-word", page=page, word=w)).text for w in ("otra", "limon VERDE")
    ]
    assert "No es su palabra" in said[0]
    assert "Es su palabra" in said[1]
    assert all("Limón verde" not in text for text in said)


async def test_guessing_code_words_ends_after_five(rt: Runtime, desk: Desk) -> None:
    await desk.phone.leaves_word("limon")
    page = f"/console/cases/{desk.case}/identity"
    for _ in range(5):
        await desk.ana.post(f"/console/cases/{desk.case}/code-word", page=page, word="x")
    last = await desk.ana.post(f"/console/cases/{desk.case}/code-word", page=page, word="limon")
    assert "Demasiados intentos" in last.text


async def test_declining_a_code_word_leaves_none_that_could_be_guessed(rt: Runtime, desk: Desk) -> None:
    row = await desk.phone.conversation()
    told.apply(row, await rt.keys.get(row.id), [Remember("code_word", "skip")], rt.clock())
    assert row.code_word_enc is None


def test_masked_number_cannot_be_called() -> None:
    assert masked("whatsapp", "whatsapp:+525512345678") == "+52 ••••••78"
    assert masked("telegram", "123456789") == "••••89"
