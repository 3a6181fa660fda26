"""The operators' desk: the queue, taking a case, being there, the shift."""

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from bot.cases import queue
from bot.cases.listing import LANES, open_rows
from bot.cases.queue import Claim
from bot.console.account import Role
from bot.console.desk_view import lane_view
from bot.console.guard import DESK, EVERYBODY, Page, Visit
from bot.privacy import identity, linking
from bot.push.service import public_key
from bot.safety.risk import Risk
from bot.storage.tables import Operator

_HOMES = {Role.ADMIN: "/console/people", Role.EDITOR: "/console/facts"}


async def home(visit: Visit) -> Response:
    """The queue. Whoever has no desk is shown her own page."""
    if visit.role not in DESK:
        return visit.go(_HOMES[visit.role])
    return await _queue(visit, "queue.html")


async def rows(visit: Visit) -> Response:
    """The rows alone, for a queue that is open already: it stays live, and sounds, while the session is hidden."""
    return await _queue(visit, "queue_list.html")


async def _queue(visit: Visit, template: str) -> Response:
    async with visit.rt.database.read() as session:
        found = await open_rows(session, visit.operator, visit.rt.clock(), visit.rt.bundle.library.hours)
        asked = await _asked(session, visit)
    lanes = [lane_view(visit, lane, found) for lane in LANES]
    return visit.show(template, lanes=lanes, asked=asked, push_key=public_key(visit.rt.settings))


async def waiting(visit: Visit) -> Response:
    """Urgent cases that nobody has, for the head of every other page of the desk: she sees and hears them there too. And what
    colleagues ask her to agree to.
    """
    async with visit.rt.database.read() as session:
        found = await open_rows(session, visit.operator, visit.rt.clock(), visit.rt.bundle.library.hours)
        asked = await _asked(session, visit)
    urgent = [row for row in found if row.case.state == "open" and row.risk >= Risk.HIGH]
    return visit.show("waiting.html", rows=urgent, asked=asked)


async def _asked(session: AsyncSession, visit: Visit) -> int:
    """How many wishes of colleagues wait for a second person (R44, R47)."""
    numbers = await identity.wishes(session, visit.rt, visit.operator)
    return len(numbers) + len(await linking.wishes(session, visit.rt, visit.operator))


async def claim(visit: Visit) -> Response:
    case_id = visit.request.path_params["case"]
    result = await queue.claim(visit.rt, case_id, visit.operator.id)
    if result.outcome is Claim.WON:
        return visit.go(f"/console/cases/{case_id}")
    told = {
        Claim.TAKEN: visit.say("Somebody else has just taken this case."),
        Claim.FULL: visit.say("You have as many cases as you can hold. Finish or give back one first."),
        Claim.GONE: visit.say("This case is over."),
    }
    return visit.show("message.html", 409, title=told[result.outcome], text="")


async def presence(visit: Visit) -> Response:
    """The page's heartbeat. Nobody has moved for long: it still counts for who waits for an alarm, not for who has cases."""
    assert visit.who is not None  # noqa: S101 - not for anyone
    async with visit.rt.database.read() as session:
        holds = await queue.held_count(session, visit.operator.id)
    if not (visit.who.locked and holds):
        await queue.here(visit.rt, visit.operator.id)
    return Response(status_code=204)


async def shift(visit: Visit) -> Response:
    """Begin a shift, once she has heard the sound, or end it. Whoever still has cases hands them over first."""
    async with visit.rt.database.write() as session:
        if visit.field("on") != "yes" and await queue.held_count(session, visit.operator.id):
            return visit.go("/console/handover")
        operator = await session.get_one(Operator, visit.operator.id)
        operator.on_shift = visit.field("on") == "yes"
        operator.seen_at = visit.rt.clock()
        if operator.on_shift:
            operator.sound_tested_at = visit.rt.clock()
    return visit.go("/console/")


PAGES = (
    Page("GET", "/console/", home, EVERYBODY),
    Page("GET", "/console/queue", rows, DESK, by_itself=True),
    Page("GET", "/console/waiting", waiting, DESK, by_itself=True),
    Page("POST", "/console/cases/{case}/claim", claim, DESK),
    Page("POST", "/console/presence", presence, DESK, by_itself=True),
    Page("POST", "/console/shift", shift, DESK),
)
