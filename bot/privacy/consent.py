"""Consent to keeping what she writes: an explicit act, to one version of the notice, written down (R29, R30).

It governs keeping, never answering. Taking it back is as easy as giving it: what was kept on account of it goes.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.storage.tables import ConsentAct, Conversation
from flows.model import Event, Remember

WITHDRAWN = "no"


def record(session: AsyncSession, row: Conversation, events: Sequence[Event], now: datetime) -> None:
    """Write down every act of this turn: given, with the version she saw, or withdrawn."""
    for event in events:
        if isinstance(event, Remember) and event.what == "consent":
            given = event.value != WITHDRAWN
            session.add(
                ConsentAct(
                    conversation_id=row.id,
                    channel=row.channel,
                    act="given" if given else "withdrawn",
                    version=event.value if given else None,
                    at=now,
                )
            )
