"""The page of who she is to us: her code word compared, her number masked and, by two people, shown."""

from starlette.responses import JSONResponse, Response

from bot.console.deeds import case_id, not_yours
from bot.console.guard import DESK, Page, Visit
from bot.console.words import COMPARED, LINKED_WHY, RISKS, _
from bot.privacy import identity, linking
from bot.privacy.identity import NotYours, Reason
from bot.safety.risk import Risk

_REASONS = {
    Reason.HER_YES: _("Emergency services, with her yes"),
    Reason.LIFE_AT_STAKE: _("Life at stake"),
    Reason.OTHER_LINE: _("Another line must reach her, with her yes"),
}


async def page(visit: Visit) -> Response:
    return await _page(visit)


async def _page(visit: Visit, said: str = "") -> Response:
    try:
        address = await identity.address(visit.rt, case_id(visit), visit.operator)
    except NotYours:
        return not_yours(visit)
    reasons = [(reason.value, visit.say(text)) for reason, text in _REASONS.items()]
    return visit.show("identity.html", case=case_id(visit), address=address, reasons=reasons, said=said)


async def code_word(visit: Visit) -> Response:
    """Compare a code word. Beside the talk the page's script asks for the answer alone."""
    try:
        compared = await identity.compare(visit.rt, case_id(visit), visit.operator, visit.field("word"))
    except NotYours:
        return not_yours(visit)
    said = visit.say(COMPARED[compared])
    if "x-faro-form" in visit.request.headers:
        return JSONResponse({"said": said})
    return await _page(visit, said)


async def ask(visit: Visit) -> Response:
    wanted = visit.field("reason")
    if wanted not in set(Reason):
        return not_yours(visit)
    try:
        await identity.ask(visit.rt, case_id(visit), visit.operator, Reason(wanted))
    except NotYours:
        return not_yours(visit)
    return visit.go(f"/console/cases/{case_id(visit)}/identity")


async def numbers(visit: Visit) -> Response:
    """What colleagues ask her to agree to."""
    async with visit.rt.database.read() as session:
        found = await identity.wishes(session, visit.rt, visit.operator)
        links = await linking.wishes(session, visit.rt, visit.operator)
    rows = [(wish.id, wish.who, visit.say(_REASONS[wish.reason]), visit.say(RISKS[Risk(wish.risk)])) for wish in found]
    return visit.show("numbers.html", rows=rows, links=[_link(visit, link) for link in links])


def _link(visit: Visit, link: linking.Wish) -> tuple[str, ...]:
    levels = (visit.say(RISKS[Risk(risk)]) for risk in (link.risk, link.earlier_risk))
    return (link.id, link.who, visit.say(LINKED_WHY[link.why]), *levels)


async def agree(visit: Visit) -> Response:
    try:
        await identity.agree(visit.rt, visit.field("wish"), visit.operator)
    except NotYours:
        return visit.show("message.html", 409, title=visit.say("That is not possible now."), text="")
    return visit.go("/console/numbers")


_AT = "/console/cases/{case}"
PAGES = (
    Page("GET", f"{_AT}/identity", page, DESK),
    Page("POST", f"{_AT}/code-word", code_word, DESK),
    Page("POST", f"{_AT}/number", ask, DESK),
    Page("GET", "/console/numbers", numbers, DESK),
    Page("POST", "/console/numbers/agree", agree, DESK),
)
