"""What she hears when she asks for a person outside the hours: when somebody usually reads again, at once and never in danger."""

import copy
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from bot.cases.case import Wanted, open_or_raise
from bot.cases.clock import run_clock
from bot.runtime import Runtime
from bot.safety.risk import Risk
from bot.storage.tables import Alarm, Conversation
from content.hours import Hours, Written
from tests.support.console import hire
from tests.support.world import HandClock, Phone

EVENING = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # Monday, eight in the evening in Mexico City
OFFICE = {"days": ["monday", "tuesday", "wednesday", "thursday", "friday"], "from": "09:00", "to": "18:00"}
AGAIN = "mañana a las 9 de la mañana"


@pytest.fixture
def stated(rt: Runtime, clock: HandClock) -> Runtime:
    """A service that states office hours for both lanes, after them."""
    library = copy.copy(rt.bundle.library)
    library.hours = Hours(Written.model_validate({"lanes": {"listen": [OFFICE], "legal": [OFFICE]}}))
    rt.bundle = replace(rt.bundle, library=library)
    clock.now = EVENING
    return rt


async def alarms(rt: Runtime) -> list[str]:
    async with rt.database.read() as session:
        return [step.partition(":")[0] for step in await session.scalars(select(Alarm.step).order_by(Alarm.id))]


async def test_request_for_a_person_says_at_once_when_somebody_reads_again(stated: Runtime, phone: Phone) -> None:
    said = await phone.says("AYUDA")
    assert [text for text in said if AGAIN in text] == [f"Lo normal es que alguien lea otra vez {AGAIN}. A veces tarda más."]
    assert "911" in said[0], "first what helps her now"


async def test_request_in_english_says_it_in_english(stated: Runtime, phone: Phone) -> None:
    await phone.says("ENGLISH")
    assert "Someone usually reads again tomorrow at 9 in the morning. Sometimes it takes longer." in await phone.says("HELP")


async def test_request_within_the_hours_names_no_time(stated: Runtime, phone: Phone, clock: HandClock) -> None:
    clock.now = EVENING.replace(hour=18)
    assert not any("otra vez" in text for text in await phone.says("AYUDA"))


async def test_request_while_somebody_is_there_all_the_same_names_no_time(stated: Runtime, phone: Phone) -> None:
    await hire(stated, "Ana")
    assert not any(AGAIN in text for text in await phone.says("AYUDA"))


async def test_service_that_states_no_hours_names_no_time(rt: Runtime, phone: Phone, clock: HandClock) -> None:
    clock.now = EVENING
    assert not any("otra vez" in text for text in await phone.says("AYUDA"))


async def test_danger_has_no_hours(stated: Runtime, phone: Phone, clock: HandClock) -> None:
    said = [*await phone.says("anoche mi marido me pego"), *await phone.says("AYUDA")]
    assert not any(AGAIN in text for text in said)
    for _ in range(100):
        clock.forward(seconds=10)
        await run_clock(stated)
    assert set(await alarms(stated)) >= {"operators", "supervisors", "contact"}
    assert not any(AGAIN in message.text for message in await phone.answers())


async def test_urgent_case_that_others_opened_has_no_hours(stated: Runtime, phone: Phone) -> None:
    await phone.says("MENU")
    known = await phone.conversation()
    async with stated.database.write() as session:
        row = await session.get_one(Conversation, known.id)
        await open_or_raise(session, row, Wanted("urgent", Risk.HIGH, ("operator",)), stated.clock())
    assert not any(AGAIN in text for text in await phone.says("AYUDA"))


async def test_long_wait_is_said_once_with_when_somebody_reads_again(stated: Runtime, phone: Phone, clock: HandClock) -> None:
    await phone.says("AYUDA")
    told: list[str] = []
    for _ in range(30):
        clock.forward(minutes=2)
        await run_clock(stated)
        told += [message.text for message in await phone.answers()]
    assert await alarms(stated) == ["contact"]
    [said] = told
    assert "más de quince minutos" in said
    assert said.endswith(f"Lo normal es que alguien lea otra vez {AGAIN}. A veces tarda más.")
