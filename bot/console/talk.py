"""The page of one case: the talk, and everything an operator can do with it."""

from secrets import token_urlsafe

from sqlalchemy import select
from starlette.responses import JSONResponse, Response

from bot import access
from bot.cases import deadlines, transfer, work
from bot.cases.case import OPEN_STATES
from bot.cases.listing import row
from bot.cases.work import Refused
from bot.console import words
from bot.console.deeds import case_id, doing, not_yours, one_of
from bot.console.desk_view import row_view
from bot.console.guard import DESK, SUPERVISORS, Page, Visit
from bot.console.render import lasting, moment
from bot.console.talk_view import Line, body_of, opened
from bot.safety.risk import Risk
from bot.storage.keystore import KeyErased
from bot.storage.tables import AccessEntry, Case, InboxEntry, Operator
from integrations.errors import MediaUnavailable
from integrations.sniffing import sniff

# What a browser may show of a stranger's file: never HTML, SVG or anything that runs.
_PARTS = ("head", "contact", "lines", "rule")


async def page(visit: Visit) -> Response:
    """One case, opened. Every opening is written to the access log."""
    part = visit.request.query_params.get("part", "")
    now = visit.rt.clock()
    async with visit.rt.database.read() as session:
        case = await session.get(Case, case_id(visit))
        if case is None or not work.may_read(case, visit.operator):
            return not_yours(visit)
        talk = await opened(visit.rt, session, case, visit.operator)
        owner = await session.get(Operator, case.claimed_by) if case.claimed_by else None
        colleagues = await _colleagues(session, visit.operator.id)
    if part not in _PARTS or not await _opened_before(visit, case.id):
        await access.record(visit.rt, visit.operator.id, "opened", case.id)
    heard = talk.conversation.last_inbound_at if talk.conversation else None
    listed = row(case, owner.name if owner else None, heard, now)
    template = f"talk_{part}.html" if part in _PARTS else "talk.html"
    return visit.show(
        template,
        case=case,
        row=row_view(visit, listed),
        talk=talk,
        lines=[_in_words(visit, line) for line in talk.lines],
        rule=talk.rule,
        rule_words=visit.say(words.RULES[talk.rule.reason]),
        mine=visit.operator.id in (case.claimed_by, *case.joined) and case.state in OPEN_STATES,
        once=token_urlsafe(12),
        canned=_canned(visit, case.language),
        colleagues=colleagues,
        outcomes=_said(visit, words.OUTCOMES),
        flows=_said(visit, words.NEXT_FLOWS),
        clock_kinds=_said(visit, words.CLOCKS),
        clocks=[(visit.say(words.DEADLINES[d.kind]), d) for d in deadlines.of_case(case, now, visit.rt.bundle.library.hours)],
        levels=[(level.word, visit.say(words.RISKS[level])) for level in Risk],
        media_words=_said(visit, words.MEDIA),
        opener=visit.rt.bundle.text(case.language, "desk.opener"),
        silent_for=lasting(listed.silent_for) if listed.silent_for else "",
        owner=owner.name if owner else None,
        problem="",
    )


def _said(visit: Visit, texts: dict[str, str]) -> dict[str, str]:
    return {key: visit.say(text) for key, text in texts.items()}


def _in_words(visit: Visit, line: Line) -> dict[str, object]:
    return {
        "at": line.at,
        "who": line.who,
        "text": visit.say(line.text) if line.who == "happened" and line.text else line.text,
        "by": line.by,
        "media": line.media,
        "near": _near(visit, *line.near) if line.near else "",
        "options": line.options,
        "tick": visit.say(line.tick) if line.tick else "",
        "failed": line.failed,
        "remedy": visit.say(line.remedy) if line.remedy else "",
        "urgent": line.urgent,
    }


def _near(visit: Visit, town: str, km: float) -> str:
    """A municipality with its distance; the directory has few places, so the distance is part of the answer."""
    if km < 1:
        return visit.say("In %(town)s or very near", town=town)
    return visit.say("About %(km)s km from %(town)s", km=round(km), town=town)


