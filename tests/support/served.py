"""The whole service in this process, on a real socket: uvicorn on a free port, with its own worker."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn

from bot.app import make_app
from bot.runtime import Runtime
from tests.support.loopback import until


@asynccontextmanager
async def served(rt: Runtime, *, with_worker: bool = True) -> AsyncIterator[str]:
    """Its base address. Stopped when the block ends."""
    config = uvicorn.Config(make_app(rt, with_worker=with_worker), host="127.0.0.1", port=0, log_config=None, access_log=False)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server._serve())  # without its signal handlers: the test runner has its own
    try:
        await until("the service listens", lambda: server.started or task.done())
        if task.done():
            task.result()
        port = server.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task
