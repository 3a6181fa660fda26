"""Tries to sign in are counted over all web processes, and in each while Redis is away."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.console import sign_in
from bot.runtime import Runtime
from tests.support.console import Browser, Person, hire
from tests.support.servers import RedisServer
from tests.support.world import HandClock

TRIES = 6


@pytest.fixture
async def person(rt: Runtime) -> Person:
    return await hire(rt)


@pytest.fixture
async def browser(rt: Runtime, redis: RedisServer) -> AsyncIterator[Browser]:
    shared = replace(rt, settings=rt.settings.model_copy(update={"redis_url": redis.url}))
    opened = Browser(shared)
    yield opened
    await opened.close()


async def guess(browser: Browser, person: Person) -> int:
    return (await browser.sign_in(person, password="not her password")).status_code


async def guess_in_a_fresh_process(browser: Browser, person: Person) -> int:
    await sign_in.forget_tries()
    return await guess(browser, person)


async def test_tries_in_other_processes_count_too(browser: Browser, person: Person) -> None:
    for _ in range(TRIES):
        assert await guess_in_a_fresh_process(browser, person) == 401
    assert await guess_in_a_fresh_process(browser, person) == 429


async def test_while_redis_is_away_each_process_counts_and_an_operator_comes_in(
    browser: Browser, person: Person, redis: RedisServer, clock: HandClock
) -> None:
    redis.kill()
    assert (await browser.sign_in(person, clock)).status_code == 303
    stranger = Browser(browser.rt)
    for _ in range(TRIES - 1):
        assert await guess(stranger, person) == 401
    assert await guess(stranger, person) == 429
    await stranger.close()
