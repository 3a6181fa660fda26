"""The supervisors' page: every case, every operator, how long women wait, who is on shift when."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby

from babel.dates import format_date
from sqlalchemy import select
from starlette.responses import Response

from bot.cases import queue, work
from bot.cases.figures import TARGETS, waits
from bot.cases.listing import open_rows
from bot.console import words
from bot.console.desk_view import row_view
from bot.console.guard import SUPERVISORS, Page, Visit
from bot.console.render import ZONE, lasting, moment
from bot.privacy import statistics
from bot.storage.tables import Operator, Shift

_PERIOD = timedelta(days=7)
_SHIFTS_SHOWN = 60
_OPINIONS_SHOWN = 24


async def team(visit: Visit) -> Response:
    now = visit.rt.clock()
    async with visit.rt.database.read() as session:
        rows = await open_rows(session, visit.operator, now, visit.rt.bundle.library.hours)
        people = (
            await session.scalars(
                select(Operator)
                .where(Operator.active.is_(True), Operator.role.in_(("operator", "supervisor")))
                .order_by(Operator.name)
            )
        ).all()
        held = {person.id: await queue.held_count(session, person.id) for person in people}
        figures = await waits(session, now - _PERIOD, now)
        opinions = await statistics.opinions(session)
        shifts = (
            await session.execute(
                select(Shift, Operator.name)
                .join(Operator, Operator.id == Shift.operator_id)
                .where(Shift.ends_at > now)
                .order_by(Shift.starts_at)
                .limit(_SHIFTS_SHOWN)
            )
        ).all()
    absent = now - timedelta(seconds=visit.rt.settings.presence_seconds)
    return visit.show(
        "team_body.html" if visit.request.query_params.get("part") else "team.html",
        rows=[row_view(visit, row) for row in rows],
        owners={row.case.id: row.owner for row in rows},
        people=[(p, held[p.id], p.seen_at is not None and p.seen_at > absent) for p in people],
        figures=[
            {
                "level": visit.say(words.RISKS[f.risk]),
                "count": f.count,
                "answered": f.answered,
                "median": lasting(f.median) if f.median is not None else "–",
                "p95": lasting(f.p95) if f.p95 is not None else "–",
                "within": f"{f.within:.0%}" if f.within is not None else "–",
                "target": lasting(TARGETS[f.risk]),
            }
            for f in figures
        ],
        calendar=_by_day(visit, [(shift, name) for shift, name in shifts]),
        opinions=opinions[:_OPINIONS_SHOWN],
        scores=statistics.SCORES,
        problem="",
    )


def _by_day(visit: Visit, shifts: Sequence[tuple[Shift, str]]) -> list[tuple[str, list[tuple[Shift, str]]]]:
    """Shifts under the day on which they begin, in central Mexico."""
    days = groupby(shifts, lambda item: item[0].starts_at.astimezone(ZONE).date())
    return [(format_date(day, "EEEE d MMMM", locale=visit.language), list(of_day)) for day, of_day in days]


async def add_shift(visit: Visit) -> Response:
    try:
        begins, ends = (moment(visit.field(name)) for name in ("begins", "ends"))
    except ValueError:
        return visit.show("message.html", 422, title=visit.say("Give the beginning and the end of the shift"), text="")
    if not begins < ends <= begins + timedelta(hours=24):
        return visit.show("message.html", 422, title=visit.say("A shift ends after it begins, within a day"), text="")
    async with visit.rt.database.write() as session:
        if await session.get(Operator, visit.field("who")) is None:
            return visit.show("message.html", 422, title=visit.say("There is no such person"), text="")
        session.add(Shift(operator_id=visit.field("who"), starts_at=begins, ends_at=ends))
    return visit.go("/console/team")


async def drop_shift(visit: Visit) -> Response:
    async with visit.rt.database.write() as session:
        shift = await session.get(Shift, visit.field("shift"))
        if shift is not None:
            await session.delete(shift)
    return visit.go("/console/team")


_CAPACITIES = {str(number): number for number in range(work.CAPACITY_MOST + 1)}


async def capacity(visit: Visit) -> Response:
    """How many cases an operator may hold."""
    wanted = visit.field("capacity")
    async with visit.rt.database.write() as session:
        person = await session.get(Operator, visit.field("who"))
        if person is None or wanted not in _CAPACITIES:
            return visit.show("message.html", 422, title=visit.say("A whole number from 0 to 10"), text="")
        person.capacity = _CAPACITIES[wanted]
    return visit.go("/console/team")


PAGES = (
    Page("GET", "/console/team", team, SUPERVISORS),
    Page("POST", "/console/team/shifts", add_shift, SUPERVISORS),
    Page("POST", "/console/team/shifts/drop", drop_shift, SUPERVISORS),
    Page("POST", "/console/team/capacity", capacity, SUPERVISORS),
)
