"""The small language in which domain staff write patterns, compiled to rules over words. `docs/lexicon.md` teaches it.

    <partner> ..3 <me> <hit>      slots, and a gap of up to three words (`..` is two; never across a full stop)
    me puso (el|un) cuchillo      one of several words or phrases
    no me deja (ni|ya)? salir     optional
    golpear~  en:beat~            every usual form of a verb
    secuestr*                     every word that begins so
    hace # dias                   a number

Words are matched as normalised, and those of five letters or more also by their sound. A message's word that no pattern
knows becomes `_`, so that nothing she writes stays in the vocabulary of a long-lived process.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product, takewhile

from faro_text.normalise import normalise
from faro_text.sounds import sounds

from bot.safety import forms
from bot.safety.context import NEGATORS

UNKNOWN = "_"
NUMBER = "#"
STOPS = (".", "?")
_BY_SOUND_FROM = 5
_STEM_FROM = 3
_GAP = 2
_MOST_VARIANTS = 2000


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PLAIN = _words("treat treats treated treating treatment carry cream breath though thing think south feria")
"""Words that sound like one of danger in the other language and are none."""
_COMMON = _words(
    "me nos la las lo los le les se te de del que y o a al el un una en con por para su sus mi mis no ni ya si esta "
    "estan estoy es muy mas como cuando donde hay ha he va voy van tengo tiene tienen hace todo todos nada casa "
    "quiero puedo dice ahi aqui ella # , i my she they him her his them the an to of in on at for with and or is are "
    "was am be been not do dont can will your it this that have has had if when so out up get got go want need"
)
_PART = re.compile(r"\.\.\d*|<[\w-]+>|[()|?]|[^\s()|?<>]+")


class PatternError(ValueError):
    """A pattern that cannot be read. The message says what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Gap:
    most: int


Words = frozenset[str]
Piece = Words | Gap
Variant = tuple[Piece, ...]


class Slots:
    """Named lists of words and phrases that patterns share."""

    def __init__(self, raw: Mapping[str, Sequence[str]], language: str) -> None:
        self._language = language
        self._raw = {name: tuple(items) for name, items in raw.items()}

    def phrases(self, name: str) -> list[Variant]:
        if name not in self._raw:
            raise PatternError(f"no slot <{name}>: add it under slots, or correct the name")
        return _joined([tuple(frozenset(_expanded(part, self._language)) for part in item.split()) for item in self._raw[name]])


def compile_pattern(source: str, slots: Slots, language: str) -> list[Variant]:
    """All the ways a pattern can be said. Raises `PatternError`."""
    parts = _PART.findall(source)
    if "".join(parts) != "".join(source.split()):
        raise PatternError(f"cannot read {source!r}: use words, (a|b), <slot>, word? and ..")
    parser = _Parser(parts, slots, language)
    variants = parser.alternatives()
    if parser.left:
        raise PatternError(f"a bracket is not opened in {source!r}: count the brackets")
    variants = [v for v in dict.fromkeys(variants) if any(isinstance(piece, frozenset) for piece in v)]
    if not variants:
        raise PatternError("empty: write at least one word")
    return variants


class _Parser:
    """Recursive descent: alternatives of sequences of words, slots, gaps and bracketed alternatives."""

    def __init__(self, parts: Sequence[str], slots: Slots, language: str) -> None:
        self.left = list(parts)
        self._slots, self._language = slots, language

    def alternatives(self) -> list[Variant]:
        found = self._sequence()
        while self.left and self.left[0] == "|":
            self.left.pop(0)
            found += self._sequence()
        return _joined(found)

    def _sequence(self) -> list[Variant]:
        variants: list[Variant] = [()]
        while self.left and self.left[0] not in ("|", ")"):
            options = self._item()
            if len(variants) * len(options) > _MOST_VARIANTS:
                raise PatternError(f"says more than {_MOST_VARIANTS} different things: split it")
            variants = [(*head, *tail) for head, tail in product(variants, options)]
        return variants

    def _item(self) -> list[Variant]:
        part = self.left.pop(0)
        if part.startswith(".."):
            return [(Gap(int(part[2:] or _GAP)),)]
        if part == "(":
            options = self.alternatives()
            if not self.left or self.left.pop(0) != ")":
                raise PatternError("a bracket is not closed: count the brackets")
        elif part.startswith("<"):
            options = self._slots.phrases(part[1:-1])
        else:
            options = [(frozenset(_expanded(part, self._language)),)]
        if self.left and self.left[0] == "?":
            self.left.pop(0)
            return [*options, ()]
        return options


def _joined(variants: Sequence[Variant]) -> list[Variant]:
    """Alternatives of one word each as one set; a phrase stands alone."""
    singles = [v[0] for v in variants if len(v) == 1 and isinstance(v[0], frozenset)]
    phrases = [v for v in variants if not (len(v) == 1 and isinstance(v[0], frozenset))]
    joined: list[Variant] = [(frozenset().union(*singles),)] if singles else []
    return [*joined, *phrases]


@lru_cache(maxsize=20_000)
def _expanded(word: str, language: str) -> tuple[str, ...]:
    if word[:3] in ("es:", "en:"):
        word, language = word[3:], word[:2]
    if word.endswith("~"):
        try:
            return forms.english(word[:-1]) if language == "en" else forms.spanish(word[:-1])
        except ValueError:
            raise PatternError(f"{word} is no infinitive: write its forms out") from None
    if word.endswith("*"):
        if len(word) <= _STEM_FROM:
            raise PatternError(f"{word} is too short: write at least {_STEM_FROM} letters before *")
        return (word,)
    if word in (",", ".", "?"):
        return (word,)
    read = normalise(word)
    return (read,) if read and " " not in read else (word,)


