"""What the house does by itself, every few seconds: blank what must not be kept, send alarms, catch up with providers."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import apprise
from sqlalchemy import exists, select, update

from bot import log
from bot.cases.case import OPEN_STATES
from bot.runtime import Runtime
from bot.storage.tables import Alarm, Case, Conversation, InboxEntry, OutboxEntry

_log = log.get(__name__)

_ALARM_BATCH = 20


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


async def send_alarms(rt: Runtime) -> None:
    """Tell people outside the console, without a word of what was said or who said it."""
    now = rt.clock()
    async with rt.database.write() as session:
        query = select(Alarm).where(Alarm.sent_at.is_(None)).order_by(Alarm.id).limit(_ALARM_BATCH)
        if rt.database.is_postgresql:
            query = query.with_for_update(skip_locked=True)
        alarms = (await session.scalars(query)).all()
        for alarm in alarms:
            alarm.sent_at = now
    urls = [url.get_secret_value() for url in rt.settings.alert_urls]
    if not alarms or not urls:
        return
    notifier = apprise.Apprise()
    for url in urls:
        notifier.add(url)
    sent = await notifier.async_notify(title="Faro", body=f"Faro: {len(alarms)} ⚑ /console/")
    if not sent:
        _log.error("alert_failed", count=len(alarms))


HOUSEKEEPING: tuple[tuple[str, Callable[[Runtime], Awaitable[None]], float], ...] = (
    ("blank", blank_unconsented, 60.0),
    ("alarms", send_alarms, 1.0),
)
