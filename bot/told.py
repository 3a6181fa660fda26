"""What the flows report about her, applied to her row in the turn's transaction. Erasing is `bot.privacy`'s."""

from collections.abc import Sequence
from datetime import datetime

from bot.privacy import consent, wipe
from bot.storage.tables import Conversation
from bot.storage.vault import DataKey
from flows.model import Event, Remember

_NO_WORD = "skip"
"""What choosing "not now" says where a code word is asked for. It must never become her code word."""


def apply(row: Conversation, key: DataKey, events: Sequence[Event], now: datetime) -> None:
    """Keep what she said about keeping, writing, her phone and her code word. The word is sealed before it is stored."""
    for event in events:
        if isinstance(event, Remember):
            _one(row, key, event, now)


def _one(row: Conversation, key: DataKey, told: Remember, now: datetime) -> None:
    match told.what:
        case "consent":
            agreed = told.value != consent.WITHDRAWN
            row.consent_at, row.consent_version = (now, told.value) if agreed else (None, None)
        case "address":
            row.spoken_to = told.value
        case "may_write":
            row.may_write, row.may_write_at = told.value, now
            if told.value != "yes":
                row.check_in_at = None
        case "write_when":
            row.write_when = told.value
        case "phone_shared":
            row.phone_shared = told.value
        case "code_word" if told.value == _NO_WORD:
            pass  # the one she may have left before stays
        case "code_word":
            row.code_word_enc = key.seal(told.value, "conversations", row.id, "code_word")
        case "wipe":
            row.wipe_from = now - wipe.GIVE_UP_AFTER if told.value == "yes" else None
        case "check_in":
            row.check_in_at = datetime.fromisoformat(told.value)
