"""Every table. Columns ending in `_enc` hold ciphertext of the vault, bound to their row (see `vault.py`).

No column outside those holds what she wrote, who she is, or where a reply goes.
"""

import uuid
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    Boolean,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


def new_id() -> str:
    """A random identifier that says nothing."""
    return uuid.uuid4().hex


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in Python, whatever the database keeps. A naive value is a bug and raises."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Table(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        dict[str, Any]: JSON(),
        list[str]: JSON(),
        bytes: LargeBinary(),
    }


class Conversation(Table):
    """One contact on one channel, and where she is.

    `ready_at` is null while nothing of hers waits; `lease_token` names the worker that has her turn.
    `priority` is the level of the lexicon's first glance at what waits: urgent overtakes. `held_by` is the operator who has the
    conversation: the bot is silent; `next_flow` what she chose for the bot to go on with when she gave it back. `erase_at`: this
    is what an erasure left, and when it goes too (`bot/privacy/erase.py`). `wipe_from`: from when on
    both sides' messages are deleted each day where she reads them, because she asked (`bot/privacy/wipe.py`).
    """

    __tablename__ = "conversations"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    channel: Mapped[str] = mapped_column(String(16))
    lookup: Mapped[bytes] = mapped_column(LargeBinary(32))
    address_enc: Mapped[bytes]
    created_at: Mapped[datetime]

    priority: Mapped[int] = mapped_column(Integer, default=0)
    ready_at: Mapped[datetime | None]
    lease_token: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None]

    language: Mapped[str | None] = mapped_column(String(8))
    language_chosen: Mapped[bool] = mapped_column(Boolean, default=False)
    spoken_to: Mapped[str | None] = mapped_column(String(8))
    state_enc: Mapped[bytes | None]
    awaiting: Mapped[bool] = mapped_column(Boolean, default=False)
    turns: Mapped[int] = mapped_column(Integer, default=0)

    last_inbound_at: Mapped[datetime | None]
    exited_at: Mapped[datetime | None]
    consent_at: Mapped[datetime | None]
    consent_version: Mapped[str | None] = mapped_column(String(16))
    may_write: Mapped[str] = mapped_column(String(8), default="unknown")
    may_write_at: Mapped[datetime | None]
    write_when: Mapped[str | None] = mapped_column(String(10))
    check_in_at: Mapped[datetime | None]
    code_word_enc: Mapped[bytes | None]
    wipe_from: Mapped[datetime | None]
    phone_shared: Mapped[str | None] = mapped_column(String(8))
    phone_held: Mapped[bool] = mapped_column(Boolean, default=False)
    check_due_at: Mapped[datetime | None]
    held_by: Mapped[str | None] = mapped_column(String(32))
    next_flow: Mapped[str | None] = mapped_column(String(64))
    erase_at: Mapped[datetime | None] = mapped_column(index=True)

    __table_args__ = (
        UniqueConstraint("channel", "lookup"),
        Index(
            "ix_conversations_waiting",
            "priority",
            "ready_at",
            postgresql_where=text("ready_at IS NOT NULL"),
            sqlite_where=text("ready_at IS NOT NULL"),
        ),
    )


class InboxEntry(Table):
    """One message from her. Unique on (channel, external_id): a duplicate changes nothing. `provider_id`: the name by which the
    provider deletes it.
    """

    __tablename__ = "inbox"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(16))
    external_id: Mapped[str] = mapped_column(String(128))
    provider_id: Mapped[str | None] = mapped_column(String(128))
    uid: Mapped[str] = mapped_column(String(32), default=new_id)
    body_enc: Mapped[bytes | None]
    kind: Mapped[str] = mapped_column(String(16))
    glance: Mapped[int] = mapped_column(Integer, default=0)
    sent_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(8), default="waiting")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    finished_at: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("channel", "external_id"),
        Index("ix_inbox_conversation_state", "conversation_id", "state"),
        Index("ix_inbox_received_at", "received_at"),
    )


