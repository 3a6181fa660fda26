"""What leaves for Twilio, against its emulator: shapes, limits, refusals, silence, and questions about the past."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from integrations.channel import Media, Message, Option
from integrations.errors import MediaUnavailable, SendError, Uncertain
from integrations.splitting import as_menu, split
from integrations.whatsapp import WhatsApp
from integrations.whatsapp.send import LIMITS
from tests.support.loopback import Fault
from tests.support.providers import Decision, refusal
from tests.support.servers import free_port
from tests.support.twilio_emulator import (
    ACCOUNT,
    HER,
    PUBLIC_URL,
    SENDER,
    TOKEN,
    TwilioEmulator,
    twilio,
)

NOW = datetime(2026, 11, 23, 17, 0, 0, 500_000, tzinfo=UTC)


class Notebook:
    """A store that outlives one channel object."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    async def get(self, key: str) -> str | None:
        return self.kept.get(key) or None

    async def put(self, key: str, value: str) -> None:
        self.kept[key] = value


def channel_of(url: str, store: Notebook, reopen: str = "") -> WhatsApp:
    return WhatsApp(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        sender=SENDER,
        public_url=PUBLIC_URL,
        store=store,
        api_url=url,
        reopen_content=reopen,
        seconds=1.0,
    )


@pytest.fixture
async def provider() -> AsyncIterator[TwilioEmulator]:
    async with twilio(lambda: NOW) as emulator:
        yield emulator


@pytest.fixture
def store() -> Notebook:
    return Notebook()


@pytest.fixture
async def channel(provider: TwilioEmulator, store: Notebook) -> AsyncIterator[WhatsApp]:
    opened = channel_of(provider.url, store, reopen="HXneutral")
    yield opened
    await opened.close()


def offering(count: int, label: str = "Opción") -> Message:
    options = tuple(Option(token=f"a1:{n}", label=f"{label} {n}") for n in range(count))
    return Message(text="¿Qué necesitas?\n\nElige una.", options=options)


async def test_text_is_sent_with_a_callback_that_names_it(channel: WhatsApp, provider: TwilioEmulator) -> None:
    sid = await channel.send(HER, Message(text="¡Hola! *a* _b_"), "ref1")
    (sent,) = provider.sent
    assert (sent.sid, sent.text) == (sid, "¡Hola! *a* _b_")
    assert sent.callback == f"{PUBLIC_URL}/webhooks/whatsapp/status?ref=ref1"


@pytest.mark.parametrize("count", range(1, 14))
async def test_any_number_of_options_reaches_her_as_buttons_list_or_menu(
    channel: WhatsApp, provider: TwilioEmulator, count: int
) -> None:
    message = offering(count)
    for part in channel.split(message):
        await channel.send(HER, part, "r")
    (sent,) = provider.sent
    kind = "twilio/quick-reply" if count <= 3 else "twilio/list-picker" if count <= 10 else "text"
    assert sent.kind == kind
    if count <= 10:
        assert sent.options == tuple((o.label, o.token) for o in message.options)
        assert sent.text == message.text
    else:
        assert sent.text == as_menu(message).text


async def test_long_labels_make_a_list_and_longer_ones_a_menu(channel: WhatsApp, provider: TwilioEmulator) -> None:
    for label in ("x" * 21, "x" * 25):
        message = Message(text="¿?", options=(Option(token="a:1", label=label),))
        for part in channel.split(message):
            await channel.send(HER, part, "r")
    assert [sent.kind for sent in provider.sent] == ["twilio/list-picker", "text"]


async def test_text_at_the_limits_is_taken(channel: WhatsApp, provider: TwilioEmulator) -> None:
    words = "palabra " * 900
    for part in split(Message(text=words, options=offering(3).options), LIMITS):
        await channel.send(HER, part, "r")
    for part in split(Message(text=words + "😀" * 3000), LIMITS):
        await channel.send(HER, part, "r")
    assert provider.sent


async def test_template_is_remembered_by_the_next_process(provider: TwilioEmulator, store: Notebook) -> None:
    for _ in range(2):
        channel = channel_of(provider.url, store)
        await channel.send(HER, offering(2), "r")
        await channel.close()
    assert len(provider.content) == 1


