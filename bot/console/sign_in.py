"""Signing in and out, enrolment, locking and unlocking: the pages around an account."""

import asyncio
from collections.abc import Sequence
from functools import cache

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import FixedWindowRateLimiter
from starlette.responses import Response

from bot import log
from bot.console import account
from bot.console.account import EnrolmentRefused
from bot.console.guard import ANYONE, EVERYBODY, Page, Visit, choose_language, cookie_name, safe_next, set_cookie
from bot.keyed import keyed

_log = log.get(__name__)

_PER_ADDRESS = RateLimitItemPerMinute(20, 5)
_PER_PAIR = RateLimitItemPerMinute(6, 5)
_PER_ACCOUNT = RateLimitItemPerHour(60)
_SHARED_SECONDS = 1.0
_tries = MemoryStorage()
_limiter = FixedWindowRateLimiter(_tries)


@cache
def _over_all_processes(redis_url: str) -> FixedWindowRateLimiter:
    return FixedWindowRateLimiter(RedisStorage(f"async+{redis_url}"))


async def _too_fast(visit: Visit, account_name: str) -> bool:
    """Count one try; whether there were too many: from this address, for this account from it, for this account at all.
    A stranger's tries elsewhere slow an operator down only after very many, and never end her running session.

    Counted in this process, which holds while Redis is away, and over all web processes where there is one.
    """
    address = visit.request.client.host if visit.request.client else "?"
    name = keyed(visit.rt, "throttle", account_name.strip().lower()).hex()
    scope = keyed(visit.rt, "throttle", "scope").hex()[:8]
    tries = ((_PER_ADDRESS, address), (_PER_PAIR, f"{address}:{name}"), (_PER_ACCOUNT, name))
    here = [await _limiter.hit(item, scope, key) for item, key in tries]
    return not (all(here) and await _few_elsewhere(visit.rt.settings.redis_url, scope, tries))


async def _few_elsewhere(redis_url: str | None, scope: str, tries: Sequence[tuple[RateLimitItem, str]]) -> bool:
    if redis_url is None:
        return True
    try:
        async with asyncio.timeout(_SHARED_SECONDS):
            return all([await _over_all_processes(redis_url).hit(item, scope, key) for item, key in tries])
    except Exception as error:  # the store may fail in many ways; none may keep an operator from a woman who waits
        _log.warning("throttle_unavailable", error=type(error).__name__)
        return True


async def forget_tries() -> None:
    """Start counting anew in this process, as one that has just begun."""
    await _tries.reset()


async def sign_in_page(visit: Visit) -> Response:
    if visit.who:
        return visit.go("/console/")
    return _form(visit, "")


def _form(visit: Visit, problem: str, status: int = 200) -> Response:
    wanted = safe_next(visit.field("next") or visit.request.query_params.get("next", ""))
    return visit.show("sign_in.html", status, problem=problem, next=wanted, email=visit.field("email"))


async def sign_in(visit: Visit) -> Response:
    email = visit.field("email")
    if await _too_fast(visit, email):
        return _form(visit, visit.say("Too many tries. Wait five minutes."), 429)
    agent = visit.request.headers.get("user-agent", "")
    token = await account.sign_in(visit.rt, email, visit.field("password"), visit.field("code"), agent)
    if token is None:
        _log.warning("sign_in_refused")
        return _form(visit, visit.say("E-mail, password or code is not right. Each code works once: wait for the next one."), 401)
    response = visit.go(safe_next(visit.field("next")))
    set_cookie(visit.rt, response, cookie_name(visit.rt), token)
    return response


async def sign_out(visit: Visit) -> Response:
    assert visit.who is not None  # noqa: S101 - not for anyone
    await account.sign_out(visit.rt, visit.who.session.token_hash)
    response = visit.go("/console/sign-in")
    response.delete_cookie(cookie_name(visit.rt), path="/")
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


async def enrol_page(visit: Visit) -> Response:
    return await _enrolment(visit, "")


async def _enrolment(visit: Visit, problem: str, status: int = 200) -> Response:
    found = await account.open_enrolment(visit.rt, visit.request.path_params["token"])
    if found is None:
        title = visit.say("This link has ended")
        return visit.show("message.html", 404, title=title, text=visit.say("Ask whoever sent it for a new one."))
    return visit.show("enrol.html", status, found=found, problem=problem, least=account.PASSWORD_LEAST)


async def enrol(visit: Visit) -> Response:
    link = visit.request.path_params["token"]
    if await _too_fast(visit, link):
        return await _enrolment(visit, visit.say("Too many tries. Wait five minutes."), 429)
    try:
        codes = await account.enrol(visit.rt, link, visit.field("password"), visit.field("code"))
    except EnrolmentRefused as refused:
        problems = {
            "password_short": visit.say("The password needs at least %(least)s characters.", least=account.PASSWORD_LEAST),
            "password_long": visit.say("The password is too long."),
            "code_wrong": visit.say("The code is not right. Check the phone's clock and use the newest code."),
            "link_ended": visit.say("This link has ended"),
        }
        return await _enrolment(visit, problems[refused.reason], 422)
    return visit.show("enrolled.html", codes=codes)


async def lock(visit: Visit) -> Response:
    assert visit.who is not None  # noqa: S101 - not for anyone
    await account.lock(visit.rt, visit.who.session.token_hash)
    return visit.go("/console/unlock")


async def unlock_page(visit: Visit) -> Response:
    if visit.who and not visit.who.locked:
        return visit.go("/console/")
    return visit.show("unlock.html", problem="", next=safe_next(visit.request.query_params.get("next", "")))


async def unlock(visit: Visit) -> Response:
    assert visit.who is not None  # noqa: S101 - not for anyone
    wanted = safe_next(visit.field("next"))
    if await _too_fast(visit, visit.operator.email):
        return visit.show("unlock.html", 429, problem=visit.say("Too many tries. Wait five minutes."), next=wanted)
    if not await account.unlock(visit.rt, visit.who, visit.field("password")):
        return visit.show("unlock.html", 401, problem=visit.say("The password is not right."), next=wanted)
    return visit.go(wanted)


async def speak(visit: Visit) -> Response:
    """Choose the language of the interface."""
    wanted = visit.field("language")
    response = visit.go(safe_next(visit.field("next")) if visit.who else "/console/sign-in")
    if wanted in visit.pages.languages:
        choose_language(visit, response, wanted)
        if visit.who:
            await account.reads(visit.rt, visit.operator.id, wanted)
    return response


PAGES = (
    Page("GET", "/console/sign-in", sign_in_page, ANYONE),
    Page("POST", "/console/sign-in", sign_in, ANYONE),
    Page("GET", "/console/enrol/{token}", enrol_page, ANYONE),
    Page("POST", "/console/enrol/{token}", enrol, ANYONE),
    Page("POST", "/console/language", speak, ANYONE),
    Page("POST", "/console/sign-out", sign_out, EVERYBODY, while_locked=True),
    Page("POST", "/console/lock", lock, EVERYBODY, while_locked=True),
    Page("GET", "/console/unlock", unlock_page, EVERYBODY, while_locked=True),
    Page("POST", "/console/unlock", unlock, EVERYBODY, while_locked=True),
)
