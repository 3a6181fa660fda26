"""The operators' desk: the queue, taking a case, being there."""

from dataclasses import dataclass

from starlette.responses import Response

from bot.cases import queue
from bot.cases.listing import LANES, Row, open_rows
from bot.cases.queue import Claim
from bot.console import words
from bot.console.guard import DESK, Page, Visit
from bot.console.render import lasting
from bot.storage.tables import Operator


@dataclass(frozen=True, slots=True)
class RowView:
    """A row in the reader's words."""

    id: str
    risk: str
    risk_words: str
    state: str
    state_words: str
    reasons: list[str]
    flags: list[str]
    language: str
    channel: str
    owner: str | None
    waiting: str
    waits_since: str
    mine: bool
    may_claim: bool
    may_open: bool
    clocks: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class LaneView:
    id: str
    name: str
    help: str
    rows: list[RowView]


def row_view(visit: Visit, row: Row) -> RowView:
    case, viewer = row.case, visit.operator
    mine = case.claimed_by == viewer.id
    since = visit.rt.clock() - row.waiting
    return RowView(
        id=case.id,
        risk=row.risk.word,
        risk_words=visit.say(words.RISKS[row.risk]),
        state=case.state,
        state_words=visit.say(words.STATES[case.state]),
        reasons=words.reason_words(case.reasons, visit.say),
        flags=words.flag_words(case.flags, visit.say),
        language=visit.say(words.TONGUES.get(case.language or "", case.language or words.UNKNOWN_LANGUAGE)),
        channel=visit.say(words.CHANNELS.get(case.channel, case.channel)),
        owner=None if mine else row.owner,
        waiting=lasting(row.waiting),
        waits_since="" if row.answered else since.isoformat(),
        mine=mine,
        may_claim=case.state == "open",
        may_open=may_open(viewer, row),
    )


def may_open(viewer: Operator, row: Row) -> bool:
    """Her own cases, those she was asked into, and for a supervisor every one (R27, R47)."""
    case = row.case
    return viewer.role == "supervisor" or viewer.id in (case.claimed_by, case.offered_to, *case.joined)


async def home(visit: Visit) -> Response:
    """The queue; as a fragment for the page's own script."""
    async with visit.rt.database.read() as session:
        rows = await open_rows(session, visit.operator, visit.rt.clock())
    lanes = [_lane(visit, lane, rows) for lane in LANES]
    template = "queue_list.html" if visit.request.query_params.get("part") == "list" else "queue.html"
    return visit.show(template, lanes=lanes)


def _lane(visit: Visit, lane: str, rows: list[Row]) -> LaneView:
    views = [row_view(visit, row) for row in rows if row.case.lane == lane]
    return LaneView(lane, visit.say(words.LANES[lane]), visit.say(words.LANE_HELP[lane]), views)


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
    """The page's heartbeat."""
    await queue.here(visit.rt, visit.operator.id)
    return Response(status_code=204)


PAGES = (
    Page("GET", "/console/", home, DESK),
    Page("POST", "/console/cases/{case}/claim", claim, DESK),
    Page("POST", "/console/presence", presence, DESK, by_itself=True),
)
