"""A woman's WhatsApp message over real sockets: a signed webhook in, Twilio's request out."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.catch_up import catch_up
from bot.runtime import Runtime
from bot.settings import Settings
from bot.storage.tables import Conversation, InboxEntry, OutboxEntry, Remembered
from tests.support.loopback import Fault, until
from tests.support.served import served
from tests.support.twilio_emulator import HER, TwilioEmulator, signed, twilio, twilio_settings
from tests.support.world import HandClock, KnowsOnly, fake_settings, open_runtime

QUESTION = "como pido refugio en mexico"


@pytest.fixture
async def provider(clock: HandClock) -> AsyncIterator[TwilioEmulator]:
    async with twilio(clock) as emulator:
        yield emulator


@pytest.fixture
def whatsapp_settings(tmp_path: Path, provider: TwilioEmulator) -> Settings:
    return fake_settings(tmp_path, burst_wait=0, **twilio_settings(provider.url))


@pytest.fixture
async def idle(whatsapp_settings: Settings, clock: HandClock) -> AsyncIterator[Runtime]:
    """The service's runtime, with nothing running yet."""
    async with open_runtime(whatsapp_settings, clock) as rt:
        nlu = KnowsOnly()
        nlu.learn(QUESTION, "asylum")
        rt.nlu = nlu
        yield rt


@pytest.fixture
async def service(idle: Runtime, provider: TwilioEmulator) -> AsyncIterator[Runtime]:
    async with served(idle) as provider.server_url:
        yield idle


@pytest.fixture
async def door(idle: Runtime, provider: TwilioEmulator) -> AsyncIterator[Runtime]:
    """The service without a worker: what comes in stays."""
    async with served(idle, with_worker=False) as provider.server_url:
        yield idle


async def count(rt: Runtime, table: type[InboxEntry] | type[OutboxEntry] | type[Conversation]) -> int:
    async with rt.database.read() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def states(rt: Runtime) -> list[tuple[str, str | None]]:
    async with rt.database.read() as session:
        rows = await session.scalars(select(OutboxEntry).order_by(OutboxEntry.id))
        return [(row.state, row.reason) for row in rows]


async def has_state(rt: Runtime, state: str, reason: str) -> bool:
    return (state, reason) in await states(rt)


async def quiet(rt: Runtime) -> None:
    """Until nothing waits any more: no turn and nothing to send."""

    async def done() -> bool:
        async with rt.database.read() as session:
            turns = await session.scalar(select(func.count()).select_from(Conversation).where(Conversation.ready_at.is_not(None)))
            sends = await session.scalar(
                select(func.count()).select_from(OutboxEntry).where(OutboxEntry.state.in_(("queued", "sending")))
            )
        return not turns and not sends

    await until("nothing waits", done)


async def test_signed_message_is_answered_through_twilio(service: Runtime, provider: TwilioEmulator) -> None:
    answer = await provider.brings(Body=QUESTION)
    assert answer.status_code == 200
    await until("an answer about asylum", lambda: any("COMAR" in text for text in provider.texts()))
    assert {message.to for message in provider.sent} == {HER}


async def test_wrong_signature_is_refused_and_stores_nothing(door: Runtime, provider: TwilioEmulator) -> None:
    for signature in ("", "not it", signed("https://faro.example/webhooks/whatsapp", {}, "another-token")):
        answer = await provider.brings(signature=signature, Body=QUESTION)
        assert answer.status_code == 403
    assert (await count(door, InboxEntry), await count(door, Conversation)) == (0, 0)


async def test_duplicate_is_accepted_and_answered_once(service: Runtime, provider: TwilioEmulator) -> None:
    sid = provider.new_sid("SM")
    await provider.brings(Body=QUESTION, MessageSid=sid)
    await quiet(service)
    sent = len(provider.sent)
    again = await provider.brings(Body=QUESTION, MessageSid=sid)
    await quiet(service)
    assert (again.status_code, len(provider.sent), await count(service, InboxEntry)) == (200, sent, 1)


async def test_signed_request_that_is_no_message_gets_one_line(door: Runtime, provider: TwilioEmulator) -> None:
    answer = await provider.post("/webhooks/whatsapp", {"CallSid": "CA1"})
    assert (answer.status_code, answer.text.count("\n")) == (400, 1)
    assert await count(door, InboxEntry) == 0


async def test_body_above_the_set_size_is_refused(door: Runtime, provider: TwilioEmulator) -> None:
    answer = await provider.brings(Body="x" * (door.settings.max_body_bytes + 1))
    assert (answer.status_code, await count(door, InboxEntry)) == (413, 0)


async def test_message_of_media_alone_is_answered(service: Runtime, provider: TwilioEmulator) -> None:
    answer = await provider.brings(
        NumMedia="1",
        MessageType="audio",
        MediaUrl0="https://api.twilio.com/2010-04-01/Accounts/AC0/Messages/MM0/Media/ME0",
        MediaContentType0="audio/ogg",
    )
    assert answer.status_code == 200
    await until("an answer", lambda: bool(provider.sent))


async def test_choices_arrive_as_buttons_and_a_tap_brings_its_token(service: Runtime, provider: TwilioEmulator) -> None:
    await provider.brings(Body="menu")
    await until("choices", lambda: any(message.options for message in provider.sent))
    offered = next(message for message in provider.sent if message.options)
    assert offered.kind in ("twilio/quick-reply", "twilio/list-picker")
    await quiet(service)
    before = len(provider.sent)
    label, token = offered.options[0]
    answer = await provider.brings(Body=label, MessageType="interactive", ButtonPayload=token, ButtonText=label)
    assert answer.status_code == 200
    await until("an answer to the tap", lambda: len(provider.sent) > before)


