"""What leaves for Twilio: texts, buttons and lists, the template that opens a closed window, and questions about the past."""

import contextlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from integrations.channel import ChannelName, Inbound, Limits, Message
from integrations.errors import SendError, Uncertain
from integrations.splitting import as_menu
from integrations.whatsapp.codes import CONTENT_REFUSED
from integrations.whatsapp.content import Store, Templates, variables
from integrations.whatsapp.parse import STATUS_PATH, bodies
from integrations.whatsapp.provider import Provider

# Body 1,600 characters for text (Twilio), 1,024 beneath buttons or a list (WhatsApp); 3 buttons of 20, 10 rows of 24.
LIMITS = Limits(text=1600, text_with_options=1024, buttons=3, button_label=20, rows=10, row_label=24, token=200)
_LOOK_BACK = 50
_CAUGHT_UP = 1000
_SETTLED = timedelta(seconds=60)


class Sender:
    """One WhatsApp sender of one Twilio account."""

    def __init__(self, provider: Provider, sender: str, public_url: str, store: Store, reopen_content: str = "") -> None:
        self._provider = provider
        self._sender = sender
        self._callback = public_url.rstrip("/") + STATUS_PATH if public_url else ""
        self._templates = Templates(provider, store, LIMITS)
        self._reopen_content = reopen_content

    async def send(self, address: str, message: Message, ref: str) -> str:
        """Twilio's id. Buttons that cannot be had become a numbered menu in the same words."""
        fields = self._fields(address, ref)
        if message.options:
            sent = await self._with_options(fields, message)
            if sent is not None:
                return sent
            message = as_menu(message)
        return await self._provider.create_message(body=message.text, **fields)

    async def _with_options(self, fields: dict[str, str], message: Message) -> str | None:
        template = await self._templates.find(message)
        if template is None:
            return None
        try:
            return await self._provider.create_message(content_sid=template, content_variables=variables(message), **fields)
        except Uncertain:
            raise
        except SendError as error:
            if error.code not in CONTENT_REFUSED:
                raise
            await self._templates.forget(message)
            return None

    def _fields(self, address: str, ref: str) -> dict[str, str]:
        fields = {"to": address, "from_": self._sender}
        if self._callback:
            fields["status_callback"] = self._callback + (f"?{urlencode({'ref': ref})}" if ref else "")
        return fields

    async def reopen(self, address: str) -> str:
        """Send the approved neutral template."""
        if not self._reopen_content:
            raise SendError("no_template", retry=False, our_fault=True)
        return await self._provider.create_message(content_sid=self._reopen_content, **self._fields(address, ""))

    async def typing(self, address: str) -> None:
        """Twilio shows it beneath her latest message, which it marks as read. Never raises."""
        with contextlib.suppress(Exception):
            latest = await self._provider.list_messages(from_=address, to=self._sender, limit=1, page_size=1)
            if latest:
                await self._provider.client.messaging.v2.typing_indicator.create_async(
                    channel="whatsapp", message_id=latest[0].sid
                )

    async def lookup(self, address: str, sent_after: datetime, message: Message) -> str | None:
        """Twilio's id of this very message, if it took it since then. Raises `SendError` when it does not answer."""
        since = sent_after.astimezone(UTC).replace(microsecond=0)  # Twilio keeps whole seconds
        found = await self._provider.list_messages(to=address, from_=self._sender, date_sent_after=since, limit=_LOOK_BACK)
        words = {_bare(message.text), _bare(as_menu(message).text)}
        for sent in found:
            if sent.status not in ("failed", "undelivered", "canceled") and _bare(sent.body or "") in words:
                return str(sent.sid)
        return None

    async def missed(self, since: datetime, now: datetime) -> Sequence[Inbound]:
        """Every message that came in since then, oldest first. Raises `SendError`.

        The list knows neither positions nor tokens; a message without words is left to the webhook for a minute.
        """
        found = await self._provider.list_messages(to=self._sender, date_sent_after=since.astimezone(UTC), limit=_CAUGHT_UP)
        messages = []
        for item in reversed(found):
            sent_at = item.date_sent or item.date_created or now
            files = await self._provider.list_files(item.sid) if int(item.num_media or 0) else []
            bare = not item.body and not files
            if item.direction == "inbound" and not (bare and now - sent_at < _SETTLED):
                messages.append(_inbound(item, files, sent_at))
        return messages


def _inbound(item: Any, files: Sequence[tuple[str, str]], sent_at: datetime) -> Inbound:
    return Inbound(
        ChannelName.WHATSAPP,
        str(item.sid),
        str(item.from_),
        bodies(item.body or "", files),
        sent_at=sent_at.astimezone(UTC),
        provider_id=str(item.sid),
    )


def _bare(text: str) -> str:
    return " ".join(text.split())
