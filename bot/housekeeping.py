"""What the house does by itself, every few seconds: blank what must not be kept, send alarms, catch up with providers."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from sqlalchemy import and_, exists, or_, select, update

from bot import check_in, fact_decisions, watch
from bot.cases.alerts import send_alarms
from bot.cases.case import OPEN_STATES, open_or_raise
from bot.cases.clock import run_clock
from bot.cases.queue import return_unanswered
from bot.privacy import erase, provider, retention, wipe
from bot.push.alarms import send_pushes
from bot.runtime import Runtime
from bot.safety import reply
from bot.storage.tables import Case, Conversation, InboxEntry, OutboxEntry

_CHECK_BATCH = 50


async def blank_unconsented(rt: Runtime) -> None:
    """No body older than an hour exists without consent (R29), except of an open case, of an urgent one that ended less than
    three days ago, or still waiting for its turn.
    """
    before = rt.clock() - timedelta(minutes=rt.settings.unconsented_minutes)
    ended = rt.clock() - timedelta(hours=rt.settings.retention_closed_hours)
    async with rt.database.write() as session:
        for table, at in ((InboxEntry, InboxEntry.received_at), (OutboxEntry, OutboxEntry.created_at)):
            consented = exists().where(Conversation.id == table.conversation_id, Conversation.consent_at.is_not(None))
            just_ended = and_(Case.lane == "urgent", Case.closed_at > ended, Case.closed_at >= at)
            in_case = exists().where(Case.conversation_id == table.conversation_id, or_(Case.state.in_(OPEN_STATES), just_ended))
            pending = ("waiting",) if table is InboxEntry else ("queued", "sending")
            await session.execute(
                update(table)
                .where(
                    table.body_enc.is_not(None),
                    at < before,
                    table.state.not_in(pending),
                    ~consented,
                    ~in_case,
                )
                .values(body_enc=None)
            )


async def open_unanswered(rt: Runtime) -> None:
    """A check question that nobody answered in ten minutes opens a case, quietly: nobody writes to her first."""
    now = rt.clock()
    async with rt.database.write() as session:
        query = select(Conversation).where(Conversation.check_due_at <= now).limit(_CHECK_BATCH)
        if rt.database.is_postgresql:
            query = query.with_for_update(skip_locked=True)
        for row in (await session.scalars(query)).all():
            wanted = reply.unanswered(now, row.check_due_at)
            row.check_due_at = None
            if wanted is not None:
                await open_or_raise(session, row, wanted, now)


HOUSEKEEPING: tuple[tuple[str, Callable[[Runtime], Awaitable[None]], float], ...] = (
    ("content", watch.follow, watch.SECONDS),
    ("facts", fact_decisions.refresh, fact_decisions.REFRESH_SECONDS),
    ("check-in", check_in.send_due, check_in.SECONDS),
    ("blank", blank_unconsented, 60.0),
    ("erase", erase.finish, 5.0),
    ("leftovers", erase.leftovers, 2.0),
    ("delete-there", provider.delete_there, provider.SECONDS),
    ("wipe", wipe.delete_old, wipe.SECONDS),
    ("retention", retention.daily, retention.SECONDS),
    ("check", open_unanswered, 5.0),
    ("clock", run_clock, 1.0),
    ("return", return_unanswered, 2.0),
    ("alarms", send_alarms, 1.0),
    ("phones", send_pushes, 1.0),
)
