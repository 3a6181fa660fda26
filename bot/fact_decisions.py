"""Editors' decisions about facts and services: kept in the database, laid over the content in every process, written back into
the YAML.

A withdrawal reaches every answer within `REFRESH_SECONDS`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot import log
from bot.runtime import Runtime
from bot.storage.tables import FactDecision, Operator
from content import changes
from content.changes import Change, What
from content.facts import ALWAYS

_log = log.get(__name__)

REFRESH_SECONDS = 15.0


class Refused(Exception):
    """A decision that cannot stand. `reason`: unknown, always_sent, unsound, same_person, gone."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


async def decide(
    rt: Runtime,
    operator: Operator,
    what: What,
    name: str,
    action: str,
    *,
    how: str = "",
    values: Sequence[Mapping[str, Any]] = (),
) -> None:
    """Keep one decision about the fact or service of that name. Raises `Refused`."""
    decided = FactDecision(
        what=what,
        fact=name,
        action=action,
        how=how[:300],
        data=[dict(value) for value in values],
        made_by=operator.id,
        made_by_name=operator.name,
        made_at=rt.clock(),
    )
    _sound(rt, decided)
    async with rt.database.write() as session:
        session.add(decided)
    await refresh(rt)


def _sound(rt: Runtime, decided: FactDecision) -> None:
    library, change = rt.bundle.library, _change(decided)
    if decided.what == "service":
        service = library.directory.services.get(decided.fact)
        known, sound = service is not None, service is not None and changes.changed(service, change) is not None
    else:
        fact = library.facts.get(decided.fact)
        known, sound = fact is not None, fact is not None and changes.changed(fact, change) is not None
    if not known:
        raise Refused("unknown")
    if decided.what == "fact" and decided.action == "withdraw" and decided.fact in ALWAYS:
        raise Refused("always_sent")
    if not sound:
        raise Refused("unsound")


async def approve(rt: Runtime, operator: Operator, decision: str) -> str:
    """A second person's word for a correction; the id of what it corrects. Raises `Refused`."""
    async with rt.database.write() as session:
        decided = await session.get(FactDecision, decision)
        if decided is None or decided.action != "correct" or decided.approved_at is not None:
            raise Refused("gone")
        if decided.made_by == operator.id:
            raise Refused("same_person")
        decided.approved_by, decided.approved_at = operator.id, rt.clock()
        fact = decided.fact
    await refresh(rt)
    return fact


async def refresh(rt: Runtime) -> None:
    """Lay what holds now over the content that serves."""
    async with rt.database.read() as session:
        holding = await in_force(session)
    library = rt.bundle.library.amended(holding)
    before = rt.bundle.library
    if (library.facts, library.directory.services) != (before.facts, before.directory.services):
        rt.bundle = replace(rt.bundle, library=library)
        _log.info("facts_amended", count=len(holding))


async def in_force(session: AsyncSession) -> list[Change]:
    """The changes that hold and are not in the YAML yet, oldest first."""
    rows = await session.scalars(
        select(FactDecision).where(FactDecision.exported_at.is_(None)).order_by(FactDecision.made_at, FactDecision.id)
    )
    return [_change(row) for row in rows if row.action != "correct" or row.approved_at is not None]


async def history(session: AsyncSession, what: What, name: str) -> Sequence[FactDecision]:
    """What was decided about a fact or service, newest first."""
    about = select(FactDecision).where(FactDecision.what == what, FactDecision.fact == name)
    return (await session.scalars(about.order_by(FactDecision.made_at.desc()))).all()


def _change(row: FactDecision) -> Change:
    return Change.model_validate(
        {
            "what": row.what,
            "id": row.fact,
            "action": row.action,
            "by": row.made_by_name,
            "on": row.made_at.date(),
            "values": row.data,
        }
    )


async def export(rt: Runtime, content_dir: Path, now: datetime) -> tuple[Path, ...]:
    """Write what holds into the YAML, to be committed; the files that changed."""
    async with rt.database.write() as session:
        files = changes.export(content_dir, await in_force(session))
        await session.execute(
            update(FactDecision)
            .where(FactDecision.exported_at.is_(None))
            .where((FactDecision.action != "correct") | FactDecision.approved_at.is_not(None))
            .values(exported_at=now)
        )
    return files
