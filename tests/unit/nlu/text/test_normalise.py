"""Reading what she typed: the golden pairs, and what holds for any string at all."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from faro_text.normalise import BOUND, normalise
from faro_text.spellings import ALWAYS, BY_NEIGHBOUR
from hypothesis import example, given, settings
from hypothesis import strategies as st

ROOT = Path(__file__).parents[4]
GOLDEN = json.loads((ROOT / "tests/golden/normalise.json").read_text(encoding="utf-8"))

_PHONE_WORDS = """
    q k d u n x m t s c xq pa ta toy nose boy ano alas u r ur rn w/ c.u.r.p. 3dias 12-03-2001 5512345678 a@b.co
    www.x.mx niño nino AYUDAAA can't he's por que con migo 😭 🔪 ... ? , ! ' _ jajaja freee
"""
phone_words = st.sampled_from(_PHONE_WORDS.split())
any_text = st.one_of(
    st.text(alphabet=st.characters(), max_size=200),
    st.text(alphabet=st.characters(categories=["Cs", "Cf", "Mn", "Ll", "Nd", "Po"]), max_size=60),
    st.lists(phone_words, max_size=25).map(" ".join),
    st.lists(phone_words, max_size=12).map("".join),
)


def _check_golden(*golden: Path) -> subprocess.CompletedProcess[str]:
    command: list[str | Path] = [sys.executable, ROOT / "nlu/text/check_golden.py", *golden]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("pair", GOLDEN, ids=lambda pair: ascii(pair["text"][:30]))
def test_golden_pair_reads_as_written(pair: dict[str, str]) -> None:
    assert normalise(pair["text"]) == pair["reads"]


def test_golden_script_passes_on_its_own() -> None:
    done = _check_golden()
    assert done.returncode == 0, done.stderr


def test_golden_script_names_a_pair_that_differs(tmp_path: Path) -> None:
    golden = tmp_path / "golden.json"
    golden.write_text(json.dumps([{"text": "ola", "reads": "ola"}]))
    done = _check_golden(golden)
    assert done.returncode == 1
    assert "golden.json: pair 1: reads 'hola', not 'ola'" in done.stderr


@settings(max_examples=600, deadline=None)
@given(any_text)
@example("a" * (BOUND + 5))
@example("q " * BOUND)
@example("😭" * BOUND)
@example("ﷺ" * BOUND)
def test_any_string_reads_the_same_a_second_time_and_within_the_bound(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert len(once) <= BOUND


@settings(max_examples=600, deadline=None)
@given(any_text)
def test_a_message_with_a_letter_or_digit_is_never_emptied(text: str) -> None:
    if any((ch.isascii() and ch.isalnum()) or (ch.isalpha() and ch.isprintable()) for ch in text):
        assert normalise(text)


@settings(max_examples=300, deadline=None)
@given(any_text)
def test_words_carry_no_blank_control_or_lone_surrogate(text: str) -> None:
    for word in normalise(text).split(" "):
        assert word == word.strip()
        assert not any("\ud800" <= ch <= "\udfff" or ord(ch) < 32 for ch in word)


def test_every_meaning_in_the_tables_reads_as_itself() -> None:
    meanings = {*ALWAYS.values(), *(near.to for nears in BY_NEIGHBOUR.values() for near in nears)}
    assert [meaning for meaning in meanings if normalise(meaning) != meaning] == []


def test_a_negation_before_a_mark_stays_apart_from_what_follows() -> None:
    assert normalise("no. me pega") != normalise("no me pega")


def test_right_to_left_marks_inside_a_word_are_dropped() -> None:
    assert normalise("me \u202epega\u202c") == "me pega"


@pytest.mark.parametrize(
    "text", ["3 days ago", "he broke my nose", "a little boy", "save me", "my face hurts", "you are on time"]
)
def test_english_word_that_spanish_would_misspell_stays_english(text: str) -> None:
    assert normalise(text) == text