class OutboxEntry(Table):
    """One provider request to her, written in the transaction of the turn that decided it."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(16))
    uid: Mapped[str] = mapped_column(String(32), default=new_id, insert_sentinel=True)
    body_enc: Mapped[bytes | None]
    kind: Mapped[str] = mapped_column(String(16))
    operator_id: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[datetime]
    answers_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(12), default="queued")
    reason: Mapped[str | None] = mapped_column(String(64))
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_at: Mapped[datetime]
    lease_token: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[datetime | None]
    provider_id: Mapped[str | None] = mapped_column(String(128))
    sent_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_outbox_state_next_at", "state", "next_at"),
        Index("ix_outbox_conversation_id", "conversation_id"),
        Index("ix_outbox_channel_provider_id", "channel", "provider_id"),
    )


class Case(Table):
    """A matter for a person. One open case a conversation.

    `waiting_since` is set when an answered case comes back to the queue (its alarm clock then counts from there, else from
    `opened_at`); `paused_seconds` is what claims without a reply have taken from its alarm clock; `waits_for_her_at` a
    recorded decision to wait; `offered_to` the operator of a warm transfer; `joined` who else may read and write;
    `concerns` null, or for a complaint the operators it is about (only a safeguarding person who is not among them sees
    it); `clocks` kind of deadline -> ISO time from which it counts.
    """

    __tablename__ = "cases"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    conversation_id: Mapped[str | None] = mapped_column(ForeignKey("conversations.id", ondelete="SET NULL"))
    channel: Mapped[str] = mapped_column(String(16))
    language: Mapped[str | None] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(12), default="open")
    lane: Mapped[str] = mapped_column(String(8))
    risk: Mapped[int] = mapped_column(Integer)
    reasons: Mapped[list[str]] = mapped_column(JSON, default=list)
    flags: Mapped[list[str]] = mapped_column(JSON, default=list)
    opened_at: Mapped[datetime]
    raised_at: Mapped[datetime | None]
    event_at: Mapped[datetime | None]
    claimed_by: Mapped[str | None] = mapped_column(ForeignKey("operators.id"))
    claimed_at: Mapped[datetime | None]
    first_reply_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    waiting_since: Mapped[datetime | None]
    paused_seconds: Mapped[int] = mapped_column(Integer, default=0)
    waits_for_her_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(24))
    speciality: Mapped[str | None] = mapped_column(String(16))
    offered_to: Mapped[str | None] = mapped_column(String(32))
    joined: Mapped[list[str]] = mapped_column(JSON, default=list)
    concerns: Mapped[list[str] | None] = mapped_column(JSON)
    clocks: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    __table_args__ = (
        Index("ix_cases_state_risk_opened_at", "state", "risk", "opened_at"),
        Index("ix_cases_conversation_id", "conversation_id"),
    )


class CaseEvent(Table):
    """What happened to a case, by whom. Never what was said."""

    __tablename__ = "case_events"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    what: Mapped[str] = mapped_column(String(24))
    operator_id: Mapped[str | None] = mapped_column(String(32))
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    __table_args__ = (Index("ix_case_events_case_id", "case_id"),)


class Alarm(Table):
    """One step of an alarm, sent once however many workers run: unique on (subject, step).

    `sent_at` is of the alert services, `pushed_at` of operators' phones: neither waits for the other.
    """

    __tablename__ = "alarms"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    subject: Mapped[str] = mapped_column(String(64))
    step: Mapped[str] = mapped_column(String(32))
    raised_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    pushed_at: Mapped[datetime | None]

    __table_args__ = (UniqueConstraint("subject", "step"),)


class Operator(Table):
    """A person of the organisation who signs in.

    `seen_at` is the last heartbeat of her desk; `reads` the language of her interface; `safeguarding` names who receives
    complaints about the service's own people.
    """

    __tablename__ = "operators"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(12))
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    password_hash: Mapped[str | None] = mapped_column(String(200))
    totp_enc: Mapped[bytes | None]
    totp_step: Mapped[int | None] = mapped_column(Integer)
    enrol_hash: Mapped[bytes | None]
    enrol_until: Mapped[datetime | None]
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    on_shift: Mapped[bool] = mapped_column(Boolean, default=False)
    sound_tested_at: Mapped[datetime | None]
    capacity: Mapped[int] = mapped_column(Integer, default=3)
    specialities: Mapped[list[str]] = mapped_column(JSON, default=list)
    safeguarding: Mapped[bool] = mapped_column(Boolean, default=False)
    reads: Mapped[str | None] = mapped_column(String(8))


class OperatorSession(Table):
    """A signed-in browser. Only a hash of its token is kept; `agent_hash` binds it to the browser that signed in.

    `seen_at` moves with every request, `active_at` only with a person's own.
    """

    __tablename__ = "operator_sessions"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    operator_id: Mapped[str] = mapped_column(ForeignKey("operators.id", ondelete="CASCADE"))
    agent_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    active_at: Mapped[datetime]
    locked_at: Mapped[datetime | None]


class RecoveryCode(Table):
    """One code of those shown once at enrolment, for a lost phone. Kept as a keyed hash, used once."""

    __tablename__ = "recovery_codes"

    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    operator_id: Mapped[str] = mapped_column(ForeignKey("operators.id", ondelete="CASCADE"), index=True)
    used_at: Mapped[datetime | None]


class Note(Table):
    """What operators write to each other about a case, sealed under the contact's key: erased with her."""

    __tablename__ = "notes"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    operator_id: Mapped[str] = mapped_column(String(32))
    kind: Mapped[str] = mapped_column(String(12), default="note")
    at: Mapped[datetime]
    body_enc: Mapped[bytes | None]


