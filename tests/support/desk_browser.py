"""People at the desk in a real browser: open a page, sign in, look for barriers."""

import re

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Dialog, Page, ViewportSize, expect

from bot.console import sign_in as throttle
from bot.runtime import Runtime
from tests.support.console import PASSWORD, Person, spare_code

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


async def open_page(browser: Browser, size: dict[str, int], locale: str = "es-MX") -> Page:
    """A browser of its own. Anything that runs from her text would open a dialog and fail the test."""
    context = await browser.new_context(viewport=ViewportSize(width=size["width"], height=size["height"]), locale=locale)
    page = await context.new_page()

    def never(dialog: Dialog) -> None:
        raise AssertionError(f"a dialog opened: {dialog.message}")

    page.on("dialog", never)
    page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
    return page


async def signed_in(
    browser: Browser, address: str, rt: Runtime, person: Person, size: dict[str, int], locale: str = "es-MX"
) -> Page:
    page = await open_page(browser, size, locale)
    await page.goto(f"{address}/console/sign-in")
    await fill_in(page, rt, person)
    return page


async def fill_in(page: Page, rt: Runtime, person: Person) -> None:
    """Sign in on the page that asks for it."""
    await throttle.forget_tries()
    await page.get_by_label(re.compile("Correo|E-mail")).fill(person.email)
    await page.get_by_label(re.compile("Contraseña|Password")).fill(PASSWORD)
    await page.get_by_label(re.compile("Código|Code")).fill(await spare_code(rt, person))
    await page.get_by_test_id("sign-in").click()
    await expect(page.get_by_test_id("sign-in")).to_have_count(0)


async def barriers(page: Page) -> list[str]:
    """What keeps somebody from using a page: WCAG 2.2 AA by axe, and anything wider than the screen."""
    results = await Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    found = [f"{item['id']}: {item['nodes'][0]['target']}" for item in results.response["violations"]]
    fits = await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    return found if fits else [*found, "wider than the screen"]