class Reader:
    """From a message to the words that patterns know: itself, its sound, its stem, or `_`."""

    def __init__(self, words: Iterable[str]) -> None:
        known = set(words)
        self._words = {w for w in known if not w.endswith("*")} | {",", ".", "?"}
        self._stems = {w[:-1]: w for w in known if w.endswith("*")}
        self._sounds: dict[str, str] = {}
        for word in sorted(self._words):
            if len(word) >= _BY_SOUND_FROM:
                self._sounds.setdefault(sounds(word), word)
        self._sorted_words, self._sorted_stems = sorted(self._words), sorted(self._stems)
        self._closed: dict[str, frozenset[str]] = {}

    def read(self, message: Sequence[str]) -> list[str]:
        return [self._one(word) for word in message]

    def _one(self, word: str) -> str:
        if word in self._words:
            return word
        stem = self._stem(word)
        if stem:
            return stem
        if len(word) >= _BY_SOUND_FROM and word not in _PLAIN:
            sound = sounds(word)
            return self._sounds.get(sound) or self._stem(sound) or UNKNOWN
        return NUMBER if word.isdigit() else UNKNOWN

    def _stem(self, word: str) -> str | None:
        return next((self._stems[word[:n]] for n in range(len(word), _STEM_FROM - 2, -1) if word[:n] in self._stems), None)

    def closed(self, words: Words) -> list[str]:
        """A set of pattern words as the tokens that `read` can give for them."""
        return sorted(frozenset().union(*(self._closed_word(word) for word in words)))

    def _closed_word(self, word: str) -> frozenset[str]:
        if word not in self._closed:
            self._closed[word] = frozenset(self._tokens_of(word))
        return self._closed[word]

    def _tokens_of(self, word: str) -> Iterator[str]:
        yield word
        if word == NUMBER:
            yield from (w for w in self._words if w.isdigit())
        elif word.endswith("*"):
            yield from _beginning_with(word[:-1], self._sorted_words)
            yield from (self._stems[stem] for stem in _beginning_with(word[:-1], self._sorted_stems))
        elif len(word) >= _BY_SOUND_FROM:
            yield self._sounds.get(sounds(word), word)


def _beginning_with(stem: str, ordered: Sequence[str]) -> Iterator[str]:
    at = bisect_left(ordered, stem)
    return takewhile(lambda word: word.startswith(stem), islice(ordered, at, None))


@dataclass(frozen=True, slots=True)
class Match:
    """Where a pattern stands in `normalise(text).split()`.

    Attributes:
        denies: the pattern itself contains a negation ("no me deja salir"), so that one before it denies nothing.
    """

    key: str
    start: int
    end: int
    denies: bool


@dataclass(frozen=True, slots=True)
class _Compiled:
    """One variant, to be tried wherever one of its anchor's words stands: `left` is read backwards."""

    key: str
    left: Variant
    right: Variant
    denies: bool


class Net:
    """All patterns of all entries, indexed by the most telling word of each, so that a message tries only a few of them.

    Why not spaCy's matchers: docs/adr/0004.
    """

    def __init__(self, patterns: Mapping[str, Sequence[Variant]]) -> None:
        vocabulary = {w for variants in patterns.values() for v in variants for p in v if isinstance(p, frozenset) for w in p}
        self.reader = Reader(vocabulary)
        self._by_word: dict[str, list[_Compiled]] = {}
        for key, variants in patterns.items():
            for variant in variants:
                self._add(key, tuple(p if isinstance(p, Gap) else frozenset(self.reader.closed(p)) for p in variant))

    def matches(self, words: Sequence[str]) -> Iterator[Match]:
        """Every match in normalised words and marks."""
        read = self.reader.read(words)
        for at, word in enumerate(read):
            for rule in self._by_word.get(word, ()):
                end = _reach(rule.right, read, at + 1, 1)
                if end is None:
                    continue
                start = _reach(rule.left, read, at - 1, -1)
                if start is not None:
                    yield Match(rule.key, start + 1, end, rule.denies)

    def _add(self, key: str, variant: Variant) -> None:
        anchor = min((i for i, p in enumerate(variant) if isinstance(p, frozenset)), key=lambda i: _commonness(variant[i]))
        piece = variant[anchor]
        denies = any(isinstance(p, frozenset) and p & NEGATORS for p in variant)
        rule = _Compiled(key, tuple(reversed(variant[:anchor])), variant[anchor + 1 :], denies)
        if isinstance(piece, frozenset):
            for word in piece:
                self._by_word.setdefault(word, []).append(rule)


def _commonness(piece: Piece) -> tuple[int, int]:
    return (len(piece & _COMMON), len(piece)) if isinstance(piece, frozenset) else (0, 0)


def _reach(pieces: Variant, words: Sequence[str], at: int, step: int) -> int | None:
    """How far the pieces reach from `at` in the direction of `step`: the place after the last, or None if they do not fit."""
    for index, piece in enumerate(pieces):
        if isinstance(piece, Gap):
            rest = pieces[index + 1 :]
            for skipped in range(piece.most + 1):
                end = _reach(rest, words, at + step * skipped, step)
                if end is not None:
                    return end
                beyond = at + step * skipped
                if not 0 <= beyond < len(words) or words[beyond] in STOPS:
                    return None
            return None
        if not 0 <= at < len(words) or words[at] not in piece:
            return None
        at += step
    return at
