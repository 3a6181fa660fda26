"""A phone asks to be called, is tried, renewed and dropped, and is not called any more once its operator left."""

from pathlib import Path

import pytest
from sqlalchemy import select

from bot.console import account
from bot.console.account import Role
from bot.doctor import examine
from bot.privacy import retention
from bot.push import phones
from bot.runtime import Runtime
from bot.settings import Settings
from bot.storage.tables import Operator, PushSubscription
from tests.support.console import PASSWORD, Browser, Person, code, form_token, hire
from tests.support.loopback import Fault
from tests.support.push_emulator import BrowserOnPhone, PushEmulator
from tests.support.world import HandClock, fake_settings


async def at_desk(rt: Runtime, clock: HandClock, person: Person) -> Browser:
    browser = Browser(rt)
    assert (await browser.sign_in(person, clock)).status_code == 303
    return browser


async def asks(browser: Browser, phone: BrowserOnPhone, what: str = "") -> dict[str, object]:
    """What the page says when she taps; `what`: /renew or /drop."""
    answer = await browser.post(f"/console/phone{what}", page="/console/", **phone.fields)
    said: dict[str, object] = answer.json()
    return {**said, "status": answer.status_code}


async def known(rt: Runtime) -> dict[str, str]:
    """Whom each phone belongs to."""
    async with rt.database.read() as session:
        query = select(PushSubscription.endpoint, Operator.name).join(Operator, Operator.id == PushSubscription.operator_id)
        return {endpoint.rsplit("/", 1)[1]: name for endpoint, name in await session.execute(query)}


async def test_phone_is_tried_when_it_asks_and_the_page_says_so(rt: Runtime, clock: HandClock, push: PushEmulator) -> None:
    browser = await at_desk(rt, clock, await hire(rt))
    phone = push.phone("hers")
    said = await asks(browser, phone)
    assert (said["status"], said["called"]) == (200, True)
    assert "prueba va en camino" in str(said["said"])
    [sent] = push.to(phone)
    assert phone.reads(sent) == {"text": "Prueba: los avisos llegan a este teléfono", "language": "es"}
    assert await known(rt) == {"hers": "Ana"}
    await browser.close()


@pytest.mark.parametrize("database_settings", [{}], ids=["sqlite"])
@pytest.mark.parametrize(("status", "kept"), [(410, False), (403, True), (500, True)])
async def test_page_says_when_a_test_was_not_taken(
    rt: Runtime, clock: HandClock, push: PushEmulator, status: int, kept: bool
) -> None:
    browser = await at_desk(rt, clock, await hire(rt))
    push.faults.add(Fault("hers", status), times=2)
    said = await asks(browser, push.phone("hers"))
    assert (said["status"], said["called"]) == (200, kept)
    assert "ya no conoce" in str(said["said"]) or "no aceptó" in str(said["said"])
    assert set(await known(rt)) == ({"hers"} if kept else set())
    await browser.close()


@pytest.mark.parametrize("database_settings", [{}], ids=["sqlite"])
@pytest.mark.parametrize(
    "endpoint",
    ["https://10.0.0.1/push/x", "http://fcm.googleapis.com/x", "https://169.254.169.254/x", "https://evil.example/x", "x", ""],
)
async def test_address_that_may_not_be_called_is_refused_and_named(
    rt: Runtime, clock: HandClock, push: PushEmulator, endpoint: str
) -> None:
    browser = await at_desk(rt, clock, await hire(rt))
    fields = {**push.phone("x").fields, "endpoint": endpoint}
    answer = await browser.post("/console/phone", page="/console/", **fields)
    assert answer.status_code == 422
    assert "no está en la lista del servidor" in answer.json()["said"]
    assert await known(rt) == {}
    assert push.sent == []
    await browser.close()


async def test_phone_that_was_opened_again_stays_hers_and_one_that_was_never_asked_for_is_not_kept(
    rt: Runtime, clock: HandClock, push: PushEmulator
) -> None:
    ana = await hire(rt)
    browser = await at_desk(rt, clock, ana)
    await asks(browser, push.phone("hers"))
    again = await at_desk(rt, clock, ana)
    assert (await asks(again, push.phone("hers"), "/renew"))["called"] is True
    assert (await asks(again, push.phone("other"), "/renew"))["called"] is False
    assert await known(rt) == {"hers": "Ana"}
    await again.post("/console/sign-out", page="/console/")
    assert await known(rt) == {}, "it belongs to the session in which she last opened the desk there"
    for opened in (browser, again):
        await opened.close()


