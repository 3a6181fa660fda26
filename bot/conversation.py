"""One conversation between turns: its sealed state, its language, who has it, and what was heard in a turn."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from faro_text.words import global_word

from bot.inbox import Turn
from bot.safety.risk import Risk
from bot.storage.tables import Conversation
from bot.storage.vault import DataKey
from integrations.channel import Body, Choice, ContactCard, Location, Media, Text, Unsupported


@dataclass(frozen=True, slots=True)
class Mind:
    """What is remembered between turns, sealed under her key.

    Attributes:
        flow: the engine's state.
        safety: the safety net's episode: level reached, pending question.
    """

    flow: dict[str, Any] = field(default_factory=dict)
    safety: dict[str, Any] = field(default_factory=dict)


def open_mind(conversation: Conversation, key: DataKey) -> Mind:
    if conversation.state_enc is None:
        return Mind()
    data = json.loads(key.open(conversation.state_enc, "conversations", conversation.id, "state"))
    return Mind(flow=data["flow"], safety=data["safety"])


def seal_mind(mind: Mind, conversation_id: str, key: DataKey) -> bytes:
    data = json.dumps({"flow": mind.flow, "safety": mind.safety}, ensure_ascii=False, separators=(",", ":"))
    return key.seal(data, "conversations", conversation_id, "state")


@dataclass(frozen=True, slots=True)
class Heard:
    """All that came in one turn, as one.

    Attributes:
        text: what she wrote, messages in order, joined by a newline.
        unreadable: kinds of what cannot be read.
        word: the global word that a whole message is; the last one in the turn counts, an exit only when nothing follows it.
        glance: the most urgent first glance at any of the messages.
    """

    text: str
    choice: str | None
    location: tuple[float, float] | None
    unreadable: tuple[str, ...]
    word: str | None
    glance: Risk


def hear(turn: Turn) -> Heard:
    bodies: Sequence[Body] = [m.body for m in turn.messages]
    texts = [text for body in bodies if (text := _text_of(body))]
    choices = [body.token for body in bodies if isinstance(body, Choice)]
    locations = [(body.latitude, body.longitude) for body in bodies if isinstance(body, Location)]
    words = [word for text in texts if (word := global_word(text))]
    return Heard(
        text="\n".join(texts),
        choice=choices[-1] if choices else None,
        location=locations[-1] if locations else None,
        unreadable=tuple(kind for body in bodies if (kind := _unreadable(body))),
        word=words[-1] if words and not (words[-1] == "exit" and global_word(texts[-1]) != "exit") else None,
        glance=turn.glance,
    )


def _text_of(body: Body) -> str:
    if isinstance(body, Text):
        return body.text.strip()
    if isinstance(body, Media):
        return body.caption.strip()
    return ""


def _unreadable(body: Body) -> str | None:
    if isinstance(body, Media):
        return body.media.value
    if isinstance(body, ContactCard | Unsupported):
        return body.kind
    return None


def keeps_content(conversation: Conversation, case_open: bool) -> bool:
    """Whether her words may stay after the turn: consent governs keeping, never answering (R29)."""
    return case_open or conversation.consent_at is not None
