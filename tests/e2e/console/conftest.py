"""A served application and a browser for the tests of the console."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from bot.console import sign_in
from bot.runtime import Runtime, utc_now
from tests.support.browser import chromium, served
from tests.support.world import HandClock, KnowsOnly, fake_key, fake_settings, open_runtime


@pytest.fixture
async def rt(tmp_path: Path) -> AsyncIterator[Runtime]:
    """With the real clock: a browser has its own."""
    await sign_in.forget_tries()
    async with open_runtime(fake_settings(tmp_path, burst_wait=0, push_key=fake_key("p")), utc_now) as opened:
        opened.nlu = KnowsOnly()
        yield opened


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def address(rt: Runtime) -> AsyncIterator[str]:
    async with served(rt) as url:
        yield url


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as opened:
        yield opened
