"""The page on which an operator asks her whether an organisation may be told of her, and records what she said (R36)."""

from collections.abc import Mapping

from sqlalchemy import select
from starlette.responses import Response

from bot import access
from bot.cases import referral, work
from bot.console import words
from bot.console.deeds import case_id, doing, not_yours, one_of
from bot.console.guard import DESK, Page, Visit
from bot.storage.tables import Case, Conversation, Operator, Referral

_THEN = "/console/cases/{case}/referral"


async def page(visit: Visit) -> Response:
    """Whom she could be referred to, and what was asked of her so far."""
    wanted = visit.request.query_params
    kind, place = wanted.get("kind", referral.PARTNERS[0]), wanted.get("place", "")[:80]
    now, directory = visit.rt.clock(), visit.rt.bundle.library.directory
    async with visit.rt.database.read() as session:
        case = await session.get(Case, case_id(visit))
        if case is None or not work.may_read(case, visit.operator) or case.conversation_id is None:
            return not_yours(visit)
        conversation = await session.get_one(Conversation, case.conversation_id)
        asked = await referral.of_case(session, case.id)
        people = {who for item in asked for who in (item.asked_by, item.answered_by, item.told_by) if who}
        names = {person.id: person.name for person in await session.scalars(select(Operator).where(Operator.id.in_(people)))}
    await access.record(visit.rt, visit.operator.id, "referrals", case.id)
    return visit.show(
        "referral.html",
        case=case,
        mine=visit.operator.id in (case.claimed_by, *case.joined),
        asked=[_view(visit, item, conversation, names) for item in asked],
        found=referral.partners(directory, kind, place, now.date()) if "kind" in wanted else None,
        kinds=[(code, visit.say(words.PARTNERS[code])) for code in referral.PARTNERS],
        share=[(code, visit.say(words.SHARED[code])) for code in referral.SHARED],
        kind=kind,
        place=place,
        days=referral.CONSENT_LASTS.days,
    )


def _view(visit: Visit, item: Referral, conversation: Conversation, names: Mapping[str, str]) -> dict[str, object]:
    service = visit.rt.bundle.library.directory.services.get(item.service)
    doers = {"asked": item.asked_by, "answered": item.answered_by, "told": item.told_by}
    heard = conversation.last_inbound_at
    return {
        "item": item,
        "service": service,
        "name": service.name if service else item.service,
        "people": {deed: names.get(who or "", "") for deed, who in doers.items()},
        "share": [(code, visit.say(words.SHARED[code])) for code in item.share if code in words.SHARED],
        "told": [visit.say(words.SHARED[code]) for code in item.told if code in words.SHARED],
        "she_wrote": heard is not None and heard > item.asked_at,
        "open": item.answer == "yes" and item.until is not None and visit.rt.clock() <= item.until,
    }


def _codes(visit: Visit) -> list[str]:
    return [value for value in visit.form.getlist("share") if isinstance(value, str)]


async def _ask(visit: Visit, case: str, me: str) -> None:
    await referral.ask(visit.rt, case, me, visit.field("service"), _codes(visit))


async def _answer(visit: Visit, case: str, me: str) -> None:
    yes = one_of(visit, "answer", ("yes", "no")) == "yes"
    await referral.answer(visit.rt, case, me, visit.field("referral"), yes=yes)


async def _take_back(visit: Visit, case: str, me: str) -> None:
    await referral.take_back(visit.rt, case, me, visit.field("referral"))


async def _told(visit: Visit, case: str, me: str) -> None:
    await referral.told(visit.rt, case, me, visit.field("referral"), _codes(visit))


_AT = "/console/cases/{case}/referral"
PAGES = (
    Page("GET", _AT, page, DESK),
    Page("POST", _AT, doing(_ask), DESK),
    Page("POST", f"{_AT}/answer", doing(_answer, _THEN), DESK),
    Page("POST", f"{_AT}/take-back", doing(_take_back, _THEN), DESK),
    Page("POST", f"{_AT}/told", doing(_told, _THEN), DESK),
)
