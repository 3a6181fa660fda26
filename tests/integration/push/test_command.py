"""`faro push-keys` prints what `.env` takes."""

from pathlib import Path

from bot.push.service import public_key
from tests.support.command import faro
from tests.support.world import fake_settings


async def test_push_keys_prints_one_line_from_which_the_pair_follows(tmp_path: Path) -> None:
    made = [await faro(tmp_path, "push-keys") for _ in range(2)]
    assert [(code, err) for code, _, err in made] == [(0, ""), (0, "")]
    lines = [out.splitlines() for _, out, _ in made]
    assert all(len(found) == 1 for found in lines)
    keys = [found[0].removeprefix("FARO_PUSH_KEY=") for found in lines]
    settings = [fake_settings(tmp_path, push_key=key) for key in keys]
    for made_with in settings:
        made_with.refuse_if_unsafe()
    assert public_key(settings[0]) != public_key(settings[1])


async def test_fresh_secrets_come_with_a_key_for_phones(tmp_path: Path) -> None:
    _, out, _ = await faro(tmp_path, "keys")
    values = dict(line.partition("=")[::2] for line in out.splitlines())
    assert public_key(fake_settings(tmp_path, push_key=values["FARO_PUSH_KEY"])) is not None