async def test_template_that_twilio_forgot_is_made_anew(channel: WhatsApp, provider: TwilioEmulator) -> None:
    await channel.send(HER, offering(2), "r")
    provider.content.clear()
    await channel.send(HER, offering(2), "r")
    await channel.send(HER, offering(2), "r")
    assert [sent.kind for sent in provider.sent] == ["twilio/quick-reply", "text", "twilio/quick-reply"]


async def test_content_that_fails_is_left_alone_for_a_while(channel: WhatsApp, provider: TwilioEmulator) -> None:
    provider.faults.add(Fault("POST Content", status=500, code=20500))
    for _ in range(3):
        await channel.send(HER, offering(2), "r")
    assert [sent.text for sent in provider.sent] == [as_menu(offering(2)).text] * 3
    assert provider.calls.count("POST Content") == 1


@pytest.mark.parametrize("code", [63005, 21656])
async def test_refused_buttons_go_as_a_menu(channel: WhatsApp, provider: TwilioEmulator, code: int) -> None:
    provider.faults.add(Fault("POST Messages", status=400, code=code))
    await channel.send(HER, offering(2), "r")
    assert [sent.kind for sent in provider.sent] == ["text"]


@pytest.mark.parametrize(
    ("fault", "decision"),
    [
        (Fault("POST Messages", status=429, code=20429, retry_after=9), ("20429", True, False, 9.0)),
        (Fault("POST Messages", status=500, code=20500), ("20500", True, False, None)),
        (Fault("POST Messages", status=400, code=63016), ("63016", False, False, None)),
        (Fault("POST Messages", status=401, code=20003), ("20003", True, True, None)),
        (Fault("POST Messages", status=400, code=77777), ("unmapped_77777", False, True, None)),
    ],
)
async def test_refusal_carries_its_decision(
    channel: WhatsApp,
    provider: TwilioEmulator,
    fault: Fault,
    decision: Decision,
) -> None:
    provider.faults.add(fault)
    assert await refusal(channel, HER) == decision
    assert provider.sent == []


@pytest.mark.parametrize("taken", [True, False])
async def test_silence_after_the_request_left_is_uncertain_and_not_repeated(
    channel: WhatsApp, provider: TwilioEmulator, taken: bool
) -> None:
    provider.faults.add(Fault("POST Messages", taken=taken))
    with pytest.raises(Uncertain):
        await channel.send(HER, Message(text="hola"), "r")
    assert provider.calls.count("POST Messages") == 1
    found = await channel.lookup(HER, NOW, Message(text="hola"))
    assert found == (provider.sent[0].sid if taken else None)


async def test_service_unavailable_is_not_repeated_behind_our_back(channel: WhatsApp, provider: TwilioEmulator) -> None:
    provider.faults.add(Fault("POST Messages", status=503, code=20503, taken=True))
    with pytest.raises(SendError):
        await channel.send(HER, Message(text="hola"), "r")
    assert len(provider.sent) == 1


async def test_server_that_cannot_be_reached_is_tried_again(store: Notebook) -> None:
    channel = channel_of(f"http://127.0.0.1:{free_port()}", store)
    with pytest.raises(SendError) as refused:
        await channel.send(HER, Message(text="hola"), "r")
    await channel.close()
    assert (refused.value.code, refused.value.retry) == ("unreachable", True)
    assert not isinstance(refused.value, Uncertain)


async def test_lookup_finds_buttons_and_menus_and_nothing_that_failed_or_is_older(
    channel: WhatsApp, provider: TwilioEmulator
) -> None:
    sid = await channel.send(HER, offering(2), "r")
    assert await channel.lookup(HER, NOW, offering(2)) == sid
    assert await channel.lookup(HER, NOW + timedelta(seconds=2), offering(2)) is None
    assert await channel.lookup("whatsapp:+525555550002", NOW, offering(2)) is None
    assert await channel.lookup(HER, NOW, Message(text="otra")) is None
    provider.sent[0].status = "failed"
    assert await channel.lookup(HER, NOW, offering(2)) is None


async def test_lookup_says_when_twilio_does_not_answer(channel: WhatsApp, provider: TwilioEmulator) -> None:
    provider.faults.add(Fault("GET Messages", status=503, code=20503))
    with pytest.raises(SendError) as refused:
        await channel.lookup(HER, NOW, Message(text="hola"))
    assert refused.value.retry


