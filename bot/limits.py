"""How much one sender and all senders together may send before they are slowed down. Never drops (R48)."""

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, RedisStorage, Storage
from limits.aio.strategies import FixedWindowRateLimiter

from bot import log

_log = log.get(__name__)

PER_SENDER = RateLimitItemPerMinute(30)
ALTOGETHER = RateLimitItemPerMinute(6000)
"""Far above what women write; a flood from many senders is then slowed down as one from a single sender is."""
_PAUSE_SECONDS = 5.0


class Throttle:
    """Counts by keyed hash, in Redis or in this process. While Redis is away nobody is slowed down."""

    def __init__(self, redis_url: str | None) -> None:
        storage: Storage = RedisStorage(f"async+{redis_url}") if redis_url else MemoryStorage()
        self._limiter = FixedWindowRateLimiter(storage)

    async def pause(self, sender: bytes) -> float:
        """Seconds by which this sender's turn is delayed: 0 while she writes at a person's pace, and all together at people's."""
        try:
            allowed = await self._limiter.hit(PER_SENDER, sender.hex()) and await self._limiter.hit(ALTOGETHER)
        except Exception as error:  # the limiter's storage may fail in many ways; none may cost a message
            _log.warning("throttle_unavailable", error=type(error).__name__)
            return 0.0
        return 0.0 if allowed else _PAUSE_SECONDS