class Referral(Table):
    """That an organisation of the directory may be told of her, what she agreed to, and what it was told (R36). Codes only.

    `heard_at` is the message of hers in which she answered; `answer` yes, no or, later, taken_back; `until` when her yes ends by
    itself. Erased with her.
    """

    __tablename__ = "referrals"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    service: Mapped[str] = mapped_column(String(64))
    share: Mapped[list[str]] = mapped_column(JSON, default=list)
    asked_by: Mapped[str] = mapped_column(String(32))
    asked_at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(String(12))
    heard_at: Mapped[datetime | None]
    answered_by: Mapped[str | None] = mapped_column(String(32))
    answered_at: Mapped[datetime | None]
    until: Mapped[datetime | None]
    told: Mapped[list[str]] = mapped_column(JSON, default=list)
    told_by: Mapped[str | None] = mapped_column(String(32))
    told_at: Mapped[datetime | None]


class NumberRequest(Table):
    """An operator's wish to see where a reply goes, with a reason; shown for minutes once somebody else agreed (R47)."""

    __tablename__ = "number_requests"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    asked_by: Mapped[str] = mapped_column(String(32))
    reason: Mapped[str] = mapped_column(String(16))
    asked_at: Mapped[datetime]
    agreed_by: Mapped[str | None] = mapped_column(String(32))
    agreed_at: Mapped[datetime | None]


class CaseLink(Table):
    """That two cases are of one woman who writes from another number now: one operator asked, a second agreed (R44, R45). Codes
    only. Erased with either of the two.
    """

    __tablename__ = "case_links"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    earlier_id: Mapped[str] = mapped_column(ForeignKey("cases.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(String(16))
    asked_by: Mapped[str] = mapped_column(String(32))
    asked_at: Mapped[datetime]
    agreed_by: Mapped[str | None] = mapped_column(String(32))
    agreed_at: Mapped[datetime | None]


class ReviewMark(Table):
    """An operator's word that the machine missed something or cried wolf. Codes only, never text (R58)."""

    __tablename__ = "review_marks"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id", ondelete="SET NULL"))
    operator_id: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
    verdict: Mapped[str] = mapped_column(String(12))
    risk: Mapped[int] = mapped_column(Integer)
    language: Mapped[str | None] = mapped_column(String(8))
    reasons: Mapped[list[str]] = mapped_column(JSON, default=list)

    __table_args__ = (UniqueConstraint("case_id", "operator_id"),)


class FactDecision(Table):
    """An editor's decision about a fact of the content or a service of its directory, until it is written back into the YAML.

    `what` is fact or service, `fact` its id. `data` holds what a correction says. Verifying and withdrawing hold at
    once; correcting, once somebody else approved.
    """

    __tablename__ = "fact_decisions"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    what: Mapped[str] = mapped_column(String(8), default="fact", server_default="fact")
    fact: Mapped[str] = mapped_column(String(64), index=True)
    action: Mapped[str] = mapped_column(String(12))
    how: Mapped[str] = mapped_column(String(300), default="")
    data: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    made_by: Mapped[str] = mapped_column(String(32))
    made_by_name: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[datetime]
    approved_by: Mapped[str | None] = mapped_column(String(32))
    approved_at: Mapped[datetime | None]
    exported_at: Mapped[datetime | None]


class Shift(Table):
    """When an operator has promised to be there."""

    __tablename__ = "shifts"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    operator_id: Mapped[str] = mapped_column(ForeignKey("operators.id", ondelete="CASCADE"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]


class PushSubscription(Table):
    """An operator's phone that wants to be woken. Keys of her browser; nothing of any contact.

    `session_hash` is the session in which she asked for it, or last opened the desk there: it ends when she signs out of that.
    """

    __tablename__ = "push_subscriptions"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    operator_id: Mapped[str] = mapped_column(ForeignKey("operators.id", ondelete="CASCADE"), index=True)
    endpoint: Mapped[str] = mapped_column(String(1024), unique=True)
    p256dh: Mapped[str] = mapped_column(String(128))
    auth: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    renewed_at: Mapped[datetime | None]
    session_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))


class AccessEntry(Table):
    """Who of the organisation looked at or did what, each line bound to the one before: a removed line shows (R47)."""

    __tablename__ = "access_log"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    at: Mapped[datetime]
    operator_id: Mapped[str] = mapped_column(String(32))
    what: Mapped[str] = mapped_column(String(24))
    subject: Mapped[str] = mapped_column(String(32))
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))


