"""What nobody sees in her messages is shown by name; emoji and letters stay whole."""

import pytest

from bot.console.render import Pages
from bot.console.unseen import pieces


def marked(text: str) -> list[str]:
    return [piece for piece, hides in pieces(text) if hides]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("foto\u202egpj.exe", ["RLO"]),
        ("\u2067hola\u2069", ["RLI", "PDI"]),
        ("a\u200bb\u200cc\ufeffd\u2060", ["ZWSP", "ZWNJ", "BOM", "WJ"]),
        ("si\u00ad lencio", ["SHY"]),
        ("a\x00b\x1b[31m", ["U+0000", "U+001B"]),
        ("\u3164\u2800", ["HF", "BLANK"]),
        ("x\U000e0041", ["U+E0041"]),
        ("linea\u2028otra", ["U+2028"]),
        ("a\u200db", ["ZWJ"]),
        ("a\U000e0101", ["U+E0101"]),
    ],
)
def test_hidden_character_is_named(text: str, names: list[str]) -> None:
    assert marked(text) == names
    assert "".join(piece for piece, hides in pieces(text) if not hides) == "".join(
        c for c in text if c.isprintable() and c not in "\u3164\u2800\U000e0101"
    )


@pytest.mark.parametrize(
    "text",
    [
        "hola, ¿qué pasó? ñandú",
        "dos\nlíneas\ty tabulador",
        "👩‍👧 👨‍👩‍👧‍👦 🏳️‍🌈 🏳️‍⚧️ 👩🏽‍⚖️ ❤️‍🩹",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "שלום",
        "",
    ],
)
def test_letters_lines_and_emoji_stay_whole(text: str) -> None:
    assert marked(text) == []
    assert "".join(piece for piece, _ in pieces(text)) == text


def test_her_markup_is_text_and_her_words_are_isolated() -> None:
    line = {"at": None, "who": "note", "text": "<b>\u202e</b>", "by": ""}
    page = Pages()
    page._environments["es"].filters["day"] = lambda at: ""
    html = page.render("talk_lines.html", "es", lines=[line], media_words={})
    assert "&lt;b&gt;" in html
    assert "\u202e" not in html
    assert "<bdi>" in html
    assert "RLO" in html
