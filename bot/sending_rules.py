"""When we may write to her at all, for every sender of the house (R38, R43-R45). Pure: delivery sends, this decides."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

from bot import outbox, writing_first
from bot.outbox import EntryKind
from bot.settings import Settings
from bot.storage.tables import Conversation, OutboxEntry

_WINDOW = timedelta(hours=24)
"""WhatsApp's: after her last message."""


class Verdict(Enum):
    """What becomes of an entry that is about to be sent."""

    SEND = auto()
    NEUTRAL = auto()  # replaced by one neutral line; the entry itself waits for her "1"
    STALE = auto()  # waits behind that neutral line
    REOPEN = auto()  # WhatsApp's window is closed: only the approved neutral template
    HOLD = auto()
    HER_HOURS = auto()  # held until the hours that she named
    DROP = auto()


@dataclass(frozen=True, slots=True)
class Decision:
    """`until`: for HER_HOURS, when they begin."""

    verdict: Verdict
    reason: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings by which delivery decides."""

    reply: timedelta
    automatic_expiry: timedelta
    template: bool

    @classmethod
    def of(cls, settings: Settings) -> "Rules":
        return cls(
            reply=timedelta(minutes=settings.reply_minutes),
            automatic_expiry=timedelta(minutes=settings.automatic_expiry_minutes),
            template=bool(settings.twilio_reopen_content_sid),
        )


def decide(entry: OutboxEntry, conversation: Conversation, rules: Rules, now: datetime, *, neutral_sent: bool) -> Decision:
    """May this entry leave now? Pure.

    Args:
        neutral_sent: whether a neutral line already stands for a late entry of this conversation.
    """
    kind = EntryKind(entry.kind)
    if kind is not EntryKind.FAREWELL and conversation.exited_at:
        return Decision(Verdict.DROP if entry.created_at <= conversation.exited_at else Verdict.HOLD, "left")
    last = conversation.last_inbound_at
    silent = now - last if last else timedelta.max
    if kind is EntryKind.FAREWELL and silent > rules.reply:  # a goodbye out of the blue says that there was a talk
        return Decision(Verdict.DROP, "late")
    if conversation.channel == "whatsapp" and silent >= _WINDOW:
        if rules.template and writing_first.word(conversation, now) == "yes" and not conversation.phone_held:
            return _in_her_hours(conversation, now, Decision(Verdict.REOPEN, "window_closed"))
        return Decision(Verdict.HOLD, "window_closed")
    late = entry.answers_at is not None and now - entry.answers_at > rules.automatic_expiry
    if kind in (EntryKind.RISK, EntryKind.EMERGENCY) and late:
        return Decision(Verdict.DROP, "late")
    if kind is EntryKind.AUTOMATIC and late:
        if neutral_sent:
            return Decision(Verdict.STALE, "late")
        return Decision(Verdict.NEUTRAL, "late") if silent <= rules.reply else Decision(Verdict.STALE, "silent")
    if silent <= rules.reply:
        return Decision(Verdict.SEND)
    return _writing_first(kind, conversation, now)


def _writing_first(kind: EntryKind, conversation: Conversation, now: datetime) -> Decision:
    """She is not waiting for an answer any more: only what she agreed to, in her hours.

    A person's words never leave so late: her opener does, also where she was not asked yet, for somebody has weighed it.
    """
    said = writing_first.word(conversation, now)
    opener = kind is EntryKind.OPENER and said == "unknown" and not writing_first.lapsed(conversation, now)
    agreed = kind is not EntryKind.OPERATOR and (said == "yes" or opener)
    if conversation.phone_held or not agreed:
        return Decision(Verdict.HOLD, "writing_first")
    return _in_her_hours(conversation, now, Decision(Verdict.SEND))


def _in_her_hours(conversation: Conversation, now: datetime, otherwise: Decision) -> Decision:
    begins = writing_first.from_when(conversation, now)
    return otherwise if begins <= now else Decision(Verdict.HER_HOURS, outbox.HER_HOURS, begins)
