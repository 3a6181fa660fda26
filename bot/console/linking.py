"""The pages on which two people find that she writes from another number, and the earlier talk is then read. Nothing is sent."""

from dataclasses import replace

from starlette.responses import Response

from bot import access
from bot.cases.work import may_read
from bot.console import words
from bot.console.deeds import case_id, not_yours
from bot.console.guard import DESK, Page, Visit
from bot.console.talk_view import Line, opened
from bot.privacy import identity, linking
from bot.privacy.identity import NotYours
from bot.privacy.linking import Why, WordRefused
from bot.safety.risk import Risk
from bot.storage.tables import Case


async def page(visit: Visit) -> Response:
    return await _page(visit)


async def _page(visit: Visit, said: str = "", status: int = 200) -> Response:
    try:
        async with visit.rt.database.read() as session:
            case, _ = await identity.mine(session, case_id(visit), visit.operator)
            linked = await linking.linked(session, case, visit.operator)
            candidates = await linking.candidates(session, case, visit.operator)
            waiting = await linking.waiting(session, visit.rt, case)
    except NotYours:
        return not_yours(visit)
    return visit.show(
        "link.html",
        status,
        case=case.id,
        said=said,
        linked=[(earlier, _named(visit, earlier)) for earlier in linked],
        candidates=[(earlier, _named(visit, earlier)) for earlier in candidates],
        waiting=waiting,
        reasons=[(why.value, visit.say(text)) for why, text in words.LINKED_WHY.items()],
    )


def _named(visit: Visit, case: Case) -> str:
    return f"{visit.say(words.CHANNELS[case.channel])} · {visit.say(words.RISKS[Risk(case.risk)])}"


async def ask(visit: Visit) -> Response:
    why = visit.field("why")
    if why not in set(Why):
        return not_yours(visit)
    earlier = visit.field("earlier").strip()
    try:
        await linking.ask(visit.rt, case_id(visit), visit.operator, earlier, Why(why), visit.field("word"))
    except NotYours:
        return await _page(visit, visit.say("There is no such case, or its talk is gone."), 409)
    except WordRefused as refused:
        return await _page(visit, visit.say(words.COMPARED[refused.said]), 409)
    return visit.go(f"/console/cases/{case_id(visit)}/link")


async def agree(visit: Visit) -> Response:
    try:
        await linking.agree(visit.rt, visit.field("wish"), visit.operator)
    except NotYours:
        return visit.show("message.html", 409, title=visit.say("That is not possible now."), text="")
    return visit.go("/console/numbers")


async def earlier(visit: Visit) -> Response:
    """The earlier talk, to read. Every opening is written to the access log."""
    async with visit.rt.database.read() as session:
        case = await session.get(Case, case_id(visit))
        if case is None or not may_read(case, visit.operator):
            return not_yours(visit)
        linked = {found.id: found for found in await linking.linked(session, case, visit.operator)}
        found = linked.get(str(visit.request.path_params["earlier"]))
        if found is None:
            return not_yours(visit)
        talk = await opened(visit.rt, session, found, visit.operator)
    await access.record(visit.rt, visit.operator.id, "opened", found.id)
    return visit.show("earlier.html", case=case.id, lines=[_in_words(visit, line) for line in talk.lines], media_words={})


def _in_words(visit: Visit, line: Line) -> Line:
    """A line to read. Of a file only that there was one: files stay with the earlier case."""
    text = line.text
    if line.who == "happened":
        text = visit.say(line.text or "")
    elif line.media is not None:
        text = f"{visit.say(words.MEDIA[line.media[0]])} {line.text or ''}".strip()
    return replace(line, text=text, media=None, tick=visit.say(line.tick) if line.tick else "", remedy="")


_AT = "/console/cases/{case}/link"
PAGES = (
    Page("GET", _AT, page, DESK),
    Page("POST", _AT, ask, DESK),
    Page("GET", f"{_AT}/{{earlier}}", earlier, DESK),
    Page("POST", "/console/links/agree", agree, DESK),
)
