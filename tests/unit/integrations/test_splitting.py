"""Cutting: nothing lost, nothing above the limit, no word and no link cut, options last."""

from hypothesis import given
from hypothesis import strategies as st

from integrations.channel import Limits, Message, Option
from integrations.splitting import split, units
from integrations.telegram.send import LIMITS as TELEGRAM
from integrations.whatsapp.send import LIMITS as WHATSAPP

SMALL = Limits(text=60, text_with_options=40, buttons=3, button_label=20, rows=5, row_label=24, token=64)

_words = st.text(st.characters(exclude_categories=("Cs", "Zs", "Zl", "Zp", "Cc")), min_size=1, max_size=15)
_links = st.text("abc/?=1", min_size=1, max_size=20).map(lambda tail: f"https://x.mx/{tail}")
_texts = st.lists(st.tuples(st.one_of(_words, _links), st.sampled_from([" ", " ", "\n", "\n\n"])), max_size=60).map(
    lambda parts: "".join(word + gap for word, gap in parts)
)
_options = st.lists(
    st.tuples(st.text("abcdé 😀", min_size=1, max_size=30), st.text("ab:1", min_size=1, max_size=80)),
    max_size=12,
).map(lambda pairs: tuple(Option(token=token, label=label) for label, token in pairs))


def words_of(parts: tuple[Message, ...]) -> list[str]:
    return [word for part in parts for word in part.text.split()]


@given(_texts)
def test_text_keeps_every_word_and_link_whole_and_in_order(text: str) -> None:
    parts = split(Message(text=text), SMALL)
    assert words_of(parts) == text.split()
    assert all(units(part.text) <= SMALL.text for part in parts)


@given(_texts, _options)
def test_options_stay_last_or_become_numbered_lines(text: str, options: tuple[Option, ...]) -> None:
    parts = split(Message(text=text, options=options), SMALL)
    assert all(not part.options for part in parts[:-1])
    if parts[-1].options:
        assert parts[-1].options == options
        assert all(units(part.text) <= SMALL.text_with_options for part in parts)
        assert words_of(parts) == text.split()
    else:
        assert all(units(part.text) <= SMALL.text for part in parts)
        listed = [word for n, option in enumerate(options, 1) for word in f"{n}. {option.label}".split()]
        assert words_of(parts) == [*text.split(), *listed]


@given(st.text("x😀", min_size=1, max_size=300))
def test_word_longer_than_the_limit_is_cut_between_characters_and_loses_none(word: str) -> None:
    parts = split(Message(text=word), SMALL)
    assert "".join(part.text for part in parts) == word
    assert all(units(part.text) <= SMALL.text for part in parts)


def test_emoji_count_as_telegram_counts_them() -> None:
    assert len(split(Message(text="😀" * 2048), TELEGRAM)) == 1
    assert len(split(Message(text="😀" * 2049), TELEGRAM)) == 2


def test_paragraphs_stay_together_where_that_wastes_less_than_half() -> None:
    text = "a " * 20 + "\n\n" + "b " * 25
    assert [part.text[0] for part in split(Message(text=text), SMALL)] == ["a", "b"]


def test_two_options_with_one_label_become_a_menu() -> None:
    same = (Option(token="1", label="Sí"), Option(token="2", label="Sí"))
    assert split(Message(text="¿?", options=same), WHATSAPP)[0].text == "¿?\n\n1. Sí\n2. Sí"


def test_token_above_the_channels_bytes_becomes_a_menu() -> None:
    option = (Option(token="ñ" * 33, label="Sí"),)
    assert split(Message(text="¿?", options=option), TELEGRAM)[0].options == ()
    assert split(Message(text="¿?", options=option), WHATSAPP)[0].options == option
