"""The commands of `faro`, a module for each thing they are about; here is what they share.

A command imports what it needs when it runs: `faro keys` does not wait for the whole service to load.
"""

from collections.abc import Awaitable, Callable
from typing import Any

import uvloop
from pydantic import ValidationError

from bot import log
from bot.runtime import Runtime
from bot.settings import Settings, SettingsError


class Failed(Exception):
    """A command that could not do its work. Its text is one line that says what to do."""


def load_settings() -> Settings:
    """Settings of the environment, safe to serve with. Raises `Failed`."""
    try:
        settings = Settings()
        settings.refuse_if_unsafe()
    except ValidationError as error:
        first = error.errors()[0]
        raise Failed(f"FARO_{'_'.join(str(p) for p in first['loc']).upper()}: {first['msg']}") from None
    except SettingsError as error:
        raise Failed(str(error)) from None
    return settings


def with_runtime(work: Callable[[Runtime], Awaitable[Any]]) -> None:
    """Do this with the service's parts opened and, when it is done, closed. Raises `Failed`."""
    from bot.app import runtime

    settings = load_settings()
    log.configure(settings.log_level)

    async def opened() -> None:
        async with runtime(settings) as rt:
            await work(rt)

    uvloop.run(opened())
