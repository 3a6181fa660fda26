"""The page on which an operator opens a case for a woman we know. Nothing is sent to her by it."""

from starlette.responses import Response

from bot.cases import opening
from bot.cases.opening import Why
from bot.cases.work import NOTE_MOST, Refused
from bot.console import words
from bot.console.guard import DESK, Page, Visit
from bot.safety.risk import Risk
from integrations.channel import ChannelName


async def page(visit: Visit) -> Response:
    return _form(visit)


def _form(visit: Visit, problem: str = "", status: int = 200) -> Response:
    channels = [name for name in visit.rt.channels if name != ChannelName.TERMINAL]
    return visit.show(
        "opening.html",
        status,
        problem=problem,
        channels=[(name, visit.say(words.CHANNELS[name])) for name in channels],
        reasons=[(code, visit.say(text)) for code, text in words.OPENED_WHY.items()],
        levels=[(level.word, visit.say(words.RISKS[level])) for level in Risk],
        typed={name: visit.field(name) for name in ("channel", "number", "why", "level", "legal", "note")},
    )


async def open_case(visit: Visit) -> Response:
    try:
        case = await _open(visit)
    except Refused as refused:
        return _form(visit, visit.say(words.REFUSALS[refused.reason]), 409)
    return visit.go(f"/console/cases/{case}")


async def _open(visit: Visit) -> str:
    channel, why, level = (visit.field(name) for name in ("channel", "why", "level"))
    if why not in set(Why):
        raise Refused("no_reason")
    if channel not in visit.rt.channels or level not in {risk.word for risk in Risk}:
        raise Refused("not_now")
    if len(visit.field("note")) > NOTE_MOST:
        raise Refused("too_long")
    legal = visit.field("legal") == "on"
    number, note = visit.field("number"), visit.field("note")
    return await opening.open_for(visit.rt, visit.operator.id, channel, number, Why(why), Risk.of(level), legal=legal, note=note)


PAGES = (
    Page("GET", "/console/open", page, DESK),
    Page("POST", "/console/open", open_case, DESK),
)
