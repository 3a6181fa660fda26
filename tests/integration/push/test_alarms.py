"""Alarms on operators' phones: who is called, what is said, and what a push service that fails does not stop."""

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import select

from bot.cases import work
from bot.cases.clock import run_clock
from bot.cases.queue import claim
from bot.console.account import Role
from bot.push import phones
from bot.push.alarms import send_pushes
from bot.push.service import LASTS_SECONDS, public_key
from bot.push.words import WORDS, About
from bot.runtime import Runtime
from bot.settings import Settings
from bot.storage.tables import Alarm, Operator, OperatorSession, PushSubscription
from tests.support.console import Person, hire
from tests.support.loopback import Fault
from tests.support.push_emulator import BrowserOnPhone, PushEmulator, Sent
from tests.support.world import HandClock, Phone, fake_key, fake_settings, open_runtime

IMMINENT = "me tienen encerrada en una casa con candado"
HIGH = "anoche mi marido me pego"


async def with_phone(rt: Runtime, push: PushEmulator, person: Person, name: str = "") -> BrowserOnPhone:
    """She asked for alerts on her phone."""
    held = push.phone(name or person.operator.name)
    owner = OperatorSession(operator_id=person.id, token_hash=b"t" * 32)
    await phones.keep(rt, owner, held.address)
    return held


async def rings(rt: Runtime, clock: HandClock, seconds: float) -> None:
    """So much time passes, and what is due is raised and called."""
    clock.forward(seconds=seconds)
    async with rt.database.write() as session:  # everybody is still at her desk
        for operator in await session.scalars(select(Operator)):
            operator.seen_at = rt.clock()
    await run_clock(rt)
    await send_pushes(rt)


async def change(rt: Runtime, person: Person, **values: Any) -> None:
    async with rt.database.write() as session:
        operator = await session.get_one(Operator, person.id)
        for name, value in values.items():
            setattr(operator, name, value)


async def known(rt: Runtime) -> set[str]:
    async with rt.database.read() as session:
        return set(await session.scalars(select(PushSubscription.endpoint)))


async def test_operator_on_shift_is_called_in_her_language_and_nothing_but_the_constant_words_leaves_us(
    rt: Runtime, clock: HandClock, push: PushEmulator, phone: Phone
) -> None:
    ana, eve = await hire(rt), await hire(rt, "Eve")
    await change(rt, eve, reads="en")
    hers, eves = await with_phone(rt, push, ana), await with_phone(rt, push, eve)
    await phone.says(IMMINENT)
    await rings(rt, clock, 59)
    assert push.sent == []
    await rings(rt, clock, 2)
    [to_ana], [to_eve] = push.to(hers), push.to(eves)
    assert json.loads(hers.opens(to_ana)) == {"text": "Un caso inminente espera", "language": "es"}
    assert json.loads(eves.opens(to_eve)) == {"text": "An imminent case waits", "language": "en"}
    assert len(to_ana.body) == len(to_eve.body)
    case = await phone.case()
    assert case is not None
    for sent in (to_ana, to_eve):
        outside = json.dumps(sent.headers).encode() + sent.body
        assert not any(word.encode() in outside for word in (case.id, ana.id, "Ana", "ana@", "encerrada", "phone-1"))


@pytest.mark.parametrize("database_settings", [{}], ids=["sqlite"])
async def test_alert_is_signed_by_us_for_that_service_and_short_lived(
    rt: Runtime, clock: HandClock, push: PushEmulator, phone: Phone
) -> None:
    rt.settings = rt.settings.model_copy(update={"public_url": "https://faro.example:8443/"})
    hers = await with_phone(rt, push, await hire(rt))
    await phone.says(IMMINENT)
    await rings(rt, clock, 61)
    [sent] = push.to(hers)
    claims = sent.claims()
    assert claims["aud"] == push.url
    assert claims["sub"] == "https://faro.example"
    assert 11 * 3600 < claims["exp"] - rt.clock().timestamp() <= 12 * 3600
    assert sent.key() == public_key(rt.settings)
    assert {name: sent.headers[name] for name in ("ttl", "urgency", "topic")} == {
        "ttl": str(LASTS_SECONDS), "urgency": "high", "topic": "faro",
    }  # fmt: skip
    assert "cookie" not in sent.headers


@pytest.mark.parametrize("database_settings", [{}], ids=["sqlite"])
async def test_signature_of_somebody_else_does_not_verify(
    rt: Runtime, clock: HandClock, push: PushEmulator, phone: Phone
) -> None:
    """The test above would be worth nothing if this one passed."""
    hers = await with_phone(rt, push, await hire(rt))
    await phone.says(IMMINENT)
    await rings(rt, clock, 61)
    [sent] = push.to(hers)
    other = public_key(
        rt.settings.model_copy(update={"push_key": fake_settings(rt.settings.data_dir, push_key=fake_key("q")).push_key})
    )
    forged = Sent(
        sent.phone, {**sent.headers, "authorization": sent.headers["authorization"].replace(sent.key(), str(other))}, sent.body
    )
    with pytest.raises(AssertionError):
        forged.claims()