async def test_browser_that_somebody_else_signs_in_on_calls_nobody_new_by_itself(
    rt: Runtime, clock: HandClock, push: PushEmulator
) -> None:
    first, second = await at_desk(rt, clock, await hire(rt)), await at_desk(rt, clock, await hire(rt, "Eva"))
    shared = push.phone("shared")
    await asks(first, shared)
    assert (await asks(second, shared, "/renew"))["called"] is False
    assert (await asks(second, shared, "/drop"))["called"] is False
    assert await known(rt) == {"shared": "Ana"}, "nobody drops the phone of somebody else"
    await asks(second, shared)
    assert await known(rt) == {"shared": "Eva"}, "who asks last has it"
    for opened in (first, second):
        await opened.close()


async def test_dropped_phone_is_forgotten(rt: Runtime, clock: HandClock, push: PushEmulator) -> None:
    browser = await at_desk(rt, clock, await hire(rt))
    await asks(browser, push.phone("hers"))
    await asks(browser, push.phone("hers"), "/drop")
    assert await known(rt) == {}
    await browser.close()


async def test_sixth_phone_takes_the_place_of_the_one_not_seen_for_longest(
    rt: Runtime, clock: HandClock, push: PushEmulator
) -> None:
    browser = await at_desk(rt, clock, await hire(rt))
    eva = await at_desk(rt, clock, await hire(rt, "Eva"))
    await asks(eva, push.phone("evas"))
    for number in range(phones.MOST):
        clock.forward(seconds=1)
        await asks(browser, push.phone(f"phone-{number}"))
    clock.forward(seconds=1)
    await asks(browser, push.phone("phone-0"), "/renew")
    clock.forward(seconds=1)
    await asks(browser, push.phone("sixth"))
    assert set(await known(rt)) == {"phone-0", "phone-2", "phone-3", "phone-4", "sixth", "evas"}
    for opened in (browser, eva):
        await opened.close()


async def test_signing_out_ends_this_phone_and_no_other(rt: Runtime, clock: HandClock, push: PushEmulator) -> None:
    ana = await hire(rt)
    on_phone, at_computer = await at_desk(rt, clock, ana), await at_desk(rt, clock, ana)
    await asks(on_phone, push.phone("phone"))
    await asks(at_computer, push.phone("computer"))
    await at_computer.post("/console/sign-out", page="/console/")
    assert await known(rt) == {"phone": "Ana"}
    for opened in (on_phone, at_computer):
        await opened.close()


@pytest.mark.parametrize("database_settings", [{}], ids=["sqlite"])
async def test_session_that_runs_out_leaves_the_phone_to_be_called(rt: Runtime, clock: HandClock, push: PushEmulator) -> None:
    """A phone in a pocket shows nothing for hours: that is what it is there for."""
    browser = await at_desk(rt, clock, await hire(rt))
    await asks(browser, push.phone("hers"))
    clock.forward(hours=13)
    assert (await browser.get("/console/")).status_code == 303
    assert await known(rt) == {"hers": "Ana"}
    await browser.close()


@pytest.mark.parametrize("what", ["dismiss", "sign_out"])
async def test_administrator_who_signs_somebody_out_ends_all_her_phones(
    rt: Runtime, clock: HandClock, push: PushEmulator, what: str
) -> None:
    ana = await hire(rt)
    browser, eva = await at_desk(rt, clock, ana), await at_desk(rt, clock, await hire(rt, "Eva"))
    for name in ("one", "two"):
        await asks(browser, push.phone(name))
    await asks(eva, push.phone("evas"))
    admin = await at_desk(rt, clock, await hire(rt, "Zoe", Role.ADMIN))
    await admin.post("/console/people/change", page="/console/people", who=ana.id, what=what)
    assert await known(rt) == {"evas": "Eva"}
    for opened in (browser, eva, admin):
        await opened.close()


