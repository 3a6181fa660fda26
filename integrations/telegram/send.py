"""What leaves for Telegram: texts and inline keyboards, as plain text (no markup is read in them), without link previews."""

import contextlib
import json
from collections.abc import Sequence

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Update
from telegram.constants import ChatAction
from telegram.error import BadRequest, TelegramError
from telegram.request import HTTPXRequest

from integrations.channel import Errand, Limits, Message
from integrations.errors import SendError, Uncertain
from integrations.telegram.codes import error_for
from integrations.telegram.parse import LEAVE_GROUP, STOP_SPINNER, UPDATES

# https://core.telegram.org/bots/api: 4,096 UTF-16 units; 64 bytes in what a button brings back. The number and length of
# buttons are ours: what still reads well one beneath the other on a small screen.
LIMITS = Limits(text=4096, text_with_options=4096, buttons=12, button_label=48, rows=0, row_label=0, token=64)
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_CONNECT_SECONDS = 5.0


def make_request(seconds: float) -> HTTPXRequest:
    """Connections with our deadlines. They never ask the environment for a proxy."""
    return HTTPXRequest(
        connection_pool_size=64,
        read_timeout=seconds,
        write_timeout=seconds,
        connect_timeout=min(_CONNECT_SECONDS, seconds),
        pool_timeout=seconds,
        httpx_kwargs={"trust_env": False},
    )


async def send(bot: Bot, address: str, message: Message) -> str:
    """The message id. Raises `SendError` or `Uncertain`."""
    try:
        sent = await bot.send_message(
            chat_id=int(address),
            text=message.text,
            reply_markup=_keyboard(message),
            link_preview_options=_NO_PREVIEW,
        )
    except TelegramError as error:
        raise error_for(error) from None
    return str(sent.message_id)


def _keyboard(message: Message) -> InlineKeyboardMarkup | None:
    if not message.options:
        return None
    return InlineKeyboardMarkup([[InlineKeyboardButton(option.label, callback_data=option.token)] for option in message.options])


async def delete(bot: Bot, address: str, message_id: str) -> None:
    """Delete a message on both sides: Telegram allows a bot that for 48 hours. Raises `SendError`."""
    try:
        await bot.delete_message(chat_id=int(address), message_id=int(message_id))
    except BadRequest as error:
        if "not found" in error.message.casefold():  # already deleted
            return
        raise SendError("not_deletable", retry=False) from None
    except TelegramError as error:
        failed = error_for(error)
        raise SendError(failed.code, retry=failed.retry or isinstance(failed, Uncertain), our_fault=failed.our_fault) from None


async def typing(bot: Bot, address: str) -> None:
    with contextlib.suppress(TelegramError, ValueError):
        await bot.send_chat_action(chat_id=int(address), action=ChatAction.TYPING)


async def run_errand(bot: Bot, errand: Errand) -> None:
    with contextlib.suppress(TelegramError, ValueError):
        if errand.what == STOP_SPINNER:
            await bot.answer_callback_query(errand.target)
        elif errand.what == LEAVE_GROUP:
            await bot.leave_chat(int(errand.target))


async def updates(bot: Bot, offset: int | None, wait: int) -> Sequence[Update]:
    """Updates from `offset` on, waiting up to `wait` seconds for one. Raises `SendError`.

    The library reads all of them or none; one that it cannot read is fetched raw, so that it holds up nobody.
    """
    try:
        return await bot.get_updates(offset=offset, timeout=wait, allowed_updates=UPDATES)
    except TelegramError as error:
        raise error_for(error) from None
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError):
        return await _readable(bot, offset)


async def _readable(bot: Bot, offset: int | None) -> Sequence[Update]:
    """The same updates, each read alone. One that cannot be read is left as an empty update, its id kept."""
    try:
        raw = await bot.do_api_request("getUpdates", api_kwargs={"offset": offset, "allowed_updates": json.dumps(UPDATES)})
    except TelegramError as error:
        raise error_for(error) from None
    return [_update(bot, item) for item in raw]


def _update(bot: Bot, raw: dict[str, object]) -> Update:
    try:
        return Update.de_json(raw, bot)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError):
        return Update(int(str(raw["update_id"])))


async def set_webhook(bot: Bot, url: str, secret: str) -> None:
    """Tell Telegram where to bring updates. Raises `SendError`."""
    try:
        await bot.set_webhook(url, secret_token=secret, allowed_updates=UPDATES)
    except TelegramError as error:
        raise error_for(error) from None


async def drop_webhook(bot: Bot) -> None:
    """Polling needs the webhook gone; what waits there is kept. Raises `SendError`."""
    try:
        await bot.delete_webhook(drop_pending_updates=False)
    except TelegramError as error:
        raise error_for(error) from None
