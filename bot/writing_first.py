"""When we may write to her without being asked: while her yes lasts, and in the hours she named (R38, R43-R45). Pure.

Only a yes that she gave counts; unknown means no. After 14 silent days the number may be somebody else's (R45): the yes is over,
also when it writes again.
"""

from datetime import datetime, timedelta

from bot.storage.tables import Conversation
from flows.reading import HERE

YES_LASTS = timedelta(days=14)
_HOURS = {"morning": (9, 12), "afternoon": (14, 18), "evening": (20, 22)}
"""From and until, by the clock of Mexico City: hours that are morning, afternoon and evening in Tijuana and in Cancún alike."""


def lapsed(conversation: Conversation, now: datetime) -> bool:
    """Whether she has been silent for so long that what she said about writing no longer holds."""
    last = conversation.last_inbound_at
    return last is not None and now - last >= YES_LASTS


def word(conversation: Conversation, now: datetime) -> str:
    """What she says now of being written to first: yes, no or unknown. A no never lapses."""
    over = conversation.may_write == "yes" and lapsed(conversation, now)
    return "unknown" if over else conversation.may_write


def from_when(conversation: Conversation, now: datetime) -> datetime:
    """The first moment from now on that lies in her hours; now itself when she named none."""
    if conversation.write_when not in _HOURS:
        return now
    start, end = _HOURS[conversation.write_when]
    here = now.astimezone(HERE)
    if start <= here.hour < end:
        return now
    opens = here.replace(hour=start, minute=0, second=0, microsecond=0)
    return (opens if here.hour < start else opens + timedelta(days=1)).astimezone(now.tzinfo)
