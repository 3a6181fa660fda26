"""One way of reading what she typed, for training, serving and the safety lexicon alike.

`normalise` gives words and the marks `,` `.` `?`, parted by single spaces: lower case, no accents (ñ stays), lengthened words
shortened, abbreviations and joined words written out, emoji that matter as words, addresses and long numbers masked. Marks
stay because they carry meaning: "no, me pega" is not "no me pega". It guesses no word from its sound: that is `sounds`.

Never raises, whatever the string; reading its own output again changes nothing.
"""

import re
import unicodedata
from collections.abc import Sequence

from faro_text.emoji import EMOJI
from faro_text.spellings import ALWAYS, BY_NEIGHBOUR, DOUBLED, ENGLISH_NEAR, PAIRS, SPANISH_NEAR, Near

BOUND = 20_000
"""Characters of a message that are read, and the most that comes back."""

MARKS = frozenset(",.?")
URL, MAIL, NUMBER = "xurl", "xmail", "xnumber"
"""What stands for an address or a number of seven digits or more."""

_ROUNDS = 6  # one round nearly always settles a message; a bound, so that nothing can loop

_CHARACTERS = {
    **{ord(sign): f" {word} " for sign, word in EMOJI.items()},
    **dict.fromkeys(map(ord, "’‘´`ʼʻ′＇"), "'"),
    ord("ı"): "i", ord("ø"): "o", ord("đ"): "d", ord("ł"): "l",
}  # fmt: skip
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_ACCENT = re.compile("[\u0300-\u0302\u0304-\u036f]|(?<!n)\u0303")

_LINK = re.compile(r"https?:/\S+|\bwww\.\S+|\b(?:[a-z0-9-]+\.)+(?:com|org|net|mx|gob|gov|info|edu)\b(?:/\S*)?")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_NUMBER = re.compile(r"(?<![\d.])\+?\(?\d+\)?(?:[ .-]{1,2}\(?\d{2,}\)?)*(?!\d)")
_DATE = re.compile(r"\d{1,2}[ .-]\d{1,2}[ .-](?:19|20)\d\d")
_ACRONYM = re.compile(r"\b(?:[a-zñ]\.){2,}(?:[a-zñ]\b)?")
_GENDER_SIGN = re.compile(r"(?<=[a-zñ])@(?=s?\b)")
_SHORT_WITH = re.compile(r"\bw/o\b|\bw/|\bc/|\bp/")
_SHORT_WITHS = {"w/o": " without ", "w/": " with ", "c/": " con ", "p/": " para "}
_IS_AFTER = re.compile(r"\b(he|she|it|that|what|there|where|who|how|here)'s\b")
_CONTRACTION = re.compile(r"(?<=[a-z])(n't|'re|'ve|'ll|'m|'d|'s)(?![\w'])")
_CONTRACTIONS = {"n't": " not", "'re": " are", "'ve": " have", "'ll": " will", "'m": " am", "'d": " would", "'s": ""}
_UNIT = re.compile(r"(?<!\w)(\d+)([a-zñ]{2,})")
_PIECE = re.compile(r"\d+(?:[.:,]\d+)+|[^\W_]+|[,.;:?!()\n\r\u0085\u2028\u2029…—–|]")

_LAUGH = re.compile(r"[aeiou]?(?:j[aeiou]){2,}j?|a?(?:ha){2,}h?")
_LONG_RUN = re.compile(r"([^\W\d_])\1{2,}")


def normalise(text: str) -> str:
    """The message as words and marks. At most BOUND characters; empty only if it held no letter, digit or telling emoji."""
    text = text[:BOUND]
    for _ in range(_ROUNDS):
        once = _bounded(_words(_PIECE.findall(_signs(_characters(text)))))
        if once == text:
            break
        text = once
    return text


def _characters(text: str) -> str:
    """Compatibility forms, case, accents and invisible characters; emoji as words."""
    if text.isascii():
        return _INVISIBLE.sub("", text.replace("`", "'")).lower()
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    text = unicodedata.normalize("NFKC", text.translate(_CHARACTERS)).casefold()
    text = _ACCENT.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text))


