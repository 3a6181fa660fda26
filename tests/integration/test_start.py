"""What a process says of itself when it starts."""

import structlog

from bot import worker
from bot.runtime import Runtime


async def test_start_says_how_many_contacts_wait_for_verification(rt: Runtime) -> None:
    waiting = sum(rt.bundle.library.waiting(rt.clock().date()))
    for start in (worker.running, worker.watching):
        with structlog.testing.capture_logs() as lines:
            async with start(rt):
                pass
        said = [line["count"] for line in lines if line["event"] == "contacts_wait_for_verification"]
        assert said == [waiting]
    assert waiting > 0
