"""A case opened for the operator who has it: what was said, in order, and what may be written now.

Her words leave the vault here and go nowhere but into an escaped template.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import writing_first
from bot.cases.work import May, Rule, opener_sent, writing_rule
from bot.console import words
from bot.runtime import Runtime
from bot.sending_rules import Rules
from bot.storage.keystore import KeyErased
from bot.storage.tables import Case, CaseEvent, Conversation, InboxEntry, Note, Operator, OutboxEntry
from bot.storage.vault import DataKey, VaultError
from content.directory import Directory
from integrations.channel import BODY, Body, Choice, ContactCard, Location, Media, MediaKind, Message, Text, Unsupported

_SHOWN = 200
_WINDOW = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing in the talk. `who`: hers, bot, person, note, happened.

    `text` is None when it was not kept. `media` is (kind, path) of a file; `near` of a position the closest place of ours
    and its distance in km; `options` what she could tap; `tick` and `remedy`
    say what became of what we sent.
    """

    at: datetime
    who: str
    text: str | None = ""
    by: str = ""
    media: tuple[str, str] | None = None
    near: tuple[str, float] | None = None
    options: tuple[str, ...] = ()
    tick: str = ""
    failed: bool = False
    remedy: str = ""
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Talk:
    """Everything that the page of a case shows beside the case itself."""

    case: Case
    conversation: Conversation | None
    lines: list[Line]
    draft: str
    rule: Rule
    may_write: str
    window_until: datetime | None
    erased: bool


async def opened(rt: Runtime, session: AsyncSession, case: Case, viewer: Operator) -> Talk:
    """The talk of a case."""
    now = rt.clock()
    conversation = await session.get(Conversation, case.conversation_id) if case.conversation_id else None
    names = {row.id: row.name for row in await session.scalars(select(Operator))}
    happened = await _happened(session, case, names)
    if conversation is None:
        return Talk(case, None, happened, "", Rule(May.NOTHING, "erased"), "unknown", None, erased=True)
    try:
        key = await rt.keys.get(conversation.id)
    except KeyErased:
        return Talk(case, conversation, happened, "", Rule(May.NOTHING, "erased"), "unknown", None, erased=True)
    notes, draft = await _notes(session, case, key, viewer, names)
    lines = [
        *await _hers(rt, session, case, conversation, key),
        *await _ours(session, conversation, key, names),
        *notes,
        *happened,
    ]
    rule = writing_rule(conversation, Rules.of(rt.settings), now, opener_sent=await opener_sent(session, conversation))
    last = conversation.last_inbound_at
    window = last + _WINDOW if last and conversation.channel == "whatsapp" else None
    said = writing_first.word(conversation, now)
    return Talk(case, conversation, sorted(lines, key=lambda line: line.at), draft, rule, said, window, erased=False)


async def _hers(rt: Runtime, session: AsyncSession, case: Case, conversation: Conversation, key: DataKey) -> list[Line]:
    query = select(InboxEntry).where(InboxEntry.conversation_id == conversation.id).order_by(InboxEntry.id.desc()).limit(_SHOWN)
    places = rt.bundle.library.directory
    return [_heard(entry, case, key, places) for entry in reversed((await session.scalars(query)).all())]


def _heard(entry: InboxEntry, case: Case, key: DataKey, places: Directory) -> Line:
    at = entry.sent_at or entry.received_at
    urgent = entry.glance >= 2
    if entry.body_enc is None:
        return Line(at, "hers", None, urgent=urgent)
    try:
        body = BODY.validate_json(key.open(entry.body_enc, "inbox", entry.uid, "body"))
    except (VaultError, ValueError):
        return Line(at, "hers", None, urgent=urgent)
    text, media = _said(body, f"/console/cases/{case.id}/media/{entry.id}")
    return Line(at, "hers", text, media=media, near=_near(body, places), urgent=urgent)


def _near(body: Body, places: Directory) -> tuple[str, float] | None:
    """Where a shared position is, from our own places: no map of anybody else learns of it."""
    if not isinstance(body, Location):
        return None
    place, km = places.nearest((body.latitude, body.longitude))
    return place.town, km


def _said(body: Body, path: str) -> tuple[str, tuple[str, str] | None]:
    match body:
        case Text():
            return body.text, None
        case Choice():
            return body.label or "•", None
        case Location():
            return f"{body.latitude:.5f}, {body.longitude:.5f} {body.label}".strip(), ("location", "")
        case Media():
            shown = {MediaKind.STICKER: "image", MediaKind.AUDIO: "voice"}.get(body.media, body.media.value)
            return body.caption, (shown, path)
        case ContactCard():
            return "", ("contact_card", "")
        case Unsupported():
            return "", ("unsupported", "")


async def _ours(session: AsyncSession, conversation: Conversation, key: DataKey, names: dict[str, str]) -> list[Line]:
    query = (
        select(OutboxEntry).where(OutboxEntry.conversation_id == conversation.id).order_by(OutboxEntry.id.desc()).limit(_SHOWN)
    )
    return [_sent(entry, key, names) for entry in reversed((await session.scalars(query)).all())]


def _sent(entry: OutboxEntry, key: DataKey, names: dict[str, str]) -> Line:
    message = None
    if entry.body_enc is not None:
        try:
            message = Message.model_validate_json(key.open(entry.body_enc, "outbox", entry.uid, "body"))
        except (VaultError, ValueError):
            message = None
    tick, remedy = words.tick(entry.state, entry.reason)
    return Line(
        at=entry.created_at,
        who="person" if entry.operator_id else "bot",
        text=message.text if message else None,
        by=names.get(entry.operator_id or "", ""),
        options=tuple(option.label for option in message.options) if message else (),
        tick=tick,
        failed=entry.state in ("failed", "held", "dropped", "uncertain", "stale"),
        remedy=remedy,
    )


async def _notes(
    session: AsyncSession, case: Case, key: DataKey, viewer: Operator, names: dict[str, str]
) -> tuple[list[Line], str]:
    lines, draft = [], ""
    for note in await session.scalars(select(Note).where(Note.case_id == case.id)):
        if note.body_enc is None:
            continue
        text = key.open(note.body_enc, "notes", note.id, "body")
        if note.kind == "note":
            lines.append(Line(note.at, "note", text, by=names.get(note.operator_id, "")))
        elif note.operator_id == viewer.id:
            draft = text
    return lines, draft


async def _happened(session: AsyncSession, case: Case, names: dict[str, str]) -> list[Line]:
    events = await session.scalars(select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(CaseEvent.id))
    return [
        Line(event.at, "happened", words.EVENTS[event.what], by=names.get(event.operator_id or "", ""))
        for event in events
        if event.what in words.EVENTS
    ]


def body_of(entry: InboxEntry, key: DataKey) -> Media | None:
    """The file reference that a message holds, if it is one."""
    if entry.body_enc is None:
        return None
    try:
        body = BODY.validate_json(key.open(entry.body_enc, "inbox", entry.uid, "body"))
    except (VaultError, ValueError, json.JSONDecodeError):
        return None
    return body if isinstance(body, Media) else None
