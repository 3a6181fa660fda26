"""Work at the desk in a real browser: by keyboard alone, with her files, with what she hides, and with her consent."""

import asyncio
import re

import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy import select

from bot.cases import queue
from bot.console.account import Role
from bot.runtime import Runtime
from bot.storage.tables import Case, Operator, Referral
from integrations.channel import Media, MediaKind
from tests.support.browser import DESK, PHONE
from tests.support.console import Person, hire
from tests.support.desk_browser import signed_in
from tests.support.world import Phone

pytestmark = pytest.mark.browser


@pytest.fixture
async def ana(rt: Runtime) -> Person:
    return await hire(rt, "Ana")


async def urgent(phone: Phone, text: str = "anoche mi marido me pego") -> Case:
    """Her case, once the worker has taken her message."""
    await phone.sends(text)
    return await phone.opened_case()


async def until(page: Page, expression: str) -> None:
    """Wait for something in the page. Playwright's own waiting evaluates strings, which the console's policy forbids."""
    async with asyncio.timeout(20):
        while not await page.evaluate(expression):  # noqa: ASYNC110 - the page offers no event
            await asyncio.sleep(0.05)


async def tab_to(page: Page, testid: str) -> None:
    """Press Tab until this has the focus, as somebody without a mouse does."""
    for _ in range(60):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement?.dataset.testid") == testid:
            return
    raise AssertionError(f"{testid} is not reached by the keyboard")


async def test_case_is_taken_answered_and_handed_over_by_keyboard_alone(
    rt: Runtime, address: str, browser: Browser, phone: Phone, ana: Person
) -> None:
    await urgent(phone)
    page = await signed_in(browser, address, rt, ana, DESK)
    await tab_to(page, "claim")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("case")).to_be_visible()
    await tab_to(page, "reply")
    await page.keyboard.type("Hola, soy Ana.")
    await page.keyboard.press("Control+Enter")
    await expect(page.get_by_test_id("talk")).to_contain_text("Hola, soy Ana.")
    await expect(page.get_by_test_id("reply")).to_be_focused()
    await page.goto(f"{address}/console/")
    await tab_to(page, "end-shift")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("handing")).to_be_visible()
    await tab_to(page, "handover-note")
    await page.keyboard.type("sigue con su hermana")
    await tab_to(page, "hand-over")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("handing")).to_have_count(0)
    await tab_to(page, "end-shift")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("sound")).to_be_visible()
    async with rt.database.read() as session:
        assert (await session.get_one(Operator, ana.id)).on_shift is False


async def test_her_picture_opens_and_her_voice_note_is_ready_to_play(
    rt: Runtime, address: str, browser: Browser, phone: Phone, ana: Person
) -> None:
    case = await urgent(phone)
    await queue.claim(rt, case.id, ana.id)
    await phone.sends_body(Media(media=MediaKind.IMAGE, handle="simulated-image", mime="image/png"))
    await phone.sends_body(Media(media=MediaKind.VOICE, handle="simulated-voice", mime="audio/wav"))
    page = await signed_in(browser, address, rt, ana, PHONE)
    await page.goto(f"{address}/console/cases/{case.id}")
    picture = page.locator(".picture img")
    await expect(picture).to_be_hidden()
    await page.locator(".picture summary").click()
    await expect(picture).to_be_visible()
    await until(page, "document.querySelector('.picture img').naturalWidth === 160")
    await page.evaluate("document.querySelector('audio').preload = 'auto'")
    await until(page, "document.querySelector('audio').readyState >= HTMLMediaElement.HAVE_FUTURE_DATA")
    assert await page.evaluate("document.querySelector('audio').duration") == pytest.approx(1.5)


async def test_hidden_characters_are_seen_by_name_and_turn_nothing_around(
    rt: Runtime, address: str, browser: Browser, phone: Phone, ana: Person
) -> None:
    case = await urgent(phone, "mi marido me pego foto\u202egpj.exe s\u200bi 👩‍👧")
    await queue.claim(rt, case.id, ana.id)
    page = await signed_in(browser, address, rt, ana, DESK)
    await page.goto(f"{address}/console/cases/{case.id}")
    await expect(page.locator(".unseen")).to_have_count(2)
    message = page.get_by_test_id("talk-message").filter(has_text="mi marido")
    await expect(message).to_contain_text(re.compile("RLO.*gpj.exe.*ZWSP.*👩‍👧", re.DOTALL))
    assert "\u202e" not in await page.content()


