"""Calls people outside the console: e-mail, Telegram, SMS and whatever else Apprise reaches. Counts and levels only, never a
word of what she wrote or who she is (R35).
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime

import apprise
from sqlalchemy import select

from bot import log
from bot.cases.clock import WAITING_STATES
from bot.runtime import Runtime
from bot.safety.risk import Risk
from bot.storage.tables import Alarm, Case

_log = log.get(__name__)

_BATCH = 50
_TRIES = 3
_PAUSE_SECONDS = 2.0


async def send_alarms(rt: Runtime) -> None:
    """Send what was raised and not sent. Each row is taken by one worker; a row whose alert failed repeats with its case."""
    now = rt.clock()
    async with rt.database.write() as session:
        query = select(Alarm).where(Alarm.sent_at.is_(None)).order_by(Alarm.id).limit(_BATCH)
        if rt.database.is_postgresql:
            query = query.with_for_update(skip_locked=True)
        alarms = (await session.scalars(query)).all()
        for alarm in alarms:
            alarm.sent_at = now
        waiting = await session.scalars(
            select(Case).where(Case.state.in_(WAITING_STATES), Case.lane == "urgent").order_by(Case.opened_at)
        )
        text = wording(alarms, waiting.all(), now, rt.settings.public_url)
    urls = [url.get_secret_value() for url in rt.settings.alert_urls]
    if alarms and urls:
        await _call(urls, text, len(alarms))


def wording(alarms: Sequence[Alarm], waiting: Sequence[Case], now: datetime, public_url: str) -> str:
    """One line for all of them: how many wait, the highest level, the longest wait, where to look."""
    where = public_url.rstrip("/") + "/console/"
    faults = sorted({alarm.subject for alarm in alarms if alarm.subject.startswith("provider:")})
    parts = []
    if waiting:
        longest = now - waiting[0].opened_at
        level = Risk(max(case.risk for case in waiting)).word
        parts.append(f"{len(waiting)} waiting, {level}, {int(longest.total_seconds() // 60)} min")
    elif len(alarms) > len(faults):
        parts.append("an operator or supervisor is wanted")
    parts += faults
    return f"{'; '.join(parts) or 'look at the console'} {where}"


async def _call(urls: Sequence[str], text: str, count: int) -> None:
    for left in reversed(range(_TRIES)):
        notifier = apprise.Apprise()
        for url in urls:
            notifier.add(url)
        if await notifier.async_notify(title="Faro", body=text):
            return
        if left:
            await asyncio.sleep(_PAUSE_SECONDS)
    _log.error("alert_failed", count=count)
