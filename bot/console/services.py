"""The editors' page of the directory: services that wait for verification or fall due; verify, correct, withdraw; the call sheet.

As for facts: a correction holds once a second person has approved it, a withdrawal reaches every list within a minute.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.responses import Response

from bot import fact_decisions
from bot.console import facts
from bot.console.facts import EDITORS, FILTERS, REFUSALS, SOON_DAYS
from bot.console.guard import Page, Visit
from bot.fact_decisions import Refused
from content.directory import WHO, PlaceView, Service, view
from content.facts import standing
from content.library import Library


@dataclass(frozen=True, slots=True)
class Row:
    """One service in the list."""

    service: Service
    due: date
    days: int
    waits: bool


def rows(library: Library, today: date, wanted: str) -> list[Row]:
    """Services of a filter, by state, city and name. Internal ones only under "all"."""
    made = [_row(service, today) for service in library.directory.services.values()]
    kept = [
        row
        for row in made
        if wanted == "all" or (row.service.show != "internal" and (row.waits if wanted == "waiting" else row.days <= SOON_DAYS))
    ]
    return sorted(kept, key=lambda row: (row.service.state, row.service.city or "", row.service.name))


def _row(service: Service, today: date) -> Row:
    due = service.due("contact")
    waits = not service.verified or standing(service, "contact", today, production=True).refused is not None
    return Row(service, due, (due - today).days, waits)


async def listing(visit: Visit) -> Response:
    """All services of a filter."""
    await fact_decisions.refresh(visit.rt)
    asked = visit.request.query_params.get("show", "waiting")
    wanted = asked if asked in FILTERS else "waiting"
    library, today = visit.rt.bundle.library, visit.rt.clock().date()
    counts = {name: len(rows(library, today, name)) for name in FILTERS}
    return visit.show("services.html", rows=rows(library, today, wanted), wanted=wanted, counts=counts)


async def call_sheet(visit: Visit) -> Response:
    """The contacts that wait, on paper, for an afternoon of test calls."""
    await fact_decisions.refresh(visit.rt)
    library, today = visit.rt.bundle.library, visit.rt.clock().date()
    contacts = [row for row in facts.rows(library, today, "waiting") if row.fact.kind == "contact"]
    services = [row.service for row in rows(library, today, "waiting") if row.service.phones or row.service.whatsapp]
    return visit.show("call_sheet.html", rows=contacts, services=services)


async def one(visit: Visit) -> Response:
    """One service: its record, its history, and how the phone shows it."""
    await fact_decisions.refresh(visit.rt)
    return await _page(visit, visit.request.path_params["service"])


async def _page(visit: Visit, name: str, problem: str = "", status: int = 200) -> Response:
    library, today = visit.rt.bundle.library, visit.rt.clock().date()
    service = library.directory.services.get(name)
    if service is None:
        return visit.show("message.html", 404, title=visit.say("There is no such service"), text="")
    async with visit.rt.database.read() as session:
        history = await fact_decisions.history(session, "service", name)
    return visit.show(
        "service.html",
        status,
        row=_row(service, today),
        history=history,
        previews=_previews(library, service),
        who=WHO,
        problem=problem,
    )


def _previews(library: Library, service: Service) -> list[tuple[str, PlaceView]]:
    return [(language, view(service, None, words, confirm=not service.verified)) for language, words in library.words.items()]


async def verify(visit: Visit) -> Response:
    return await _decided(visit, "verify")


async def withdraw(visit: Visit) -> Response:
    return await _decided(visit, "withdraw")


async def correct(visit: Visit) -> Response:
    service = visit.rt.bundle.library.directory.services.get(visit.request.path_params["service"])
    corrected = _corrected(visit, service) if service else {}
    if service and not corrected:
        return await _page(visit, service.id, visit.say("Nothing was changed."), 422)
    return await _decided(visit, "correct", corrected)


def _corrected(visit: Visit, service: Service) -> dict[str, Any]:
    """The keys that the form says otherwise; None for what it says nothing of any more."""
    said: dict[str, Any] = {key: _listed(visit.field(key)) for key in ("phones", "whatsapp", "languages")}
    said["hours"] = visit.field("hours").strip()
    if not service.secret:
        said["address"] = visit.field("address").strip()
    said["accepts"] = {who: answer for who in WHO if (answer := visit.field(f"accepts-{who}")) in ("yes", "no")}
    known = service.model_dump(mode="json")
    return {key: value or None for key, value in said.items() if (value or None) != (known[key] or None)}


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


async def _decided(visit: Visit, action: str, corrected: dict[str, Any] | None = None) -> Response:
    name, how = visit.request.path_params["service"], visit.field("how").strip()
    if not how:
        return await _page(visit, name, visit.say("Say how you know."), 422)
    values = [corrected] if corrected else []
    try:
        await fact_decisions.decide(visit.rt, visit.operator, "service", name, action, how=how, values=values)
    except Refused as refused:
        return await _page(visit, name, visit.say(REFUSALS[refused.reason]), 422)
    return visit.go(f"/console/services/{name}")


async def approve(visit: Visit) -> Response:
    name = visit.request.path_params["service"]
    try:
        await fact_decisions.approve(visit.rt, visit.operator, visit.request.path_params["decision"])
    except Refused as refused:
        return await _page(visit, name, visit.say(REFUSALS[refused.reason]), 422)
    return visit.go(f"/console/services/{name}")


PAGES = (
    Page("GET", "/console/services", listing, EDITORS),
    Page("GET", "/console/facts/call-sheet", call_sheet, EDITORS),
    Page("GET", "/console/services/{service}", one, EDITORS),
    Page("POST", "/console/services/{service}/verify", verify, EDITORS),
    Page("POST", "/console/services/{service}/withdraw", withdraw, EDITORS),
    Page("POST", "/console/services/{service}/correct", correct, EDITORS),
    Page("POST", "/console/services/{service}/decisions/{decision}/approve", approve, EDITORS),
)
"""The call sheet stands under the facts' address: these pages come before theirs, which would take its name for a fact."""
