"""What the first glance finds urgent waits behind nothing ordinary: not for a hand, not for the model, not in delivery."""

import asyncio

import pytest

from bot import delivery, turn, worker
from bot import hub as hubs
from bot.runtime import Runtime
from bot.safety.risk import Risk
from nlu.understanding import NotUnderstood, Understanding
from tests.support.loopback import until
from tests.support.world import Phone

DISCLOSURE = "me tienen encerrada y no me dejan salir"
QUESTION = "quiero saber como se pide refugio en mexico"
MORE_THAN_THERE_ARE_HANDS = 6


class Stuck:
    """An NLU that takes questions and never answers."""

    def __init__(self) -> None:
        self.asked = 0

    async def understand(self, text: str) -> Understanding | NotUnderstood:
        self.asked += 1
        await asyncio.Event().wait()
        raise AssertionError("never comes")

    async def healthy(self) -> bool:
        return True


async def test_case_is_opened_while_every_hand_waits_for_a_stuck_model(rt: Runtime) -> None:
    stuck = Stuck()
    rt.nlu = stuck
    for number in range(MORE_THAN_THERE_ARE_HANDS):
        await Phone(rt, f"ordinary-{number}").sends(QUESTION)
    async with worker.running(rt):
        await until("ordinary turns wait for the model", lambda: stuck.asked >= 2)
        urgent = Phone(rt, "urgent")
        await urgent.sends(DISCLOSURE)
        await rt.hub.publish(hubs.URGENT)

        async def opened() -> bool:
            case = await urgent.case()
            return case is not None and case.risk == Risk.IMMINENT

        await until("the case is opened", opened)


async def test_hands_for_urgent_turns_leave_ordinary_ones(rt: Runtime) -> None:
    await Phone(rt, "ordinary").sends(QUESTION)
    assert await turn.claim_urgent(rt) is None
    await Phone(rt, "urgent").sends(DISCLOSURE)
    claimed = await turn.claim_urgent(rt)
    assert claimed is not None
    assert claimed.address == "urgent"


async def test_emergency_text_leaves_before_information_that_waited_longer(rt: Runtime) -> None:
    ordinary, urgent = Phone(rt, "ordinary"), Phone(rt, "urgent")
    await ordinary.sends(QUESTION)
    assert await turn.take_next(rt)
    await urgent.sends(DISCLOSURE)
    assert await turn.take_next(rt)
    assert await delivery.deliver_one(rt)
    assert await ordinary.received() == []
    assert await urgent.received() != []


@pytest.mark.parametrize("database_settings", ["postgresql"], indirect=True)
async def test_connection_that_the_server_ended_is_left_and_a_fresh_one_taken(rt: Runtime) -> None:
    """As after a restart of the database: nobody is given the dead connection."""
    async with rt.database.engine.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None
    await driver.close()
    assert await turn.take_next(rt) is False
