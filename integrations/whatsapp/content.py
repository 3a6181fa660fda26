"""Buttons and lists through Twilio Content: one template for each shape, with variables, made once and remembered.

A shape is the kind and the number of options. Text, labels and tokens are variables, so that a handful of templates serves
every message. Inside WhatsApp's 24-hour window these need no approval.
"""

import asyncio
import json
import time
from typing import Any, Protocol

from twilio.base.exceptions import TwilioException
from twilio.rest.content.v1.content import ContentList

from integrations.channel import Limits, Message
from integrations.errors import ChannelError
from integrations.splitting import as_buttons
from integrations.whatsapp.provider import Provider

_SECONDS = 4.0
_PAUSE_SECONDS = 60.0
_LIST_BUTTON = "Opciones · Options"


class Store(Protocol):
    """Small facts that outlive the process."""

    async def get(self, key: str) -> str | None: ...

    async def put(self, key: str, value: str) -> None: ...


class Templates:
    """Content templates by shape. While Twilio makes none, it is left alone for a minute: she is waiting."""

    def __init__(self, provider: Provider, store: Store, limits: Limits) -> None:
        self._provider, self._store, self._limits = provider, store, limits
        self._making = asyncio.Lock()
        self._known: dict[str, str] = {}
        self._not_before = 0.0

    async def find(self, message: Message) -> str | None:
        """The template's id for this message's shape, made if there is none; None when it cannot be had now."""
        key = self._key(message)
        if key in self._known:
            return self._known[key]
        async with self._making:
            sid = self._known.get(key) or await self._store.get(key) or await self._make(message)
            if sid:
                self._known[key] = sid
                await self._store.put(key, sid)
            return sid

    async def forget(self, message: Message) -> None:
        """Twilio does not know the template any more: the next message makes a new one."""
        key = self._key(message)
        self._known.pop(key, None)
        await self._store.put(key, "")

    def _key(self, message: Message) -> str:
        kind = "buttons" if as_buttons(message, self._limits) else "list"
        return f"whatsapp:content:{self._provider.account_sid}:{kind}:{len(message.options)}"

    async def _make(self, message: Message) -> str | None:
        if time.monotonic() < self._not_before:
            return None
        count = len(message.options)
        kind = buttons(count) if as_buttons(message, self._limits) else rows(count)
        request = ContentList.ContentCreateRequest(
            {
                "friendly_name": f"faro_{next(iter(kind)).removeprefix('twilio/')}_{count}".replace("-", "_"),
                "language": "es",
                "variables": {str(n): "…" for n in range(1, 2 + 2 * count)},
                "types": kind,
            }
        )
        try:
            async with asyncio.timeout(_SECONDS):
                made = await self._provider.client.content.v1.contents.create_async(request)
        except (ChannelError, TwilioException, TimeoutError, ValueError):
            self._not_before = time.monotonic() + _PAUSE_SECONDS
            return None
        return str(made.sid) if made.sid else None


def buttons(count: int) -> dict[str, Any]:
    """A quick-reply template: {{1}} the text, then a label and a token for each button."""
    actions = [{"type": "QUICK_REPLY", "title": f"{{{{{2 * n}}}}}", "id": f"{{{{{2 * n + 1}}}}}"} for n in range(1, count + 1)]
    return {"twilio/quick-reply": {"body": "{{1}}", "actions": actions}}


def rows(count: int) -> dict[str, Any]:
    """A list-picker template: {{1}} the text, then a label and a token for each row."""
    items = [{"item": f"{{{{{2 * n}}}}}", "id": f"{{{{{2 * n + 1}}}}}"} for n in range(1, count + 1)]
    return {"twilio/list-picker": {"body": "{{1}}", "button": _LIST_BUTTON, "items": items}}


def variables(message: Message) -> str:
    """The values of a template's variables, as Twilio wants them."""
    values = {"1": message.text}
    for number, option in enumerate(message.options, start=1):
        values[str(2 * number)] = option.label
        values[str(2 * number + 1)] = option.token
    return json.dumps(values, ensure_ascii=False)
