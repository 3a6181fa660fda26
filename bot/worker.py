"""The loops: turns, deliveries, housekeeping. Each polls every second, whatever the hub says; each survives its own errors.

Run as many workers as wanted: claims are leased, alarms unique, polling has one owner.
"""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Collection

from bot import delivery, log, polling, turn, watch
from bot import hub as hubs
from bot.catch_up import catch_up
from bot.housekeeping import HOUSEKEEPING
from bot.runtime import Runtime
from integrations.channel import ChannelName

_log = log.get(__name__)

POLL_SECONDS = 1.0
_HANDS = 4
_HANDS_ON_SQLITE = 2  # it has one writer: more hands only queue before it
_POLLING_PAUSE_SECONDS = 5.0  # until we look whether the process that polls is gone
_WEBHOOK_SECONDS = 3600.0
_CANCEL_AGAIN_SECONDS = 5.0


async def crew[Piece](
    rt: Runtime,
    claim: Callable[[Runtime], Awaitable[Piece | None]],
    do: Callable[[Runtime, Piece], Awaitable[None]],
    topic: str,
    hands: int,
) -> None:
    """Claim piece after piece and do up to `hands` of them at once; when there is none, wait to be woken.

    One claims for all, so that a message wakes one claim and not as many as there are hands. A piece that fails is loud in
    the log and ends nothing: its lease does.
    """
    free = asyncio.Semaphore(hands)
    done = asyncio.Event()

    async def work(piece: Piece) -> None:
        try:
            await do(rt, piece)
        except Exception:
            _log.exception("loop_failed", loop=topic)
        finally:
            free.release()
            done.set()

    async with asyncio.TaskGroup() as busy:
        while True:
            await free.acquire()
            done.clear()
            try:
                piece = await claim(rt)
            except Exception:
                _log.exception("loop_failed", loop=topic)
                piece = None
                await asyncio.sleep(POLL_SECONDS)
            if piece is not None:
                busy.create_task(work(piece))
                continue
            free.release()
            await _woken(rt, topic, done)


async def _woken(rt: Runtime, topic: str, done: asyncio.Event) -> None:
    """Wait for news, or for a piece of our own to be done: what stood behind it may be ready now."""
    waits = {asyncio.ensure_future(rt.hub.wait(topic, POLL_SECONDS)), asyncio.ensure_future(done.wait())}
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


async def every(rt: Runtime, job: Callable[[Runtime], Awaitable[None]], seconds: float, name: str) -> None:
    """Do a job every so many seconds."""
    while True:
        try:
            await job(rt)
        except Exception:
            _log.exception("loop_failed", loop=name)
        await asyncio.sleep(seconds)


async def _resolve_uncertain(rt: Runtime) -> None:
    while await delivery.resolve_uncertain(rt):
        pass


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
    hands = _HANDS if rt.database.is_postgresql else _HANDS_ON_SQLITE
    loops = [
        crew(rt, turn.claim_urgent, turn.take_claimed, hubs.URGENT, hands),
        crew(rt, turn.claim, turn.take_claimed, hubs.INBOX, hands),
        crew(rt, delivery.claim, delivery.deliver, hubs.OUTBOX, hands),
        every(rt, _resolve_uncertain, POLL_SECONDS, "uncertain"),
        *(every(rt, job, seconds, name) for name, job, seconds in (*HOUSEKEEPING, *_with_providers(rt))),
    ]
    tasks = [asyncio.create_task(loop) for loop in loops]
    _log.info("worker_started", count=len(tasks))
    say_what_waits(rt)
    try:
        yield
    finally:
        await end(tasks)
        _log.info("worker_stopped")


@contextlib.asynccontextmanager
async def watching(rt: Runtime) -> AsyncIterator[None]:
    """Only follow the content, for a process that takes no turns but shows and glances with it."""
    say_what_waits(rt)
    task = asyncio.create_task(every(rt, watch.follow, watch.SECONDS, "content"))
    try:
        yield
    finally:
        await end([task])


async def end(tasks: Collection[asyncio.Task[None]]) -> None:
    """Cancel loops until all are over: a library in the middle of a request may keep one cancellation for itself."""
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=_CANCEL_AGAIN_SECONDS)
    await asyncio.gather(*tasks, return_exceptions=True)


def say_what_waits(rt: Runtime) -> None:
    """At every start: how many facts and services nobody is told until a person has verified them."""
    waiting = sum(rt.bundle.library.waiting(rt.clock().date()))
    if waiting:
        _log.warning("contacts_wait_for_verification", count=waiting)


async def until_told_to_stop() -> None:
    """Wait for SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
