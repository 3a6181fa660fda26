"""`faro erase`, `faro purge`, `faro rotate`, `faro audit verify`, as somebody types them."""

from pathlib import Path

import pytest

from bot import access, privacy_cli
from bot.console import account
from bot.runtime import Runtime
from bot.storage.tables import AccessEntry
from tests.support.command import faro
from tests.support.console import PASSWORD, code, hire
from tests.support.world import HandClock, Phone, fake_key, fake_settings, open_runtime


async def test_commands_beside_a_running_service(tmp_path: Path, clock: HandClock) -> None:
    """One after the other on one database that somebody else has open."""
    async with open_runtime(fake_settings(tmp_path), clock) as rt:
        phone = Phone(rt, "phone-1")
        await phone.says("hola")
        await access.record(rt, "o", "opened", "case-1")

        assert (await faro(tmp_path, "purge", "--dry-run"))[:2][0] == 0
        status, out, _ = await faro(tmp_path, "audit", "verify")
        assert (status, out.startswith("1 lines, whole")) == (0, True)

        status, out, _ = await faro(tmp_path, "rotate", keys=f"{fake_key('n')},{fake_key('e')}")
        assert (status, out) == (0, "1 data keys and 0 operators' secrets are now under the first key\n")
        only_new = fake_key("n")

        assert (await faro(tmp_path, "erase", "simulator", "phone-1", keys=only_new))[:2] == (0, "erased\n")
        status, _, err = await faro(tmp_path, "erase", "simulator", "phone-1", keys=only_new)
        assert (status, err) == (1, "faro: there is no such contact: look at the channel and how the address is written\n")
        assert (await faro(tmp_path, "erase", "fax", "1"))[0] == 2

        async with rt.database.write() as session:
            entry = await session.get_one(AccessEntry, 1)
            entry.subject = "case-2"
        status, _, err = await faro(tmp_path, "audit", "verify")
        assert status == 1
        assert "line 1" in err


@pytest.mark.parametrize("written", ["+52 55 1234 5678", "525512345678", "whatsapp:+525512345678"])
def test_number_is_found_however_it_is_written(written: str) -> None:
    assert privacy_cli._tidy("whatsapp", written) == "whatsapp:+525512345678"


async def test_rotation_reseals_the_operators_second_factor(tmp_path: Path, clock: HandClock) -> None:
    async with open_runtime(fake_settings(tmp_path), clock) as rt:
        person = await hire(rt)
    both = f"{fake_key('n')},{fake_key('e')}"
    async with open_runtime(fake_settings(tmp_path, encryption_keys=both), clock) as rt:
        assert "1 operators' secrets" in await privacy_cli.rotate(rt)
        assert "0 operators' secrets" in await privacy_cli.rotate(rt)
    async with open_runtime(fake_settings(tmp_path, encryption_keys=fake_key("n")), clock) as rt:
        clock.forward(minutes=1)
        assert await _signs_in(rt, person.email, person.secret)


async def _signs_in(rt: Runtime, email: str, secret: str) -> bool:
    return await account.sign_in(rt, email, PASSWORD, code(secret, rt), "a browser") is not None
