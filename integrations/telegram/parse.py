"""What an update of Telegram says, pure. Works on python-telegram-bot's `Update`, from webhook and polling alike.

Only private chats are heard. Of a group, supergroup or channel nothing is read: the bot is told to leave.
"""

import json
from collections.abc import Callable, Sequence

from telegram import CallbackQuery, Chat, ChatMember, InlineKeyboardMarkup, Message, Update
from telegram import Location as SentLocation
from telegram.ext import filters
from telegram.helpers import effective_message_type

from integrations.channel import (
    Body,
    ChannelName,
    Choice,
    ContactCard,
    Errand,
    Inbound,
    Location,
    Media,
    MediaKind,
    Text,
    Unsupported,
    WebRequest,
)
from integrations.commands import without_command
from integrations.errors import Rejected

STOP_SPINNER = "stop_spinner"
LEAVE_GROUP = "leave_group"

# What we ask Telegram to send. The last two only so that a group or channel is left.
UPDATES = ("message", "edited_message", "callback_query", "my_chat_member", "channel_post")

_GONE = frozenset({ChatMember.LEFT, ChatMember.BANNED})

Said = Sequence[Inbound | Errand]


_BIG = 2**63
# What the library and we raise for an update that is none.
UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, OverflowError, OSError, RecursionError)


def parse(request: WebRequest, bot_id: str) -> Said:
    """What a verified webhook request says. Raises `Rejected(400)` if it is no update."""
    try:
        update = Update.de_json(json.loads(request.body), None)
        _numbered(update)
        return read(update, bot_id)
    except UNREADABLE:
        raise Rejected(400, "not an update of Telegram") from None


def _numbered(update: Update) -> None:
    """Ids are 64-bit numbers. Raises `ValueError`."""
    chat, message = update.effective_chat, update.effective_message
    ids = [update.update_id, *([chat.id] if chat else []), *([message.message_id] if message else [])]
    if not all(type(number) is int and abs(number) < _BIG for number in ids):
        raise ValueError("not an id")


def read(update: Update, bot_id: str) -> Said:
    """What an update says. Empty for what needs no answer (a blocked bot, a poll)."""
    chat = update.effective_chat
    if chat is not None and chat.type != Chat.PRIVATE:
        return _leave(update, chat)
    external_id = f"{bot_id}:{update.update_id}"
    if update.callback_query is not None:
        return _tap(update.callback_query, external_id)
    message = update.message or update.edited_message
    if message is None or filters.StatusUpdate.ALL.check_update(update):
        return ()
    edited = update.edited_message is not None
    if edited and message.location is not None:  # a live location moves every few seconds: the first place counts
        return ()
    body = without_command(_body(message, edited))
    return (
        Inbound(
            ChannelName.TELEGRAM,
            external_id,
            str(message.chat.id),
            (body,),
            sent_at=message.date,
            provider_id=str(message.message_id),
        ),
    )


def _leave(update: Update, chat: Chat) -> Said:
    change = update.my_chat_member
    if change is not None and change.new_chat_member.status in _GONE:
        return ()
    return (Errand(ChannelName.TELEGRAM, LEAVE_GROUP, str(chat.id)),)


def _tap(query: CallbackQuery, external_id: str) -> Said:
    chat = query.message.chat.id if query.message else query.from_user.id
    body: Body = Unsupported(what="callback_query")
    if query.data:
        body = Choice(token=query.data, label=_label(query))
    return (
        Inbound(ChannelName.TELEGRAM, external_id, str(chat), (body,)),
        Errand(ChannelName.TELEGRAM, STOP_SPINNER, query.id),
    )


def _label(query: CallbackQuery) -> str:
    markup = getattr(query.message, "reply_markup", None)
    if not isinstance(markup, InlineKeyboardMarkup):
        return ""
    shown = (button for row in markup.inline_keyboard for button in row)
    return next((button.text for button in shown if button.callback_data == query.data), "")


def _body(message: Message, edited: bool) -> Body:
    if message.text:
        return Text(text=message.text, edited=edited)
    if message.contact:
        return ContactCard()
    if message.venue:
        return _location(message.venue.location, message.venue.title)
    if message.location:
        return _location(message.location, "")
    for media, of in _MEDIA:
        found = of(message)
        if found is not None:
            handle, mime, size = found
            return Media(media=media, handle=handle, mime=mime, size=size, caption=message.caption or "")
    kind = effective_message_type(message) or next(iter(message.api_kwargs), "unknown")
    return Unsupported(what=kind[:32])


def _location(sent: SentLocation, label: str) -> Body:
    try:
        return Location(latitude=sent.latitude, longitude=sent.longitude, label=label)
    except ValueError:
        return Unsupported(what="location")


_File = tuple[str, str, int | None]


def _photo(message: Message) -> _File | None:
    if not message.photo:
        return None
    largest = max(message.photo, key=lambda size: size.width * size.height)
    return largest.file_id, "image/jpeg", largest.file_size


def _sticker(message: Message) -> _File | None:
    return (message.sticker.file_id, "", message.sticker.file_size) if message.sticker else None


def _round_video(message: Message) -> _File | None:
    note = message.video_note
    return (note.file_id, "video/mp4", note.file_size) if note else None


def _attached(name: str) -> Callable[[Message], _File | None]:
    def of(message: Message) -> _File | None:
        file = getattr(message, name)
        return (file.file_id, file.mime_type or "", file.file_size) if file else None

    return of


# An animation comes with a document of the same file: it is looked for first.
_MEDIA: tuple[tuple[MediaKind, Callable[[Message], _File | None]], ...] = (
    (MediaKind.IMAGE, _photo),
    (MediaKind.VOICE, _attached("voice")),
    (MediaKind.AUDIO, _attached("audio")),
    (MediaKind.VIDEO, _attached("video")),
    (MediaKind.VIDEO, _round_video),
    (MediaKind.VIDEO, _attached("animation")),
    (MediaKind.STICKER, _sticker),
    (MediaKind.DOCUMENT, _attached("document")),
)
