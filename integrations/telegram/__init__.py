"""Telegram through python-telegram-bot. `verify` and `parse` are pure; everything else talks to Telegram."""

from collections.abc import Sequence
from datetime import datetime

import httpx
from telegram import Bot, Update
from telegram.error import TelegramError

from integrations.channel import (
    ChannelName,
    DeliveryReport,
    Errand,
    Inbound,
    Limits,
    Message,
    WebRequest,
)
from integrations.errors import MediaUnavailable, SendError
from integrations.media import MAX_BYTES, download
from integrations.splitting import split
from integrations.telegram import send
from integrations.telegram.parse import UNREADABLE, parse, read
from integrations.telegram.send import LIMITS
from integrations.telegram.verify import verify


class Telegram:
    """One bot.

    Args:
        token: `<bot id>:<secret>`.
        webhook_secret: what Telegram repeats in each webhook request; "" when we poll: then no request is let in.
        seconds: how long one call may take.
    """

    def __init__(
        self,
        *,
        token: str,
        webhook_secret: str = "",
        api_url: str = "https://api.telegram.org",
        seconds: float = 10.0,
    ) -> None:
        self.bot_id = token.partition(":")[0]
        self._secret = webhook_secret
        base = api_url.rstrip("/")
        self._files = f"{base}/file/bot{token}/"
        self._requests = (send.make_request(seconds), send.make_request(seconds))
        self._bot = Bot(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=self._requests[0],
            get_updates_request=self._requests[1],
        )

    @property
    def name(self) -> ChannelName:
        return ChannelName.TELEGRAM

    @property
    def limits(self) -> Limits:
        return LIMITS

    def verify(self, request: WebRequest) -> None:
        verify(request, self._secret)

    def parse(self, request: WebRequest) -> Sequence[Inbound | DeliveryReport | Errand]:
        return parse(request, self.bot_id)

    def read(self, update: Update) -> Sequence[Inbound | Errand]:
        """What a polled update says. One that nobody can read says nothing: it must not hold up those behind it."""
        try:
            return read(update, self.bot_id)
        except UNREADABLE:
            return ()

    def split(self, message: Message) -> Sequence[Message]:
        return split(message, LIMITS)

    async def send(self, address: str, message: Message, ref: str) -> str:
        return await send.send(self._bot, address, message)

    async def reopen(self, address: str) -> str:
        """Telegram closes no window: there is nothing to open."""
        raise SendError("no_window", retry=False, our_fault=True)

    async def typing(self, address: str) -> None:
        await send.typing(self._bot, address)

    async def lookup(self, address: str, sent_after: datetime, message: Message) -> str | None:
        """A bot cannot ask what it sent."""
        return None

    async def run_errand(self, errand: Errand) -> None:
        await send.run_errand(self._bot, errand)

    async def forget(self, address: str, provider_id: str) -> None:
        await send.delete(self._bot, address, provider_id)

    async def updates(self, offset: int | None, wait: int) -> Sequence[Update]:
        """Updates from `offset` on, waiting up to `wait` seconds for one. Raises `SendError`."""
        return await send.updates(self._bot, offset, wait)

    async def set_webhook(self, url: str) -> None:
        """Have updates brought to `url`, with our secret. Raises `SendError`."""
        await send.set_webhook(self._bot, url, self._secret)

    async def drop_webhook(self) -> None:
        """Have no webhook, so that we may poll. Raises `SendError`."""
        await send.drop_webhook(self._bot)

    async def fetch_media(self, handle: str) -> bytes:
        """From this bot's own files alone. Telegram gives out no file above 20 MB."""
        try:
            file = await self._bot.get_file(handle)
        except TelegramError:
            raise MediaUnavailable("not_found") from None
        if file.file_size and file.file_size > MAX_BYTES:
            raise MediaUnavailable("too_large")
        return await download(file.file_path or "", self._is_ours, _nowhere)

    def _is_ours(self, url: httpx.URL) -> bool:
        return str(url).startswith(self._files) and ".." not in url.path

    async def close(self) -> None:
        for request in self._requests:
            await request.shutdown()


def _nowhere(_url: httpx.URL) -> bool:
    return False
