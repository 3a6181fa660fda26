"""Every page of the console stands in one table with the roles that may open it. What is not in it does not exist.

A page gets a `Visit`: who came, in which language, and, for a form, its fields after the form's token was checked.
"""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from secrets import token_urlsafe
from urllib.parse import quote, urlsplit

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.console import account
from bot.console.account import Role, Signed
from bot.console.render import Pages
from bot.keyed import keyed
from bot.runtime import Runtime
from bot.storage.tables import Operator

_FORM_COOKIE = "faro_form"
_LANGUAGE_COOKIE = "faro_language"
_MOST_BYTES = 200_000
_NUL = "\x00"  # no person types it, and PostgreSQL takes it in no text

ANYONE: frozenset[Role] | None = None
EVERYBODY = frozenset(Role)
DESK = frozenset({Role.OPERATOR, Role.SUPERVISOR})
SUPERVISORS = frozenset({Role.SUPERVISOR})
ADMINS = frozenset({Role.ADMIN})

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'; worker-src 'self'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


@dataclass(slots=True)
class Visit:
    """One request that passed the guard."""

    rt: Runtime
    pages: Pages
    request: Request
    language: str
    form_seed: str
    who: Signed | None
    form: FormData = field(default_factory=FormData)

    @property
    def operator(self) -> Operator:
        """Who came. Only on pages that are not for anyone."""
        assert self.who is not None  # noqa: S101 - the guard let nobody else in
        return self.who.operator

    @property
    def role(self) -> Role:
        return Role(self.operator.role)

    def field(self, name: str) -> str:
        value = self.form.get(name, "")
        return value if isinstance(value, str) else ""

    def say(self, text: str, **values: object) -> str:
        """A text of the interface in the visitor's language."""
        said = self.pages.translate(self.language, text)
        return said % values if values else said

    def show(self, template: str, status: int = 200, **values: object) -> Response:
        """A page. The form's token, the visitor and her language are known to every template."""
        html = self.pages.render(
            template,
            self.language,
            token=_form_token(self.rt, self.form_seed),
            operator=self.who.operator if self.who else None,
            locked=self.who.locked if self.who else False,
            path=self.request.url.path,
            now=self.rt.clock(),
            idle_minutes=self.rt.settings.session_idle_minutes,
            content_error=self.rt.content_error,
            **values,
        )
        return Response(html, status, media_type="text/html")

    def go(self, path: str) -> Response:
        return RedirectResponse(path, 303)


Endpoint = Callable[[Visit], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Page:
    """One route.

    Attributes:
        roles: who may open it; None for anyone.
        by_itself: asked by the page's own script: counts as somebody being there only when it says that she moved, and works
            while locked.
        while_locked: part of unlocking or leaving.
    """

    method: str
    path: str
    endpoint: Endpoint
    roles: frozenset[Role] | None
    by_itself: bool = False
    while_locked: bool = False


def cookie_name(rt: Runtime) -> str:
    return "__Host-faro" if _secure(rt) else "faro_session"


def _secure(rt: Runtime) -> bool:
    return rt.settings.public_url.startswith("https://")


def set_cookie(rt: Runtime, response: Response, name: str, value: str) -> None:
    response.set_cookie(name, value, httponly=True, samesite="lax", secure=_secure(rt), path="/")


def _form_token(rt: Runtime, seed: str) -> str:
    return keyed(rt, "form", seed).hex()


def route(rt: Runtime, pages: Pages, page: Page) -> Route:
    """A page behind its guard."""

    async def guarded(request: Request) -> Response:
        response = await _serve(rt, pages, page, request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if _secure(rt):
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response

    return Route(page.path, guarded, methods=[page.method])


async def _serve(rt: Runtime, pages: Pages, page: Page, request: Request) -> Response:
    cookie = request.cookies.get(cookie_name(rt), "")
    agent = request.headers.get("user-agent", "")
    by_itself = page.by_itself or "x-faro-part" in request.headers  # a part of an open page, asked for by its script
    person = not by_itself or "x-faro-active" in request.headers
    who = await account.signed(rt, cookie, agent, person=person) if cookie else None
    seed = cookie if who else request.cookies.get(_FORM_COOKIE, "") or token_urlsafe(24)
    visit = Visit(rt, pages, request, _language(pages, request, who), seed, who)
    if _NUL in request.scope["path"] or any(_NUL in value for value in request.query_params.values()):
        return visit.show("message.html", 404, title=visit.say("There is no such page"), text="")
    if page.roles is not None and who is None:
        return _to_sign_in(page, request)
    if who and who.locked and page.roles is not None and not (page.by_itself or page.while_locked):
        wanted = request.url.path if page.method == "GET" else "/console/"
        return visit.go(f"/console/unlock?next={quote(wanted)}")
    if page.roles is not None and visit.role not in page.roles:
        return visit.show("message.html", 403, title=visit.say("Not for your role"), text="")
    if page.method == "POST" and not await _form_is_ours(visit):
        text = visit.say("The page was open for too long, or came from elsewhere. Go back, copy your text and load it again.")
        return visit.show("message.html", 403, title=visit.say("The form was refused"), text=text)
    response = await page.endpoint(visit)
    if who is None and _FORM_COOKIE not in request.cookies:
        set_cookie(rt, response, _FORM_COOKIE, seed)
    return response


def _to_sign_in(page: Page, request: Request) -> Response:
    if page.by_itself or (page.method == "POST" and request.headers.get("x-faro-form")):
        return Response(status_code=401)
    return RedirectResponse(f"/console/sign-in?next={quote(request.url.path)}", 303)


async def _form_is_ours(visit: Visit) -> bool:
    """Same origin, small enough, and carrying the token of this very session."""
    request = visit.request
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > _MOST_BYTES:
        return False
    try:
        visit.form = await request.form(max_files=0, max_fields=100, max_part_size=_MOST_BYTES)
    except HTTPException:  # not a form, or a part too large
        return False
    if any(isinstance(value, str) and _NUL in value for value in visit.form.values()):
        return False
    given = request.headers.get("x-faro-form") or visit.field("token")
    return hmac.compare_digest(given.encode(), _form_token(visit.rt, visit.form_seed).encode())


def _language(pages: Pages, request: Request, who: Signed | None) -> str:
    chosen = (who.operator.reads if who else None) or request.cookies.get(_LANGUAGE_COOKIE, "")
    if chosen in pages.languages:
        return chosen
    accepted = (part.split(";")[0].strip()[:2] for part in request.headers.get("accept-language", "").lower().split(","))
    return next((code for code in accepted if code in pages.languages), pages.languages[0])


def choose_language(visit: Visit, response: Response, language: str) -> None:
    set_cookie(visit.rt, response, _LANGUAGE_COOKIE, language)


def safe_next(wanted: str) -> str:
    """Where to go after signing in: a path of the console, nothing else."""
    parts = urlsplit(wanted)
    inside = not parts.scheme and not parts.netloc and parts.path.startswith("/console/") and "\\" not in wanted
    return parts.path if inside and parts.path not in ("/console/sign-in", "/console/unlock") else "/console/"
