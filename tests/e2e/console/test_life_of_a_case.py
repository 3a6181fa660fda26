"""The whole life of a case in a real browser: one contact on the simulator, two operators, one supervisor."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from bot.console.account import Role
from bot.runtime import Runtime
from tests.support.browser import DESK, PHONE, picture
from tests.support.console import PASSWORD, hire
from tests.support.desk_browser import barriers, open_page, signed_in

pytestmark = pytest.mark.browser


async def desk(browser: Browser, address: str, rt: Runtime, name: str, role: Role, size: dict[str, int]) -> Page:
    """Somebody at her desk, with the stream of cases open."""
    page = await signed_in(browser, address, rt, await hire(rt, name, role), size)
    await expect(page.get_by_text("En vivo")).to_be_attached()
    return page


async def says(phone: Page, text: str) -> None:
    await phone.get_by_test_id("simulator-input").fill(text)
    await phone.get_by_test_id("simulator-send").click()


@pytest.mark.parametrize(("size", "seen_at"), [(DESK, "desk"), (PHONE, "phone")], ids=["desk", "phone"])
async def test_whole_life_of_a_case(rt: Runtime, address: str, browser: Browser, size: dict[str, int], seen_at: str) -> None:
    ana = await desk(browser, address, rt, "Ana", Role.OPERATOR, size)
    bea = await desk(browser, address, rt, "Bea", Role.OPERATOR, size)
    eva = await desk(browser, address, rt, "Eva", Role.SUPERVISOR, size)
    phone = await open_page(browser, PHONE)
    await phone.goto(f"{address}/simulator/")

    await ana.get_by_test_id("end-shift").click()
    await ana.get_by_test_id("sound").click()
    await ana.get_by_test_id("start-shift").click()
    await expect(ana.get_by_test_id("end-shift")).to_be_visible()

    await says(phone, "me tienen encerrada <img src=x onerror=alert(1)> \u202eabc " + "x" * 400)
    for page in (ana, bea, eva):
        row = page.get_by_test_id("case-row")
        await expect(row).to_have_count(1)
        await expect(row).to_have_attribute("data-risk", "imminent")
    await expect(ana.get_by_role("alert")).to_be_visible()
    await picture(ana, f"queue-{seen_at}")
    assert await barriers(ana) == []

    case = await ana.get_by_test_id("case-row").get_attribute("data-case-id")
    await ana.get_by_test_id("claim").click()
    await expect(ana.get_by_test_id("case")).to_have_attribute("data-case-id", str(case))
    await expect(bea.get_by_test_id("claim")).to_have_count(0)
    await expect(ana.get_by_text("<img src=x onerror=alert(1)>")).to_be_visible()
    assert await ana.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "a long word breaks the page"

    await ana.get_by_test_id("reply").fill("Hola, soy Ana del equipo.")
    await ana.get_by_test_id("send").click()
    await expect(phone.get_by_test_id("simulator-message").filter(has_text="Hola, soy Ana del equipo.")).to_be_visible()
    await expect(ana.get_by_test_id("reply")).to_have_value("")
    before = await phone.get_by_test_id("simulator-message").count()
    await says(phone, "gracias, estoy sola ahora")
    await expect(ana.get_by_text("gracias, estoy sola ahora")).to_be_visible()
    await picture(ana, f"case-{seen_at}")
    assert await barriers(ana) == []
    assert await phone.get_by_test_id("simulator-message").count() == before, "the bot is silent while a person has the talk"

    await eva.get_by_test_id("open-case").click()
    await eva.get_by_test_id("join").click()
    await eva.get_by_test_id("reply").fill("Soy Eva, también estoy aquí.")
    await eva.get_by_test_id("send").click()
    await expect(ana.get_by_text("Soy Eva, también estoy aquí.")).to_be_visible()

    await ana.get_by_text(re.compile("^Pasar a otra$|^Pass on$")).click()
    await ana.locator("#to").select_option(label="Bea")
    await ana.get_by_test_id("offer").click()
    await expect(bea.get_by_test_id("open-case")).to_be_visible()
    await bea.get_by_test_id("open-case").click()
    await bea.get_by_test_id("accept").click()
    await bea.get_by_test_id("reply").fill("Hola, sigo yo: soy Bea.")
    await bea.get_by_test_id("send").click()
    await expect(phone.get_by_text("Hola, sigo yo: soy Bea.")).to_be_visible()
    await ana.reload()
    await expect(ana.get_by_test_id("reply")).to_have_count(0)  # the case is Bea's now

    await bea.get_by_text(re.compile("^Terminar$|^Finish$")).click()
    await bea.get_by_test_id("hand-back").click()
    await expect(bea.get_by_test_id("case-row")).to_have_count(0)
    await says(phone, "MENU")
    await expect(phone.get_by_test_id("simulator-message")).not_to_have_count(before + 2)
    await picture(phone, f"simulator-{seen_at}")
    assert await barriers(phone) == []

    await eva.goto(f"{address}/console/team")
    await expect(eva.get_by_test_id("waits")).to_contain_text("100")
    await picture(eva, f"team-{seen_at}")
    assert await barriers(eva) == []


async def test_case_lost_while_writing_is_refused_and_the_text_stays(rt: Runtime, address: str, browser: Browser) -> None:
    ana = await desk(browser, address, rt, "Ana", Role.OPERATOR, DESK)
    phone = await open_page(browser, PHONE)
    await phone.goto(f"{address}/simulator/")
    await says(phone, "mi marido me pego anoche")
    await ana.get_by_test_id("claim").click()
    await ana.get_by_test_id("reply").fill("Hola, soy Ana.")
    await says(phone, "SALIR")
    await expect(ana.get_by_test_id("rule")).to_have_attribute("data-may", "nothing")


async def test_three_shifts_hide_everything_until_the_password(rt: Runtime, address: str, browser: Browser) -> None:
    ana = await desk(browser, address, rt, "Ana", Role.OPERATOR, DESK)
    for _ in range(3):
        await ana.keyboard.press("Shift")
    await expect(ana).to_have_url(re.compile("/console/unlock"))
    await ana.goto(f"{address}/console/")
    await expect(ana).to_have_url(re.compile("/console/unlock"))
    assert await barriers(ana) == []
    await ana.get_by_label(re.compile("Contraseña|Password")).fill(PASSWORD)
    await ana.get_by_test_id("unlock").click()
    await expect(ana.get_by_test_id("sound")).to_be_visible()


async def test_exit_control_of_the_simulator_leaves_the_page(address: str, browser: Browser) -> None:
    phone = await open_page(browser, PHONE)
    await phone.route("https://www.wikipedia.org/", lambda route: route.fulfill(body="elsewhere"))
    await phone.goto(f"{address}/simulator/")
    await phone.get_by_test_id("simulator-exit").click()
    await expect(phone.get_by_text("elsewhere")).to_be_visible()


async def test_desk_reads_in_english_too(rt: Runtime, address: str, browser: Browser) -> None:
    page = await signed_in(browser, address, rt, await hire(rt, "Amy"), DESK, "en-US")
    await expect(page.get_by_role("heading", name="Queue")).to_be_visible()
    await expect(page.locator("html")).to_have_attribute("lang", "en")
