"""Field encryption: one data key per contact, wrapped by the master keys, each value bound to its table, row and column.

AES-256-GCM (NIST SP 800-38D) from the `cryptography` package. A ciphertext moved to another row, column or contact does not
open. Data keys live in a store of their own (`keystore.py`): without it, or once a key is erased there, a copy of the
database is unreadable (R31, R51). Nothing here logs or holds plaintext longer than a call.
"""

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION = b"\x01"
_NONCE = 12


class VaultError(Exception):
    """A value does not open: wrong key, tampered with, or moved."""


def _seal(key: bytes, plain: bytes, bound_to: str) -> bytes:
    nonce = os.urandom(_NONCE)
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, plain, bound_to.encode())


def _open(key: bytes, sealed: bytes, bound_to: str) -> bytes:
    if sealed[:1] != _VERSION:
        raise VaultError("unknown version")
    try:
        return AESGCM(key).decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], bound_to.encode())
    except (InvalidTag, ValueError):  # a value cut short has not even a whole nonce
        raise VaultError("does not open") from None


class DataKey:
    """The key of one contact. Seals and opens her values, named by table, row and column."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def __repr__(self) -> str:
        return "DataKey(...)"

    def seal(self, text: str, table: str, row: str, column: str) -> bytes:
        return _seal(self._key, text.encode("utf-8", "surrogatepass"), f"{table}:{row}:{column}")

    def open(self, sealed: bytes, table: str, row: str, column: str) -> str:
        """Raises `VaultError` when the value was not sealed with this key for this place."""
        return _open(self._key, sealed, f"{table}:{row}:{column}").decode("utf-8", "surrogatepass")


class Vault:
    """The master keys and the lookup key.

    Args:
        master_keys: 32 bytes each; the first wraps, all unwrap (rotation).
        lookup_key: 32 bytes, for keyed hashes of addresses. Without it a stolen database gives no way to try numbers.
    """

    def __init__(self, master_keys: tuple[bytes, ...], lookup_key: bytes) -> None:
        if not master_keys:
            raise VaultError("no master key")
        self._masters = master_keys
        self._lookup = lookup_key

    def lookup(self, channel: str, address: str) -> bytes:
        """Keyed hash by which a contact is found. 32 bytes."""
        return hmac.new(self._lookup, f"{channel}\x00{address}".encode(), hashlib.sha256).digest()

    def mark(self, channel: str, external_id: str) -> bytes:
        """Keyed hash by which an erased message is known again. 32 bytes, apart from every `lookup`."""
        return hmac.new(self._lookup, f"message\x00{channel}\x00{external_id}".encode(), hashlib.sha256).digest()

    def new_key(self, contact: str) -> tuple[DataKey, bytes]:
        """A fresh data key and its wrapped form for the key store."""
        raw = os.urandom(32)
        return DataKey(raw), _seal(self._masters[0], raw, f"data-key:{contact}")

    def unwrap(self, wrapped: bytes, contact: str) -> DataKey:
        return DataKey(self._unwrap(wrapped, contact))

    def rewrap(self, wrapped: bytes, contact: str) -> bytes:
        """The same data key under the first master key."""
        return _seal(self._masters[0], self._unwrap(wrapped, contact), f"data-key:{contact}")

    def needs_rewrap(self, wrapped: bytes, contact: str) -> bool:
        try:
            _open(self._masters[0], wrapped, f"data-key:{contact}")
        except VaultError:
            return True
        return False

    def seal(self, text: str, table: str, row: str, column: str) -> bytes:
        """Seal a value that belongs to no contact (an operator's TOTP secret) under the first master key."""
        return DataKey(self._masters[0]).seal(text, table, row, column)

    def open(self, sealed: bytes, table: str, row: str, column: str) -> str:
        for master in self._masters:
            try:
                return DataKey(master).open(sealed, table, row, column)
            except VaultError:
                continue
        raise VaultError("does not open")

    def reseal(self, sealed: bytes, table: str, row: str, column: str) -> bytes | None:
        """The same value under the first master key; None if it is already."""
        try:
            DataKey(self._masters[0]).open(sealed, table, row, column)
        except VaultError:
            return self.seal(self.open(sealed, table, row, column), table, row, column)
        return None

    def _unwrap(self, wrapped: bytes, contact: str) -> bytes:
        for master in self._masters:
            try:
                return _open(master, wrapped, f"data-key:{contact}")
            except VaultError:
                continue
        raise VaultError("no master key opens this data key")
