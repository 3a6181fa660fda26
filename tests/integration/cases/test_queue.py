"""Who has a case: races, capacity, and the way back to the queue, on real databases."""

import asyncio

from sqlalchemy import func, select

from bot.cases import queue, transfer, work
from bot.cases.case import Wanted, open_or_raise
from bot.cases.queue import Claim
from bot.console.account import Role
from bot.runtime import Runtime
from bot.safety.risk import Risk
from bot.storage.tables import Case, CaseEvent, Conversation, new_id
from tests.support.console import Person, hire
from tests.support.world import HandClock

RACES = 200


async def open_case(rt: Runtime, risk: Risk = Risk.HIGH, lane: str = "urgent") -> str:
    """A case with a conversation of its own."""
    now, conversation = rt.clock(), new_id()
    key = await rt.keys.get_or_create(conversation, now)
    async with rt.database.write() as session:
        row = Conversation(
            id=conversation,
            channel="simulator",
            lookup=rt.keys.vault.lookup("simulator", conversation),
            address_enc=key.seal("phone", "conversations", conversation, "address"),
            created_at=now,
            last_inbound_at=now,
            language="es",
        )
        session.add(row)
        await session.flush()
        return (await open_or_raise(session, row, Wanted(lane, risk, ("test",)), now)).id


async def case_of(rt: Runtime, case_id: str) -> Case:
    async with rt.database.read() as session:
        return await session.get_one(Case, case_id)


async def held_by(rt: Runtime, case: Case) -> str | None:
    async with rt.database.read() as session:
        return await session.scalar(select(Conversation.held_by).where(Conversation.id == case.conversation_id))


async def two(rt: Runtime) -> tuple[Person, Person]:
    return await hire(rt, "Ana"), await hire(rt, "Bea")


async def test_two_hundred_claim_races_end_with_exactly_one_owner_each(rt: Runtime) -> None:
    ana, bea = await two(rt)
    async with rt.database.write() as session:
        for person in (ana, bea):
            (await session.merge(person.operator)).capacity = RACES
    cases = [await open_case(rt) for _ in range(RACES)]
    results = [await asyncio.gather(queue.claim(rt, case, ana.id), queue.claim(rt, case, bea.id)) for case in cases]
    for case_id, outcomes in zip(cases, results, strict=True):
        case = await case_of(rt, case_id)
        assert sorted(o.outcome.name for o in outcomes) == ["TAKEN", "WON"]
        assert {o.owner for o in outcomes} == {case.claimed_by}
        assert await held_by(rt, case) == case.claimed_by
    async with rt.database.read() as session:
        claims = await session.scalar(select(func.count()).select_from(CaseEvent).where(CaseEvent.what == "claimed"))
    assert claims == RACES


async def test_many_claims_at_once_by_one_operator_stop_at_her_capacity(rt: Runtime) -> None:
    ana, _ = await two(rt)
    cases = [await open_case(rt) for _ in range(6)]
    outcomes = await asyncio.gather(*(queue.claim(rt, case, ana.id) for case in cases))
    assert sum(o.outcome is Claim.WON for o in outcomes) == 3
    assert sum(o.outcome is Claim.FULL for o in outcomes) == 3


async def test_imminent_case_is_taken_even_above_capacity(rt: Runtime) -> None:
    ana, _ = await two(rt)
    for _ in range(3):
        await queue.claim(rt, await open_case(rt), ana.id)
    assert (await queue.claim(rt, await open_case(rt, Risk.IMMINENT), ana.id)).outcome is Claim.WON


async def test_claim_without_a_first_reply_returns_after_three_minutes(rt: Runtime, clock: HandClock) -> None:
    ana, bea = await two(rt)
    case_id = await open_case(rt)
    await queue.claim(rt, case_id, ana.id)
    clock.forward(seconds=179)
    await queue.here(rt, ana.id)
    await queue.return_unanswered(rt)
    assert (await case_of(rt, case_id)).state == "claimed"
    clock.forward(seconds=2)
    await queue.return_unanswered(rt)
    case = await case_of(rt, case_id)
    assert (case.state, case.claimed_by, case.paused_seconds) == ("open", None, 180)
    assert await held_by(rt, case) is None
    assert (await queue.claim(rt, case_id, bea.id)).outcome is Claim.WON


async def test_answered_case_stays_while_its_operator_is_there_and_returns_when_she_is_gone(
    rt: Runtime, clock: HandClock
) -> None:
    ana, _ = await two(rt)
    case_id = await open_case(rt)
    await queue.claim(rt, case_id, ana.id)
    await work.reply(rt, case_id, ana.id, "Hola, soy una persona del equipo.", "one")
    for _ in range(10):
        clock.forward(seconds=60)
        await queue.here(rt, ana.id)
        await queue.return_unanswered(rt)
    assert (await case_of(rt, case_id)).state == "answered"
    clock.forward(seconds=181)
    await queue.return_unanswered(rt)
    case = await case_of(rt, case_id)
    assert (case.state, case.claimed_by, case.waiting_since) == ("open", None, rt.clock())
    assert case.first_reply_at is not None


async def test_complaint_is_seen_by_safeguarding_alone_and_not_by_whom_it_is_about(rt: Runtime) -> None:
    from bot.cases.listing import open_rows

    ana, bea = await two(rt)
    eva = await hire(rt, "Eva", Role.SUPERVISOR)
    async with rt.database.write() as session:
        for person in (bea, eva):
            (await session.merge(person.operator)).safeguarding = True
    case_id = await open_case(rt)
    await queue.claim(rt, case_id, ana.id)
    await work.complain(rt, case_id, ana.id, [eva.id])
    async with rt.database.read() as session:
        seen = {}
        for person in (ana, bea, eva):
            viewer = await session.get_one(type(person.operator), person.id)
            seen[person.operator.name] = len(await open_rows(session, viewer, rt.clock(), rt.bundle.library.hours))
    assert seen == {"Ana": 0, "Bea": 1, "Eva": 0}
    assert (await queue.claim(rt, case_id, eva.id)).outcome is Claim.GONE
    assert (await queue.claim(rt, case_id, bea.id)).outcome is Claim.WON


async def test_warm_transfer_changes_hands_when_accepted(rt: Runtime) -> None:
    ana, bea = await two(rt)
    case_id = await open_case(rt)
    await queue.claim(rt, case_id, ana.id)
    await transfer.offer(rt, case_id, ana.id, bea.id)
    assert (await case_of(rt, case_id)).claimed_by == ana.id
    await transfer.accept(rt, case_id, bea.id)
    case = await case_of(rt, case_id)
    assert (case.claimed_by, case.state, await held_by(rt, case)) == (bea.id, "claimed", bea.id)


async def test_queue_goes_by_lane_level_waiting_and_prefers_her_languages_while_fresh(rt: Runtime, clock: HandClock) -> None:
    from bot.cases.listing import open_rows

    ana = await hire(rt, "Ana", languages=("es",))
    concern = await open_case(rt, Risk.CONCERN, "listen")
    other_language = await open_case(rt, Risk.HIGH)
    async with rt.database.write() as session:
        (await session.get_one(Case, other_language)).language = "en"
    clock.forward(seconds=30)
    later = await open_case(rt, Risk.HIGH)
    imminent = await open_case(rt, Risk.IMMINENT)

    async def order() -> list[str]:
        async with rt.database.read() as session:
            return [row.case.id for row in await open_rows(session, ana.operator, rt.clock(), rt.bundle.library.hours)]

    assert await order() == [imminent, later, other_language, concern]
    clock.forward(minutes=3)
    assert await order() == [imminent, other_language, later, concern]
