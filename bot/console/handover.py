"""The end of a shift, case by case: a note, and to whom. The shift ends when nothing is left."""

from starlette.responses import Response

from bot.cases import handover
from bot.cases.listing import row
from bot.cases.work import NOTE_MOST, Refused
from bot.console import words
from bot.console.deeds import case_id
from bot.console.desk_view import row_view
from bot.console.guard import DESK, Page, Visit
from bot.storage.tables import Conversation


async def page(visit: Visit) -> Response:
    return await _page(visit)


async def _page(visit: Visit, problem: str = "", status: int = 200) -> Response:
    """The most pressing case that is left, or that nothing is."""
    me = visit.operator.id
    async with visit.rt.database.read() as session:
        cases = await handover.left(session, me)
        case = cases[0] if cases else None
        colleagues = await handover.there(session, visit.rt, case, me) if case else ()
        hers = await session.get(Conversation, case.conversation_id) if case and case.conversation_id else None
    listed = row(case, None, hers.last_inbound_at if hers else None, visit.rt.clock()) if case else None
    return visit.show(
        "handover.html",
        status,
        problem=problem,
        row=row_view(visit, listed) if listed else None,
        left=len(cases),
        colleagues=[(person, held) for person, held in colleagues],
        note=visit.field("note") if problem else "",
        to=visit.field("to"),
        most=NOTE_MOST,
    )


async def hand_over(visit: Visit) -> Response:
    """One case passed on; then the next."""
    try:
        await handover.hand_over(visit.rt, case_id(visit), visit.operator.id, visit.field("to") or None, visit.field("note"))
    except Refused as refused:
        return await _page(visit, visit.say(words.REFUSALS[refused.reason]), 409)
    return visit.go("/console/handover")


PAGES = (
    Page("GET", "/console/handover", page, DESK),
    Page("POST", "/console/handover/{case}", hand_over, DESK),
)
