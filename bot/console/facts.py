"""The editors' page of facts: what waits for verification and what falls due; verify, withdraw, correct; who says it and how."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.responses import Response

from bot import fact_decisions
from bot.console.account import Role
from bot.console.guard import Page, Visit
from bot.fact_decisions import Refused
from content.answers import Answer
from content.facts import ALWAYS, Amount, Deadline, Fact, quotes
from content.library import AnswerView, Library

EDITORS = frozenset({Role.EDITOR})
SOON_DAYS = 90
FILTERS = ("waiting", "soon", "all")


@dataclass(frozen=True, slots=True)
class Row:
    """One fact in the list."""

    fact: Fact
    said: str
    due: date
    days: int
    waits: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """An answer as the phone shows it."""

    language: str
    view: AnswerView


def rows(library: Library, today: date, wanted: str) -> list[Row]:
    """Facts of a filter, those that fall due first at the top. Internal ones only under "all"."""
    made = [_row(library, fact, today) for fact in library.facts.values()]
    kept = [
        row
        for row in made
        if wanted == "all"
        or (row.fact.show != "internal" and ((wanted == "waiting" and row.waits) or (wanted == "soon" and row.days <= SOON_DAYS)))
    ]
    return sorted(kept, key=lambda row: (row.due, row.fact.topic, row.fact.id))


def _row(library: Library, fact: Fact, today: date) -> Row:
    due = fact.due(fact.kind)
    refused = library.facts.standing(fact.id, today, production=True).refused
    waits = fact.id not in ALWAYS and not fact.verified and (refused is not None or fact.kind == "contact")
    said = fact.wording("es", whole=True, form=library.words["es"].option)
    return Row(fact, said, due, (due - today).days, waits)


def told_by(library: Library, fact: str) -> list[tuple[str, str]]:
    """(language, answer) of every answer that quotes a fact."""
    return [
        (language, name)
        for language in library.languages
        for name, answer in library.answers.get(language, {}).items()
        if fact in _quoted(answer)
    ]


def _quoted(answer: Answer) -> set[str]:
    return {f for block in answer.blocks for text in (block.text, block.otherwise) if text for f, _ in quotes(text)}


async def listing(visit: Visit) -> Response:
    """All facts of a filter."""
    await fact_decisions.refresh(visit.rt)
    wanted = visit.request.query_params.get("show", "waiting")
    wanted = wanted if wanted in FILTERS else "waiting"
    library, today = visit.rt.bundle.library, visit.rt.clock().date()
    counts = {name: len(rows(library, today, name)) for name in FILTERS}
    return visit.show("facts.html", rows=rows(library, today, wanted), wanted=wanted, counts=counts)


async def one(visit: Visit) -> Response:
    """One fact: its record, its history, and every answer that tells it as the phone shows it."""
    await fact_decisions.refresh(visit.rt)
    return await _fact_page(visit, visit.request.path_params["fact"])


async def _fact_page(visit: Visit, name: str, problem: str = "", status: int = 200) -> Response:
    library, today = visit.rt.bundle.library, visit.rt.clock().date()
    if name not in library.facts:
        return visit.show("message.html", 404, title=visit.say("There is no such fact"), text="")
    async with visit.rt.database.read() as session:
        history = await fact_decisions.history(session, "fact", name)
    previews = [Preview(language, library.answer(language, answer, today)) for language, answer in told_by(library, name)]
    fields = [(index, *_shown(value)) for index, value in enumerate(library.facts[name].values)]
    return visit.show(
        "fact.html",
        status,
        row=_row(library, library.facts[name], today),
        history=history,
        previews=previews,
        fields=fields,
        problem=problem,
        always=name in ALWAYS,
    )


def _shown(value: Any) -> tuple[str, str]:
    """A value's kind and how it is written in the form."""
    raw = value.model_dump(exclude_none=True)
    kind = next(iter(raw))
    return kind, f"{raw[kind]:g}" if isinstance(value, Deadline | Amount) else str(raw[kind])


async def verify(visit: Visit) -> Response:
    return await _decided(visit, "verify")


async def withdraw(visit: Visit) -> Response:
    return await _decided(visit, "withdraw")


async def correct(visit: Visit) -> Response:
    fact = visit.rt.bundle.library.facts.get(visit.request.path_params["fact"])
    return await _decided(visit, "correct", _corrected(visit, fact) if fact else ())


def _corrected(visit: Visit, fact: Fact) -> list[dict[str, Any]]:
    """The values as the form gives them; what else a value holds stays."""
    values = []
    for index, value in enumerate(fact.values):
        raw = value.model_dump(mode="json", exclude_none=True)
        raw[next(iter(raw))] = visit.field(f"value-{index}").strip()
        values.append(raw)
    return values


async def _decided(visit: Visit, action: str, values: Sequence[dict[str, Any]] = ()) -> Response:
    name = visit.request.path_params["fact"]
    how = visit.field("how").strip()
    if not how:
        return await _fact_page(visit, name, visit.say("Say how you know."), 422)
    try:
        await fact_decisions.decide(visit.rt, visit.operator, "fact", name, action, how=how, values=values)
    except Refused as refused:
        return await _fact_page(visit, name, visit.say(REFUSALS[refused.reason]), 422)
    return visit.go(f"/console/facts/{name}")


async def approve(visit: Visit) -> Response:
    name = visit.request.path_params["fact"]
    try:
        await fact_decisions.approve(visit.rt, visit.operator, visit.request.path_params["decision"])
    except Refused as refused:
        return await _fact_page(visit, name, visit.say(REFUSALS[refused.reason]), 422)
    return visit.go(f"/console/facts/{name}")


def _(text: str) -> str:
    """Marks a text of the interface for translation."""
    return text


REFUSALS = {
    "unknown": _("There is no such record"),
    "always_sent": _("This line is always sent. It cannot be withdrawn here."),
    "unsound": _("That cannot be: check the number."),
    "same_person": _("Somebody else must approve it."),
    "gone": _("This was decided already."),
}

PAGES = (
    Page("GET", "/console/facts", listing, EDITORS),
    Page("GET", "/console/facts/{fact}", one, EDITORS),
    Page("POST", "/console/facts/{fact}/verify", verify, EDITORS),
    Page("POST", "/console/facts/{fact}/withdraw", withdraw, EDITORS),
    Page("POST", "/console/facts/{fact}/correct", correct, EDITORS),
    Page("POST", "/console/facts/{fact}/decisions/{decision}/approve", approve, EDITORS),
)
