"""What a process says of itself when it starts."""

import pytest

from bot import worker
from bot.runtime import Runtime


async def test_start_says_how_many_contacts_wait_for_verification(rt: Runtime, caplog: pytest.LogCaptureFixture) -> None:
    waiting = sum(rt.bundle.library.waiting(rt.clock().date()))
    for start in (worker.running, worker.watching):
        caplog.clear()
        async with start(rt):
            pass
        lines = [record.msg for record in caplog.records if isinstance(record.msg, dict)]
        assert [line["count"] for line in lines if line["event"] == "contacts_wait_for_verification"] == [waiting]
    assert waiting > 0
