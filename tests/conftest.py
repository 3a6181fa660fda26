"""Fixtures for every test. Each database test runs on SQLite and on PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from bot import log
from bot.runtime import Runtime
from bot.settings import Settings
from bot.storage import migrate
from bot.storage.session import Database, make_engine
from tests.support import rasa_server, servers
from tests.support.rasa_server import RasaServer
from tests.support.servers import RedisServer
from tests.support.world import HandClock, KnowsOnly, Phone, fake_settings, open_runtime


@pytest.fixture(scope="session", autouse=True)
def logging_as_in_the_service() -> None:
    """One pipeline, as in production; the library's default would print whole tracebacks with their values."""
    log.configure("WARNING")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with servers.postgres() as url:
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """A migrated database that others are copied from."""

    async def make() -> str:
        name = await servers.create_database(postgres_server)
        database = Database(make_engine(servers.database_url(postgres_server, name)))
        await migrate.upgrade(database)
        await database.close()
        return name

    with ThreadPoolExecutor(1) as thread:  # the asking fixture may already run in a loop
        return thread.submit(asyncio.run, make()).result()


@pytest.fixture(scope="session")
def rasa() -> Iterator[RasaServer]:
    """The one trained model of the run, served."""
    with rasa_server.served() as server:
        yield server


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    with servers.redis_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_settings(request: pytest.FixtureRequest) -> AsyncIterator[dict[str, Any]]:
    """Settings for a fresh database of each kind."""
    if request.param == "sqlite":
        yield {}
        return
    server = request.getfixturevalue("postgres_server")
    name = await servers.create_database(server, request.getfixturevalue("postgres_template"))
    yield {"database_url": servers.database_url(server, name)}
    await servers.drop_database(server, name)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def settings(tmp_path: Path, database_settings: dict[str, Any]) -> Settings:
    return fake_settings(tmp_path, **database_settings)


@pytest.fixture
async def rt(settings: Settings, clock: HandClock) -> AsyncIterator[Runtime]:
    async with open_runtime(settings, clock) as opened:
        opened.nlu = KnowsOnly()
        yield opened


@pytest.fixture
async def phone(rt: Runtime) -> Phone:
    return Phone(rt)