async def test_template_of_a_shape_is_made_once_and_remembered(service: Runtime, provider: TwilioEmulator) -> None:
    for _ in range(3):
        await provider.brings(Body="menu")
        await quiet(service)
    made = [call for call in provider.calls if call == "POST Content"]
    shapes = {(message.kind, len(message.options)) for message in provider.sent if message.options}
    assert len(made) == len(shapes) > 0
    async with service.database.read() as session:
        keys = (await session.scalars(select(Remembered.key))).all()
    assert len([key for key in keys if key.startswith("whatsapp:content:")]) == len(shapes)


async def test_choices_become_a_numbered_menu_when_content_fails(service: Runtime, provider: TwilioEmulator) -> None:
    provider.faults.add(Fault("POST Content", status=500, code=20500), times=10)
    await provider.brings(Body="menu")
    await until("a numbered menu", lambda: any("\n1. " in text for text in provider.texts()))


async def test_refused_send_is_tried_again(service: Runtime, provider: TwilioEmulator, clock: HandClock) -> None:
    provider.faults.add(Fault("POST Messages", status=429, code=20429, retry_after=7))
    await provider.brings(Body=QUESTION)
    await until("the refusal was met", lambda: "POST Messages" in provider.calls)
    await until("it waits to be sent again", lambda: has_state(service, "queued", "20429"))
    assert provider.sent == []
    clock.forward(seconds=8)
    await until("an answer", lambda: any("COMAR" in text for text in provider.texts()))


async def test_delivery_report_moves_the_entry_forward_never_back(service: Runtime, provider: TwilioEmulator) -> None:
    await provider.brings(Body=QUESTION)
    await quiet(service)
    for status in ("delivered", "read", "delivered", "sent"):
        for message in provider.sent:
            assert (await provider.reports(message, status)).status_code == 200
    assert {state for state, _ in await states(service)} == {"read"}


async def test_unsigned_report_changes_nothing(service: Runtime, provider: TwilioEmulator) -> None:
    await provider.brings(Body=QUESTION)
    await quiet(service)
    path = provider.sent[0].callback.removeprefix("https://faro.example")
    answer = await provider.post(path, {"MessageSid": provider.sent[0].sid, "MessageStatus": "failed"}, signature="no")
    assert answer.status_code == 403
    assert {state for state, _ in await states(service)} == {"sent"}


async def test_report_names_the_entry_whose_send_was_never_answered(idle: Runtime, provider: TwilioEmulator) -> None:
    channel = idle.channels["whatsapp"]
    channel._provider._seconds = 0.5  # type: ignore[attr-defined]
    provider.faults.add(Fault("POST Messages", taken=True))
    async with served(idle) as provider.server_url:
        await provider.brings(Body=QUESTION)
        await until("its fate is uncertain", lambda: has_state(idle, "uncertain", "no_answer"))
        await provider.reports(provider.sent[0], "delivered")
    assert (await states(idle))[0] == ("delivered", None)


async def test_message_whose_webhook_never_came_is_caught_up_at_start(
    idle: Runtime, provider: TwilioEmulator, clock: HandClock
) -> None:
    provider.missed(QUESTION, at=clock() - timedelta(seconds=30))
    async with served(idle) as provider.server_url:
        await until("an answer", lambda: any("COMAR" in text for text in provider.texts()))


async def test_message_that_the_webhook_brought_is_not_caught_up_again(
    door: Runtime, provider: TwilioEmulator, clock: HandClock
) -> None:
    sid = provider.missed(QUESTION, at=clock())
    await provider.brings(Body=QUESTION, MessageSid=sid)
    clock.forward(minutes=3)
    await catch_up(door)
    assert await count(door, InboxEntry) == 1


async def test_catch_up_looks_again_after_a_failure_from_where_it_was(
    idle: Runtime, provider: TwilioEmulator, clock: HandClock
) -> None:
    await catch_up(idle)
    clock.forward(minutes=5)
    provider.missed(QUESTION, at=clock() - timedelta(minutes=4))
    provider.faults.add(Fault("GET Messages", status=503, code=20503))
    await catch_up(idle)
    assert await count(idle, InboxEntry) == 0
    clock.forward(minutes=5)
    await catch_up(idle)
    assert await count(idle, InboxEntry) == 1


async def test_late_caught_up_message_counts_as_written_when_she_wrote_it(
    idle: Runtime, provider: TwilioEmulator, clock: HandClock
) -> None:
    wrote = clock() - timedelta(hours=5)
    provider.missed(QUESTION, at=wrote)
    await catch_up(idle)
    async with idle.database.read() as session:
        assert (await session.scalars(select(Conversation.last_inbound_at))).one() == wrote


async def test_location_alone_is_left_to_its_webhook_for_a_minute(
    idle: Runtime, provider: TwilioEmulator, clock: HandClock
) -> None:
    provider.missed("", at=clock() - timedelta(seconds=5))
    await catch_up(idle)
    assert await count(idle, InboxEntry) == 0
    clock.forward(minutes=5)
    await catch_up(idle)
    assert await count(idle, InboxEntry) == 1


async def test_typing_is_shown_while_she_waits_but_not_when_she_has_to_stop(
    door: Runtime, provider: TwilioEmulator, clock: HandClock
) -> None:
    first = provider.missed("hola", at=clock())
    await provider.brings(Body="hola", MessageSid=first)
    await until("typing is shown", lambda: provider.typing == [first])
    calls = len(provider.calls)
    await provider.brings(Body="SALIR")
    await provider.brings(Body="hola", MessageSid=first)
    assert (len(provider.calls), provider.typing) == (calls, [first])
