"""The contract of every channel: what comes in, what goes out, what a channel can do.

Values only. Nothing here sends, stores or decides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class ChannelName(StrEnum):
    WHATSAPP = "whatsapp"
    TELEGRAM = "telegram"
    SIMULATOR = "simulator"
    TERMINAL = "terminal"


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(_Value):
    """What she typed. `edited` when she changed a message that we had already received."""

    kind: Literal["text"] = "text"
    text: str
    edited: bool = False


class Choice(_Value):
    """A tapped button or list row. `token` is what we put into it, `label` what she saw, where the provider says so."""

    kind: Literal["choice"] = "choice"
    token: str
    label: str = ""


class Location(_Value):
    """A shared position, degrees WGS 84."""

    kind: Literal["location"] = "location"
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)
    label: str = ""


class ContactCard(_Value):
    """A contact card. We note that one came; whose it is stays at the provider (nobody's number is collected, R49)."""

    kind: Literal["contact_card"] = "contact_card"


class MediaKind(StrEnum):
    IMAGE = "image"
    VOICE = "voice"
    AUDIO = "audio"
    VIDEO = "video"
    STICKER = "sticker"
    DOCUMENT = "document"


class Media(_Value):
    """A file she sent. `handle` is the provider's URL or file id; nothing has been fetched yet."""

    kind: Literal["media"] = "media"
    media: MediaKind
    handle: str
    mime: str = ""
    size: int | None = None
    caption: str = ""


class Unsupported(_Value):
    """Authentic, and of a kind we do not know. `what` is the provider's word for it, never content."""

    kind: Literal["unsupported"] = "unsupported"
    what: str


Body = Annotated[Text | Choice | Location | ContactCard | Media | Unsupported, Field(discriminator="kind")]
BODY: TypeAdapter[Body] = TypeAdapter(Body)


@dataclass(frozen=True, slots=True)
class Inbound:
    """One message from a contact.

    Attributes:
        external_id: unique within the channel; the same message delivered twice has the same id.
        address: where a reply goes (a WhatsApp number, a chat id). Personal: encrypt before storing.
        sent_at: the sender's time, where the provider gives it; aware, UTC.
        bodies: in the order shown to her; more than one when a provider packs several files into one message.
        provider_id: the name by which the provider deletes this message; "" if it cannot.
    """

    channel: ChannelName
    external_id: str
    address: str
    bodies: tuple[Body, ...]
    sent_at: datetime | None = None
    provider_id: str = ""


class DeliveryState(StrEnum):
    """How far a message got, in order. A report never moves it backwards."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """What became of a message that we sent.

    Attributes:
        ref: our own reference given to `send`, where the provider hands it back: it names an entry whose fate was uncertain.
        code: the provider's error code when it failed.
    """

    channel: ChannelName
    provider_id: str
    state: DeliveryState
    code: str | None = None
    ref: str | None = None


@dataclass(frozen=True, slots=True)
class Errand:
    """Something the provider is told once the answer to its request is out. Nothing of it is stored; losing it costs little.

    Attributes:
        what: the channel's own word for it ("stop_spinner", "leave_group").
        target: the provider's id of what it concerns.
    """

    channel: ChannelName
    what: str
    target: str


class Option(_Value):
    """A choice offered to her. `token` comes back on a tap; it carries its step, so a stale tap can be told."""

    token: str
    label: str


class Message(_Value):
    """One message to her, before a channel has cut it to its size."""

    text: str
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """What one message of a channel can hold.

    Attributes:
        text: characters (Telegram counts UTF-16 units; WhatsApp characters).
        text_with_options: characters when buttons or a list stand beneath.
        buttons: how many buttons; button_label: characters in one.
        rows: how many rows of a list; row_label: characters in one. 0 where there are no lists.
        token: bytes in what a button or row brings back.
    """

    text: int
    text_with_options: int
    buttons: int
    button_label: int
    rows: int
    row_label: int
    token: int = 200


@dataclass(frozen=True, slots=True)
class WebRequest:
    """A webhook request as it arrived: nothing decoded that a signature could depend on."""

    path: str
    query: str
    headers: Mapping[str, str]  # lower-case names
    body: bytes


class Channel(Protocol):
    """What every channel can do. `verify` and `parse` are pure; `send` and the rest talk to the provider."""

    @property
    def name(self) -> ChannelName: ...

    @property
    def limits(self) -> Limits: ...

    def verify(self, request: WebRequest) -> None:
        """Raise `Rejected(403)` unless the provider signed this request. Fails closed."""
        ...

    def parse(self, request: WebRequest) -> Sequence[Inbound | DeliveryReport | Errand]:
        """What a verified request says. Empty for what needs no action. Raises `Rejected(400)` if it is not the provider's."""
        ...

    def split(self, message: Message) -> Sequence[Message]:
        """Cut to this channel's limits, one item for each provider request. No word or link is cut; options stay last."""
        ...

    async def send(self, address: str, message: Message, ref: str) -> str:
        """Send one already split message; the provider's id. Raises `SendError` or `Uncertain`.

        `ref` is our reference for this message; a channel that can, has it handed back in delivery reports.
        """
        ...

    async def reopen(self, address: str) -> str:
        """Send the approved neutral template that opens a closed window; the provider's id. Raises as `send` does."""
        ...

    async def typing(self, address: str) -> None:
        """Show that an answer is being written, where the channel can. Never raises."""
        ...

    async def lookup(self, address: str, sent_after: datetime, message: Message) -> str | None:
        """The provider's id of a message whose fate is uncertain, if the provider can be asked; else None.

        Raises `SendError` when it can be asked and does not answer now.
        """
        ...

    async def run_errand(self, errand: Errand) -> None:
        """Do what `parse` left to be done. Never raises."""
        ...

    async def forget(self, address: str, provider_id: str) -> None:
        """Delete one message, hers or ours, at the provider, with its files. One that is already gone is deleted.

        Raises `SendError`: with `retry` where the provider does not delete it yet, without where it never will.
        """
        ...

    async def fetch_media(self, handle: str) -> bytes:
        """The file behind a `Media.handle`, for an operator's eyes. Raises `MediaUnavailable`."""
        ...
