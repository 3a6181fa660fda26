"""Every page against every role, one by one: what is not allowed by the table is refused."""

from collections.abc import AsyncIterator

import pytest

from bot.cases.watch import Watch
from bot.console import pages, sign_in
from bot.console.account import Role
from bot.console.guard import ANYONE, HEADERS, Page, safe_next
from bot.runtime import Runtime
from tests.support.console import Browser, Person, form_token, hire
from tests.support.world import HandClock

NOBODY = "nobody"


@pytest.fixture
async def settled(rt: Runtime, clock: HandClock) -> AsyncIterator[dict[str, Browser]]:
    """One signed-in browser for each role, and one that is not."""
    browsers = {NOBODY: Browser(rt)}
    for role in Role:
        person: Person = await hire(rt, f"{role}-person", role)
        browsers[role] = Browser(rt)
        assert (await browsers[role].sign_in(person, clock)).status_code == 303
        await sign_in.forget_tries()
    yield browsers
    for browser in browsers.values():
        await browser.close()


def path_of(page: Page) -> str:
    return page.path.replace("{rest:path}", "nowhere").replace("{", "x").replace("}", "x")


async def status(browser: Browser, page: Page, token: str) -> tuple[int, str]:
    if page.method == "GET":
        answer = await browser.get(path_of(page))
    else:
        answer = await browser.post_bare(path_of(page), token=token)
    return answer.status_code, answer.headers.get("location", "")


@pytest.mark.parametrize("database_settings", [{}], ids=["sqlite"])
async def test_every_page_is_open_to_its_roles_and_to_nobody_else(rt: Runtime, settled: dict[str, Browser]) -> None:
    """Signing in and out and locking change who one is, and the event stream never ends: they have tests of their own."""
    apart = {("POST", f"/console/{name}") for name in ("sign-in", "sign-out", "lock")} | {("GET", "/console/events")}
    table = [page for page in pages(Watch(rt)) if (page.method, page.path) not in apart]
    assert len(table) > 40
    wrong = []
    for who, browser in settled.items():
        page_with_a_form = "/console/sign-in" if who == NOBODY else "/console/nowhere"
        token = form_token((await browser.get(page_with_a_form)).text)
        for page in table:
            code, location = await status(browser, page, token)
            to_sign_in = code == 401 or (code == 303 and location.startswith("/console/sign-in?"))
            allowed = page.roles is ANYONE or (who in Role and Role(who) in (page.roles or ()))
            refused = to_sign_in if who == NOBODY else code == 403
            own_rule = page.path.startswith("/console/cases/") and code == 403
            if refused == allowed and not (allowed and own_rule):
                wrong.append((who, page.method, page.path, code))
    assert wrong == []


@pytest.mark.parametrize("database_settings", [{}], ids=["sqlite"])
async def test_form_of_another_session_is_refused_on_every_page_that_changes_something(
    rt: Runtime, settled: dict[str, Browser]
) -> None:
    foreign = form_token((await settled["supervisor"].get("/console/")).text)
    for page in pages(Watch(rt)):
        if page.method == "POST" and page.roles is not ANYONE and Role.OPERATOR in (page.roles or ()):
            answer = await settled["operator"].post_bare(path_of(page), token=foreign)
            assert answer.status_code == 403, page.path


@pytest.mark.parametrize("database_settings", [{}], ids=["sqlite"])
async def test_every_answer_forbids_inline_code_frames_and_caches(settled: dict[str, Browser]) -> None:
    for who, path in ((NOBODY, "/console/sign-in"), ("operator", "/console/"), ("supervisor", "/console/team")):
        answer = await settled[who].get(path)
        assert {name: answer.headers[name] for name in HEADERS} == HEADERS
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert " style=" not in answer.text
        assert "<script>" not in answer.text


@pytest.mark.parametrize(
    "wanted", ["https://x.example/console/", "//x.example/console/", "/simulator/", "javascript:1", "/console/unlock"]
)
def test_place_to_go_on_is_inside_the_console(wanted: str) -> None:
    assert safe_next(wanted) == "/console/"
