"""The proof of erasure: what a copy of the database from before could still decrypt can be had afterwards from nowhere, with
any key that remains: not from that copy, the live files, the write-ahead log, Redis, or the logs.
"""

import shutil
import sqlite3
from pathlib import Path

import pytest
import redis.asyncio as redis_client

from bot import door
from bot.cases.case import Wanted, open_or_raise
from bot.limits import Throttle
from bot.privacy import erase
from bot.runtime import Runtime
from bot.safety.risk import Risk
from bot.storage.tables import Conversation, Note, new_id
from bot.storage.vault import DataKey, Vault, VaultError
from integrations.channel import ChannelName, Inbound, Media, MediaKind, Text
from tests.support.logs import talkative
from tests.support.servers import RedisServer
from tests.support.world import HandClock, KnowsOnly, Phone, fake_settings, open_runtime

ADDRESS = "phone-canary-4600"
PLANTED = [f"canary-{number:02}-zxqv" for number in range(50)]
_SEALED = {
    "conversations": ("id", ("address", "state", "code_word")),
    "inbox": ("uid", ("body",)),
    "outbox": ("uid", ("body",)),
    "notes": ("id", ("body",)),
}


async def plant(rt: Runtime) -> None:
    """Fifty strings: in texts, captions and file names, notes and a code word."""
    phone, throttle = Phone(rt, ADDRESS), Throttle(rt.settings.redis_url)
    await phone.says("anoche mi marido me pego")
    for number, word in enumerate(PLANTED[:46]):
        body = Text(text=word) if number % 2 else Media(media=MediaKind.IMAGE, handle=f"file-{word}", caption=word)
        await door.take_in(rt, throttle, Inbound(ChannelName.SIMULATOR, f"{ADDRESS}:{word}", ADDRESS, (body,)))
        if number % 10 == 9:
            await phone.answers()
    await phone.answers()
    row = await phone.conversation()
    key = await rt.keys.get(row.id)
    async with rt.database.write() as session:
        held = await session.get_one(Conversation, row.id)
        held.consent_at = rt.clock()
        held.code_word_enc = key.seal(PLANTED[46], "conversations", row.id, "code_word")
        case = await open_or_raise(session, held, Wanted("urgent", Risk.CONCERN, ("hint",)), rt.clock())
        case.risk = Risk.CONCERN  # so that nobody stays ready: nothing at all may remain
        for word in PLANTED[47:]:
            note = Note(id=new_id(), case_id=case.id, operator_id="o", at=rt.clock())
            note.body_enc = key.seal(word, "notes", note.id, "body")
            session.add(note)


def copy(folder: Path, to: Path) -> Path:
    """A copy of the database with its write-ahead log, as a thief or a backup would have it."""
    to.mkdir()
    for path in folder.glob("faro.sqlite3*"):
        shutil.copy(path, to / path.name)
    return to / "faro.sqlite3"


def readable(database: Path, keys: Path, vault: Vault) -> str:
    """Everything of a copy that opens with the keys that a key store still has."""
    with sqlite3.connect(keys) as store:
        wrapped = dict(store.execute("SELECT contact, wrapped FROM data_keys").fetchall())
    known = [vault.unwrap(sealed, contact) for contact, sealed in wrapped.items()]
    found: list[str] = []
    with sqlite3.connect(database) as copied:
        for table, (row, columns) in _SEALED.items():
            for column in columns:
                query = f"SELECT {row}, {column}_enc FROM {table} WHERE {column}_enc IS NOT NULL"  # noqa: S608 - our own names
                for name, sealed in copied.execute(query).fetchall():
                    found += opened(known, sealed, table, name, column)
    return "\n".join(found)


def opened(keys: list[DataKey], sealed: bytes, table: str, row: str, column: str) -> list[str]:
    texts = []
    for key in keys:
        try:
            texts.append(key.open(sealed, table, row, column))
        except VaultError:
            continue
    return texts


def raw(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def in_redis(url: str) -> bytes:
    client = redis_client.Redis.from_url(url)
    found = bytearray()
    async for name in client.scan_iter():
        found += name + (await client.dump(name) or b"")
    await client.aclose()
    return bytes(found)


async def test_fifty_planted_strings_can_be_had_from_nowhere_after_the_erasure(
    tmp_path: Path, clock: HandClock, redis: RedisServer, capfd: pytest.CaptureFixture[str]
) -> None:
    live = tmp_path / "live"
    vault = Vault((b"e" * 32,), b"l" * 32)
    with talkative():
        async with open_runtime(fake_settings(live, redis_url=redis.url), clock) as rt:
            rt.nlu = KnowsOnly()
            await plant(rt)
            stolen = copy(live, tmp_path / "stolen")
            before = readable(stolen, live / "keys.sqlite3", vault)
            assert [word for word in PLANTED if word not in before] == [], "planted where a copy can be read"
            assert ADDRESS in before

            await erase.by_us(rt, "simulator", ADDRESS)

            after = readable(stolen, live / "keys.sqlite3", vault)
            assert [word for word in (*PLANTED, ADDRESS) if word in after] == []
            assert readable(live / "faro.sqlite3", live / "keys.sqlite3", vault) == ""
            lookup = rt.keys.vault.lookup("simulator", ADDRESS)
            kept = await in_redis(redis.url)
            files = raw(live) + kept
    said = "".join(capfd.readouterr())
    for word in PLANTED:
        assert word.encode() not in files, word
        assert word not in said, word
    assert lookup not in raw(live), "even the keyed hash of her address is gone"