class Remembered(Table):
    """Small facts that outlive a process: polling offsets, Content template ids, catch-up marks. No personal data."""

    __tablename__ = "remembered"

    key: Mapped[str] = mapped_column(String(128), primary_key=True)
    value: Mapped[str] = mapped_column(String(512))
    changed_at: Mapped[datetime]


class Lease(Table):
    """Who alone may do a thing for now: polling, catch-up, retention."""

    __tablename__ = "leases"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    token: Mapped[str] = mapped_column(String(32))
    until: Mapped[datetime]


class ConsentAct(Table):
    """That she agreed to keeping, or took it back, and to which version of the notice (R29). Erased with her."""

    __tablename__ = "consent_acts"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), index=True)
    channel: Mapped[str] = mapped_column(String(16))
    act: Mapped[str] = mapped_column(String(12))
    version: Mapped[str | None] = mapped_column(String(16))
    at: Mapped[datetime]


class Erasure(Table):
    """That somebody was erased: when and on which channel. Nothing of who.

    Until it is done also what is still to do: `contact`, whose data key must go; `work_enc`, what the provider must delete,
    sealed under a data key of its own. `left` counts what the provider would not delete.
    """

    __tablename__ = "erasures"

    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=new_id)
    at: Mapped[datetime]
    channel: Mapped[str] = mapped_column(String(16))
    why: Mapped[str] = mapped_column(String(12))
    contact: Mapped[str | None] = mapped_column(String(32))
    work_enc: Mapped[bytes | None]
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    next_at: Mapped[datetime | None] = mapped_column(index=True)
    left: Mapped[int] = mapped_column(Integer, default=0)


class ErasedMessage(Table):
    """Keyed hash of a message that was erased, so that a provider that brings it again brings nothing. Kept about a day."""

    __tablename__ = "erased_messages"

    mark: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class CaseCount(Table):
    """How many cases of a kind a month had: what stays when their records go (R34). No identifier; small cells are not shown."""

    __tablename__ = "case_counts"

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    lane: Mapped[str] = mapped_column(String(8), primary_key=True)
    risk: Mapped[int] = mapped_column(Integer, primary_key=True)
    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    count: Mapped[int] = mapped_column(Integer, default=0)


class FeedbackCount(Table):
    """How many women said in a month that it was useful, or not. Nothing of who, when exactly or about what."""

    __tablename__ = "feedback_counts"

    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    score: Mapped[str] = mapped_column(String(8), primary_key=True)
    count: Mapped[int] = mapped_column(Integer, default=0)


class ScriptVersion(Table):
    """A version of a flow script that a live conversation may still be on."""

    __tablename__ = "script_versions"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    source: Mapped[dict[str, Any]] = mapped_column(JSON)
    last_used_at: Mapped[datetime]


class SimulatedMessage(Table):
    """What was sent to a simulated phone. Written only outside production, where nobody real writes."""

    __tablename__ = "simulated_messages"

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    address: Mapped[str] = mapped_column(String(64), index=True)
    message: Mapped[dict[str, Any]] = mapped_column(JSON)
    sent_at: Mapped[datetime]