async def test_reopen_sends_the_approved_template(channel: WhatsApp, provider: TwilioEmulator) -> None:
    provider.approved.add("HXneutral")
    await channel.reopen(HER)
    assert [sent.kind for sent in provider.sent] == ["template"]


async def test_reopen_without_a_template_is_our_fault(provider: TwilioEmulator, store: Notebook) -> None:
    channel = channel_of(provider.url, store)
    with pytest.raises(SendError) as refused:
        await channel.reopen(HER)
    assert (refused.value.retry, refused.value.our_fault) == (False, True)


async def test_typing_shows_beneath_her_latest_message_and_never_raises(channel: WhatsApp, provider: TwilioEmulator) -> None:
    await channel.typing(HER)
    assert provider.typing == []
    provider.missed("uno", at=NOW - timedelta(minutes=1))
    latest = provider.missed("dos", at=NOW)
    await channel.typing(HER)
    assert provider.typing == [latest]
    provider.faults.add(Fault("GET Messages", status=500, code=20500))
    await channel.typing(HER)


async def test_missed_messages_come_oldest_first_with_their_files(channel: WhatsApp, provider: TwilioEmulator) -> None:
    await channel.send(HER, Message(text="ours"), "r")
    second = provider.missed("", at=NOW - timedelta(minutes=1), files=[("audio/ogg", b"a"), ("image/jpeg", b"b")])
    first = provider.missed("hola", at=NOW - timedelta(minutes=2))
    provider.missed("older", at=NOW - timedelta(hours=2))
    found = await channel.missed(NOW - timedelta(hours=1), NOW)
    assert [message.external_id for message in found] == [first, second]
    assert [body.kind for body in found[1].bodies] == ["media", "media"]
    assert found[0].sent_at == (NOW - timedelta(minutes=2)).replace(microsecond=0)


async def test_file_is_fetched_over_twilios_redirect(channel: WhatsApp, provider: TwilioEmulator) -> None:
    provider.missed("", at=NOW, files=[("audio/ogg", b"voice")])
    (message,) = await channel.missed(NOW - timedelta(hours=1), NOW)
    (body,) = message.bodies
    assert isinstance(body, Media)
    assert await channel.fetch_media(body.handle) == b"voice"


@pytest.mark.parametrize(
    "handle",
    [
        "http://127.0.0.1:1/2010-04-01/Accounts/{account}/Messages/MM/Media/ME",
        "https://api.twilio.com.evil.example/2010-04-01/Accounts/{account}/Messages/MM/Media/ME",
        "{url}/2010-04-01/Accounts/ACother/Messages/MM/Media/ME",
        "{url}/2010-04-01/Accounts/{account}/Messages.json",
        "file:///etc/passwd",
        "http://[",
        "",
    ],
)
async def test_foreign_handle_is_never_asked(channel: WhatsApp, provider: TwilioEmulator, handle: str) -> None:
    with pytest.raises(MediaUnavailable, match="foreign"):
        await channel.fetch_media(handle.format(url=provider.url, account=ACCOUNT))
    assert provider.calls == []


async def test_redirect_to_a_foreign_host_is_not_followed(channel: WhatsApp, provider: TwilioEmulator) -> None:
    provider.missed("", at=NOW, files=[("audio/ogg", b"voice")])
    (message,) = await channel.missed(NOW - timedelta(hours=1), NOW)
    (body,) = message.bodies
    assert isinstance(body, Media)
    provider.media_redirect = "http://169.254.169.254/latest"
    with pytest.raises(MediaUnavailable, match="foreign"):
        await channel.fetch_media(body.handle)


async def test_file_that_is_gone_or_too_large_is_said_so(channel: WhatsApp, provider: TwilioEmulator) -> None:
    base = f"{provider.url}/2010-04-01/Accounts/{ACCOUNT}/Messages/MM/Media"
    with pytest.raises(MediaUnavailable, match="not_found"):
        await channel.fetch_media(f"{base}/MEgone")
    provider.files["MEbig"] = ("image/jpeg", b"x" * 20_000_001)
    with pytest.raises(MediaUnavailable, match="too_large"):
        await channel.fetch_media(f"{base}/MEbig")
