"""What `faro cases` prints: plain data, never message text."""

from datetime import datetime

from sqlalchemy import select

from bot.cases.case import OPEN_STATES
from bot.runtime import Runtime
from bot.safety.risk import Risk
from bot.storage.tables import Case, Operator


async def list_cases(rt: Runtime, *, everything: bool) -> list[dict[str, object]]:
    """Cases as the contract writes them, most pressing first."""
    query = (
        select(Case, Operator.email)
        .outerjoin(Operator, Operator.id == Case.claimed_by)
        .order_by(Case.risk.desc(), Case.opened_at, Case.id)
    )
    if not everything:
        query = query.where(Case.state.in_(OPEN_STATES))
    async with rt.database.read() as session:
        return [_row(case, email) for case, email in await session.execute(query)]


def _row(case: Case, email: str | None) -> dict[str, object]:
    return {
        "id": case.id,
        "state": case.state,
        "lane": case.lane,
        "risk": Risk(case.risk).word,
        "reasons": case.reasons,
        "channel": case.channel,
        "language": case.language,
        "opened_at": _time(case.opened_at),
        "claimed_by": email,
        "first_reply_at": _time(case.first_reply_at) if case.first_reply_at else None,
    }


def _time(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def as_lines(rows: list[dict[str, object]]) -> list[str]:
    """The same for a person's eyes, one line each."""
    columns = ("opened_at", "risk", "lane", "state", "channel", "language", "claimed_by", "id")
    return ["  ".join(str(row[name] or "-").ljust(9) for name in columns) for row in rows] or ["no cases"]
