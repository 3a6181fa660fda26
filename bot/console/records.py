"""What the editors' pages of facts and of services share: the list by filter, the decisions, and the words for their codes."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Protocol

from starlette.responses import Response

from bot import fact_decisions
from bot.console.account import Role
from bot.console.guard import Page, Visit
from bot.console.words import _
from bot.fact_decisions import Refused
from content.changes import What
from content.facts import Dated
from content.library import Library

EDITORS = frozenset({Role.EDITOR})
SOON_DAYS = 90
FILTERS = ("waiting", "soon", "all")

SHOWN = {"yes": _("yes"), "after_check": _("once somebody has verified it"), "internal": _("inside only")}
CONFIDENCE = {"high": _("high"), "medium": _("medium"), "low": _("low")}
DECIDED = {"verify": _("verification"), "withdraw": _("withdrawal"), "correct": _("correction")}
REFUSALS = {
    "unknown": _("There is no such record"),
    "always_sent": _("This line is always sent. It cannot be withdrawn here."),
    "unsound": _("That cannot be: check the number."),
    "same_person": _("Somebody else must approve it."),
    "gone": _("This was decided already."),
}


@dataclass(frozen=True, slots=True)
class Row[R: Dated]:
    """One record in a list. `due` is the last day on which it serves, `days` how many are left; `waits` for verification; `said`
    is what the list quotes.
    """

    record: R
    due: date
    days: int
    waits: bool
    said: str = ""


def chosen[R: Dated](rows: Iterable[Row[R]], wanted: str) -> list[Row[R]]:
    """The rows of a filter. Records that are never shown to her stand only under "all"."""
    return [row for row in rows if wanted == "all" or (row.record.show != "internal" and _belongs(row, wanted))]


def _belongs[R: Dated](row: Row[R], wanted: str) -> bool:
    return row.waits if wanted == "waiting" else row.days <= SOON_DAYS


class RecordPage(Protocol):
    """Shows one record, with a problem to say if there is one."""

    def __call__(self, visit: Visit, name: str, problem: str = "", status: int = 200) -> Awaitable[Response]: ...


@dataclass(frozen=True, slots=True)
class Shelf:
    """One kind of record. Its pages, templates and the part of the path with a record's id are called after `what`."""

    what: What
    rows: Callable[[Library, date, str], Sequence[Row[Any]]]
    page: RecordPage

    @property
    def address(self) -> str:
        return f"/console/{self.what}s"

    def name(self, visit: Visit) -> str:
        """The id of the record that a visit is about."""
        return str(visit.request.path_params[self.what])

    def pages(self) -> tuple[Page, ...]:
        """The pages that every kind of record has."""
        one = f"{self.address}/{{{self.what}}}"
        return (
            Page("GET", self.address, partial(_listing, self), EDITORS),
            Page("GET", one, partial(_one, self), EDITORS),
            Page("POST", f"{one}/verify", partial(decided, self, action="verify"), EDITORS),
            Page("POST", f"{one}/withdraw", partial(decided, self, action="withdraw"), EDITORS),
            Page("POST", f"{one}/decisions/{{decision}}/approve", partial(_approved, self), EDITORS),
        )


async def _listing(shelf: Shelf, visit: Visit) -> Response:
    await fact_decisions.refresh(visit.rt)
    asked = visit.request.query_params.get("show", "waiting")
    wanted = asked if asked in FILTERS else "waiting"
    library, today = visit.rt.bundle.library, visit.rt.clock().date()
    rows = {name: shelf.rows(library, today, name) for name in FILTERS}
    counts = {name: len(found) for name, found in rows.items()}
    return visit.show(
        f"{shelf.what}s.html", what=shelf.what, address=shelf.address, rows=rows[wanted], wanted=wanted, counts=counts
    )


async def _one(shelf: Shelf, visit: Visit) -> Response:
    await fact_decisions.refresh(visit.rt)
    return await shelf.page(visit, shelf.name(visit))


async def decided(shelf: Shelf, visit: Visit, action: str, values: Sequence[dict[str, Any]] = ()) -> Response:
    """An editor's decision about one record, with how she knows."""
    name, how = shelf.name(visit), visit.field("how").strip()
    if not how:
        return await shelf.page(visit, name, visit.say("Say how you know."), 422)
    decision = fact_decisions.decide(visit.rt, visit.operator, shelf.what, name, action, how=how, values=values)
    return await _done(shelf, visit, decision)


async def _approved(shelf: Shelf, visit: Visit) -> Response:
    return await _done(shelf, visit, fact_decisions.approve(visit.rt, visit.operator, visit.request.path_params["decision"]))


async def _done(shelf: Shelf, visit: Visit, decision: Awaitable[object]) -> Response:
    """Back to the record, or what was wrong."""
    name = shelf.name(visit)
    try:
        await decision
    except Refused as refused:
        return await shelf.page(visit, name, visit.say(REFUSALS[refused.reason]), 422)
    return visit.go(f"{shelf.address}/{name}")


async def show(shelf: Shelf, visit: Visit, row: Row[Any], problem: str, status: int, **own: object) -> Response:
    """The page of one record; `own` is what only its kind shows."""
    async with visit.rt.database.read() as session:
        history = await fact_decisions.history(session, shelf.what, row.record.id)
    return visit.show(
        f"{shelf.what}.html",
        status,
        row=row,
        address=f"{shelf.address}/{row.record.id}",
        shown=visit.say(SHOWN[row.record.show]),
        confidence=visit.say(CONFIDENCE[row.record.confidence]),
        history=[(decision, visit.say(DECIDED[decision.action])) for decision in history],
        problem=problem,
        **own,
    )
