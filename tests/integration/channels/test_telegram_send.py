"""What leaves for Telegram, against the Bot API emulator."""

from collections.abc import AsyncIterator

import pytest

from integrations.channel import ChannelName, Errand, Message, Option
from integrations.errors import MediaUnavailable, SendError, Uncertain
from integrations.telegram import Telegram
from tests.support.loopback import Fault
from tests.support.providers import Decision, refusal
from tests.support.servers import free_port
from tests.support.telegram_emulator import HER, SECRET, TOKEN, TelegramEmulator, telegram

ADDRESS = str(HER)


@pytest.fixture
async def provider() -> AsyncIterator[TelegramEmulator]:
    async with telegram() as emulator:
        yield emulator


@pytest.fixture
async def channel(provider: TelegramEmulator) -> AsyncIterator[Telegram]:
    opened = Telegram(token=TOKEN, webhook_secret=SECRET, api_url=provider.url, seconds=1.0)
    yield opened
    await opened.close()


async def test_text_is_sent_as_it_is(channel: Telegram, provider: TelegramEmulator) -> None:
    text = "*no* _markup_ <b>here</b> [x](https://a.mx)\n¡hola!"
    assert await channel.send(ADDRESS, Message(text=text), "r") == str(provider.sent[0]["message_id"])
    assert provider.texts() == [text]
    assert "parse_mode" not in provider.sent[0]["raw"]


async def test_options_are_buttons_one_beneath_the_other(channel: Telegram, provider: TelegramEmulator) -> None:
    options = tuple(Option(token=f"{'é' * 31}{n}", label=f"Opción {n}") for n in range(9))
    for part in channel.split(Message(text="¿?", options=options)):
        await channel.send(ADDRESS, part, "r")
    assert provider.buttons() == [(option.label, option.token) for option in options]


async def test_long_text_arrives_whole(channel: Telegram, provider: TelegramEmulator) -> None:
    text = "palabra 😀 " * 2000
    for part in channel.split(Message(text=text)):
        await channel.send(ADDRESS, part, "r")
    assert len(provider.sent) > 1
    assert " ".join(provider.texts()).split() == text.split()


@pytest.mark.parametrize(
    ("fault", "decision"),
    [
        (Fault("sendMessage", 429, says="Too Many Requests", retry_after=9), ("too_many_requests", True, False, 9.0)),
        (Fault("sendMessage", 403, says="Forbidden: bot was blocked by the user"), ("blocked", False, False, None)),
        (Fault("sendMessage", 400, says="Bad Request: chat not found"), ("chat_not_found", False, False, None)),
        (Fault("sendMessage", 400, says="Bad Request: wrong"), ("bad_request", False, True, None)),
        (Fault("sendMessage", 401, says="Unauthorized"), ("invalid_token", True, True, None)),
        (Fault("sendMessage", 502, says="Bad Gateway"), ("server_error", True, False, None)),
    ],
)  # fmt: skip
async def test_refusal_carries_its_decision(
    channel: Telegram,
    provider: TelegramEmulator,
    fault: Fault,
    decision: Decision,
) -> None:
    provider.faults.add(fault)
    assert await refusal(channel, ADDRESS) == decision


async def test_silence_after_the_request_left_is_uncertain(channel: Telegram, provider: TelegramEmulator) -> None:
    provider.faults.add(Fault("sendMessage", taken=True))
    with pytest.raises(Uncertain):
        await channel.send(ADDRESS, Message(text="hola"), "r")
    assert len(provider.sent) == 1


async def test_server_that_cannot_be_reached_is_tried_again() -> None:
    channel = Telegram(token=TOKEN, api_url=f"http://127.0.0.1:{free_port()}", seconds=1.0)
    with pytest.raises(SendError) as refused:
        await channel.send(ADDRESS, Message(text="hola"), "r")
    await channel.close()
    assert (refused.value.code, refused.value.retry) == ("unreachable", True)


async def test_typing_is_shown_and_never_raises(channel: Telegram, provider: TelegramEmulator) -> None:
    await channel.typing(ADDRESS)
    assert provider.typing == [ADDRESS]
    provider.faults.add(Fault("sendChatAction", 403, says="Forbidden"))
    await channel.typing(ADDRESS)
    await channel.typing("not a chat")


async def test_errand_never_raises(channel: Telegram, provider: TelegramEmulator) -> None:
    provider.faults.add(Fault("answerCallbackQuery", 400, says="Bad Request: query is too old"))
    provider.faults.add(Fault("leaveChat", 403, says="Forbidden: bot is not a member"))
    for what, target in (("stop_spinner", "1"), ("leave_group", "-1"), ("leave_group", "x"), ("new", "1")):
        await channel.run_errand(Errand(ChannelName.TELEGRAM, what, target))


async def test_reopen_is_refused_because_nothing_closes(channel: Telegram) -> None:
    with pytest.raises(SendError):
        await channel.reopen(ADDRESS)


async def test_file_of_hers_is_fetched(channel: Telegram, provider: TelegramEmulator) -> None:
    provider.files["f1"] = b"voice"
    assert await channel.fetch_media("f1") == b"voice"


async def test_file_that_is_gone_or_too_large_is_said_so(channel: Telegram, provider: TelegramEmulator) -> None:
    with pytest.raises(MediaUnavailable, match="not_found"):
        await channel.fetch_media("gone")
    provider.files["big"] = b"x" * 20_000_001
    with pytest.raises(MediaUnavailable, match="too_large"):
        await channel.fetch_media("big")
