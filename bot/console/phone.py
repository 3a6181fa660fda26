"""Alerts on the phone that an operator holds: its browser's address is kept for her, tried, renewed and dropped."""

from pathlib import Path

from starlette.responses import JSONResponse, Response

from bot.console.guard import ANYONE, DESK, Page, Visit
from bot.console.words import _
from bot.push import phones
from bot.push.service import Address, BadAddress, Outcome, host, public_key

_WORKER = (Path(__file__).parent / "static" / "push.js").read_bytes()

_TRIED = {
    Outcome.TAKEN: _("A test is on its way. If it does not show or sound, look at this phone's notification settings."),
    Outcome.GONE: _("The push service does not know this phone any more. Tap again."),
    Outcome.FAILED: _("The push service did not take the test. This phone is kept: try again in a few minutes."),
}


async def worker(_visit: Visit) -> Response:
    """The service worker. From here, and not from the static files, so that it may open every page of the console."""
    return Response(_WORKER, media_type="text/javascript")


async def keep(visit: Visit) -> Response:
    """Call this phone from now on, and try it."""
    assert visit.who is not None  # noqa: S101 - not for anyone
    if public_key(visit.rt.settings) is None:
        return _said(visit.say("This server has no key for calling phones."), called=False, status=409)
    address = Address(*(visit.field(name) for name in ("endpoint", "p256dh", "auth")))
    try:
        await phones.keep(visit.rt, visit.who.session, address)
    except BadAddress:
        text = visit.say(
            "This browser's push service is not on the server's list: %(host)s. Tell whoever runs it.",
            host=host(address.endpoint) or "?",
        )
        return _said(text, called=False, status=422)
    outcome = await phones.try_out(visit.rt, visit.operator, address)
    return _said(visit.say(_TRIED[outcome]), called=outcome is not Outcome.GONE)


async def renew(visit: Visit) -> Response:
    """The desk was opened on this phone again: whether it is still hers and called."""
    assert visit.who is not None  # noqa: S101 - not for anyone
    return _said("", called=await phones.renew(visit.rt, visit.who.session, visit.field("endpoint")))


async def drop(visit: Visit) -> Response:
    await phones.drop(visit.rt, visit.operator.id, visit.field("endpoint"))
    return _said("", called=False)


def _said(text: str, *, called: bool, status: int = 200) -> Response:
    return JSONResponse({"said": text, "called": called}, status)


PAGES = (
    Page("GET", "/console/push.js", worker, ANYONE),
    Page("POST", "/console/phone", keep, DESK),
    Page("POST", "/console/phone/renew", renew, DESK),
    Page("POST", "/console/phone/drop", drop, DESK),
)