async def test_code_word_is_compared_beside_the_talk_and_safe_contact_stays_in_view(
    rt: Runtime, address: str, browser: Browser, phone: Phone, ana: Person
) -> None:
    case = await urgent(phone)
    await queue.claim(rt, case.id, ana.id)
    await phone.leaves_word("Limón verde")
    page = await signed_in(browser, address, rt, ana, PHONE)
    await page.goto(f"{address}/console/cases/{case.id}")
    await expect(page.get_by_test_id("code-word")).to_have_text("tiene")
    await page.get_by_test_id("reply").scroll_into_view_if_needed()
    await expect(page.get_by_test_id("contact")).to_be_in_viewport()
    await page.locator("#compare summary").click()
    await page.locator("#word").fill("otra")
    await page.get_by_test_id("compare").click()
    await expect(page.get_by_test_id("compared")).to_contain_text("No es su palabra")
    await page.locator("#word").fill("limon VERDE")
    await page.get_by_test_id("compare").click()
    await expect(page.get_by_test_id("compared")).to_contain_text("Es su palabra")
    assert "Limón" not in await page.content()


async def test_referral_from_question_to_told(rt: Runtime, address: str, browser: Browser, phone: Phone, ana: Person) -> None:
    case = await urgent(phone)
    await queue.claim(rt, case.id, ana.id)
    page = await signed_in(browser, address, rt, ana, PHONE)
    await page.goto(f"{address}/console/cases/{case.id}")
    await page.get_by_test_id("refer").click()
    await page.locator("#kind").select_option("shelter")
    await page.locator("#place").fill("Tapachula")
    await page.get_by_test_id("find").click()
    partner = page.get_by_test_id("partner").first
    await partner.locator("summary").click()
    await partner.get_by_test_id("ask-her").click()
    await expect(page.get_by_test_id("talk")).to_contain_text("Contesta sí o no")
    await page.get_by_test_id("refer").click()
    await expect(page.get_by_test_id("told")).to_have_count(0)
    await expect(page.get_by_text("Todavía no contesta")).to_be_visible()
    await phone.sends("si")
    await page.reload()
    await page.get_by_test_id("she-said-yes").click()
    await page.get_by_test_id("told").click()
    await expect(page.get_by_test_id("referral")).to_contain_text("Se les dijo")
    async with rt.database.read() as session:
        kept = (await session.scalars(select(Referral))).one()
    assert (kept.answer, kept.told, kept.told_by) == ("yes", ["language", "need"], ana.id)


async def test_urgent_case_is_seen_from_another_page_of_the_desk(
    rt: Runtime, address: str, browser: Browser, phone: Phone, ana: Person
) -> None:
    eva = await hire(rt, "Eva", Role.SUPERVISOR)
    page = await signed_in(browser, address, rt, ana, DESK)
    await page.goto(f"{address}/console/open")
    await expect(page.get_by_test_id("waits-elsewhere")).to_have_count(0)
    case = await urgent(phone, "me tienen encerrada en una casa con candado")
    await expect(page.get_by_test_id("waits-elsewhere")).to_be_visible()
    await queue.claim(rt, case.id, eva.id)
    await expect(page.get_by_test_id("waits-elsewhere")).to_have_count(0)


async def test_case_is_opened_by_hand_for_a_known_number_alone(
    rt: Runtime, address: str, browser: Browser, phone: Phone, ana: Person
) -> None:
    await phone.sends("hola, una pregunta sobre mi tarjeta")
    page = await signed_in(browser, address, rt, ana, PHONE)
    await page.goto(f"{address}/console/open")
    await page.locator("#why").select_option("called")
    await page.locator("#number").fill("phone-99")
    await page.locator("#note").fill("llamó desde otro teléfono")
    await page.get_by_test_id("open-by-hand").click()
    await expect(page.get_by_test_id("problem")).to_be_visible()
    await expect(page.locator("#note")).to_have_value("llamó desde otro teléfono")
    await page.locator("#number").fill(phone.address)
    await page.get_by_test_id("open-by-hand").click()
    await expect(page.get_by_test_id("case")).to_be_visible()
    await expect(page.get_by_text("llamó desde otro teléfono")).to_be_visible()
