"""Delivery reports against what the sender itself settles: whatever comes first, an entry never moves back."""

from bot import delivery, turn
from bot.runtime import Runtime
from bot.storage.tables import OutboxEntry
from integrations.channel import ChannelName, DeliveryReport, DeliveryState
from tests.support.world import Phone


async def test_report_that_overtakes_the_answer_to_the_send_stands(rt: Runtime, phone: Phone) -> None:
    await phone.sends("quiero ver el menu por favor")
    while await turn.take_next(rt):
        pass
    claimed = await delivery.claim(rt)
    assert claimed is not None
    said = DeliveryReport(ChannelName.SIMULATOR, "p1", DeliveryState.DELIVERED, ref=claimed.entry.uid)
    await delivery.report(rt, said)
    await delivery._settle(rt, claimed, state="sent", provider_id="p1")
    async with rt.database.read() as session:
        entry = await session.get_one(OutboxEntry, claimed.entry.id)
    assert (entry.state, entry.provider_id) == ("delivered", "p1")
    assert entry.sent_at is not None
