"""A worker that is told to stop stops, whatever its libraries do with a cancellation."""

import asyncio
import contextlib

from bot import worker


async def test_loop_whose_library_kept_a_cancellation_ends_all_the_same() -> None:
    begun = asyncio.Event()

    async def job() -> None:
        begun.set()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()
        await asyncio.Event().wait()

    task = asyncio.create_task(job())
    await begun.wait()
    async with asyncio.timeout(10):
        await worker.end([task])
    assert task.cancelled()


async def test_loop_that_failed_does_not_keep_the_others_from_ending() -> None:
    async def fails() -> None:
        raise RuntimeError("on purpose")

    tasks = [asyncio.create_task(fails()), asyncio.create_task(asyncio.sleep(3600))]
    async with asyncio.timeout(10):
        await worker.end(tasks)
    assert all(task.done() for task in tasks)