async def test_enrolling_anew_after_a_lost_phone_ends_the_lost_one(rt: Runtime, clock: HandClock, push: PushEmulator) -> None:
    browser = await at_desk(rt, clock, await hire(rt))
    await asks(browser, push.phone("lost"))
    token = await account.invite(rt, "ana@faro.example", "Ana", Role.OPERATOR, ["es"])
    assert set(await known(rt)) == {"lost"}, "until she uses the link"
    found = await account.open_enrolment(rt, token)
    assert found is not None
    await account.enrol(rt, token, PASSWORD, code(found.secret, rt))
    assert await known(rt) == {}
    await browser.close()


async def test_operator_who_is_removed_takes_her_phones_with_her(rt: Runtime, clock: HandClock, push: PushEmulator) -> None:
    ana = await hire(rt)
    browser = await at_desk(rt, clock, ana)
    await asks(browser, push.phone("hers"))
    async with rt.database.write() as session:
        await session.delete(await session.get_one(Operator, ana.id))
    assert await known(rt) == {}
    await browser.close()


async def test_phone_not_seen_for_a_month_is_not_called_any_more(rt: Runtime, clock: HandClock, push: PushEmulator) -> None:
    browser = await at_desk(rt, clock, await hire(rt))
    await asks(browser, push.phone("old"))
    clock.forward(days=29)
    assert (await retention.purge(rt))["phones"] == 0
    clock.forward(days=2)
    assert (await retention.purge(rt, dry=True))["phones"] == 1
    assert (await retention.purge(rt))["phones"] == 1
    assert await known(rt) == {}
    await browser.close()


@pytest.mark.parametrize("database_settings", [{}], ids=["sqlite"])
async def test_server_without_a_key_says_so_and_keeps_nothing(
    settings: Settings, rt: Runtime, clock: HandClock, push: PushEmulator
) -> None:
    rt.settings = settings.model_copy(update={"push_key": fake_settings(settings.data_dir).push_key})
    browser = await at_desk(rt, clock, await hire(rt))
    page = (await browser.get("/console/")).text
    assert "phone-none" in page
    assert "phone-keep" not in page
    assert (await asks(browser, push.phone("hers")))["status"] == 409
    assert await known(rt) == {}
    await browser.close()


@pytest.mark.parametrize("database_settings", [{}], ids=["sqlite"])
async def test_worker_of_the_browser_is_served_where_it_may_open_every_page(rt: Runtime) -> None:
    browser = Browser(rt)
    answer = await browser.get("/console/push.js")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "unsafe" not in answer.headers["content-security-policy"]
    await browser.close()


@pytest.mark.parametrize("database_settings", [{}], ids=["sqlite"])
async def test_locked_desk_takes_no_phone(rt: Runtime, clock: HandClock, push: PushEmulator) -> None:
    browser = await at_desk(rt, clock, await hire(rt))
    token = form_token((await browser.get("/console/")).text)
    await browser.post("/console/lock", page="/console/")
    answer = await browser.post_bare("/console/phone", token=token, **push.phone("hers").fields)
    assert answer.status_code == 303
    assert await known(rt) == {}
    await browser.close()


@pytest.mark.parametrize("database_settings", [{}], ids=["sqlite"])
async def test_doctor_says_whether_alarms_reach_phones(
    settings: Settings, rt: Runtime, clock: HandClock, push: PushEmulator, tmp_path: Path
) -> None:
    async def phones_line() -> str:
        return next(str(finding) for finding in await examine(rt) if finding.part == "phones")

    browser = await at_desk(rt, clock, await hire(rt))
    for name in ("one", "two"):
        await asks(browser, push.phone(name))
    assert "alarms reach 2 phones of 1 operators" in await phones_line()
    rt.settings = settings.model_copy(update={"env": "production", "public_url": "http://faro.example"})
    assert "FARO_PUBLIC_URL is not https" in await phones_line()
    rt.settings = settings.model_copy(update={"push_key": fake_settings(tmp_path).push_key})
    assert "`faro push-keys`" in await phones_line()
    assert "ok" in await phones_line(), "there are other ways to call people"
    await browser.close()
