"""The frozen bundle that the loops share: adapters, clock and the content that serves now. No globals, no container."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bot import intake
from bot.bundle import Bundle
from bot.hub import Hub
from bot.inbox import Glance
from bot.settings import Settings
from bot.storage.keystore import KeyStore
from bot.storage.session import Database
from integrations.channel import Body, Channel
from nlu.client import Nlu

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class Runtime:
    """What a turn, a delivery and a page need. `bundle` is replaced as a whole when content changes.

    `content_error` says what keeps the newest content from serving; `content_tried` names the version last tried (`bot.watch`).
    """

    settings: Settings
    database: Database
    keys: KeyStore
    hub: Hub
    nlu: Nlu
    channels: Mapping[str, Channel]
    bundle: Bundle
    clock: Clock = utc_now
    content_error: str | None = None
    content_tried: str | None = None
    versions_kept_at: datetime | None = None

    def glance(self, body: Body) -> Glance:
        """The lexicon's first glance at a message, with the lexicon that serves now."""
        return intake.glance(self.bundle.lexicon, body)
