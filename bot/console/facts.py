"""The editors' page of facts: what waits for verification and what falls due; verify, withdraw, correct; who says it and how."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.responses import Response

from bot.console import records
from bot.console.guard import Page, Visit
from bot.console.records import EDITORS, Row, Shelf
from bot.console.words import _
from content.answers import Answer
from content.facts import ALWAYS, Amount, Deadline, Fact, quotes
from content.library import AnswerView, Library

KINDS = {
    "phone": _("Telephone"),
    "short_code": _("Short number"),
    "email": _("E-mail"),
    "whatsapp": "WhatsApp",
    "url": _("Web address"),
    "deadline": _("Time limit"),
    "amount": _("Amount"),
    "text": _("Text"),
}


@dataclass(frozen=True, slots=True)
class Preview:
    """An answer as the phone shows it."""

    language: str
    view: AnswerView


def rows(library: Library, today: date, wanted: str) -> list[Row[Fact]]:
    """Facts of a filter, those that fall due first at the top."""
    made = records.chosen((_row(library, fact, today) for fact in library.facts.values()), wanted)
    return sorted(made, key=lambda row: (row.due, row.record.topic, row.record.id))


def _row(library: Library, fact: Fact, today: date) -> Row[Fact]:
    due = fact.due(fact.kind)
    refused = library.facts.standing(fact.id, today, production=True).refused
    waits = fact.id not in ALWAYS and not fact.verified and (refused is not None or fact.kind == "contact")
    said = fact.wording("es", whole=True, form=library.words["es"].option)
    return Row(fact, due, (due - today).days, waits, said)


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


async def _page(visit: Visit, name: str, problem: str = "", status: int = 200) -> Response:
    """One fact: its record, its history, and every answer that tells it as the phone shows it."""
    library, today = visit.rt.bundle.library, visit.rt.clock().date()
    if name not in library.facts:
        return visit.show("message.html", 404, title=visit.say("There is no such fact"), text="")
    return await records.show(
        SHELF,
        visit,
        _row(library, library.facts[name], today),
        problem,
        status,
        previews=[Preview(language, library.answer(language, answer, today)) for language, answer in told_by(library, name)],
        fields=[(index, *_shown(visit, value)) for index, value in enumerate(library.facts[name].values)],
        proposed=_proposed,
        correctable=bool(library.facts[name].values),
        withdrawable=name not in ALWAYS,
    )


def _shown(visit: Visit, value: Any) -> tuple[str, str]:
    """What a value is, and how it is written in the form."""
    raw = value.model_dump(exclude_none=True)
    kind = next(iter(raw))
    return visit.say(KINDS[kind]), f"{raw[kind]:g}" if isinstance(value, Deadline | Amount) else str(raw[kind])


def _proposed(data: Sequence[Mapping[str, Any]]) -> list[str]:
    return [str(next(iter(value.values()))) for value in data]


async def correct(visit: Visit) -> Response:
    """Propose other values."""
    fact = visit.rt.bundle.library.facts.get(SHELF.name(visit))
    return await records.decided(SHELF, visit, "correct", _corrected(visit, fact) if fact else ())


def _corrected(visit: Visit, fact: Fact) -> list[dict[str, Any]]:
    """The values as the form gives them; what else a value holds stays."""
    values = []
    for index, value in enumerate(fact.values):
        raw = value.model_dump(mode="json", exclude_none=True)
        raw[next(iter(raw))] = visit.field(f"value-{index}").strip()
        values.append(raw)
    return values


SHELF = Shelf("fact", rows, _page)
PAGES = (*SHELF.pages(), Page("POST", "/console/facts/{fact}/correct", correct, EDITORS))
