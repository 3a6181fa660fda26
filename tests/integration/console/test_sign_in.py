"""Signing in: what opens an account, what does not, and how a session ends."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import select

from bot.console import account
from bot.console.account import Role
from bot.runtime import Runtime
from bot.storage.tables import Operator, OperatorSession
from tests.support.console import PASSWORD, Browser, code, hire
from tests.support.world import HandClock


@pytest.fixture
async def browser(rt: Runtime) -> AsyncIterator[Browser]:
    opened = Browser(rt)
    yield opened
    await opened.close()


async def test_enrolment_page_shows_the_secret_as_text_and_ends_with_recovery_codes(
    rt: Runtime, browser: Browser, clock: HandClock
) -> None:
    token = await account.invite(rt, "Ana@Faro.example", "Ana", Role.OPERATOR, ["es"])
    page = f"/console/enrol/{token}"
    found = await account.open_enrolment(rt, token)
    assert found is not None
    assert found.secret in (await browser.get(page)).text
    done = await browser.post(page, page=page, password=PASSWORD, code=code(found.secret, rt))
    assert done.status_code == 200
    assert done.text.count('data-testid="recovery-code"') == 10
    assert (await browser.get(page)).status_code == 404, "the link works once"


@pytest.mark.parametrize(("password", "digits"), [("short", None), (PASSWORD, "000000"), ("x" * 300, None)])
async def test_enrolment_with_a_bad_password_or_code_keeps_the_link(
    rt: Runtime, browser: Browser, password: str, digits: str | None
) -> None:
    token = await account.invite(rt, "ana@faro.example", "Ana", Role.OPERATOR, ["es"])
    page = f"/console/enrol/{token}"
    found = await account.open_enrolment(rt, token)
    assert found is not None
    refused = await browser.post(page, page=page, password=password, code=digits or code(found.secret, rt))
    assert refused.status_code == 422
    assert (await browser.get(page)).status_code == 200


async def test_enrolment_link_ends_after_three_days(rt: Runtime, browser: Browser, clock: HandClock) -> None:
    token = await account.invite(rt, "ana@faro.example", "Ana", Role.OPERATOR, ["es"])
    clock.forward(hours=73)
    assert (await browser.get(f"/console/enrol/{token}")).status_code == 404


async def test_signing_in_opens_the_queue(rt: Runtime, browser: Browser, clock: HandClock) -> None:
    ana = await hire(rt)
    answer = await browser.sign_in(ana, clock)
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert (await browser.get("/console/")).status_code == 200


@pytest.mark.parametrize(
    "wrong", [{"email": "nobody@faro.example"}, {"password": "another password"}, {"code": "000000"}, {"code": "ñ" * 6}]
)
async def test_whichever_part_is_wrong_the_answer_is_the_same(
    rt: Runtime, browser: Browser, clock: HandClock, wrong: dict[str, str]
) -> None:
    ana = await hire(rt)
    answer = await browser.sign_in(ana, clock, **wrong)
    assert answer.status_code == 401
    assert answer.text.count('role="alert"') == 1
    assert "Correo, contraseña o código" in answer.text or "E-mail, password or code" in answer.text
    assert (await browser.get("/console/")).status_code == 303


async def test_a_code_opens_once(rt: Runtime, browser: Browser, clock: HandClock) -> None:
    ana = await hire(rt)
    assert (await browser.sign_in(ana, clock)).status_code == 303
    other = Browser(rt, "another browser")
    assert (await other.sign_in(ana)).status_code == 401
    clock.forward(seconds=60)
    assert (await other.sign_in(ana)).status_code == 303
    await other.close()


async def test_a_recovery_code_opens_once(rt: Runtime, browser: Browser, clock: HandClock) -> None:
    token = await account.invite(rt, "ana@faro.example", "Ana", Role.OPERATOR, ["es"])
    found = await account.open_enrolment(rt, token)
    assert found is not None
    first, *_ = await account.enrol(rt, token, PASSWORD, code(found.secret, rt))
    fields = {"email": "ana@faro.example", "password": PASSWORD, "code": first}
    assert (await browser.post("/console/sign-in", **fields)).status_code == 303
    other = Browser(rt)
    assert (await other.post("/console/sign-in", **fields)).status_code == 401
    await other.close()


async def test_many_tries_are_slowed_down_even_with_the_right_password(rt: Runtime, browser: Browser, clock: HandClock) -> None:
    ana = await hire(rt)
    for _ in range(6):
        await browser.sign_in(ana, password="wrong")
    assert (await browser.sign_in(ana, clock)).status_code == 429


async def test_form_without_its_token_or_from_elsewhere_is_refused(rt: Runtime, browser: Browser) -> None:
    await hire(rt)
    assert (await browser.post_bare("/console/sign-in", email="ana@faro.example")).status_code == 403


async def test_session_copied_to_another_browser_ends(rt: Runtime, browser: Browser, clock: HandClock) -> None:
    ana = await hire(rt)
    await browser.sign_in(ana, clock)
    thief = Browser(rt, "another browser")
    browser.copy_session_to(thief)
    assert (await thief.get("/console/")).status_code == 303
    assert (await browser.get("/console/")).status_code == 303, "and the copied one is gone too"
    await thief.close()


async def test_idle_session_hides_and_opens_with_the_password(rt: Runtime, browser: Browser, clock: HandClock) -> None:
    ana = await hire(rt)
    await browser.sign_in(ana, clock)
    clock.forward(minutes=11)
    hidden = await browser.get("/console/")
    assert hidden.headers["location"].startswith("/console/unlock")
    page = "/console/unlock"
    assert (await browser.post(page, page=page, password="wrong")).status_code == 401
    assert (await browser.get("/console/")).status_code == 303
    assert (await browser.post(page, page=page, password=PASSWORD)).status_code == 303
    assert (await browser.get("/console/")).status_code == 200


@pytest.mark.parametrize("pause", [{"minutes": 31}, {"hours": 13}])
async def test_session_ends_when_the_browser_is_gone(
    rt: Runtime, browser: Browser, clock: HandClock, pause: dict[str, float]
) -> None:
    ana = await hire(rt)
    await browser.sign_in(ana, clock)
    clock.forward(**pause)
    assert (await browser.get("/console/")).headers["location"].startswith("/console/sign-in")
    async with rt.database.read() as session:
        assert (await session.scalars(select(OperatorSession))).all() == []


async def test_dismissed_operator_is_out_at_once(rt: Runtime, browser: Browser, clock: HandClock) -> None:
    ana = await hire(rt)
    await browser.sign_in(ana, clock)
    async with rt.database.write() as session:
        (await session.get_one(Operator, ana.id)).active = False
    assert (await browser.get("/console/")).status_code == 303


async def test_nothing_secret_stands_in_the_database(rt: Runtime, browser: Browser, clock: HandClock) -> None:
    ana = await hire(rt)
    answer = await browser.sign_in(ana, clock)
    token = answer.headers["set-cookie"].split("=", 1)[1].split(";")[0]
    async with rt.database.read() as session:
        operator = (await session.scalars(select(Operator))).one()
        kept = (await session.scalars(select(OperatorSession))).one()
    assert operator.password_hash is not None
    assert operator.password_hash.startswith("$argon2id$")
    assert ana.secret.encode() not in (operator.totp_enc or b"")
    assert token.encode() not in kept.token_hash


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/console\\..\\x", "/simulator/"])
async def test_after_signing_in_one_stays_in_the_console(rt: Runtime, browser: Browser, clock: HandClock, wanted: str) -> None:
    ana = await hire(rt)
    assert (await browser.sign_in(ana, clock, next=wanted)).headers["location"] == "/console/"


async def test_demo_operator_has_the_same_credentials_at_each_start(rt: Runtime, browser: Browser, clock: HandClock) -> None:
    first = await account.create_demo_operator(rt)
    email, password, secret = await account.create_demo_operator(rt)
    assert first == (email, password, secret)
    fields = {"email": email, "password": password, "code": code(secret, rt)}
    assert (await browser.post("/console/sign-in", **fields)).status_code == 303


async def test_open_queue_stays_live_while_the_session_is_hidden_and_talks_do_not(
    rt: Runtime, browser: Browser, clock: HandClock
) -> None:
    ana = await hire(rt)
    await browser.sign_in(ana, clock)
    clock.forward(minutes=11)
    assert (await browser.get("/console/queue")).status_code == 200
    assert (await browser.get("/console/cases/any")).headers["location"].startswith("/console/unlock")
    assert (await browser.get("/console/")).headers["location"].startswith("/console/unlock")
