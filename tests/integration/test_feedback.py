"""What women think of us is counted, and nothing but counted."""

from sqlalchemy import select

from bot.console import sign_in
from bot.console.account import Role
from bot.privacy import erase, statistics
from bot.runtime import Runtime
from bot.storage.tables import FeedbackCount
from integrations.channel import Choice
from tests.support.console import Browser, hire
from tests.support.world import HandClock, Phone


async def thinks(her: Phone, label: str) -> None:
    await her.sends_body(Choice(token="flow:feedback", label="x"))
    await her.taps(label, await her.answers())


async def test_taps_are_counted_by_month_and_language_with_small_cells_hidden(rt: Runtime) -> None:
    for number in range(6):
        await thinks(Phone(rt, f"phone-{number}"), "Sí me sirvió")
    await thinks(Phone(rt, "phone-x"), "No me sirvió")
    async with rt.database.read() as session:
        (opinion,) = await statistics.opinions(session)
    assert (opinion.month, opinion.language) == ("2026-11", "es")
    assert opinion.counts == {"good": 6, "partly": None, "bad": None}


async def test_count_holds_nothing_of_her_and_outlives_her_erasure(rt: Runtime, phone: Phone) -> None:
    await thinks(phone, "No me sirvió")
    assert set(FeedbackCount.__table__.columns.keys()) == {"month", "language", "score", "count"}
    await erase.of_conversation(rt, (await phone.conversation()).id, "test", at_provider=False, wipe=False)
    async with rt.database.read() as session:
        assert (await session.scalars(select(FeedbackCount.count))).all() == [1]


async def test_words_in_place_of_a_tap_are_kept_nowhere(rt: Runtime, phone: Phone) -> None:
    await phone.sends_body(Choice(token="flow:feedback", label="x"))
    await phone.answers()
    await phone.says("pues mi prima dice que no le contestaron nunca")
    async with rt.database.read() as session:
        assert (await session.scalars(select(FeedbackCount))).all() == []


async def test_supervisors_see_the_counts_and_operators_do_not(rt: Runtime, clock: HandClock) -> None:
    await sign_in.forget_tries()
    for number in range(5):
        await thinks(Phone(rt, f"phone-{number}"), "Sí me sirvió")
    supervisor, operator = Browser(rt), Browser(rt)
    await supervisor.sign_in(await hire(rt, "Sara", Role.SUPERVISOR), clock)
    await operator.sign_in(await hire(rt, "Ana"), clock)
    page = (await supervisor.get("/console/team")).text
    assert "<td>5</td><td>&lt; 5</td><td>&lt; 5</td>" in page
    assert (await operator.get("/console/team")).status_code == 403
    await supervisor.close()
    await operator.close()
