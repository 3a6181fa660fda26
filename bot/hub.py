"""Wakes loops and feeds screens: Redis, or in-process when there is none. Holds nothing that matters.

Losing it costs a second (every loop also polls), never a message. A payload is ids and levels, never words.
"""

import asyncio
import contextlib
import json
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any, Protocol

import redis.asyncio as redis
from redis.exceptions import RedisError

from bot import log

_log = log.get(__name__)

INBOX = "inbox"
URGENT = "urgent"
OUTBOX = "outbox"
SCREENS = "screens"
SIMULATOR = "simulator"


class Hub(Protocol):
    async def publish(self, topic: str, payload: dict[str, Any] | None = None) -> None: ...

    async def wait(self, topic: str, seconds: float) -> None:
        """Return when something was published since the last wait, or after so many seconds."""
        ...

    def listen(self, topic: str) -> contextlib.AbstractAsyncContextManager[AsyncIterator[dict[str, Any]]]: ...

    async def healthy(self) -> bool: ...

    async def close(self) -> None: ...


class LocalHub:
    """For one process."""

    def __init__(self) -> None:
        # What is published while nobody waits is remembered, once: whoever was busy looks until there is nothing left.
        self._calls: dict[str, asyncio.Queue[None]] = defaultdict(lambda: asyncio.Queue(maxsize=1))
        self._queues: dict[str, set[asyncio.Queue[dict[str, Any]]]] = defaultdict(set)

    async def publish(self, topic: str, payload: dict[str, Any] | None = None) -> None:
        with contextlib.suppress(asyncio.QueueFull):
            self._calls[topic].put_nowait(None)
        for queue in self._queues[topic]:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(payload or {})

    async def wait(self, topic: str, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._calls[topic].get()

    @contextlib.asynccontextmanager
    async def listen(self, topic: str) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(maxsize=1000)
        self._queues[topic].add(queue)

        async def items() -> AsyncIterator[dict[str, Any]]:
            while True:
                yield await queue.get()

        try:
            yield items()
        finally:
            self._queues[topic].discard(queue)

    async def healthy(self) -> bool:
        return True

    async def close(self) -> None:
        return None


class RedisHub:
    """For several processes. One subscription feeds a local hub; while Redis is away, loops fall back to polling."""

    _CHANNEL = "faro"
    _RETRY_SECONDS = 1.0

    def __init__(self, client: redis.Redis) -> None:
        self._client = client
        self._local = LocalHub()
        self._task: asyncio.Task[None] | None = None

    @classmethod
    def from_url(cls, url: str) -> "RedisHub":
        pool = redis.BlockingConnectionPool.from_url(url, max_connections=50, timeout=2, socket_timeout=None)
        return cls(redis.Redis(connection_pool=pool))

    def _ensure_reader(self) -> None:
        if self._task is None:
            self._task = asyncio.create_task(self._read())

    async def _read(self) -> None:
        while True:
            try:
                async with self._client.pubsub() as pubsub:
                    await pubsub.subscribe(self._CHANNEL)
                    async for message in pubsub.listen():
                        if message["type"] == "message":
                            data = json.loads(message["data"])
                            await self._local.publish(data["topic"], data["payload"])
            except (RedisError, OSError) as error:
                _log.warning("hub_lost", error=type(error).__name__)
            await asyncio.sleep(self._RETRY_SECONDS)

    async def publish(self, topic: str, payload: dict[str, Any] | None = None) -> None:
        self._ensure_reader()
        try:
            async with asyncio.timeout(1):
                await self._client.publish(self._CHANNEL, json.dumps({"topic": topic, "payload": payload or {}}))
        except (RedisError, OSError, TimeoutError) as error:
            _log.warning("hub_publish_failed", error=type(error).__name__)
            await self._local.publish(topic, payload)

    async def wait(self, topic: str, seconds: float) -> None:
        self._ensure_reader()
        await self._local.wait(topic, seconds)

    @contextlib.asynccontextmanager
    async def listen(self, topic: str) -> AsyncIterator[AsyncIterator[dict[str, Any]]]:
        self._ensure_reader()
        async with self._local.listen(topic) as items:
            yield items

    async def healthy(self) -> bool:
        try:
            async with asyncio.timeout(1):
                return bool(await self._client.ping())
        except (RedisError, OSError, TimeoutError):
            return False

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await self._client.aclose()


def make_hub(redis_url: str | None) -> Hub:
    return RedisHub.from_url(redis_url) if redis_url else LocalHub()
