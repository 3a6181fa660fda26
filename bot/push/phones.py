"""Which phones are to be called: asked for by their operators, ended with what let them in."""

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.push.service import Address, Outcome, check, send_all
from bot.push.words import About, alert
from bot.runtime import Runtime
from bot.storage.tables import Operator, OperatorSession, PushSubscription, new_id

MOST = 5
"""Phones of one operator. A further one takes the place of the one not seen for longest."""


async def keep(rt: Runtime, owner: OperatorSession, address: Address) -> None:
    """Call this phone from now on, for whoever is signed in there. Raises `BadAddress`."""
    check(address, rt.settings)
    now = rt.clock()
    insert = pg_insert if rt.database.is_postgresql else sqlite_insert
    row = {
        "operator_id": owner.operator_id, "p256dh": address.p256dh, "auth": address.auth, "created_at": now, "renewed_at": now,
        "session_hash": owner.token_hash,
    }  # fmt: skip
    async with rt.database.write() as session:
        made = insert(PushSubscription).values(id=new_id(), endpoint=address.endpoint, **row)
        await session.execute(made.on_conflict_do_update(index_elements=["endpoint"], set_=row))
        mine = PushSubscription.operator_id == owner.operator_id
        newest = select(PushSubscription.id).where(mine).order_by(PushSubscription.renewed_at.desc(), PushSubscription.id)
        kept = (await session.scalars(newest.limit(MOST))).all()
        await session.execute(delete(PushSubscription).where(mine, PushSubscription.id.not_in(kept)))


async def renew(rt: Runtime, owner: OperatorSession, endpoint: str) -> bool:
    """She opened the desk on this phone again; whether it is one of hers."""
    async with rt.database.write() as session:
        mine = (PushSubscription.endpoint == endpoint, PushSubscription.operator_id == owner.operator_id)
        values = {"renewed_at": rt.clock(), "session_hash": owner.token_hash}
        renewed = await session.execute(update(PushSubscription).where(*mine).values(values).returning(PushSubscription.id))
        return renewed.first() is not None


async def drop(rt: Runtime, operator_id: str, endpoint: str) -> None:
    """She does not want this phone called any more."""
    async with rt.database.write() as session:
        mine = (PushSubscription.endpoint == endpoint, PushSubscription.operator_id == operator_id)
        await session.execute(delete(PushSubscription).where(*mine))


async def try_out(rt: Runtime, operator: Operator, address: Address) -> Outcome:
    """Send this phone a test, so that she sees before her shift whether an alarm would reach it."""
    outcomes = await send_all(rt.settings, {address: alert(About.TRIAL, operator.reads)}, rt.clock())
    if outcomes[address] is Outcome.GONE:
        await forget(rt, [address.endpoint])
    return outcomes[address]


async def forget(rt: Runtime, endpoints: Iterable[str]) -> None:
    """Their services do not know these phones any more."""
    async with rt.database.write() as session:
        await session.execute(delete(PushSubscription).where(PushSubscription.endpoint.in_(list(endpoints))))


async def end_of_session(session: AsyncSession, token_hash: bytes) -> None:
    """She signed out of the browser that asked for it."""
    await session.execute(delete(PushSubscription).where(PushSubscription.session_hash == token_hash))


async def end_of_access(session: AsyncSession, operator_id: str) -> None:
    """She was signed out everywhere, or dismissed, or enrols anew after losing her phone."""
    await session.execute(delete(PushSubscription).where(PushSubscription.operator_id == operator_id))


async def of(session: AsyncSession, operators: Sequence[str]) -> Sequence[PushSubscription]:
    return (await session.scalars(select(PushSubscription).where(PushSubscription.operator_id.in_(operators)))).all()


async def counted(session: AsyncSession) -> tuple[int, int]:
    """How many phones are called, of how many people."""
    people = func.count(PushSubscription.operator_id.distinct())
    phones, owners = (await session.execute(select(func.count(PushSubscription.id), people))).one()
    return phones, owners
