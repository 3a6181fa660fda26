"""A case knows for whom it is best, and the queue prefers without keeping anything from anybody."""

import pytest

from bot.cases.listing import open_rows
from bot.console import sign_in
from bot.console.account import Role
from bot.runtime import Runtime
from bot.storage.tables import Case, Operator
from integrations.channel import Choice
from tests.integration.cases.test_queue import open_case
from tests.support.console import Browser, hire
from tests.support.world import HandClock, KnowsOnly, Phone


async def test_wish_to_die_makes_a_case_psychosocial(phone: Phone) -> None:
    await phone.says("me quiero matar")
    case = await phone.case()
    assert case is not None
    assert case.speciality == "psychosocial"


async def test_person_asked_for_within_the_lgbtiq_flow_makes_it_lgbtiq(rt: Runtime, phone: Phone) -> None:
    assert isinstance(rt.nlu, KnowsOnly)
    rt.nlu.learn("soy una mujer trans", "lgbtiq")
    rt.nlu.learn("quiero hablar con una persona", "human")
    await phone.says("soy una mujer trans")
    await phone.says("quiero hablar con una persona")
    case = await phone.case()
    assert case is not None
    assert case.speciality == "lgbtiq"


async def test_lawyer_asked_for_makes_it_legal(phone: Phone) -> None:
    await phone.sends_body(Choice(token="flow:lawyer", label="Que revise una abogada"))
    await phone.answers()
    case = await phone.case()
    assert case is not None
    assert (case.lane, case.speciality) == ("legal", "legal")


async def test_queue_puts_what_she_knows_best_first_while_it_is_fresh(rt: Runtime, clock: HandClock) -> None:
    ana = await hire(rt, "Ana")
    other = await open_case(rt)
    async with rt.database.write() as session:
        (await session.get_one(Case, other)).speciality = "psychosocial"
    clock.forward(seconds=30)
    hers = await open_case(rt)
    async with rt.database.write() as session:
        (await session.get_one(Case, hers)).speciality = "lgbtiq"
        (await session.get_one(Operator, ana.id)).specialities = ["lgbtiq"]

    async def order() -> list[str]:
        async with rt.database.read() as session:
            viewer = await session.get_one(Operator, ana.id)
            return [row.case.id for row in await open_rows(session, viewer, rt.clock(), rt.bundle.library.hours)]

    assert await order() == [hers, other]
    clock.forward(minutes=3)
    assert await order() == [other, hers]


@pytest.mark.parametrize("database_settings", [{}], ids=["sqlite"])
async def test_administrator_says_what_somebody_knows_best(rt: Runtime, clock: HandClock) -> None:
    await sign_in.forget_tries()
    ana = await hire(rt, "Ana")
    browser = Browser(rt)
    assert (await browser.sign_in(await hire(rt, "Zoe", Role.ADMIN), clock)).status_code == 303
    sent = await browser.post("/console/people/specialities", page="/console/people", who=ana.id, speciality="legal")
    assert sent.status_code == 303
    async with rt.database.read() as session:
        assert (await session.get_one(Operator, ana.id)).specialities == ["legal"]
    await browser.post("/console/people/specialities", page="/console/people", who=ana.id, speciality="anything")
    async with rt.database.read() as session:
        assert (await session.get_one(Operator, ana.id)).specialities == []
    await browser.close()
