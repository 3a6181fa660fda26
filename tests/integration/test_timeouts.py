"""A question that she does not answer in time sends nothing: not when its time is over, not later, not from any script."""

from datetime import timedelta

from sqlalchemy import select

from bot import delivery
from bot.housekeeping import HOUSEKEEPING
from bot.runtime import Runtime
from bot.storage.tables import Conversation, Erasure, OutboxEntry
from flows.steps.answer import AnswerStep
from flows.steps.ask import AskStep
from integrations.channel import Choice
from tests.support.world import HandClock, Phone

ALARMS = frozenset({"clock", "alarms", "return"})
"""Jobs about cases: a person who was called and does not come is another matter than a question."""


async def time_passes(rt: Runtime) -> None:
    for name, job, _ in HOUSEKEEPING:
        if name not in ALARMS:
            await job(rt)
    while await delivery.deliver_one(rt):
        pass


def timeouts(rt: Runtime) -> list[float]:
    steps = [step for flow in rt.bundle.scripts.flows.values() for step in flow.steps.values()]
    return sorted({step.timeout for step in steps if isinstance(step, AskStep | AnswerStep)})


async def test_no_script_sends_anything_when_the_time_of_its_question_is_over(
    rt: Runtime, phone: Phone, clock: HandClock
) -> None:
    phones = [Phone(rt, f"phone-{name}") for name in rt.bundle.scripts.flows]
    for her, name in zip(phones, rt.bundle.scripts.flows, strict=True):
        await her.sends_body(Choice(token=f"flow:{name}", label="x"))
        assert await her.answers(), name
    async with rt.database.read() as session:
        written = (await session.scalars(select(OutboxEntry.id))).all()
        waiting = (await session.scalars(select(Conversation.id).where(Conversation.awaiting))).all()
    assert len(waiting) > 10, "questions stand"
    begun = clock.now
    for hours in timeouts(rt):
        for minutes in (-1, 1):
            clock.now = begun + timedelta(hours=hours, minutes=minutes)
            await time_passes(rt)
    assert [await her.received() for her in phones] == [[] for _ in phones]
    async with rt.database.read() as session:
        assert set((await session.scalars(select(OutboxEntry.id))).all()) <= set(written)


async def test_answer_after_the_time_of_its_question_begins_anew(rt: Runtime, phone: Phone, clock: HandClock) -> None:
    await phone.sends_body(Choice(token="flow:erase", label="x"))
    (asked,) = [m for m in await phone.answers() if m.options]
    clock.forward(hours=1, minutes=1)
    await time_passes(rt)
    await phone.taps(next(o.label for o in asked.options if o.token.endswith(":yes")), [asked])
    async with rt.database.read() as session:
        assert (await session.scalars(select(Erasure.id))).all() == [], "nobody is erased by a late tap"
