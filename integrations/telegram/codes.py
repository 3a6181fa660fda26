"""What the errors of python-telegram-bot mean for a message. A guard test fails when one of its classes is not here."""

from datetime import timedelta

import httpx
from telegram import error as telegram

from integrations.errors import GIVE_UP, OURS, OURS_RETRY, RETRY, Fate, SendError, Uncertain

# (our word for it, what it means)
CODES: dict[type[telegram.TelegramError], tuple[str, Fate]] = {
    telegram.RetryAfter: ("too_many_requests", RETRY),
    telegram.Forbidden: ("blocked", GIVE_UP),  # she blocked the bot, or her account is gone
    telegram.InvalidToken: ("invalid_token", OURS_RETRY),
    telegram.EndPointNotFound: ("no_such_method", OURS),
    telegram.BadRequest: ("bad_request", OURS),
    telegram.ChatMigrated: ("chat_migrated", GIVE_UP),  # a group: nobody we write to
    telegram.Conflict: ("conflict", OURS_RETRY),  # another process polls, or a webhook is set
    telegram.PassportDecryptionError: ("passport", OURS),
    telegram.NetworkError: ("server_error", RETRY),  # an answer came, and it was 5xx
    telegram.TimedOut: ("no_answer", RETRY),  # only where the request never left; else it is uncertain
    telegram.TelegramError: ("unreadable_answer", RETRY),
}

# Bad requests that are about her chat, not about what we sent.
_CHAT_GONE = ("chat not found", "user is deactivated", "peer_id_invalid", "bot was blocked")

_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


def error_for(error: telegram.TelegramError) -> SendError:
    """The error that carries the decision."""
    if isinstance(error, telegram.NetworkError) and isinstance(error.__cause__, httpx.HTTPError):
        if isinstance(error.__cause__, _NEVER_LEFT):
            return SendError("unreachable", retry=True)
        return Uncertain()
    if type(error) is telegram.TelegramError:  # taken, it seems, and answered with what nobody can read
        return Uncertain("unreadable_answer")
    if isinstance(error, telegram.BadRequest) and error.message.casefold().startswith(_CHAT_GONE):
        return SendError("chat_not_found", retry=GIVE_UP.retry)
    code, fate = next(CODES[kind] for kind in type(error).__mro__ if kind in CODES)
    return SendError(code, retry=fate.retry, our_fault=fate.our_fault, retry_after=_pause(error))


def _pause(error: telegram.TelegramError) -> float | None:
    if not isinstance(error, telegram.RetryAfter):
        return None
    after = error.retry_after
    return after.total_seconds() if isinstance(after, timedelta) else float(after)
