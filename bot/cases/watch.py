"""Tells open screens which cases changed. The database is the truth; the hub only makes it quick.

One watcher a process: it looks when the hub says so, and each second whatever the hub says.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import hub as hubs
from bot import log
from bot.cases.case import OPEN_STATES
from bot.runtime import Runtime
from bot.storage.tables import Case, Conversation, InboxEntry, OutboxEntry

_log = log.get(__name__)

_LOOK_SECONDS = 1.0
_BACKLOG = 500


@dataclass(frozen=True, slots=True)
class Changed:
    """A case that changed or ended: its id and level, nothing more."""

    case: str
    risk: int


@dataclass(frozen=True, slots=True)
class Look:
    """A case as screens show it, for comparing with the look before. Her messages are only counted."""

    risk: int
    shown: str
    talk: tuple[str, ...] = ()


async def look(session: AsyncSession) -> dict[str, Look]:
    """Every case that is not over."""
    query = (
        select(Case, Conversation)
        .outerjoin(Conversation, Conversation.id == Case.conversation_id)
        .where(Case.state.in_(OPEN_STATES))
    )
    rows = [(case, conversation) for case, conversation in await session.execute(query)]
    talks = await _talks(session, [c.conversation_id for c, _ in rows if c.state != "open" and c.conversation_id])
    return {
        case.id: Look(case.risk, _shown(case, conversation), tuple(talks.get(case.conversation_id or "", ())))
        for case, conversation in rows
    }


def _shown(case: Case, conversation: Conversation | None) -> str:
    hers = (conversation.last_inbound_at, conversation.exited_at, conversation.phone_held) if conversation else ()
    people = (case.claimed_by, case.first_reply_at, case.offered_to, case.joined, case.waits_for_her_at)
    return repr((case.state, case.lane, case.raised_at, case.flags, case.clocks, people, hers))


async def _talks(session: AsyncSession, conversations: Sequence[str]) -> dict[str, list[str]]:
    """What moved in the conversations that people have open: how many messages stand in which state."""
    talks: dict[str, list[str]] = {}
    for table in (InboxEntry, OutboxEntry) if conversations else ():
        query = (
            select(table.conversation_id, table.state, func.count(), func.max(table.id))
            .where(table.conversation_id.in_(conversations))
            .group_by(table.conversation_id, table.state)
            .order_by(table.state)
        )
        for conversation, *moved in await session.execute(query):
            talks.setdefault(conversation, []).append(repr(moved))
    return talks


class Watch:
    """Hands changes to every open screen of this process."""

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt
        self._screens: set[asyncio.Queue[Changed]] = set()
        self._task: asyncio.Task[None] | None = None
        self._before: dict[str, Look] = {}

    @contextlib.asynccontextmanager
    async def screen(self) -> AsyncIterator[asyncio.Queue[Changed]]:
        """One screen's queue of changes from now on, for as long as the block lasts."""
        queue: asyncio.Queue[Changed] = asyncio.Queue(_BACKLOG)
        if self._task is None:
            async with self._rt.database.read() as session:
                self._before = await look(session)
        self._screens.add(queue)
        self._task = self._task or asyncio.create_task(self._run())
        try:
            yield queue
        finally:
            self._screens.discard(queue)
            if not self._screens and self._task is not None:
                task, self._task = self._task, None
                task.cancel()
                await asyncio.wait([task])

    async def _run(self) -> None:
        while True:
            await self._rt.hub.wait(hubs.SCREENS, _LOOK_SECONDS)
            try:
                async with self._rt.database.read() as session:
                    now = await look(session)
            except Exception:  # a screen that goes blind must look again
                _log.exception("watch_failed")
                await asyncio.sleep(_LOOK_SECONDS)
                continue
            for changed in _differences(self._before, now):
                self._tell(changed)
            self._before = now

    def _tell(self, changed: Changed) -> None:
        for queue in self._screens:
            if queue.full():
                queue.get_nowait()
            queue.put_nowait(changed)


def _differences(before: dict[str, Look], now: dict[str, Look]) -> list[Changed]:
    """What changed, most urgent first."""
    ids = [case for case in {**before, **now} if before.get(case) != now.get(case)]
    changed = [Changed(case, (now.get(case) or before[case]).risk) for case in ids]
    return sorted(changed, key=lambda item: -item.risk)