def _signs(text: str) -> str:
    """Addresses and long numbers masked, contractions and shorthand signs written out."""
    if "." in text or "@" in text or "/" in text:
        text = _LINK.sub(f" {URL} ", _MAIL.sub(f" {MAIL} ", text))
        text = _ACRONYM.sub(lambda m: m.group().replace(".", "") + " ", text)
        text = _SHORT_WITH.sub(lambda m: _SHORT_WITHS[m.group()], text)
        text = _GENDER_SIGN.sub("o", text)
    if "'" in text:
        text = _IS_AFTER.sub(r"\1 is", text.replace("can't", "can not").replace("won't", "will not"))
        text = _CONTRACTION.sub(lambda m: _CONTRACTIONS[m.group()], text).replace("'", "")
    return _UNIT.sub(_unit, _NUMBER.sub(_mask, text))


def _mask(match: re.Match[str]) -> str:
    found = match.group()
    long = sum(map(str.isdigit, found)) >= 7 and not _DATE.fullmatch(found)
    return f" {NUMBER} " if long else found


def _unit(match: re.Match[str]) -> str:
    return match.group() if match.group() in ALWAYS else f"{match.group(1)} {match.group(2)}"


def _words(pieces: Sequence[str]) -> list[str]:
    """Each word as it is meant, runs of marks as the strongest of them; none at the start, no idle one at the end."""
    words: list[str] = []
    for index, piece in enumerate(pieces):
        if not piece[0].isalnum():
            _add_mark(words, piece)
            continue
        after = pieces[index + 1] if index + 1 < len(pieces) else ""
        for word in _meant(piece, words[-1] if words else "", after, pieces).split():
            joined = PAIRS.get((words[-1], word)) if words else None
            if joined:
                words[-1] = joined
            else:
                words.append(word)
    while words and words[-1] in ",.":
        words.pop()
    return words


def _add_mark(words: list[str], sign: str) -> None:
    mark = "?" if sign == "?" else "." if sign in ".!…" else ","
    if not words:
        return
    if words[-1] not in MARKS:
        words.append(mark)
    elif mark == "?" or words[-1] == ",":
        words[-1] = mark


def _meant(word: str, before: str, after: str, pieces: Sequence[str]) -> str:
    word = _shortened(word)
    if word in ALWAYS:
        return ALWAYS[word]
    if word in BY_NEIGHBOUR and (len(pieces) > 1 or len(word) > 1):
        return next((near.to for near in BY_NEIGHBOUR[word] if _fits(near, before, after, pieces)), word)
    return word


def _shortened(word: str) -> str:
    """A lengthened word in its usual length: "ayudaaaa", "freeee", "jajajaja"."""
    if _LAUGH.fullmatch(word):
        return "jaja"
    if _LONG_RUN.search(word):
        doubled = _LONG_RUN.sub(r"\1\1", word)
        word = doubled if doubled in DOUBLED else _LONG_RUN.sub(r"\1", word)
    if len(word) > 2 and word[-1] == word[-2] and word[-1] in "aeiou" and word not in DOUBLED:
        return word[:-1]
    return word


def _fits(near: Near, before: str, after: str, pieces: Sequence[str]) -> bool:
    return (
        (not near.before or before in near.before)
        and (not near.after or after in near.after)
        and before not in near.unless_before
        and after not in near.unless_after
        and (not near.lean or near.lean == _lean(pieces))
    )


def _lean(pieces: Sequence[str]) -> str:
    english = sum(piece in ENGLISH_NEAR for piece in pieces)
    spanish = sum(piece in SPANISH_NEAR for piece in pieces)
    return "en" if english > spanish else "es"


def _bounded(words: Sequence[str]) -> str:
    text = " ".join(words)
    if len(text) <= BOUND:
        return text
    return text[: text.rfind(" ", 0, BOUND + 1)] if " " in text[: BOUND + 1] else text[:BOUND]
