"""Wakes loops and screens: Redis, or in-process when there is none. It says that something is new, never what.

Losing it costs a second (every loop also polls), never a message.
"""

import asyncio
import contextlib
from collections import defaultdict
from typing import Protocol

import redis.asyncio as redis
from redis.exceptions import RedisError

from bot import log

_log = log.get(__name__)

INBOX = "inbox"
URGENT = "urgent"
OUTBOX = "outbox"
SCREENS = "screens"


class Hub(Protocol):
    async def publish(self, topic: str) -> None: ...

    async def wait(self, topic: str, seconds: float) -> None:
        """Return when something was published since the last wait, or after so many seconds."""
        ...

    async def healthy(self) -> bool: ...

    async def close(self) -> None: ...


class LocalHub:
    """For one process."""

    def __init__(self) -> None:
        # What is published while nobody waits is remembered, once: whoever was busy looks until there is nothing left.
        self._calls: dict[str, asyncio.Queue[None]] = defaultdict(lambda: asyncio.Queue(maxsize=1))

    async def publish(self, topic: str) -> None:
        with contextlib.suppress(asyncio.QueueFull):
            self._calls[topic].put_nowait(None)

    async def wait(self, topic: str, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._calls[topic].get()

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
        pool = redis.BlockingConnectionPool.from_url(
            url, max_connections=50, timeout=2, socket_timeout=None, decode_responses=True
        )
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
                            await self._local.publish(message["data"])
            except (RedisError, OSError) as error:
                _log.warning("hub_lost", error=type(error).__name__)
            await asyncio.sleep(self._RETRY_SECONDS)

    async def publish(self, topic: str) -> None:
        self._ensure_reader()
        try:
            async with asyncio.timeout(1):
                await self._client.publish(self._CHANNEL, topic)
        except (RedisError, OSError, TimeoutError) as error:
            _log.warning("hub_publish_failed", error=type(error).__name__)
            await self._local.publish(topic)

    async def wait(self, topic: str, seconds: float) -> None:
        self._ensure_reader()
        await self._local.wait(topic, seconds)

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
