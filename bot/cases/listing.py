"""The queue as a list: by lane, level, then waiting. Read only, without a word of what was said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cases import deadlines
from bot.cases.case import OPEN_STATES
from bot.safety.risk import Risk
from bot.storage.tables import Case, Conversation, Operator
from content.hours import Hours

LANES = ("urgent", "listen", "legal")
# Languages and specialities prefer, never block: after this long everybody sees a case where its waiting time puts it.
PREFERRED_FOR = timedelta(minutes=3)


@dataclass(frozen=True, slots=True)
class Row:
    """One case as the queue shows it.

    Attributes:
        waiting: since it was opened until the first human reply, or now.
        owner: name of who has it.
        silent_for: since her last message; None if unknown.
    """

    case: Case
    risk: Risk
    owner: str | None
    waiting: timedelta
    silent_for: timedelta | None

    @property
    def answered(self) -> bool:
        return self.case.first_reply_at is not None


async def open_rows(session: AsyncSession, viewer: Operator, now: datetime, calendar: Hours) -> list[Row]:
    """Cases that are not over and that this operator may see, most pressing first. `calendar` has the days that do not count."""
    query = (
        select(Case, Operator.name, Conversation.last_inbound_at)
        .outerjoin(Operator, Operator.id == Case.claimed_by)
        .outerjoin(Conversation, Conversation.id == Case.conversation_id)
        .where(Case.state.in_(OPEN_STATES))
        .order_by(Case.risk.desc(), Case.opened_at, Case.id)
    )
    rows = [row(case, owner, heard, now) for case, owner, heard in await session.execute(query)]
    return sorted((r for r in rows if visible_to(r.case, viewer)), key=lambda item: _order(item, viewer, now, calendar))


def row(case: Case, owner: str | None, heard: datetime | None, now: datetime) -> Row:
    waiting = (case.first_reply_at or now) - case.opened_at
    return Row(case, Risk(case.risk), owner, waiting, now - heard if heard else None)


def _order(item: Row, viewer: Operator, now: datetime, calendar: Hours) -> tuple[int, int, bool, datetime]:
    """By lane; then level; what she can write and knows first while it is fresh; then waiting time. The legal lane goes by
    its next deadline instead.
    """
    case = item.case
    if case.lane == "legal":
        ends = [clock.until for clock in deadlines.of_case(case, now, calendar) if clock.until > now]
        return (LANES.index(case.lane), 0, not ends, min(ends, default=case.opened_at))
    hers = case.language in (None, *viewer.languages) and case.speciality in (None, *viewer.specialities)
    return (LANES.index(case.lane), -case.risk, not hers and item.waiting < PREFERRED_FOR, case.opened_at)


def visible_to(case: Case, viewer: Operator) -> bool:
    """A complaint is seen by safeguarding people alone, and never by whom it is about."""
    return may_see(case.concerns, viewer)


def may_see(concerns: Sequence[str] | None, viewer: Operator) -> bool:
    """The same of a case by whom it is about; None where it is no complaint."""
    return concerns is None or (viewer.safeguarding and viewer.id not in concerns)
