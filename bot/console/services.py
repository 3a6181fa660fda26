"""The editors' page of the directory: services that wait for verification or fall due; verify, correct, withdraw; the call sheet.

As for facts: a correction holds once a second person has approved it, a withdrawal reaches every list within a minute.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from starlette.responses import Response

from bot import fact_decisions
from bot.console import facts, records
from bot.console.guard import Page, Visit
from bot.console.records import EDITORS, Row, Shelf
from bot.console.words import _
from content.directory import WHO, PlaceView, Service, view
from content.facts import standing
from content.library import Library

FIELDS = {
    "phones": _("Telephones"),
    "whatsapp": "WhatsApp",
    "languages": _("Languages"),
    "hours": _("Hours"),
    "address": _("Address"),
    "accepts": _("Who is received"),
}
"""What an editor may correct, in the order of the form."""
GROUPS = {
    "trans_women": _("Trans women"),
    "no_papers": _("Women without papers"),
    "teenage_sons": _("Teenage sons"),
    "children": _("Children"),
}
RECEIVED = {"": _("not known"), "yes": _("received"), "no": _("not received")}


def rows(library: Library, today: date, wanted: str) -> list[Row[Service]]:
    """Services of a filter, by state, city and name."""
    made = records.chosen((_row(service, today) for service in library.directory.services.values()), wanted)
    return sorted(made, key=lambda row: (row.record.state, row.record.city or "", row.record.name))


def _row(service: Service, today: date) -> Row[Service]:
    due = service.due("contact")
    waits = not service.verified or standing(service, "contact", today, production=True).refused is not None
    return Row(service, due, (due - today).days, waits)


async def call_sheet(visit: Visit) -> Response:
    """The contacts that wait, on paper, for an afternoon of test calls."""
    await fact_decisions.refresh(visit.rt)
    library, today = visit.rt.bundle.library, visit.rt.clock().date()
    contacts = [row for row in facts.rows(library, today, "waiting") if row.record.kind == "contact"]
    services = [row.record for row in rows(library, today, "waiting") if row.record.phones or row.record.whatsapp]
    return visit.show("call_sheet.html", rows=contacts, services=services)


async def _page(visit: Visit, name: str, problem: str = "", status: int = 200) -> Response:
    """One service: its record, its history, and how the phone shows it."""
    library, today = visit.rt.bundle.library, visit.rt.clock().date()
    service = library.directory.services.get(name)
    if service is None:
        return visit.show("message.html", 404, title=visit.say("There is no such service"), text="")
    return await records.show(
        SHELF,
        visit,
        _row(service, today),
        problem,
        status,
        previews=_previews(library, service),
        groups=[(who, visit.say(GROUPS[who])) for who in WHO],
        received=[(answer, visit.say(text)) for answer, text in RECEIVED.items()],
        proposed=partial(_proposed, visit),
        correctable=True,
        withdrawable=True,
    )


def _previews(library: Library, service: Service) -> list[tuple[str, PlaceView]]:
    return [(language, view(service, None, words, confirm=not service.verified)) for language, words in library.words.items()]


def _proposed(visit: Visit, data: Sequence[Mapping[str, Any]]) -> list[str]:
    """What a correction says, in the editor's words."""
    return [f"{visit.say(FIELDS[key])}: {_said(visit, value)}" for key, value in data[0].items()]


def _said(visit: Visit, value: Any) -> str:
    match value:
        case None:
            return "–"
        case dict():
            return ", ".join(f"{visit.say(GROUPS[who])}: {visit.say(RECEIVED[answer])}" for who, answer in value.items())
        case list():
            return ", ".join(value)
        case _:
            return str(value)


async def correct(visit: Visit) -> Response:
    """Propose something else; what the form leaves as it is does not count."""
    service = visit.rt.bundle.library.directory.services.get(SHELF.name(visit))
    corrected = _corrected(visit, service) if service else {}
    if service and not corrected:
        return await _page(visit, service.id, visit.say("Nothing was changed."), 422)
    return await records.decided(SHELF, visit, "correct", [corrected] if corrected else ())


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


SHELF = Shelf("service", rows, _page)
PAGES = (
    Page("GET", "/console/facts/call-sheet", call_sheet, EDITORS),
    *SHELF.pages(),
    Page("POST", "/console/services/{service}/correct", correct, EDITORS),
)
"""The call sheet stands under the facts' address: these pages come before theirs, which would take its name for a fact."""