async def test_wider_circles_are_called_step_by_step_and_each_step_once(
    rt: Runtime, clock: HandClock, push: PushEmulator, phone: Phone
) -> None:
    ana, off, boss = await hire(rt), await hire(rt, "Off"), await hire(rt, "Bea", Role.SUPERVISOR)
    gone, admin = await hire(rt, "Gone"), await hire(rt, "Zoe", Role.ADMIN)
    held = {person.operator.name: await with_phone(rt, push, person) for person in (ana, off, boss, gone, admin)}
    await change(rt, off, on_shift=False)
    await change(rt, boss, on_shift=False)
    await change(rt, gone, active=False)
    await phone.says(IMMINENT)

    def called() -> dict[str, int]:
        return {name: len(push.to(phone_held)) for name, phone_held in held.items()}

    await rings(rt, clock, 61)
    assert called() == {"Ana": 1, "Off": 0, "Bea": 0, "Gone": 0, "Zoe": 0}
    await rings(rt, clock, 30)
    assert called()["Ana"] == 1, "a step once"
    await rings(rt, clock, 90)
    assert called() == {"Ana": 1, "Off": 0, "Bea": 1, "Gone": 0, "Zoe": 0}, "supervisors also off shift"
    await rings(rt, clock, 120)
    assert called()["Bea"] == 1, "the line to her calls nobody"
    await rings(rt, clock, 180)
    assert called() == {"Ana": 1, "Off": 0, "Bea": 2, "Gone": 0, "Zoe": 0}, "and again until somebody answers"


async def test_who_waits_for_the_most_urgent_hears_of_that_one_alone(rt: Runtime, clock: HandClock, push: PushEmulator) -> None:
    hers = await with_phone(rt, push, await hire(rt))
    await Phone(rt, "phone-1").says(HIGH)
    clock.forward(seconds=120)
    await Phone(rt, "phone-2").says(IMMINENT)
    await rings(rt, clock, 61)
    [sent] = push.to(hers)
    assert hers.reads(sent)["text"] == WORDS[About.IMMINENT]["es"]


@pytest.mark.parametrize("database_settings", [{}], ids=["sqlite"])
async def test_case_that_somebody_answered_calls_nobody(rt: Runtime, clock: HandClock, push: PushEmulator, phone: Phone) -> None:
    ana = await hire(rt)
    await with_phone(rt, push, ana)
    await phone.says(IMMINENT)
    case = await phone.case()
    assert case is not None
    await claim(rt, case.id, ana.id)
    await work.reply(rt, case.id, ana.id, "Hola, soy Ana.", "one")
    await rings(rt, clock, 600)
    assert push.sent == []


async def test_supervisor_who_is_wanted_is_called_and_operators_are_not(
    rt: Runtime, clock: HandClock, push: PushEmulator, phone: Phone
) -> None:
    ana, boss = await hire(rt), await hire(rt, "Bea", Role.SUPERVISOR)
    hers, bosses = await with_phone(rt, push, ana), await with_phone(rt, push, boss)
    await phone.says(IMMINENT)
    case = await phone.case()
    assert case is not None
    await claim(rt, case.id, ana.id)
    await work.emergency_call(rt, case.id, ana.id, "ask")
    await send_pushes(rt)
    [sent] = push.to(bosses)
    assert bosses.reads(sent)["text"] == "Te buscan en el escritorio"
    assert push.to(hers) == []


async def test_complaint_calls_the_safeguarding_people_and_none_whom_it_is_about(
    rt: Runtime, clock: HandClock, push: PushEmulator, phone: Phone
) -> None:
    ana, boss, safe = await hire(rt), await hire(rt, "Bea", Role.SUPERVISOR), await hire(rt, "Sol")
    accused = await hire(rt, "Nadia", Role.SUPERVISOR)
    for person in (safe, accused):
        await change(rt, person, safeguarding=True)
    held = {person.id: await with_phone(rt, push, person) for person in (ana, boss, safe, accused)}
    await phone.says(IMMINENT)
    case = await phone.case()
    assert case is not None
    await claim(rt, case.id, ana.id)
    await work.complain(rt, case.id, ana.id, [accused.id])
    await rings(rt, clock, 1)
    await rings(rt, clock, 200)
    assert {person for person, phone_held in held.items() if push.to(phone_held)} == {safe.id}
    assert all(held[safe.id].reads(sent)["text"] for sent in push.to(held[safe.id]))


