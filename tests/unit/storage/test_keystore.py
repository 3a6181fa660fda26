"""The store of data keys: erased means gone from its files; rotation goes on beside whatever else happens."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.storage.keystore import KeyErased, KeyStore, WrappedKey
from bot.storage.session import Database, make_engine
from bot.storage.vault import Vault

NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
OLD, NEW, LOOKUP = b"o" * 32, b"n" * 32, b"l" * 32


def open_store(folder: Path, *masters: bytes) -> KeyStore:
    return KeyStore(Database(make_engine(f"sqlite+aiosqlite:///{folder / 'keys.sqlite3'}")), Vault(masters, LOOKUP))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[KeyStore]:
    opened = open_store(tmp_path, OLD)
    await opened.prepare()
    yield opened
    await opened.close()


def files(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.iterdir()]


async def wrapped(store: KeyStore, contact: str) -> bytes:
    async with store._database.read() as session:
        return (await session.get_one(WrappedKey, contact)).wrapped


async def test_two_callers_at_once_get_the_same_key(store: KeyStore) -> None:
    one, other = await asyncio.gather(store.get_or_create("a", NOW), store.get_or_create("a", NOW))
    assert other.open(one.seal("x", "t", "r", "c"), "t", "r", "c") == "x"


async def test_erased_key_leaves_no_byte_in_the_files(store: KeyStore, tmp_path: Path) -> None:
    for contact in ("a", "b"):
        await store.get_or_create(contact, NOW)
    gone, stays = await wrapped(store, "a"), await wrapped(store, "b")
    assert any(gone in data for data in files(tmp_path))
    assert await store.erase("a") == 1
    with pytest.raises(KeyErased):
        await store.get("a")
    assert not any(gone in data for data in files(tmp_path))
    assert any(stays in data for data in files(tmp_path))


async def test_rotation_that_was_interrupted_is_taken_up_again(store: KeyStore, tmp_path: Path) -> None:
    sealed = {}
    for number in range(7):
        key = await store.get_or_create(f"c{number}", NOW)
        sealed[f"c{number}"] = key.seal("x", "t", "r", "c")
    both = open_store(tmp_path, NEW, OLD)
    half = await wrapped(both, "c0")
    async with both._database.write() as session:
        row = await session.get_one(WrappedKey, "c0")
        row.wrapped = both.vault.rewrap(half, "c0")
    assert await both.rotate(batch=2) == 6
    assert await both.rotate(batch=2) == 0
    await both.close()
    only = open_store(tmp_path, NEW)
    for contact, value in sealed.items():
        assert (await only.get(contact)).open(value, "t", "r", "c") == "x"
    await only.close()


async def test_key_erased_during_a_rotation_stays_erased(store: KeyStore, tmp_path: Path) -> None:
    for number in range(20):
        await store.get_or_create(f"c{number:02}", NOW)
    both = open_store(tmp_path, NEW, OLD)
    await asyncio.gather(both.rotate(batch=3), store.erase("c10"), store.erase("c19"))
    for contact in ("c10", "c19"):
        with pytest.raises(KeyErased):
            await both.get(contact)
    await both.close()
