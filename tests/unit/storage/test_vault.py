"""The vault holds whatever is done to what it sealed: tampered with, moved, opened with another key, half rotated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.storage.vault import DataKey, Vault, VaultError

KEYS = st.binary(min_size=32, max_size=32)
NAMES = st.text("abcdefghijklmnopqrstuvwxyz_0123456789", min_size=1, max_size=32)
TEXTS = st.text(st.characters(exclude_categories=()), max_size=200)
LOOKUP = b"l" * 32


@given(KEYS, TEXTS, NAMES, NAMES, NAMES)
def test_what_was_sealed_opens_where_it_was_sealed(key: bytes, text: str, table: str, row: str, column: str) -> None:
    assert DataKey(key).open(DataKey(key).seal(text, table, row, column), table, row, column) == text


@given(KEYS, TEXTS, st.data())
def test_one_changed_bit_anywhere_does_not_open(key: bytes, text: str, data: st.DataObject) -> None:
    sealed = bytearray(DataKey(key).seal(text, "inbox", "r", "body"))
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    sealed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(VaultError):
        DataKey(key).open(bytes(sealed), "inbox", "r", "body")


@given(KEYS, TEXTS, st.data())
def test_shortened_value_does_not_open(key: bytes, text: str, data: st.DataObject) -> None:
    sealed = DataKey(key).seal(text, "inbox", "r", "body")
    cut = data.draw(st.integers(0, len(sealed) - 1))
    with pytest.raises(VaultError):
        DataKey(key).open(sealed[:cut], "inbox", "r", "body")


@given(KEYS, TEXTS, st.tuples(NAMES, NAMES, NAMES), st.tuples(NAMES, NAMES, NAMES))
def test_moved_to_another_table_row_or_column_it_does_not_open(
    key: bytes, text: str, here: tuple[str, str, str], there: tuple[str, str, str]
) -> None:
    sealed = DataKey(key).seal(text, *here)
    if here == there:
        return
    with pytest.raises(VaultError):
        DataKey(key).open(sealed, *there)


@given(KEYS, KEYS, TEXTS)
def test_key_of_another_contact_does_not_open(mine: bytes, hers: bytes, text: str) -> None:
    if mine == hers:
        return
    with pytest.raises(VaultError):
        DataKey(hers).open(DataKey(mine).seal(text, "inbox", "r", "body"), "inbox", "r", "body")


@given(KEYS, TEXTS)
def test_same_text_sealed_twice_looks_different(key: bytes, text: str) -> None:
    assert DataKey(key).seal(text, "t", "r", "c") != DataKey(key).seal(text, "t", "r", "c")


@given(KEYS, KEYS, NAMES, TEXTS)
def test_half_done_rotation_opens_both_halves(old: bytes, new: bytes, contact: str, text: str) -> None:
    before, during = Vault((old,), LOOKUP), Vault((new, old), LOOKUP)
    key, wrapped = before.new_key(contact)
    sealed = key.seal(text, "inbox", "r", "body")
    for state in (wrapped, during.rewrap(wrapped, contact)):
        assert during.unwrap(state, contact).open(sealed, "inbox", "r", "body") == text
    after = Vault((new,), LOOKUP)
    assert after.unwrap(during.rewrap(wrapped, contact), contact).open(sealed, "inbox", "r", "body") == text


@given(KEYS, KEYS, NAMES)
def test_old_master_key_taken_out_too_early_opens_nothing(old: bytes, new: bytes, contact: str) -> None:
    if old == new:
        return
    _, wrapped = Vault((old,), LOOKUP).new_key(contact)
    with pytest.raises(VaultError):
        Vault((new,), LOOKUP).unwrap(wrapped, contact)
    assert Vault((new, old), LOOKUP).needs_rewrap(wrapped, contact)


@given(KEYS, NAMES, NAMES)
def test_wrapped_key_of_another_contact_does_not_unwrap(master: bytes, mine: str, hers: str) -> None:
    if mine == hers:
        return
    vault = Vault((master,), LOOKUP)
    _, wrapped = vault.new_key(mine)
    with pytest.raises(VaultError):
        vault.unwrap(wrapped, hers)


@given(KEYS, KEYS, TEXTS)
def test_resealed_value_needs_only_the_first_key(old: bytes, new: bytes, text: str) -> None:
    if old == new:
        return
    sealed = Vault((old,), LOOKUP).seal(text, "operators", "o", "totp")
    fresh = Vault((new, old), LOOKUP).reseal(sealed, "operators", "o", "totp")
    assert fresh is not None
    assert Vault((new,), LOOKUP).open(fresh, "operators", "o", "totp") == text
    assert Vault((new, old), LOOKUP).reseal(fresh, "operators", "o", "totp") is None


@given(KEYS, st.tuples(NAMES, NAMES), st.tuples(NAMES, NAMES))
def test_lookup_tells_addresses_apart_and_nothing_without_the_key(
    key: bytes, one: tuple[str, str], other: tuple[str, str]
) -> None:
    mine = Vault((key,), key)
    assert (mine.lookup(*one) == mine.lookup(*other)) == (one == other)
    assert mine.lookup(*one) != mine.mark(*one)
    if key != LOOKUP:
        assert mine.lookup(*one) != Vault((key,), LOOKUP).lookup(*one)


def test_key_never_shows_itself() -> None:
    assert "k" * 8 not in repr(DataKey(b"k" * 32))


def test_vault_without_a_master_key_is_refused() -> None:
    with pytest.raises(VaultError):
        Vault((), LOOKUP)