def _canned(visit: Visit, language: str | None) -> list[str]:
    """Prepared replies in her language, facts filled in as they stand today."""
    return [visit.rt.bundle.text(language, key) for key in words.CANNED]


async def _colleagues(session: object, me: str) -> list[tuple[str, str]]:
    query = select(Operator.id, Operator.name).where(
        Operator.active.is_(True), Operator.role.in_(("operator", "supervisor")), Operator.id != me
    )
    return [(who, name) for who, name in await session.execute(query.order_by(Operator.name))]  # type: ignore[attr-defined]


async def _opened_before(visit: Visit, case: str) -> bool:
    """Whether she has opened this case since she signed in: parts of its page come again and again."""
    assert visit.who is not None  # noqa: S101 - not for anyone
    hers = (AccessEntry.operator_id == visit.operator.id, AccessEntry.what == "opened", AccessEntry.subject == case)
    query = select(AccessEntry.id).where(*hers, AccessEntry.at >= visit.who.session.created_at)
    async with visit.rt.database.read() as session:
        return await session.scalar(query.order_by(AccessEntry.id.desc()).limit(1)) is not None


async def media(visit: Visit) -> Response:
    """A picture or voice note of hers, fetched from the provider for these eyes only, never kept."""
    async with visit.rt.database.read() as session:
        case = await session.get(Case, case_id(visit))
        number = str(visit.request.path_params["entry"])
        entry = await session.get(InboxEntry, int(number)) if number.isdecimal() and len(number) < 18 else None
        if case is None or entry is None or entry.conversation_id != case.conversation_id:
            return Response(status_code=404)
        if not work.may_read(case, visit.operator):
            return Response(status_code=403)
    try:
        found = body_of(entry, await visit.rt.keys.get(entry.conversation_id))
        if found is None:
            return Response(status_code=404)
        content = await visit.rt.channels[entry.channel].fetch_media(found.handle)
    except (KeyErased, MediaUnavailable):
        return Response(status_code=404)
    kind = sniff(content)  # what was said of it counts for nothing
    headers = {
        "Content-Disposition": f'{"inline" if kind else "attachment"}; filename="file"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(content, media_type=kind or "application/octet-stream", headers=headers)


async def reply(visit: Visit) -> Response:
    """Send a reply. With the page's script the answer is JSON, so that a refused text stays in its box."""
    by_script = "x-faro-form" in visit.request.headers
    text = visit.field("text")
    try:
        await work.reply(visit.rt, case_id(visit), visit.operator.id, text, visit.field("once"))
        await work.add_note(visit.rt, case_id(visit), visit.operator.id, "", kind="draft")
    except Refused as refused:
        said = visit.say(words.REFUSALS[refused.reason])
        if by_script:
            return JSONResponse({"refused": said}, 409)
        return visit.show("refused.html", 409, said=said, text=text, back=f"/console/cases/{case_id(visit)}")
    if by_script:
        return JSONResponse({"once": token_urlsafe(12)})
    return visit.go(f"/console/cases/{case_id(visit)}")


async def draft(visit: Visit) -> Response:
    try:
        await work.add_note(visit.rt, case_id(visit), visit.operator.id, visit.field("text"), kind="draft")
    except Refused:
        return Response(status_code=409)
    return Response(status_code=204)


async def _note(visit: Visit, case: str, me: str) -> None:
    await work.add_note(visit.rt, case, me, visit.field("text"))


async def _hand_back(visit: Visit, case: str, me: str) -> None:
    flow = one_of(visit, "next_flow", words.NEXT_FLOWS) or None
    await work.end(visit.rt, case, me, "handed_back", one_of(visit, "outcome", words.OUTCOMES), flow)


async def _close(visit: Visit, case: str, me: str) -> None:
    await work.end(visit.rt, case, me, "closed", one_of(visit, "outcome", words.OUTCOMES))


async def _give_back(visit: Visit, case: str, me: str) -> None:
    await transfer.give_back(visit.rt, case, me)


async def _offer(visit: Visit, case: str, me: str) -> None:
    await transfer.offer(visit.rt, case, me, visit.field("to"))


async def _accept(visit: Visit, case: str, me: str) -> None:
    await transfer.accept(visit.rt, case, me)


async def _join(visit: Visit, case: str, me: str) -> None:
    await transfer.join(visit.rt, case, me)


async def _reassign(visit: Visit, case: str, me: str) -> None:
    await transfer.reassign(visit.rt, case, me, visit.field("to"))


async def _wait(visit: Visit, case: str, me: str) -> None:
    await work.wait_for_her(visit.rt, case, me)


async def _level(visit: Visit, case: str, me: str) -> None:
    wanted = one_of(visit, "level", [level.word for level in Risk])
    await work.lower(visit.rt, case, me, Risk.of(wanted))


async def _mark(visit: Visit, case: str, me: str) -> None:
    await work.mark(visit.rt, case, me, one_of(visit, "verdict", ("missed", "false_alarm")))


async def _contact(visit: Visit, case: str, me: str) -> None:
    may_write = one_of(visit, "may_write", ("yes", "no", "unknown"))
    await work.set_contact(visit.rt, case, me, may_write, phone_held=visit.field("phone_held") == "on")


async def _clock(visit: Visit, case: str, me: str) -> None:
    kind = one_of(visit, "kind", words.CLOCKS)
    try:
        at = moment(visit.field("at")) if visit.field("at") else None
    except ValueError:
        raise Refused("not_now") from None
    await work.set_clock(visit.rt, case, me, kind, at)


async def _flag(visit: Visit, case: str, me: str) -> None:
    await work.set_flag(visit.rt, case, me, "interpreter", on=visit.field("on") == "yes")


async def _emergency(visit: Visit, case: str, me: str) -> None:
    await work.emergency_call(visit.rt, case, me, one_of(visit, "basis", ("her_yes", "life_at_stake", "ask")))


async def _complain(visit: Visit, case: str, me: str) -> None:
    about = [value for value in visit.form.getlist("about") if isinstance(value, str)]
    await work.complain(visit.rt, case, me, about)


_AT = "/console/cases/{case}"
PAGES = (
    Page("GET", _AT, page, DESK),
    Page("GET", f"{_AT}/media/{{entry}}", media, DESK),
    Page("POST", f"{_AT}/reply", reply, DESK),
    Page("POST", f"{_AT}/draft", draft, DESK),
    Page("POST", f"{_AT}/note", doing(_note), DESK),
    Page("POST", f"{_AT}/hand-back", doing(_hand_back, "/console/"), DESK),
    Page("POST", f"{_AT}/close", doing(_close, "/console/"), DESK),
    Page("POST", f"{_AT}/give-back", doing(_give_back, "/console/"), DESK),
    Page("POST", f"{_AT}/offer", doing(_offer), DESK),
    Page("POST", f"{_AT}/accept", doing(_accept), DESK),
    Page("POST", f"{_AT}/wait", doing(_wait), DESK),
    Page("POST", f"{_AT}/level", doing(_level), DESK),
    Page("POST", f"{_AT}/mark", doing(_mark), DESK),
    Page("POST", f"{_AT}/contact", doing(_contact), DESK),
    Page("POST", f"{_AT}/clock", doing(_clock), DESK),
    Page("POST", f"{_AT}/interpreter", doing(_flag), DESK),
    Page("POST", f"{_AT}/emergency", doing(_emergency), DESK),
    Page("POST", f"{_AT}/complaint", doing(_complain, "/console/"), DESK),
    Page("POST", f"{_AT}/join", doing(_join), SUPERVISORS),
    Page("POST", f"{_AT}/reassign", doing(_reassign, "/console/team"), SUPERVISORS),
)
