"""Whoever signs in arrives at a page of her own."""

import pytest

from bot.console.account import Role
from bot.runtime import Runtime
from tests.support.console import Browser, hire
from tests.support.world import HandClock


@pytest.mark.parametrize("database_settings", [{}], ids=["sqlite"])
@pytest.mark.parametrize("role", list(Role))
async def test_every_role_arrives_at_a_page_that_is_there(rt: Runtime, clock: HandClock, role: Role) -> None:
    browser = Browser(rt)
    answer = await browser.sign_in(await hire(rt, "Ana", role), clock)
    while answer.status_code == 303:
        answer = await browser.get(answer.headers["location"])
    assert answer.status_code == 200
    await browser.close()
