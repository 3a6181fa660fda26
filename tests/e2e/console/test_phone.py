"""Alerts on an operator's phone, in a real browser.

Its own push service is out of reach in tests, and out of reach of some phones too. Where one is needed, the loopback service
stands in for it, and what that service got is handed to the browser's real service worker.
"""

import json
import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy import select

from bot.console import account
from bot.push.words import WORDS, About
from bot.runtime import Runtime
from bot.storage.tables import PushSubscription
from tests.support.browser import DESK, PHONE, picture
from tests.support.console import hire
from tests.support.desk_browser import barriers, fill_in, signed_in
from tests.support.loopback import until
from tests.support.push_emulator import BrowserOnPhone, PushEmulator, push_service
from tests.support.world import Phone as Woman
from tests.support.world import fake_settings

pytestmark = pytest.mark.browser

STAND_IN = """
(() => {
  const raw = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (l) => l.charCodeAt(0));
  const keys = { p256dh: raw(PHONE.p256dh).buffer, auth: raw(PHONE.auth).buffer };
  const held = () => {
    const key = sessionStorage.getItem("stand-in");
    if (!key) return null;
    return {
      endpoint: PHONE.endpoint, options: { applicationServerKey: raw(key).buffer }, getKey: (name) => keys[name],
      unsubscribe: async () => { sessionStorage.removeItem("stand-in"); return true; },
    };
  };
  PushManager.prototype.getSubscription = async () => held();
  PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
    sessionStorage.setItem("stand-in", btoa(String.fromCharCode(...applicationServerKey)));
    return held();
  };
})();
"""


@pytest.fixture
async def push() -> AsyncIterator[PushEmulator]:
    async with push_service() as emulator:
        yield emulator


async def reaching(page: Page, phone: BrowserOnPhone) -> None:
    """From now on this browser's push service is the one on loopback."""
    await page.context.add_init_script(f"const PHONE = {json.dumps(phone.fields)};" + STAND_IN)


async def opened(page: Page) -> None:
    """She opens what stands about this phone: on shift it is folded, so that the queue stands high."""
    await page.locator("details.phone summary").click()


async def allowed(page: Page, address: str) -> None:
    """She taps Allow."""
    await page.context.grant_permissions(["notifications"], origin=address)


async def delivered(page: Page, address: str, data: str) -> list[dict[str, str]]:
    """The push service brings an alert to the browser; what its service worker shows."""
    cdp = await page.context.new_cdp_session(page)
    seen: dict[str, str] = {}
    cdp.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: seen.update({found["scopeURL"]: found["registrationId"] for found in event["registrations"]}),
    )
    await cdp.send("ServiceWorker.enable")
    await until("the worker is known", lambda: f"{address}/console/" in seen)
    worker = {"origin": address, "registrationId": seen[f"{address}/console/"]}
    await cdp.send("ServiceWorker.deliverPushMessage", {**worker, "data": data})
    shown: list[dict[str, str]] = []

    async def shows() -> bool:
        shown[:] = await page.evaluate("""async () => {
            const worker = await navigator.serviceWorker.getRegistration("/console/");
            const all = await worker.getNotifications();
            return all.map(({ title, body, lang, tag }) => ({ title, body, lang, tag }));
        }""")
        return bool(shown)

    await until("a notification is shown", shows)
    return shown


@pytest.mark.parametrize(
    ("language", "button", "size", "seen_at"),
    [("es", "Avisar a este teléfono", PHONE, "phone"), ("en", "Notify this phone", DESK, "desk")],
    ids=["es-phone", "en-desk"],
)
async def test_phone_asks_is_tried_is_called_and_is_let_go(
    rt: Runtime,
    address: str,
    browser: Browser,
    push: PushEmulator,
    language: str,
    button: str,
    size: dict[str, int],
    seen_at: str,
) -> None:
    ana = await hire(rt)
    await account.reads(rt, ana.id, language)
    page = await signed_in(browser, address, rt, ana, size)
    phone = push.phone("anas")
    await reaching(page, phone)
    await allowed(page, address)
    await page.goto(f"{address}/console/")
    await picture(page, f"phone-folded-{language}-{seen_at}")
    await opened(page)
    await expect(page.get_by_test_id("phone-keep")).to_have_text(button)
    await expect(page.get_by_test_id("phone-drop")).to_be_hidden()
    assert await barriers(page) == []
    await picture(page, f"phone-off-{language}-{seen_at}")

    await page.get_by_test_id("phone-keep").click()
    await expect(page.get_by_test_id("phone-drop")).to_be_visible()
    await expect(page.get_by_test_id("phone-says")).to_contain_text(re.compile("prueba va en camino|test is on its way"))
    assert await barriers(page) == []
    await picture(page, f"phone-on-{language}-{seen_at}")
    [tried] = push.to(phone)
    assert phone.reads(tried)["language"] == language

    rt.settings = rt.settings.model_copy(update={"alarm_operators_seconds": 1})
    await Woman(rt).sends("me tienen encerrada en una casa con candado")
    await until("the alarm calls her phone", lambda: len(push.to(phone)) == 2, 20)
    [shown] = await delivered(page, address, phone.opens(push.to(phone)[1]).decode())
    assert shown == {"title": "Faro", "body": WORDS[About.IMMINENT][language], "lang": language, "tag": "faro"}

    await page.reload()
    await expect(page.locator("details.phone summary")).to_have_text(re.compile("le llegan las alarmas|alarms reach it"))
    assert await barriers(page) == []
    await opened(page)
    await expect(page.get_by_test_id("phone-keep")).to_have_text(re.compile("Mandar una prueba|Send a test"))
    await page.get_by_test_id("phone-drop").click()
    await expect(page.get_by_test_id("phone-keep")).to_have_text(button)
    await page.reload()
    await expect(page.get_by_test_id("phone-keep")).to_have_text(button)


