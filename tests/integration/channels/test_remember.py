"""What outlives a process, and leases, on both databases."""

from bot.runtime import Runtime
from bot.storage.remember import Memory, drop_lease, take_lease
from tests.support.world import HandClock


async def test_value_is_remembered_and_replaced(rt: Runtime) -> None:
    memory = Memory(rt.database, rt.clock)
    assert await memory.get("offset") is None
    await memory.put("offset", "1")
    await memory.put("offset", "2")
    assert await Memory(rt.database, rt.clock).get("offset") == "2"
    await memory.put("offset", "")
    assert await memory.get("offset") is None


async def test_lease_has_one_holder_until_it_ends(rt: Runtime, clock: HandClock) -> None:
    async def take(holder: str) -> bool:
        return await take_lease(rt.database, "polling", holder, 60, clock())

    assert [await take("a"), await take("b"), await take("a")] == [True, False, True]
    clock.forward(seconds=59)
    assert not await take("b")
    clock.forward(seconds=1)
    assert await take("b")
    assert not await take("a")


async def test_dropped_lease_is_free_at_once_but_only_for_its_holder(rt: Runtime, clock: HandClock) -> None:
    assert await take_lease(rt.database, "polling", "a", 60, clock())
    await drop_lease(rt.database, "polling", "b")
    assert not await take_lease(rt.database, "polling", "b", 60, clock())
    await drop_lease(rt.database, "polling", "a")
    assert await take_lease(rt.database, "polling", "b", 60, clock())
