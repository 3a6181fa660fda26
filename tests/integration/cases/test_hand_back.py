"""After a person has dealt with a case: the danger is over for the service, and the flow she chose begins."""

import pytest

from bot.cases import queue, work
from bot.conversation import open_mind
from bot.runtime import Runtime
from tests.support.console import Person, hire
from tests.support.world import Phone


@pytest.fixture
async def ana(rt: Runtime) -> Person:
    return await hire(rt, "Ana")


async def handed_back(rt: Runtime, phone: Phone, ana: Person, next_flow: str | None) -> None:
    await phone.says("anoche mi esposo me golpeo")
    case = await phone.case()
    assert case is not None
    await queue.claim(rt, case.id, ana.id)
    await work.reply(rt, case.id, ana.id, "Hola, soy del equipo. ¿Puedes escribir?", "once")
    await work.end(rt, case.id, ana.id, "handed_back", "safe_now", next_flow)
    await phone.answers()


async def test_episode_ends_when_a_person_ends_the_case(rt: Runtime, phone: Phone, ana: Person) -> None:
    await handed_back(rt, phone, ana, None)
    conversation = await phone.conversation()
    assert open_mind(conversation, await rt.keys.get(conversation.id)).safety == {}


async def test_her_next_message_begins_the_flow_that_was_chosen(rt: Runtime, phone: Phone, ana: Person) -> None:
    await handed_back(rt, phone, ana, "menu")
    said = await phone.says("bueno")
    assert rt.bundle.text("es", "menu.body") in said[0]
    assert (await phone.conversation()).next_flow is None
