"""WhatsApp through Twilio. `verify` and `parse` are pure; everything else talks to Twilio."""

from collections.abc import Sequence
from datetime import datetime

import httpx

from integrations.channel import (
    ChannelName,
    DeliveryReport,
    Errand,
    Inbound,
    Limits,
    Message,
    WebRequest,
)
from integrations.media import download
from integrations.splitting import split
from integrations.whatsapp.content import Store
from integrations.whatsapp.parse import parse
from integrations.whatsapp.provider import Provider
from integrations.whatsapp.send import LIMITS, Sender
from integrations.whatsapp.verify import verify

_MEDIA_HOSTS = (".twilio.com", ".twiliocdn.com")
_BUCKET = ("s3-external-1.amazonaws.com", "/media.twiliocdn.com/")


class WhatsApp:
    """One WhatsApp sender.

    Args:
        sender: `whatsapp:+…`.
        public_url: where Twilio reaches us; signatures are checked against it and reports are sent to it.
        api_url: None for Twilio's own hosts; else the one address for every call.
        reopen_content: id of the approved neutral template; "" if there is none.
        seconds: how long one call may take.
    """

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        sender: str,
        public_url: str,
        store: Store,
        api_url: str | None = None,
        reopen_content: str = "",
        seconds: float = 12.0,
    ) -> None:
        self._auth_token, self._public_url = auth_token, public_url
        self._provider = Provider(account_sid, auth_token, api_url, seconds)
        self._sender = Sender(self._provider, sender, public_url, store, reopen_content)

    @property
    def name(self) -> ChannelName:
        return ChannelName.WHATSAPP

    @property
    def limits(self) -> Limits:
        return LIMITS

    def verify(self, request: WebRequest) -> None:
        verify(request, self._public_url, self._auth_token)

    def parse(self, request: WebRequest) -> Sequence[Inbound | DeliveryReport | Errand]:
        return parse(request)

    def split(self, message: Message) -> Sequence[Message]:
        return split(message, LIMITS)

    async def send(self, address: str, message: Message, ref: str) -> str:
        return await self._sender.send(address, message, ref)

    async def reopen(self, address: str) -> str:
        return await self._sender.reopen(address)

    async def typing(self, address: str) -> None:
        await self._sender.typing(address)

    async def lookup(self, address: str, sent_after: datetime, message: Message) -> str | None:
        return await self._sender.lookup(address, sent_after, message)

    async def forget(self, address: str, provider_id: str) -> None:
        await self._provider.delete_message(provider_id)

    async def missed(self, since: datetime, now: datetime) -> Sequence[Inbound]:
        """Messages that came in since then, oldest first, whether or not their webhook reached us. Raises `SendError`."""
        return await self._sender.missed(since, now)

    async def run_errand(self, errand: Errand) -> None:
        """Twilio leaves none."""

    async def fetch_media(self, handle: str) -> bytes:
        """A file of our account from Twilio's hosts alone. Our credentials go to the API, never where it redirects to."""
        auth = (self._provider.account_sid, self._provider.auth_token)
        return await download(handle, self._is_our_file, self._is_twilio, auth)

    def _is_our_file(self, url: httpx.URL) -> bool:
        account = f"/2010-04-01/Accounts/{self._provider.account_sid}/"
        return self._is_api(url) and url.path.startswith(account) and "/Media/" in url.path

    def _is_api(self, url: httpx.URL) -> bool:
        base = self._provider.api_url
        if base:
            return (url.scheme, url.host, url.port) == _origin(base)
        return _is_https(url) and url.host.startswith("api.") and url.host.endswith(".twilio.com")

    def _is_twilio(self, url: httpx.URL) -> bool:
        in_bucket = url.host == _BUCKET[0] and url.path.startswith(_BUCKET[1])
        return self._is_api(url) or (_is_https(url) and (url.host.endswith(_MEDIA_HOSTS) or in_bucket))

    async def close(self) -> None:
        await self._provider.close()


def _is_https(url: httpx.URL) -> bool:
    return url.scheme == "https" and url.port in (None, 443)


def _origin(base: str) -> tuple[str, str, int | None]:
    url = httpx.URL(base)
    return url.scheme, url.host, url.port
