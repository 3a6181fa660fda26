"""What `faro erase`, `faro purge`, `faro rotate` and `faro audit verify` do. Lines for a terminal; no word of any contact."""

from datetime import datetime
from pathlib import Path

from sqlalchemy import select, update

from bot import access
from bot.privacy import erase, retention
from bot.runtime import Runtime
from bot.storage.tables import Operator
from integrations.channel import ChannelName

CHANNELS = tuple(name.value for name in ChannelName)


class NobodyThere(Exception):
    """No contact of that channel has this address."""


class CopiesStay(Exception):
    """Copies of the key store are kept for longer than they may be. The text says which and what to do."""


class LogBroken(Exception):
    """The access log was tampered with."""


async def erase_contact(rt: Runtime, channel: str, address: str) -> str:
    """Erase one contact. What is left to do at the provider the workers take up. Raises `NobodyThere`."""
    erased = await erase.by_us(rt, channel, _tidy(channel, address))
    if erased is None:
        raise NobodyThere
    if erased.level:
        return f"erased; a reply address and the level ({erased.level.word}) stay for a day: a case is open"
    return "erased"


def _tidy(channel: str, address: str) -> str:
    """An address as its channel writes it: a bare number is a WhatsApp number."""
    if channel != ChannelName.WHATSAPP:
        return address.strip()
    digits = "".join(c for c in address if c.isdigit())
    return f"whatsapp:+{digits}"


async def purge(rt: Runtime, *, dry: bool) -> list[str]:
    """Run retention; one line a class."""
    done = await retention.purge(rt, dry=dry)
    verb = "would go" if dry else "gone"
    return [f"{name}: {count} {verb}" for name, count in done.items()]


def prune_copies(folder: Path, keystore: Path, days: float, now: datetime) -> str:
    """Delete copies of the key store older than `days`, by their time of change. Raises `CopiesStay`.

    Each one could bring an erased contact back: their age is the promise made to her (R31). A folder that holds the key store
    itself is refused.
    """
    files = [file for file in sorted(folder.rglob("*")) if file.is_file() or file.is_symlink()]
    if keystore.resolve() in {file.resolve() for file in files}:
        raise CopiesStay("that folder holds the key store itself: keep its copies in a folder of their own")
    before = now.timestamp() - days * 86_400
    old = [file for file in files if file.lstat().st_mtime < before]
    for file in old:
        try:
            file.unlink()
        except OSError as error:
            raise CopiesStay(f"{file}: {error.strerror}: delete it by hand, it is older than {days:g} days") from None
    return f"{len(old)} copies older than {days:g} days deleted, {len(files) - len(old)} left"


async def rotate(rt: Runtime) -> str:
    """Put everything under the first of the master keys. Afterwards the others can be taken out of the setting."""
    wrapped = await rt.keys.rotate()
    resealed = 0
    async with rt.database.read() as session:
        rows = (await session.execute(select(Operator.id, Operator.totp_enc).where(Operator.totp_enc.is_not(None)))).all()
    for operator, sealed in rows:
        fresh = rt.keys.vault.reseal(sealed or b"", "operators", operator, "totp")
        if fresh is not None:
            async with rt.database.write() as session:
                same = (Operator.id == operator, Operator.totp_enc == sealed)
                await session.execute(update(Operator).where(*same).values(totp_enc=fresh))
            resealed += 1
    return f"{wrapped} data keys and {resealed} operators' secrets are now under the first key"


async def verify_audit(rt: Runtime) -> str:
    """Check the access log from its first line to its last. Raises `LogBroken`."""
    broken = await access.broken_at(rt)
    if broken is not None:
        raise LogBroken(f"line {broken} does not follow from the one before: lines were changed or removed")
    count, head = await access.head(rt)
    return f"{count} lines, whole; last digest {head or 'none'}"
