"""Forms with values that no page of ours sends: refused in words, nothing changed, nothing of them kept."""

import pytest
from sqlalchemy import select

from bot.console.account import Role
from bot.runtime import Runtime
from bot.storage.tables import AccessEntry, Operator
from tests.support.console import Browser, hire
from tests.support.world import HandClock


@pytest.mark.parametrize("wanted", ["11", "-1", "", "two", "٣", "9" * 5000])
async def test_odd_capacity_is_refused_in_words(rt: Runtime, clock: HandClock, wanted: str) -> None:
    ana, browser = await hire(rt), Browser(rt)
    await browser.sign_in(await hire(rt, "Eva", Role.SUPERVISOR), clock)
    answer = await browser.post("/console/team/capacity", page="/console/team", who=ana.id, capacity=wanted)
    await browser.close()
    assert answer.status_code == 422
    async with rt.database.read() as session:
        assert (await session.get_one(Operator, ana.id)).capacity == 3


async def test_unknown_change_of_a_person_is_refused_and_not_logged(rt: Runtime, clock: HandClock) -> None:
    ana, browser = await hire(rt), Browser(rt)
    await browser.sign_in(await hire(rt, "Zoe", Role.ADMIN), clock)
    answer = await browser.post("/console/people/change", page="/console/people", who=ana.id, what="5512345678")
    await browser.close()
    assert answer.status_code == 422
    async with rt.database.read() as session:
        assert "5512345678" not in set(await session.scalars(select(AccessEntry.what)))
