"""A whole Faro in a process of its own, that kills itself at a named point of the walk.

    python -m tests.faults.child PORT [POINT]

The process dies by SIGKILL: no clean-up, no flush, no goodbye. Leases are short, so that a test need not wait for them.
"""

import asyncio
import functools
import importlib
import os
import signal
import sys
from typing import Any

import uvicorn

from bot import delivery, inbox
from bot.app import make_app, runtime
from bot.settings import Settings
from bot.storage import migrate

# point -> (module, attribute, when): the walk of docs/architecture.md, step by step
POINTS: dict[str, tuple[str, str, str]] = {
    "accept: before the row is written": ("bot.inbox", "_insert", "before"),
    "accept: committed, before 200": ("bot.inbox", "accept", "after"),
    "claim: before": ("bot.inbox", "claim", "before"),
    "claim: committed": ("bot.inbox", "claim", "after"),
    "understand and assess: done": ("bot.turn", "decide", "after"),
    "transaction: everything written, before the commit": ("bot.inbox", "finish", "after"),
    "transaction: committed": ("bot.turn", "_write", "after"),
    "delivery: claimed, before the send": ("bot.delivery", "claim", "after"),
    "delivery: sent, before it is settled": ("integrations.simulator", "Simulator.send", "after"),
    "delivery: settled": ("bot.delivery", "_settle", "after"),
}


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def arm(point: str) -> None:
    """Make the named step end this process. A step that finds nothing to do is not the step."""
    module_name, path, when = POINTS[point]
    owner: Any = importlib.import_module(module_name)
    *parents, name = path.split(".")
    for parent in parents:
        owner = getattr(owner, parent)
    step = getattr(owner, name)

    if asyncio.iscoroutinefunction(step):

        @functools.wraps(step)
        async def armed(*args: Any, **kwargs: Any) -> Any:
            if when == "before":
                _die()
            result = await step(*args, **kwargs)
            if result is not None or name != "claim":
                _die()
            return result

        setattr(owner, name, armed)
        return

    @functools.wraps(step)
    def armed_now(*args: Any, **kwargs: Any) -> Any:
        step(*args, **kwargs)
        _die()

    setattr(owner, name, armed_now)


async def serve(port: int) -> None:
    settings = Settings(uncertain_wait=0.5)
    async with runtime(settings) as rt:
        await migrate.upgrade(rt.database)
        config = uvicorn.Config(make_app(rt, with_worker=True), port=port, log_config=None)
        await uvicorn.Server(config).serve()


if __name__ == "__main__":
    inbox.LEASE_SECONDS = 1
    delivery.LEASE_SECONDS = 1
    if len(sys.argv) > 2:
        arm(sys.argv[2])
    asyncio.run(serve(int(sys.argv[1])))
