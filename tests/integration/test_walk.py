"""The walk through real databases: what comes in is stored once, answered in order, and survives what breaks."""

import pytest
from sqlalchemy import select

from bot import delivery, turn
from bot.parking import park
from bot.runtime import Runtime
from bot.safety.risk import Risk
from bot.storage.tables import Conversation, InboxEntry, OutboxEntry
from flows import engine
from integrations.channel import Message, Text
from tests.support.world import HandClock, KnowsOnly, Phone


def knows(rt: Runtime) -> KnowsOnly:
    assert isinstance(rt.nlu, KnowsOnly)
    return rt.nlu


async def test_first_message_with_a_topic_is_answered_in_that_turn_with_the_notice_beneath(rt: Runtime, phone: Phone) -> None:
    knows(rt).learn("como pido refugio en mexico", "asylum")
    answers = await phone.says("como pido refugio en mexico")
    assert "COMAR" in answers[0]
    assert "SALIR" in answers[-1]


async def test_same_message_twice_is_one_turn(rt: Runtime, phone: Phone) -> None:
    body = Text(text="me pego mi marido")
    first = await phone.sends_body(body, "same-id")
    again = await phone.sends_body(body, "same-id")
    assert (first.new, again.new) == (True, False)
    answered = await phone.answers()
    assert len([m for m in answered if "079" in m.text]) == 1


async def test_messages_of_one_burst_are_one_turn(rt: Runtime, phone: Phone) -> None:
    await phone.sends("hola", "mi marido", "me pega")
    await phone.answers()
    assert (await phone.conversation()).turns == 1
    case = await phone.case()
    assert case is not None
    assert case.risk >= Risk.HIGH


async def test_turn_that_fails_once_is_taken_again(
    rt: Runtime, phone: Phone, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    with monkeypatch.context() as patch:
        patch.setattr(engine, "advance", broken)
        assert await phone.says("menu") == []
    clock.forward(seconds=60)
    assert await phone.answers() != []


async def _every_try_fails(rt: Runtime, phone: Phone, clock: HandClock, monkeypatch: pytest.MonkeyPatch) -> list[Message]:
    """She discloses, and a bug meets every try. What the last one sent her."""

    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(turn, "decide", broken)
    await phone.sends("anoche mi marido me pego")
    last: list[Message] = []
    for _ in range(rt.settings.turn_attempts):
        last = await phone.answers()
        clock.forward(seconds=60)
    return last


async def test_disclosure_is_kept_when_every_try_fails(
    rt: Runtime, phone: Phone, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = await _every_try_fails(rt, phone, clock, monkeypatch)
    case = await phone.case()
    assert case is not None
    assert (case.lane, Risk(case.risk)) == ("urgent", Risk.HIGH)
    assert "parked" in case.flags
    assert "911" in last[-1].text
    async with rt.database.read() as session:
        entry = (await session.scalars(select(InboxEntry))).one()
    assert entry.state == "parked"
    assert entry.body_enc is not None


async def test_woman_who_left_and_comes_back_is_answered_also_when_every_try_fails(
    rt: Runtime, phone: Phone, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await phone.says("hola")
    await phone.says("SALIR")
    assert (await phone.conversation()).exited_at is not None
    clock.forward(minutes=5)

    last = await _every_try_fails(rt, phone, clock, monkeypatch)
    assert "911" in last[-1].text
    assert (await phone.conversation()).exited_at is None


async def test_phone_that_an_operator_marks_as_held_meanwhile_gets_no_emergency_words(rt: Runtime, phone: Phone) -> None:
    await phone.sends("anoche mi marido me pego")
    claimed = await turn.claim(rt)
    assert claimed is not None
    async with rt.database.write() as session:
        (await session.get_one(Conversation, claimed.conversation.id)).phone_held = True
    await park(rt, claimed)
    assert [message.text for message in await phone.answers()] == ["Recibimos tu mensaje."]
    assert (await phone.conversation()).phone_held


async def test_worker_that_dies_in_a_turn_leaves_it_to_the_next(rt: Runtime, phone: Phone, clock: HandClock) -> None:
    from bot import inbox

    await phone.sends("menu")
    assert await inbox.claim(rt.database, rt.keys, rt.clock()) is not None
    assert await phone.answers() == []
    clock.forward(seconds=inbox.LEASE_SECONDS + 1)
    assert await phone.answers() != []


async def test_sender_that_dies_after_claiming_leaves_an_uncertain_entry(rt: Runtime, phone: Phone, clock: HandClock) -> None:
    await phone.sends("me pego mi marido")
    while await turn.take_next(rt):
        pass
    assert await delivery.claim(rt) is not None
    clock.forward(seconds=delivery.LEASE_SECONDS + 1)
    await phone.answers()
    clock.forward(seconds=rt.settings.uncertain_wait + 1)
    while await delivery.resolve_uncertain(rt):
        pass
    texts = [m.text for m in await phone.answers()]
    assert any("911" in text for text in texts), "risk texts are worth sending twice"


async def test_without_consent_nothing_of_hers_stays_after_the_answer(rt: Runtime, phone: Phone) -> None:
    await phone.says("quiero ver el menu por favor")
    async with rt.database.read() as session:
        bodies = [
            *(await session.scalars(select(InboxEntry.body_enc))),
            *(await session.scalars(select(OutboxEntry.body_enc))),
        ]
    assert bodies
    assert all(body is None for body in bodies)


async def test_after_an_exit_nothing_that_waited_is_sent(rt: Runtime, phone: Phone) -> None:
    await phone.sends("menu")
    while await turn.take_next(rt):
        pass
    texts = await phone.says("SALIR")
    assert texts == ["Listo."]