@pytest.mark.parametrize("database_settings", [{}], ids=["sqlite"])
async def test_provider_that_refuses_calls_supervisors(rt: Runtime, clock: HandClock, push: PushEmulator) -> None:
    hers, bosses = (
        await with_phone(rt, push, await hire(rt)),
        await with_phone(rt, push, await hire(rt, "Bea", Role.SUPERVISOR)),
    )
    async with rt.database.write() as session:
        session.add(Alarm(subject="provider:401", step="2026-11-23", raised_at=rt.clock()))
    await send_pushes(rt)
    assert (len(push.to(hers)), len(push.to(bosses))) == (0, 1)


async def test_alarm_of_a_case_that_is_gone_calls_nobody(rt: Runtime, clock: HandClock, push: PushEmulator) -> None:
    await with_phone(rt, push, await hire(rt, "Bea", Role.SUPERVISOR))
    async with rt.database.write() as session:
        session.add(Alarm(subject="case:gone", step="supervisors:1", raised_at=rt.clock()))
    await send_pushes(rt)
    assert push.sent == []


async def test_alarm_raised_before_there_was_a_key_is_not_called_late(
    rt: Runtime, clock: HandClock, push: PushEmulator, phone: Phone
) -> None:
    await with_phone(rt, push, await hire(rt))
    await phone.says(IMMINENT)
    clock.forward(seconds=61)
    await run_clock(rt)
    clock.forward(seconds=LASTS_SECONDS)
    await send_pushes(rt)
    assert push.sent == []


async def test_several_workers_call_a_phone_once(
    settings: Settings, rt: Runtime, clock: HandClock, push: PushEmulator, phone: Phone
) -> None:
    hers = await with_phone(rt, push, await hire(rt))
    await phone.says(IMMINENT)
    clock.forward(seconds=61)
    await run_clock(rt)
    async with open_runtime(settings, clock) as second, open_runtime(settings, clock) as third:
        await asyncio.gather(*(send_pushes(worker) for worker in (rt, second, third, rt)))
    assert len(push.to(hers)) == 1


@pytest.mark.parametrize("status", [404, 410])
async def test_phone_that_its_service_does_not_know_is_forgotten(
    rt: Runtime, clock: HandClock, push: PushEmulator, phone: Phone, status: int
) -> None:
    ana = await hire(rt)
    old, new = await with_phone(rt, push, ana, "old"), await with_phone(rt, push, ana, "new")
    push.faults.add(Fault("old", status))
    await phone.says(IMMINENT)
    await rings(rt, clock, 61)
    assert (len(push.to(old)), len(push.to(new))) == (1, 1)
    assert await known(rt) == {new.address.endpoint}


@pytest.mark.parametrize("database_settings", [{}], ids=["sqlite"])
@pytest.mark.parametrize("status", [400, 403, 413, 429, 500, 503])
async def test_other_refusal_is_tried_once_more_and_the_phone_is_kept(
    rt: Runtime, clock: HandClock, push: PushEmulator, phone: Phone, status: int
) -> None:
    hers = await with_phone(rt, push, await hire(rt))
    push.faults.add(Fault("Ana", status))
    await phone.says(IMMINENT)
    await rings(rt, clock, 61)
    assert len(push.to(hers)) == 2
    assert await known(rt) == {hers.address.endpoint}


@pytest.mark.parametrize("database_settings", [{}], ids=["sqlite"])
async def test_service_that_points_elsewhere_is_not_followed(
    rt: Runtime, clock: HandClock, push: PushEmulator, phone: Phone
) -> None:
    await with_phone(rt, push, await hire(rt))
    push.faults.add(Fault("Ana", 307), times=2)
    await phone.says(IMMINENT)
    await rings(rt, clock, 61)
    assert push.elsewhere == []


@pytest.mark.parametrize("database_settings", [{}], ids=["sqlite"])
async def test_list_of_services_that_became_shorter_holds_for_phones_kept_before(
    settings: Settings, rt: Runtime, clock: HandClock, push: PushEmulator, phone: Phone
) -> None:
    hers = await with_phone(rt, push, await hire(rt))
    await phone.says(IMMINENT)
    clock.forward(seconds=61)
    await run_clock(rt)
    rt.settings = settings.model_copy(update={"env": "production"})  # where loopback is none
    await send_pushes(rt)
    assert push.sent == []
    assert await known(rt) == {hers.address.endpoint}, "whoever mends the list need not ask everybody to tap again"


@pytest.mark.parametrize("database_settings", [{}], ids=["sqlite"])
async def test_server_without_a_key_calls_nobody_and_takes_no_alarm(
    settings: Settings, rt: Runtime, clock: HandClock, push: PushEmulator, phone: Phone
) -> None:
    await with_phone(rt, push, await hire(rt))
    await phone.says(IMMINENT)
    clock.forward(seconds=61)
    await run_clock(rt)
    rt.settings = settings.model_copy(update={"push_key": fake_settings(settings.data_dir).push_key})
    await send_pushes(rt)
    async with rt.database.read() as session:
        assert await session.scalar(select(Alarm.pushed_at)) is None
    assert push.sent == []
