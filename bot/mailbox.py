"""The simulated phone's mailbox, for development only: a table, so that web and worker may be two processes."""

from datetime import datetime

from sqlalchemy import select

from bot.runtime import Clock
from bot.storage.session import Database
from bot.storage.tables import SimulatedMessage
from integrations.channel import Message


class DatabaseMailbox:
    """Keeps what was sent to simulated phones in clear. Composed only outside production."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def put(self, address: str, message_id: str, message: Message) -> None:
        async with self._database.write() as session:
            session.add(SimulatedMessage(address=address, message=message.model_dump(mode="json"), sent_at=self._clock()))

    async def since(self, address: str, after: int) -> list[tuple[int, datetime, Message]]:
        """What came for this phone after message number `after`, in order."""
        async with self._database.read() as session:
            rows = await session.scalars(
                select(SimulatedMessage)
                .where(SimulatedMessage.address == address, SimulatedMessage.id > after)
                .order_by(SimulatedMessage.id)
            )
            return [(row.id, row.sent_at, Message.model_validate(row.message)) for row in rows]
