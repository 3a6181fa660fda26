"""A real browser on a real server: Debian's Chromium through Playwright. A missing browser is a failure that says what to do."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from pathlib import Path

import uvicorn
from playwright.async_api import Browser, Page, async_playwright

from bot.app import make_app
from bot.runtime import Runtime
from tests.support.servers import free_port

_CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--autoplay-policy=no-user-gesture-required"]
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 850}


@contextlib.asynccontextmanager
async def served(rt: Runtime) -> AsyncIterator[str]:
    """The whole application with its worker on a port of its own; its address."""
    port = free_port()
    config = uvicorn.Config(make_app(rt, with_worker=True), port=port, log_config=None, access_log=False)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    async with asyncio.timeout(20):
        while not server.started:  # noqa: ASYNC110 - uvicorn offers no event
            await asyncio.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = server.force_exit = True
        await task


def _installed() -> str:
    places = (os.environ.get("TEST_CHROMIUM", ""), *_CHROMIUM)
    found = next((place for place in places if place and Path(place).exists()), None)
    assert found is not None, "no Chromium found: install the package `chromium`, or set TEST_CHROMIUM to a browser"
    return found


@contextlib.asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    path = _installed()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=_FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


async def picture(page: Page, name: str) -> None:
    """Keep a screenshot where `FARO_TEST_PICTURES` says, as a build artefact; nowhere else."""
    folder = os.environ.get("FARO_TEST_PICTURES")
    if folder:
        await page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
