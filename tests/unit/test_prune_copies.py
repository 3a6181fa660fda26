"""Copies of the key store: their age is how long an erased contact could be brought back."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.privacy_cli import CopiesStay, prune_copies

NOW = datetime(2026, 11, 23, 17, tzinfo=UTC)


def copy(folder: Path, name: str, **age: float) -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"wrapped keys")
    made = (NOW - timedelta(**age)).timestamp()
    os.utime(file, (made, made))
    return file


def test_copies_older_than_allowed_are_deleted_also_in_folders_below(tmp_path: Path) -> None:
    old, deep, fresh = copy(tmp_path, "a", days=8), copy(tmp_path, "w/b", days=7, minutes=1), copy(tmp_path, "c", days=6)
    said = prune_copies(tmp_path, tmp_path.parent / "keys.sqlite3", 7, NOW)
    assert (old.exists(), deep.exists(), fresh.exists()) == (False, False, True)
    assert said == "2 copies older than 7 days deleted, 1 left"


def test_folder_of_the_key_store_itself_is_refused_and_left_alone(tmp_path: Path) -> None:
    keys = copy(tmp_path, "keys.sqlite3", days=100)
    with pytest.raises(CopiesStay):
        prune_copies(tmp_path, keys, 7, NOW)
    assert keys.exists()


def test_copy_that_cannot_be_deleted_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = copy(tmp_path, "a", days=8)

    def refuses(_file: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "unlink", refuses)
    with pytest.raises(CopiesStay, match=str(old)):
        prune_copies(tmp_path, tmp_path.parent / "keys.sqlite3", 7, NOW)
