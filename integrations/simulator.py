"""The phone in a web page and the terminal: a channel like the others, with a mailbox in place of a provider.

Never in production. Its messages go through the same inbox, turn and delivery as a woman's.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Protocol
from uuid import uuid4

from pydantic import BaseModel, ValidationError

from integrations import samples
from integrations.channel import Body, ChannelName, DeliveryReport, Errand, Inbound, Limits, Message, WebRequest
from integrations.commands import without_command
from integrations.errors import MediaUnavailable, Rejected
from integrations.splitting import split

LIMITS = Limits(text=4096, text_with_options=1024, buttons=3, button_label=20, rows=10, row_label=24)

_STAND_INS = {"simulated-image": samples.picture, "simulated-voice": samples.voice}


class Mailbox(Protocol):
    """Where the simulated phone picks up what was sent to it."""

    async def put(self, address: str, message_id: str, message: Message) -> None: ...


class Sent(BaseModel):
    """What the page posts."""

    id: str
    address: str
    body: Body


class Simulator:
    """A channel whose provider is a mailbox of ours."""

    def __init__(self, mailbox: Mailbox, name: ChannelName = ChannelName.SIMULATOR) -> None:
        self._mailbox = mailbox
        self._name = name

    @property
    def name(self) -> ChannelName:
        return self._name

    @property
    def limits(self) -> Limits:
        return LIMITS

    def verify(self, request: WebRequest) -> None:
        """The page is served only outside production; there is no signature to check."""

    def parse(self, request: WebRequest) -> Sequence[Inbound | DeliveryReport | Errand]:
        try:
            sent = Sent.model_validate_json(request.body)
        except (ValidationError, json.JSONDecodeError):
            raise Rejected(400, "not a message of the simulator") from None
        body = without_command(sent.body)
        return (Inbound(self._name, f"{sent.address}:{sent.id}", sent.address, (body,)),)

    def split(self, message: Message) -> Sequence[Message]:
        return split(message, LIMITS)

    async def send(self, address: str, message: Message, ref: str) -> str:
        message_id = uuid4().hex
        await self._mailbox.put(address, message_id, message)
        return message_id

    async def reopen(self, address: str) -> str:
        return await self.send(address, Message(text="…"), "")

    async def typing(self, address: str) -> None:
        return None

    async def lookup(self, address: str, sent_after: datetime, message: Message) -> str | None:
        return None

    async def run_errand(self, errand: Errand) -> None:
        return None

    async def forget(self, address: str, provider_id: str) -> None:
        """What is on the simulated phone is hers."""

    async def fetch_media(self, handle: str) -> bytes:
        stand_in = _STAND_INS.get(handle)
        if stand_in is None:
            raise MediaUnavailable("not_found")
        return stand_in()
