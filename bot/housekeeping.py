"""What the house does by itself, every few seconds: blank what must not be kept, send alarms, catch up with providers."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from sqlalchemy import exists, update

from bot import check_in, fact_decisions, watch
from bot.cases.alerts import send_alarms
from bot.cases.case import OPEN_STATES
from bot.cases.clock import run_clock
from bot.cases.queue import return_unanswered
from bot.runtime import Runtime
from bot.storage.tables import Case, Conversation, InboxEntry, OutboxEntry


async def blank_unconsented(rt: Runtime) -> None:
    """No body older than an hour exists without consent, except in an open case or still waiting for its turn (R29)."""
    before = rt.clock() - timedelta(minutes=rt.settings.unconsented_minutes)
    async with rt.database.write() as session:
        for table, at in ((InboxEntry, InboxEntry.received_at), (OutboxEntry, OutboxEntry.created_at)):
            consented = exists().where(Conversation.id == table.conversation_id, Conversation.consent_at.is_not(None))
            in_case = exists().where(Case.conversation_id == table.conversation_id, Case.state.in_(OPEN_STATES))
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


HOUSEKEEPING: tuple[tuple[str, Callable[[Runtime], Awaitable[None]], float], ...] = (
    ("content", watch.follow, watch.SECONDS),
    ("facts", fact_decisions.refresh, fact_decisions.REFRESH_SECONDS),
    ("check-in", check_in.send_due, check_in.SECONDS),
    ("blank", blank_unconsented, 60.0),
    ("clock", run_clock, 1.0),
    ("return", return_unanswered, 2.0),
    ("alarms", send_alarms, 1.0),
)