async def test_alert_that_cannot_be_read_still_calls(rt: Runtime, address: str, browser: Browser, push: PushEmulator) -> None:
    page = await signed_in(browser, address, rt, await hire(rt), PHONE)
    await reaching(page, push.phone("anas"))
    await allowed(page, address)
    await page.goto(f"{address}/console/")
    await opened(page)
    await page.get_by_test_id("phone-keep").click()
    await expect(page.get_by_test_id("phone-drop")).to_be_visible()
    [shown] = await delivered(page, address, "not what we send")
    assert (shown["title"], shown["body"]) == ("Faro", "Abre el escritorio")


async def test_blocked_notifications_and_a_push_service_out_of_reach_are_said_with_what_to_do(
    rt: Runtime, address: str, browser: Browser
) -> None:
    page = await signed_in(browser, address, rt, await hire(rt), PHONE)
    await page.goto(f"{address}/console/")
    await opened(page)
    await page.get_by_test_id("phone-keep").click()
    await expect(page.get_by_test_id("phone-says")).to_contain_text("Permítelas en los ajustes")
    assert await barriers(page) == []
    await picture(page, "phone-blocked-es-phone")
    await allowed(page, address)
    await page.reload()
    await opened(page)
    await page.get_by_test_id("phone-keep").click()
    await expect(page.get_by_test_id("phone-says")).to_contain_text("no se alcanza el servicio", timeout=30_000)
    await expect(page.get_by_test_id("phone-keep")).to_be_enabled()
    await picture(page, "phone-unreached-es-phone")


async def test_browser_that_cannot_be_called_says_how_on_an_iphone(rt: Runtime, address: str, browser: Browser) -> None:
    page = await signed_in(browser, address, rt, await hire(rt), PHONE)
    await page.context.add_init_script("delete window.PushManager;")
    await page.goto(f"{address}/console/")
    await opened(page)
    await expect(page.get_by_test_id("phone-says")).to_contain_text("Agregar a inicio")
    await expect(page.get_by_test_id("phone-keep")).to_be_hidden()
    assert await barriers(page) == []


@pytest.mark.parametrize(("language", "size", "seen_at"), [("es", PHONE, "phone"), ("en", DESK, "desk")])
async def test_server_without_a_key_says_so_in_place_of_the_button(
    rt: Runtime, address: str, browser: Browser, language: str, size: dict[str, int], seen_at: str
) -> None:
    rt.settings = rt.settings.model_copy(update={"push_key": fake_settings(rt.settings.data_dir).push_key})
    ana = await hire(rt)
    await account.reads(rt, ana.id, language)
    page = await signed_in(browser, address, rt, ana, size)
    await page.goto(f"{address}/console/")
    await expect(page.get_by_test_id("phone-none")).to_be_visible()
    await expect(page.get_by_test_id("phone-keep")).to_have_count(0)
    assert await barriers(page) == []
    await picture(page, f"phone-none-{language}-{seen_at}")


async def test_signing_out_ends_what_this_phone_asked_for(
    rt: Runtime, address: str, browser: Browser, push: PushEmulator
) -> None:
    ana, eva = await hire(rt), await hire(rt, "Eva")
    page = await signed_in(browser, address, rt, ana, PHONE)
    await reaching(page, push.phone("shared"))
    await allowed(page, address)
    await page.goto(f"{address}/console/")
    await opened(page)
    await page.get_by_test_id("phone-keep").click()
    await expect(page.get_by_test_id("phone-drop")).to_be_visible()
    await page.locator("details.me summary").click()
    await page.get_by_role("button", name=re.compile("Salir|Cerrar|Sign out")).click()
    await expect(page.get_by_test_id("sign-in")).to_be_visible()
    await fill_in(page, rt, eva)
    await expect(page.get_by_test_id("phone-keep")).to_have_text("Avisar a este teléfono")
    async with rt.database.read() as session:
        assert (await session.scalars(select(PushSubscription))).all() == []


async def test_icons_of_the_home_screen_are_there_and_as_large_as_they_say(rt: Runtime, address: str, browser: Browser) -> None:
    page = await signed_in(browser, address, rt, await hire(rt), PHONE)
    sizes = await page.evaluate("""async () => {
        const manifest = await (await fetch(document.querySelector('link[rel=manifest]').href)).json();
        const icons = [...manifest.icons, { src: document.querySelector('link[rel=apple-touch-icon]').href, sizes: "180x180" }];
        return Promise.all(icons.filter((icon) => icon.sizes !== "any").map(async (icon) => {
            const image = await createImageBitmap(await (await fetch(icon.src)).blob());
            return [icon.sizes, `${image.width}x${image.height}`];
        }));
    }""")
    assert len(sizes) == 3
    assert all(said == found for said, found in sizes)
