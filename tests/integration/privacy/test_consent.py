"""Consent governs keeping: an explicit act, written down with the notice's version, taken back as easily."""

from sqlalchemy import select

from bot.housekeeping import blank_unconsented
from bot.runtime import Runtime
from bot.storage.tables import ConsentAct, InboxEntry
from tests.support.world import HandClock, Phone


async def acts(rt: Runtime) -> list[tuple[str, str | None]]:
    async with rt.database.read() as session:
        return [(act.act, act.version) for act in await session.scalars(select(ConsentAct).order_by(ConsentAct.id))]


async def kept(rt: Runtime) -> int:
    async with rt.database.read() as session:
        return len((await session.scalars(select(InboxEntry.id).where(InboxEntry.body_enc.is_not(None)))).all())


async def tap(phone: Phone, label: str) -> None:
    """Open the privacy page and tap a choice of it."""
    await phone.sends("privacidad")
    await phone.taps(label, await phone.answers())


async def test_consent_is_written_down_and_keeps_what_follows(rt: Runtime, phone: Phone, clock: HandClock) -> None:
    rt.nlu.learn("privacidad", "privacy")  # type: ignore[attr-defined]
    await phone.says("hola")
    assert await kept(rt) == 0
    await tap(phone, "Acepto que guarden")
    assert await acts(rt) == [("given", "1")]
    row = await phone.conversation()
    assert (row.consent_at, row.consent_version) == (clock.now, "1")
    await phone.says("quiero ver el menu")
    clock.forward(hours=2)
    await blank_unconsented(rt)
    assert await kept(rt) >= 1


async def test_consent_taken_back_ends_the_keeping_at_once(rt: Runtime, phone: Phone, clock: HandClock) -> None:
    rt.nlu.learn("privacidad", "privacy")  # type: ignore[attr-defined]
    await tap(phone, "Acepto que guarden")
    await phone.says("quiero ver el menu")
    assert await kept(rt) >= 1
    await tap(phone, "No guarden nada")
    assert await acts(rt) == [("given", "1"), ("withdrawn", None)]
    assert (await phone.conversation()).consent_at is None
    clock.forward(hours=2)
    await blank_unconsented(rt)
    assert await kept(rt) == 0
