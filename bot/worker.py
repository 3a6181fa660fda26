"""The loops: turns, deliveries, housekeeping. Each polls every second, whatever the hub says; each survives its own errors.

Run as many workers as wanted: claims are leased, alarms unique, polling has one owner.
"""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Awaitable, Callable

from bot import delivery, log, polling, turn, watch
from bot import hub as hubs
from bot.catch_up import catch_up
from bot.housekeeping import HOUSEKEEPING
from bot.runtime import Runtime
from integrations.channel import ChannelName

_log = log.get(__name__)

POLL_SECONDS = 1.0
_LOOPS = 4
_LOOPS_ON_SQLITE = 2  # it has one writer: more loops only queue before it, each time one is woken
_POLLING_PAUSE_SECONDS = 5.0  # until we look whether the process that polls is gone
_WEBHOOK_SECONDS = 3600.0

Job = Callable[[Runtime], Awaitable[bool]]
"""Does one piece of work; whether there was any."""


async def repeat(rt: Runtime, job: Job, topic: str, name: str) -> None:
    """Do a job as long as there is work, then wait to be woken. Its errors are loud in the log and end nothing."""
    while True:
        try:
            worked = await job(rt)
        except Exception:
            _log.exception("loop_failed", loop=name)
            worked = False
            await asyncio.sleep(POLL_SECONDS)
        if not worked:
            await rt.hub.wait(topic, POLL_SECONDS)


async def every(rt: Runtime, job: Callable[[Runtime], Awaitable[None]], seconds: float, name: str) -> None:
    """Do a job every so many seconds."""
    while True:
        try:
            await job(rt)
        except Exception:
            _log.exception("loop_failed", loop=name)
        await asyncio.sleep(seconds)


def _with_providers(rt: Runtime) -> list[tuple[str, Callable[[Runtime], Awaitable[None]], float]]:
    """What the configured providers need to be asked or told by somebody."""
    jobs: list[tuple[str, Callable[[Runtime], Awaitable[None]], float]] = []
    if ChannelName.WHATSAPP in rt.channels:
        jobs.append(("catch-up", catch_up, rt.settings.twilio_catch_up_minutes * 60))
    if polling.polls(rt):
        jobs.append(("polling", polling.poll, _POLLING_PAUSE_SECONDS))
    elif ChannelName.TELEGRAM in rt.channels and rt.settings.public_url:
        jobs.append(("webhook", polling.set_webhook, _WEBHOOK_SECONDS))
    return jobs


@contextlib.asynccontextmanager
async def running(rt: Runtime) -> AsyncIterator[None]:
    """All loops of one worker, for as long as the block lasts. Ends them at once: whatever is cut is leased and comes back."""
    count = _LOOPS if rt.database.is_postgresql else _LOOPS_ON_SQLITE
    loops = [
        *(repeat(rt, turn.take_next, hubs.INBOX, f"turn-{n}") for n in range(count)),
        *(repeat(rt, delivery.deliver_one, hubs.OUTBOX, f"delivery-{n}") for n in range(count)),
        repeat(rt, delivery.resolve_uncertain, "uncertain", "uncertain"),
        *(every(rt, job, seconds, name) for name, job, seconds in (*HOUSEKEEPING, *_with_providers(rt))),
    ]
    tasks = [asyncio.create_task(loop) for loop in loops]
    _log.info("worker_started", count=len(tasks))
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        _log.info("worker_stopped")


@contextlib.asynccontextmanager
async def watching(rt: Runtime) -> AsyncIterator[None]:
    """Only follow the content, for a process that takes no turns but shows and glances with it."""
    task = asyncio.create_task(every(rt, watch.follow, watch.SECONDS, "content"))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def until_told_to_stop() -> None:
    """Wait for SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
