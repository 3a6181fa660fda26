"""Tells open screens which cases changed. The database is the truth; the hub only makes it quick.

One watcher a process: it looks when the hub says so, and each second whatever the hub says.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
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
_CHECK_SECONDS = 5.0
_BACKLOG = 500


@dataclass(frozen=True, slots=True)
class Changed:
    """A case that changed or ended: its id and level, and for a complaint whom it is about."""

    case: str
    risk: int
    concerns: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """A case as screens show it, for comparing with the look before. Her messages are only counted."""

    risk: int
    shown: str
    talk: tuple[str, ...] = ()
    concerns: tuple[str, ...] | None = None


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
        case.id: Look(
            case.risk,
            _shown(case, conversation),
            tuple(talks.get(case.conversation_id or "", ())),
            None if case.concerns is None else tuple(case.concerns),
        )
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


Stands = Callable[[], Awaitable[bool]]
Sees = Callable[[Changed], bool]


class Screen:
    """An open screen's queue of changes; `None` ends it.

    Attributes:
        stands: whether whoever looks at it is still signed in; asked every `_CHECK_SECONDS`.
        sees: whether she may know that a case changed.
    """

    def __init__(self, stands: Stands, sees: Sees) -> None:
        self.stands, self.sees = stands, sees
        self.changes: asyncio.Queue[Changed | None] = asyncio.Queue(_BACKLOG)

    def tell(self, changed: Changed | None) -> None:
        if self.changes.full():
            self.changes.get_nowait()
        self.changes.put_nowait(changed)


class Watch:
    """Hands changes to every open screen of this process.

    It alone asks the database. A stream is cut wherever it stands when a browser leaves, again and again until it ends, and
    that leaves a half-closed connection behind if it stands in a statement.
    """

    def __init__(self, rt: Runtime) -> None:
        self._rt = rt
        self._screens: set[Screen] = set()
        self._opened = asyncio.Event()
        self._looked = asyncio.Event()

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Watch for as long as the block lasts, whenever a screen is open."""
        task = asyncio.create_task(self._run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.wait([task])

    @contextlib.asynccontextmanager
    async def screen(self, stands: Stands, sees: Sees) -> AsyncIterator[Screen]:
        """A screen that is told of every change that it may know from now on, for as long as the block lasts."""
        screen = Screen(stands, sees)
        self._screens.add(screen)
        self._opened.set()
        try:
            await self._looked.wait()
            yield screen
        finally:
            self._screens.discard(screen)

    async def _run(self) -> None:
        before: dict[str, Look] | None = None
        check_at = 0.0
        while True:
            if not self._screens:
                before = None
                self._looked.clear()
                await self._opened.wait()
                self._opened.clear()
            try:
                before = await self._follow(before)
                check_at = await self._check(check_at)
            except Exception:  # a screen that goes blind must look again
                _log.exception("watch_failed")
                await asyncio.sleep(_LOOK_SECONDS)
                continue
            self._looked.set()
            await self._rt.hub.wait(hubs.SCREENS, _LOOK_SECONDS)

    async def _follow(self, before: dict[str, Look] | None) -> dict[str, Look]:
        """Look, and tell every screen what is different from the look before."""
        async with self._rt.database.read() as session:
            now = await look(session)
        for changed in _differences(before, now) if before is not None else ():
            for screen in self._screens:
                if screen.sees(changed):
                    screen.tell(changed)
        return now

    async def _check(self, due: float) -> float:
        """End the screens of who is no longer signed in, if it is time to ask. When to ask next."""
        time = asyncio.get_running_loop().time()
        if time < due:
            return due
        for screen in list(self._screens):
            if not await screen.stands():
                screen.tell(None)
        return time + _CHECK_SECONDS


def _differences(before: dict[str, Look], now: dict[str, Look]) -> list[Changed]:
    """What changed, most urgent first."""
    ids = [case for case in {**before, **now} if before.get(case) != now.get(case)]
    changed = [_changed(case, before.get(case), now.get(case)) for case in ids]
    return sorted(changed, key=lambda item: -item.risk)


def _changed(case: str, before: Look | None, now: Look | None) -> Changed:
    """Of a case that becomes a complaint everybody hears once more: it goes from their queues."""
    seen = now or before
    assert seen is not None  # noqa: S101 - one of them differs from the other
    known = before is not None and before.concerns is None
    return Changed(case, seen.risk, None if known else seen.concerns)
