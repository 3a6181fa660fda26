"""Every page of the console in a real browser, phone and desk, both languages: nothing cut off, no barrier (WCAG 2.2 AA).

A page that is added and not visited here fails the last test.
"""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.async_api import Browser, ViewportSize
from sqlalchemy import select

from bot.cases import queue, referral, work
from bot.cases.watch import Watch
from bot.console import account, pages
from bot.console.account import Role
from bot.privacy import linking
from bot.runtime import Runtime
from bot.storage.tables import CaseLink, Shift
from integrations.channel import Location, Media, MediaKind
from tests.support.browser import DESK, PHONE, picture
from tests.support.console import Person, hire
from tests.support.desk_browser import barriers, open_page, signed_in
from tests.support.world import Phone

pytestmark = pytest.mark.browser

OPERATOR = {
    "/console/": "/console/",
    "/console/cases/{case}": "/console/cases/{case}",
    "/console/cases/{case}/identity": "/console/cases/{case}/identity",
    "/console/cases/{case}/link": "/console/cases/{case}/link",
    "/console/cases/{case}/link/{earlier}": "/console/cases/{case}/link/{earlier}",
    "/console/cases/{case}/referral": "/console/cases/{case}/referral?kind=shelter&place=Tapachula",
    "/console/open": "/console/open",
    "/console/handover": "/console/handover",
    "/console/numbers": "/console/numbers",
    "/console/{rest:path}": "/console/nowhere",
}
SUPERVISOR = {"/console/team": "/console/team"}
ADMIN = {"/console/people": "/console/people"}
EDITOR = {
    "/console/facts": "/console/facts",
    "/console/facts/call-sheet": "/console/facts/call-sheet",
    "/console/facts/{fact}": "/console/facts/profedet-telefono",
    "/console/services": "/console/services",
    "/console/services/{service}": "/console/services/cjm-la-paz",
}
NOBODY = {"/console/sign-in": "/console/sign-in", "/console/enrol/{token}": "/console/enrol/{link}"}
LOCKED = {"/console/unlock": "/console/unlock"}
SEEN = (("es", "phone", PHONE), ("en", "desk", DESK))
"""Each language and each size once: the four pairs take twice as long and found nothing more. Spanish is the longer one."""
# Parts of pages, files and the stream: shown within the pages above.
NOT_PAGES = {"/console/queue", "/console/waiting", "/console/events", "/console/cases/{case}/media/{entry}", "/console/push.js"}


@dataclass
class Scene:
    """A case in the middle of its life, an earlier one of hers from another number, and who works here."""

    case: str
    earlier: str
    link: str
    people: dict[Role, Person]

    def url(self, path: str) -> str:
        return path.format(case=self.case, earlier=self.earlier, link=self.link)


@pytest.fixture
async def scene(rt: Runtime, address: str) -> Scene:
    people = {role: await hire(rt, name, role) for role, name in zip(Role, ("Ana", "Beatriz", "Edith", "Zoe"), strict=True)}
    ana = people[Role.OPERATOR].id
    held, waiting, before = Phone(rt, "phone-1"), Phone(rt, "phone-2"), Phone(rt, "phone-3")
    await before.sends("anoche mi marido me pego en la cocina")
    await waiting.sends("me tienen encerrada en una casa con candado")
    await held.sends("me violaron anoche en el tren \u202eabc " + "x" * 300)
    case = await held.opened_case()
    await waiting.opened_case()
    await queue.claim(rt, case.id, ana)
    await work.reply(rt, case.id, ana, "Hola, soy Ana del equipo.", "one")
    await work.add_note(rt, case.id, ana, "tiene dos hijas")
    service = next(s.id for s in rt.bundle.library.directory.services.values() if s.kind == "legal_aid" and s.show != "internal")
    await referral.ask(rt, case.id, ana, service, ("language", "need"))
    earlier = await before.opened_case()
    await linking.ask(rt, case.id, people[Role.OPERATOR].operator, earlier.id, linking.Why.KNOWN)
    async with rt.database.read() as session:
        wish = await session.scalar(select(CaseLink.id))
    await linking.agree(rt, wish or "", people[Role.SUPERVISOR].operator)
    await held.sends_body(Location(latitude=14.91, longitude=-92.26))
    await held.sends_body(Media(media=MediaKind.IMAGE, handle="simulated-image", mime="image/png"))
    await held.sends_body(Media(media=MediaKind.VOICE, handle="simulated-voice", mime="audio/wav"))
    async with rt.database.write() as session:
        now = rt.clock()
        session.add(Shift(operator_id=ana, starts_at=now + timedelta(hours=8), ends_at=now + timedelta(hours=16)))
    link = await account.invite(rt, "nueva@faro.example", "Nueva", Role.OPERATOR, ["es"])
    return Scene(case.id, earlier.id, link, people)


@pytest.mark.parametrize(
    ("role", "paths"),
    [
        (Role.OPERATOR, OPERATOR),
        (Role.SUPERVISOR, SUPERVISOR),
        (Role.EDITOR, EDITOR),
        (Role.ADMIN, ADMIN),
    ],
    ids=["operator", "supervisor", "editor", "admin"],
)
async def test_pages_of_a_role_have_no_barrier(
    rt: Runtime, address: str, browser: Browser, scene: Scene, role: Role, paths: dict[str, str]
) -> None:
    page = await signed_in(browser, address, rt, scene.people[role], DESK)
    found = {}
    for language, seen_at, size in SEEN:
        await account.reads(rt, scene.people[role].id, language)
        await page.set_viewport_size(ViewportSize(width=size["width"], height=size["height"]))
        for name, path in paths.items():
            await page.goto(address + scene.url(path))
            assert await page.locator("html").get_attribute("lang") == language
            await picture(page, f"{name.strip('/').replace('/', '-')}-{language}-{seen_at}")
            if wrong := await barriers(page):
                found[name, language, seen_at] = wrong
    assert found == {}


@pytest.mark.parametrize(
    ("locale", "seen_at", "size"), [("es-MX", "phone", PHONE), ("en-US", "desk", DESK)], ids=["es-phone", "en-desk"]
)
async def test_pages_of_nobody_and_the_hidden_desk_have_no_barrier(
    rt: Runtime, address: str, browser: Browser, scene: Scene, locale: str, seen_at: str, size: dict[str, int]
) -> None:
    page = await open_page(browser, size, locale)
    found = {}
    for name, path in NOBODY.items():
        await page.goto(address + scene.url(path))
        await picture(page, f"{name.strip('/').replace('/', '-')}-{locale}-{seen_at}")
        if wrong := await barriers(page):
            found[name] = wrong
    hidden = await signed_in(browser, address, rt, scene.people[Role.OPERATOR], size)
    await hidden.get_by_role("button", name="Ocultar").click()
    await hidden.get_by_test_id("unlock").wait_for()
    if wrong := await barriers(hidden):
        found["unlock"] = wrong
    assert found == {}


def test_every_page_is_visited_here(rt: Runtime) -> None:
    visited = {*OPERATOR, *SUPERVISOR, *ADMIN, *EDITOR, *NOBODY, *LOCKED, *NOT_PAGES}
    assert {page.path for page in pages(Watch(rt)) if page.method == "GET"} == visited
