"""An editor at her desk, and a clean count of tries to sign in for every test of the console."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.console import sign_in
from bot.console.account import Role
from bot.runtime import Runtime
from tests.support.console import Browser, hire
from tests.support.world import HandClock


@pytest.fixture(autouse=True)
async def _no_tries_yet() -> None:
    await sign_in.forget_tries()


@pytest.fixture
async def editor(rt: Runtime, clock: HandClock) -> AsyncIterator[Browser]:
    """Eva, on 1 December 2026."""
    clock.now = datetime(2026, 12, 1, 12, tzinfo=UTC)
    browser = Browser(rt)
    await browser.sign_in(await hire(rt, "Eva", Role.EDITOR), clock)
    yield browser
    await browser.close()
