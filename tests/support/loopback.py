"""What the provider emulators share: a server on loopback, and faults that the next requests meet."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web


@dataclass(frozen=True)
class Fault:
    """What the next matching request meets.

    Attributes:
        call: the provider's word for the call ("Messages", "sendMessage").
        status: HTTP status of the refusal; 0: no answer at all.
        code: the provider's own code.
        retry_after: seconds it asks us to wait.
        taken: whether the request does its work all the same.
        says: the provider's description.
    """

    call: str
    status: int = 0
    code: int = 0
    retry_after: int | None = None
    taken: bool = False
    says: str = "injected"


class Faults:
    def __init__(self) -> None:
        self._waiting: deque[Fault] = deque()

    def add(self, fault: Fault, times: int = 1) -> None:
        self._waiting.extend([fault] * times)

    def take(self, call: str) -> Fault | None:
        for fault in self._waiting:
            if fault.call == call:
                self._waiting.remove(fault)
                return fault
        return None


async def no_answer() -> web.StreamResponse:
    """Hold the connection for longer than anybody waits."""
    await asyncio.sleep(60)
    return web.Response(status=504)


@asynccontextmanager
async def serving(app: web.Application) -> AsyncIterator[str]:
    """The application on a free loopback port; its base address. Cuts open connections when the block ends."""
    runner = web.AppRunner(app, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


async def until(what: str, check: Callable[[], bool | Awaitable[bool]], seconds: float = 10.0) -> None:
    """Poll until `check()` is true. Fails by name when it never is."""
    deadline = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < deadline:
        found = check()
        if found if isinstance(found, bool) else await found:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"not within {seconds:.0f} s: {what}")
