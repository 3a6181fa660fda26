"""How a word sounds to somebody who spells by ear: "nesesito", "avogado", "ospital" and "ayar" fold to what was meant."""

import re

_STEPS = tuple(
    (re.compile(pattern), to)
    for pattern, to in (
        (r"ph", "f"),
        (r"^ps(?=[aeiou])", "s"),
        (r"^hi(?=e)", "y"),
        (r"^h?u(?=e)|w(?=[aeiou])", "gu"),
        (r"x(?=[bcdfgklmnpqrstvwz])", "s"),
        (r"x", "j"),
        (r"ch", "x"),
        (r"h", ""),
        (r"qu(?=[ei])|q|k|c(?![ei])", "k"),
        (r"[czç]", "s"),
        (r"gu(?=[ei])", "g#"),
        (r"g(?=[ei])", "j"),
        (r"#", ""),
        (r"v", "b"),
        (r"ll", "y"),
        (r"y(?![aeiou])|y$", "i"),
        (r"ñ", "n"),
        (r"m(?=[bp])", "n"),
        (r"(.)\1+", r"\1"),
    )
)


def sounds(word: str) -> str:
    """The word as it sounds in Spanish (b/v, c/s/z, mute h, ll/y, g/j/x, c/k/qu, doubled letters). Takes a normalised word."""
    for pattern, to in _STEPS:
        word = pattern.sub(to, word)
    return word
