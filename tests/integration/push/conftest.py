"""A server that can call phones, and a push service to call them through."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.console import sign_in
from bot.settings import Settings
from tests.support.push_emulator import PushEmulator, push_service
from tests.support.world import fake_key, fake_settings


@pytest.fixture
def settings(tmp_path: Path, database_settings: dict[str, Any]) -> Settings:
    return fake_settings(tmp_path, push_key=fake_key("p"), **database_settings)


@pytest.fixture
async def push() -> AsyncIterator[PushEmulator]:
    async with push_service() as emulator:
        yield emulator


@pytest.fixture(autouse=True)
async def _no_tries_yet() -> None:
    await sign_in.forget_tries()
