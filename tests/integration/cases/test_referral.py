"""An organisation is told of her only with her recorded yes, only what she agreed to, only while it lasts (R36)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot import access
from bot.cases import queue, referral, work
from bot.cases.work import Refused
from bot.privacy import erase
from bot.runtime import Runtime
from bot.storage.tables import AccessEntry, Case, CaseEvent, Conversation, Referral
from tests.support.console import Person, hire
from tests.support.world import HandClock, Phone

SHARE = ("language", "need")


@pytest.fixture
async def ana(rt: Runtime) -> Person:
    return await hire(rt, "Ana")


@pytest.fixture
async def case(rt: Runtime, phone: Phone, ana: Person) -> Case:
    await phone.says("anoche mi marido me pego")
    found = await phone.case()
    assert found is not None
    await queue.claim(rt, found.id, ana.id)
    return found


def service(rt: Runtime, kind: str = "legal_aid") -> str:
    """Some service of a kind."""
    return next(s.id for s in rt.bundle.library.directory.services.values() if s.kind == kind and s.show != "internal")


async def asked(rt: Runtime, case: Case, ana: Person) -> str:
    await referral.ask(rt, case.id, ana.id, service(rt), SHARE)
    async with rt.database.read() as session:
        return (await session.scalars(select(Referral.id))).one()


async def events(rt: Runtime, case: Case) -> list[str]:
    async with rt.database.read() as session:
        query = select(CaseEvent.what).where(CaseEvent.case_id == case.id, CaseEvent.what.like("refer%")).order_by(CaseEvent.id)
        return list(await session.scalars(query))


async def test_she_is_asked_in_her_language_agrees_and_they_are_told(
    rt: Runtime, phone: Phone, case: Case, ana: Person, clock: HandClock
) -> None:
    wish = await asked(rt, case, ana)
    [question] = await phone.answers()
    assert rt.bundle.library.directory.services[service(rt)].name in question.text
    assert "en qué idioma hablas, qué ayuda buscas" in question.text
    clock.forward(minutes=1)
    await phone.says("si por favor")
    await referral.answer(rt, case.id, ana.id, wish, yes=True)
    clock.forward(minutes=1)
    await referral.told(rt, case.id, ana.id, wish, ("need",))
    async with rt.database.read() as session:
        kept = await session.get_one(Referral, wish)
        lines = list(await session.scalars(select(AccessEntry.what).where(AccessEntry.what.like("refer%"))))
    assert (kept.answer, kept.answered_by, kept.told_by, kept.told) == ("yes", ana.id, ana.id, ["need"])
    assert kept.heard_at == clock.now - timedelta(minutes=1)
    assert await events(rt, case) == ["referral_asked", "referral_agreed", "referred"]
    assert lines == ["referral_asked", "referral_agreed", "referred"]
    assert await access.broken_at(rt) is None
    await work.end(rt, case.id, ana.id, "closed", "referred")


async def test_form_sent_twice_asks_her_once_and_again_only_after_she_wrote(
    rt: Runtime, phone: Phone, case: Case, ana: Person, clock: HandClock
) -> None:
    for _ in range(2):
        await referral.ask(rt, case.id, ana.id, service(rt), SHARE)
    assert len(await phone.answers()) == 1
    assert await events(rt, case) == ["referral_asked"]
    clock.forward(minutes=1)
    await phone.says("no entiendo")
    await referral.ask(rt, case.id, ana.id, service(rt), SHARE)
    assert len(await phone.answers()) == 1


async def test_nobody_is_told_before_she_agreed(rt: Runtime, phone: Phone, case: Case, ana: Person) -> None:
    wish = await asked(rt, case, ana)
    with pytest.raises(Refused, match="no_consent"):
        await referral.told(rt, case.id, ana.id, wish, ("need",))
    with pytest.raises(Refused, match="no_consent"):
        await work.end(rt, case.id, ana.id, "closed", "referred")
    assert await events(rt, case) == ["referral_asked"]


async def test_yes_that_she_cannot_have_given_yet_is_not_recorded(rt: Runtime, case: Case, ana: Person) -> None:
    wish = await asked(rt, case, ana)
    with pytest.raises(Refused, match="no_answer_yet"):
        await referral.answer(rt, case.id, ana.id, wish, yes=True)


async def agreed(rt: Runtime, phone: Phone, case: Case, ana: Person, clock: HandClock) -> str:
    wish = await asked(rt, case, ana)
    clock.forward(minutes=1)
    await phone.says("si")
    await referral.answer(rt, case.id, ana.id, wish, yes=True)
    return wish


async def test_more_than_she_agreed_to_is_refused(rt: Runtime, phone: Phone, case: Case, ana: Person, clock: HandClock) -> None:
    wish = await agreed(rt, phone, case, ana, clock)
    with pytest.raises(Refused, match="no_consent"):
        await referral.told(rt, case.id, ana.id, wish, ("need", "contact"))


async def test_her_yes_ends_after_seven_days(rt: Runtime, phone: Phone, case: Case, ana: Person, clock: HandClock) -> None:
    wish = await agreed(rt, phone, case, ana, clock)
    clock.forward(days=7, seconds=1)
    with pytest.raises(Refused, match="consent_over"):
        await referral.told(rt, case.id, ana.id, wish, ("need",))


async def test_her_yes_taken_back_ends_it_at_once(rt: Runtime, phone: Phone, case: Case, ana: Person, clock: HandClock) -> None:
    wish = await agreed(rt, phone, case, ana, clock)
    await referral.take_back(rt, case.id, ana.id, wish)
    with pytest.raises(Refused, match="no_consent"):
        await referral.told(rt, case.id, ana.id, wish, ("need",))


@pytest.mark.parametrize("kind", ["migration_office", "prosecutor", "consulate", "refugee_office"])
async def test_authorities_are_never_told(rt: Runtime, case: Case, ana: Person, kind: str) -> None:
    with pytest.raises(Refused, match="not_partner"):
        await referral.ask(rt, case.id, ana.id, service(rt, kind), SHARE)


async def test_she_is_not_asked_where_somebody_may_hold_the_phone(rt: Runtime, phone: Phone, case: Case, ana: Person) -> None:
    async with rt.database.write() as session:
        assert case.conversation_id is not None
        (await session.get_one(Conversation, case.conversation_id)).phone_held = True
    with pytest.raises(Refused, match="phone_held"):
        await referral.ask(rt, case.id, ana.id, service(rt), SHARE)
    assert await phone.answers() == []


async def test_she_is_not_asked_after_a_long_silence(rt: Runtime, case: Case, ana: Person, clock: HandClock) -> None:
    clock.forward(minutes=16)
    with pytest.raises(Refused):
        await referral.ask(rt, case.id, ana.id, service(rt), SHARE)


async def test_somebody_else_asks_nothing_of_her(rt: Runtime, case: Case) -> None:
    bea = await hire(rt, "Bea")
    with pytest.raises(Refused, match="not_yours"):
        await referral.ask(rt, case.id, bea.id, service(rt), SHARE)


async def test_erasing_her_erases_what_she_agreed_to(
    rt: Runtime, phone: Phone, case: Case, ana: Person, clock: HandClock
) -> None:
    await agreed(rt, phone, case, ana, clock)
    await erase.by_us(rt, "simulator", phone.address)
    async with rt.database.read() as session:
        assert (await session.scalars(select(Referral))).all() == []


def test_partners_are_those_of_the_place_then_of_the_whole_country(rt: Runtime) -> None:
    found = referral.partners(rt.bundle.library.directory, "shelter", "Tapachula", rt.clock().date())
    assert found
    assert all(item.service.state == "Chiapas" or item.service.coverage == "national" for item in found)
