"""Characters that nobody sees, made visible: a text of hers may turn letters around, hide words, or look like another.

They are shown by name and never obeyed. What emoji and letters are made of stays as it is.
"""

import re
import unicodedata
from collections.abc import Iterator

_NAMES = {
    "\u200b": "ZWSP", "\u200c": "ZWNJ", "\u200d": "ZWJ", "\u200e": "LRM", "\u200f": "RLM", "\u061c": "ALM",
    "\u202a": "LRE", "\u202b": "RLE", "\u202c": "PDF", "\u202d": "LRO", "\u202e": "RLO",
    "\u2066": "LRI", "\u2067": "RLI", "\u2068": "FSI", "\u2069": "PDI",
    "\u2060": "WJ", "\ufeff": "BOM", "\u00ad": "SHY", "\u034f": "CGJ", "\u180e": "MVS",
    "\u115f": "HCF", "\u1160": "HJF", "\u3164": "HF", "\uffa0": "HHF", "\u2800": "BLANK",
}  # fmt: skip
# Within one emoji joiners and tags are its making: a family, a flag of a region.
_EMOJI = re.compile(
    "[\U0001f1e6-\U0001faff\u2190-\u2bff](?:[\ufe0f\U0001f3fb-\U0001f3ff]*\u200d[\U0001f300-\U0001faff\u2190-\u2bff])+"
    "|\U0001f3f4[\U000e0020-\U000e007f]+"
)


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    """A text in pieces, in order: (as it is, False) or (name of a character that nobody sees, True)."""
    start = 0
    for emoji in _EMOJI.finditer(text):
        yield from _plain(text[start : emoji.start()])
        yield emoji[0], False
        start = emoji.end()
    yield from _plain(text[start:])


def _plain(text: str) -> Iterator[tuple[str, bool]]:
    shown = ""
    for char in text:
        if _hides(char):
            if shown:
                yield shown, False
            yield _NAMES.get(char, f"U+{ord(char):04X}"), True
            shown = ""
        else:
            shown += char
    if shown:
        yield shown, False


def _hides(char: str) -> bool:
    if char in _NAMES or "\U000e0100" <= char <= "\U000e01ef":  # selectors of variants, which can carry a whole hidden text
        return True
    return unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp") and char not in "\n\r\t"
