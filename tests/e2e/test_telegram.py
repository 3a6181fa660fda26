"""A woman's Telegram message over real sockets, brought by webhook or polled from a Bot API."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bot import polling, worker
from bot.runtime import Runtime
from bot.storage.remember import Memory, take_lease
from bot.storage.tables import Conversation, InboxEntry
from tests.support.loopback import Fault, until
from tests.support.served import served
from tests.support.telegram_emulator import (
    BOT_ID,
    HER,
    SECRET,
    TelegramEmulator,
    telegram,
    telegram_settings,
)
from tests.support.world import HandClock, KnowsOnly, fake_settings, open_runtime

QUESTION = "how do I register my baby?"


@pytest.fixture
async def provider() -> AsyncIterator[TelegramEmulator]:
    async with telegram() as emulator:
        yield emulator


async def opened(stack: AsyncExitStack, folder: Path, provider: TelegramEmulator, clock: HandClock, mode: str) -> Runtime:
    settings = fake_settings(folder, burst_wait=0, **telegram_settings(provider.url, mode))
    rt = await stack.enter_async_context(open_runtime(settings, clock))
    nlu = KnowsOnly()
    nlu.learn(QUESTION, "birth_registration")
    rt.nlu = nlu
    return rt


@pytest.fixture
async def service(tmp_path: Path, provider: TelegramEmulator, clock: HandClock) -> AsyncIterator[Runtime]:
    async with AsyncExitStack() as stack:
        rt = await opened(stack, tmp_path, provider, clock, "webhook")
        provider.server_url = await stack.enter_async_context(served(rt))
        yield rt


@pytest.fixture
async def poller(tmp_path: Path, provider: TelegramEmulator, clock: HandClock) -> AsyncIterator[Runtime]:
    """A service that polls; nothing is running yet."""
    async with AsyncExitStack() as stack:
        yield await opened(stack, tmp_path, provider, clock, "polling")


async def count(rt: Runtime, table: type[InboxEntry] | type[Conversation] = InboxEntry) -> int:
    async with rt.database.read() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


def asks(provider: TelegramEmulator, text: str = QUESTION) -> dict[str, Any]:
    return provider.update(message=provider.message(text=text))


async def test_message_with_the_secret_is_answered(service: Runtime, provider: TelegramEmulator) -> None:
    answer = await provider.brings(asks(provider))
    assert answer.status_code == 200
    await until("an answer", lambda: any(message["chat"]["id"] == HER for message in provider.sent))
    raw = provider.sent[0]["raw"]
    assert "parse_mode" not in raw
    assert '"is_disabled": true' in raw["link_preview_options"]


async def test_wrong_or_missing_secret_is_refused_and_stores_nothing(service: Runtime, provider: TelegramEmulator) -> None:
    for secret in (None, "", "wrong", SECRET[:-1], f"{SECRET}x", "ñ"):
        assert (await provider.brings(asks(provider), secret=secret)).status_code == 403
    assert (await count(service), await count(service, Conversation)) == (0, 0)


async def test_duplicate_update_is_stored_once(service: Runtime, provider: TelegramEmulator) -> None:
    update = asks(provider)
    assert [(await provider.brings(update)).status_code for _ in range(2)] == [200, 200]
    assert await count(service) == 1


async def test_edit_is_a_message_of_its_own(service: Runtime, provider: TelegramEmulator) -> None:
    message = provider.message(text=QUESTION)
    await provider.brings(provider.update(message=message))
    await provider.brings(provider.update(edited_message={**message, "text": "otra cosa", "edit_date": message["date"]}))
    assert await count(service) == 2


@pytest.mark.parametrize("update", [[], "x", 5, {}, {"update_id": "x"}, {"update_id": 1, "message": {}}])
async def test_body_that_is_no_update_gets_one_line(service: Runtime, provider: TelegramEmulator, update: Any) -> None:
    answer = await provider.brings(update)
    assert (answer.status_code, answer.text.count("\n")) == (400, 1)


async def test_body_above_the_set_size_is_refused(service: Runtime, provider: TelegramEmulator) -> None:
    answer = await provider.brings(asks(provider, "x" * (service.settings.max_body_bytes + 1)))
    assert (answer.status_code, await count(service)) == (413, 0)


async def test_photo_alone_is_answered(service: Runtime, provider: TelegramEmulator) -> None:
    photo = [{"file_id": "f1", "file_unique_id": "u1", "width": 90, "height": 90}]
    assert (await provider.brings(provider.update(message=provider.message(photo=photo)))).status_code == 200
    await until("an answer", lambda: bool(provider.sent))


async def test_choices_arrive_as_a_keyboard_and_a_tap_is_answered(service: Runtime, provider: TelegramEmulator) -> None:
    await provider.brings(asks(provider, "/menu"))
    await until("choices", lambda: any("reply_markup" in message for message in provider.sent))
    before = len(provider.sent)
    shown = next(message for message in provider.sent if "reply_markup" in message)
    _, token = provider.buttons()[0]
    tap = provider.tap(token, {key: value for key, value in shown.items() if key != "raw"})
    assert (await provider.brings(provider.update(**tap))).status_code == 200
    await until("the spinner stops", lambda: provider.answered == [tap["callback_query"]["id"]])
    await until("an answer to the tap", lambda: len(provider.sent) > before)


@pytest.mark.parametrize("kind", ["group", "supergroup"])
async def test_group_is_left_and_nothing_of_it_is_stored(service: Runtime, provider: TelegramEmulator, kind: str) -> None:
    said = provider.message(-100, kind, text=QUESTION)
    assert (await provider.brings(provider.update(message=said))).status_code == 200
    await until("the group is left", lambda: provider.left == ["-100"])
    assert (await count(service), await count(service, Conversation)) == (0, 0)


async def test_service_tells_telegram_where_it_is(service: Runtime, provider: TelegramEmulator) -> None:
    await until("a webhook", lambda: bool(provider.webhook))
    assert provider.webhook["url"] == "https://faro.example/webhooks/telegram"
    assert provider.webhook["secret_token"] == SECRET


async def test_polled_message_is_answered_and_the_offset_moves_past_it(poller: Runtime, provider: TelegramEmulator) -> None:
    provider.webhook = {"url": "https://somewhere.example"}  # left from before: polling removes it
    async with worker.running(poller):
        update = asks(provider)
        await provider.waits(update)
        await until("an answer", lambda: bool(provider.sent))
        await until("the offset moves", lambda: update["update_id"] + 1 in provider.offsets)


async def test_offset_stays_when_storing_fails_and_nothing_is_lost(
    poller: Runtime, provider: TelegramEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> None:
        raise OSError("disk full")

    update = asks(provider)
    await provider.waits(update)
    with monkeypatch.context() as patch:
        patch.setattr("bot.inbox.accept", broken)
        with pytest.raises(OSError, match="disk full"):
            await polling.poll(poller)
    assert await Memory(poller.database, poller.clock).get(f"telegram:offset:{BOT_ID}") is None
    assert await count(poller) == 0
    async with worker.running(poller):
        await until("an answer", lambda: bool(provider.sent))


async def test_update_brought_again_after_a_crash_is_stored_once(poller: Runtime, provider: TelegramEmulator) -> None:
    update = asks(provider)
    await provider.waits(update)
    async with worker.running(poller):
        await until("the offset moves", lambda: bool(provider.offsets))
    await Memory(poller.database, poller.clock).put(f"telegram:offset:{BOT_ID}", str(update["update_id"]))
    await provider.waits(update)
    seen = len(provider.offsets)
    async with worker.running(poller):
        await until("it is polled again", lambda: len(provider.offsets) >= seen + 2)
    assert await count(poller) == 1


async def test_update_that_cannot_be_read_holds_up_nobody(poller: Runtime, provider: TelegramEmulator) -> None:
    await provider.waits(provider.update(message={"text": "no chat, no date"}), asks(provider))
    async with worker.running(poller):
        await until("an answer", lambda: bool(provider.sent))


async def test_polling_goes_on_after_refusals(
    poller: Runtime, provider: TelegramEmulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "_PAUSE_SECONDS", 0.01)
    provider.faults.add(Fault("getUpdates", status=409, says="Conflict: terminated by other getUpdates request"))
    provider.faults.add(Fault("getUpdates", status=502, says="Bad Gateway"))
    await provider.waits(asks(provider))
    async with worker.running(poller):
        await until("an answer", lambda: bool(provider.sent))


async def test_process_without_the_lease_does_not_poll(poller: Runtime, provider: TelegramEmulator, clock: HandClock) -> None:
    assert await take_lease(poller.database, polling.LEASE, "another", polling.LEASE_SECONDS, clock())
    await provider.waits(asks(provider))
    async with asyncio.timeout(5):
        await polling.poll(poller)
    assert await count(poller) == 0


async def test_lease_of_a_dead_process_is_taken_over(poller: Runtime, provider: TelegramEmulator, clock: HandClock) -> None:
    assert await take_lease(poller.database, polling.LEASE, "dead", polling.LEASE_SECONDS, clock())
    clock.forward(seconds=polling.LEASE_SECONDS + 1)
    await provider.waits(asks(provider))
    async with worker.running(poller):
        await until("an answer", lambda: bool(provider.sent))


async def test_polling_service_lets_no_webhook_in(poller: Runtime, provider: TelegramEmulator) -> None:
    async with served(poller, with_worker=False) as provider.server_url:
        for secret in (None, "", SECRET):
            assert (await provider.brings(asks(provider), secret=secret)).status_code == 403
    assert await count(poller) == 0
