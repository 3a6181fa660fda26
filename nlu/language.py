"""Which language she writes: of one message, and sticky over a conversation.

Small words decide, then the words of the domain, then endings; a detector is asked only where none of these speaks.
General detectors fail on short texts without accents, so a short message keeps the language that the conversation has.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Sequence
from functools import cache

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

from nlu.language_words import MAYAN_WORDS, ONLY_WORDS, SMALL_WORDS
from nlu.thesaurus import load

PACKS = ("es", "en")
"""Languages that the service speaks."""

OTHER = "und"
"""A language that is none of those known here: Mayan languages, other scripts, others."""

_SENTENCE = 4
_READ = 1_500  # characters; what follows does not change the answer
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*['’ʼ]?")
_VOWEL = re.compile("[aeiouyw]")
_NOISE = re.compile(
    r"https?:\S+|www\.\S+|\S+@\S+|\b(?:ok|okay|oki|ja(?:ja)+|je(?:je)+|ha(?:ha)+|lol|whatsapp|facebook|xd)\b", re.IGNORECASE
)
_GLOTTAL = re.compile(r"(?:[kqb]|tz|ch|t(?!['’ʼ]s?\b))['’ʼ](?!s\b)|['’ʼ](?=[kqb])", re.IGNORECASE)
_MAYAN = frozenset(MAYAN_WORDS.split())
_ENDINGS = (
    ("es", re.compile(r"(?:[cs]ion(?:es)?|[ai]e?ndo|[ai]e?ron|aban?|mente|it[ao]s?|en?me|ar(?:me|lo|la|se)|idad|ill[ao])$")),
    ("en", re.compile(r"(?:ing|tion|ness|ment|ould|ght|ly|ed|ck|ous|ful|ever|self)$|^(?:wh|th|kn|sh)")),
    ("pt", re.compile(r"(?:cao|coes|inho|inha|agem|ou|eiro|eira)$")),
    ("fr", re.compile(r"(?:eux|eau|aient|ez|oir|ique|ette)$")),
    ("ht", re.compile(r"(?:syon|yen|asyon|man)$")),
)  # fmt: skip
_SIGNS = (
    ("es", re.compile("[ñ¿¡]")),
    ("pt", re.compile("[ãõ]|ç[aã]o")),
    ("fr", re.compile("[êçœùâî]|è[rst]")),
    ("ht", re.compile("[òè]")),
)

_NAMES = frozenset({"place_word", "country_word"})
_ONLY, _SMALL, _DOMAIN, _SHAPE = 2.0, 1.0, 0.8, 0.4
_FLIP, _TWICE = 2.0, 2.0  # how far, and how many times over, another language must lead before a conversation turns to it
_SURE = 0.8  # the detector's confidence from which its opinion counts
_FOREIGN = 1.5  # how far a language without a pack must lead over those with one


def detect(text: str, known: str | None = None) -> str | None:
    """ISO 639-1 code of the language of `text`, OTHER, or `known` (the conversation's) while the text does not tell.

    One borrowed word, "ok", a name or an emoji never turn a conversation: another language must lead clearly, with two words
    of its own. None only if there is nothing to go by and nothing known.
    """
    words = _words(text)
    if not words:
        return known
    if _is_other(text, words):
        return OTHER
    scores, witnesses = _scores(text, words)
    best = max(scores, key=lambda code: scores[code], default=None)
    if best is None:
        return _guess(text, words, known)
    return _settled(best, known, scores, witnesses, len(words))


def needs_interpreter(text: str, packs: Collection[str] = PACKS) -> str | None:
    """The code of the message's language if it is one that the service does not speak; None if it does, or cannot tell."""
    found = detect(text)
    return found if found is not None and found not in packs else None


def _settled(best: str, known: str | None, scores: dict[str, float], witnesses: dict[str, set[str]], length: int) -> str | None:
    packed = max(PACKS, key=lambda code: scores.get(code, 0.0))
    if best not in PACKS and not _surely_foreign(best, scores.get(packed, 0.0), scores, witnesses, length, known):
        best = packed if scores.get(packed) else known or best
    if known is None or best == known:
        return best
    own = scores.get(known, 0.0)
    leads = scores.get(best, 0.0) >= max(own + _FLIP, own * _TWICE)
    return best if leads and len(witnesses[best]) >= 2 else known


def _surely_foreign(
    code: str, packed: float, scores: dict[str, float], witnesses: dict[str, set[str]], length: int, known: str | None
) -> bool:
    """Whether a language without a pack leads clearly, or alone shows words that settle it."""
    settling = {pack: _settling(pack, witnesses) for pack in (code, *PACKS)}
    if settling[code] >= 2 and not any(settling[pack] for pack in PACKS):
        return True
    enough = len(witnesses[code]) >= 2 or (known is None and length <= 2 and scores[code] >= _ONLY)
    return enough and scores[code] >= packed + _FOREIGN


def _settling(code: str, witnesses: dict[str, set[str]]) -> int:
    return len(witnesses[code] & _only(code))


@cache
def _only(code: str) -> frozenset[str]:
    return frozenset(ONLY_WORDS[code].split())


def _words(text: str) -> list[str]:
    plain = _NOISE.sub(" ", unicodedata.normalize("NFKC", text[:_READ].encode("utf-8", "ignore").decode()))
    return [_bare(word) for word in _WORD.findall(plain.lower())]


def _bare(word: str) -> str:
    if word.isascii():
        return word.replace("'", "")
    kept = (ch for ch in unicodedata.normalize("NFKD", word) if not unicodedata.combining(ch) and ch not in "'’ʼ")
    return "".join(kept)


def _is_other(text: str, words: Sequence[str]) -> bool:
    """Another script, or the glottal stops and common words of the Mayan languages."""
    letters = "".join(words)
    foreign = sum(1 for ch in letters if ch > "\u024f")
    if foreign * 2 > len(letters):
        return True
    mayan = sum(word in _MAYAN for word in words) + len(_GLOTTAL.findall(text[:_READ]))
    spoken = sum(any(code in PACKS for code, _ in _vocabulary().get(word, ())) for word in words)
    return mayan >= 2 and mayan * 2 >= spoken


def _scores(text: str, words: Sequence[str]) -> tuple[dict[str, float], dict[str, set[str]]]:
    scores: dict[str, float] = defaultdict(float)
    witnesses: dict[str, set[str]] = defaultdict(set)
    vocabulary = _vocabulary()
    for word in words:
        for code, weight in vocabulary.get(word) or _shape(word):
            scores[code] += weight
            witnesses[code].add(word)
    lowered = text[:_READ].lower()
    for code, sign in _SIGNS:
        if sign.search(lowered):
            scores[code] += _SMALL
    return scores, witnesses


def _shape(word: str) -> tuple[tuple[str, float], ...]:
    """What an unknown word's beginning, as a stem of the thesaurus, or else its ending says."""
    stems = _stems()
    for length in range(len(word), 2, -1):
        if word[:length] in stems:
            return ((stems[word[:length]], _DOMAIN),)
    if len(word) < 5:
        return ()
    return tuple((code, _SHAPE) for code, ending in _ENDINGS if ending.search(word))


def _guess(text: str, words: Sequence[str], known: str | None) -> str | None:
    """Not one word is known: another language if it is a sentence, else the detector's opinion if nothing else is known."""
    if len(words) >= _SENTENCE and all(_VOWEL.search(word) for word in words):
        return OTHER
    if known is not None or all(word in _shared() for word in words):
        return known
    valid = text[:_READ].encode("utf-8", "ignore").decode()  # half a surrogate pair is no text, and the detector raises on it
    likeliest = _detector().compute_language_confidence_values(valid)[0]
    return likeliest.language.iso_code_639_1.name.lower() if likeliest.value >= _SURE else None


@cache
def _detector() -> LanguageDetector:
    return LanguageDetectorBuilder.from_languages(Language.SPANISH, Language.ENGLISH).with_low_accuracy_mode().build()


@cache
def _vocabulary() -> dict[str, tuple[tuple[str, float], ...]]:
    """Word -> the languages it speaks for, and how loudly."""
    weights: dict[str, dict[str, float]] = defaultdict(dict)
    domain = _domain()
    for code in PACKS:
        for word in domain[code] - domain[_other_pack(code)]:
            weights[word][code] = _DOMAIN
    for table, weight in ((SMALL_WORDS, _SMALL), (ONLY_WORDS, _ONLY)):
        for code, line in table.items():
            for word in line.split():
                weights[_bare(word)][code] = weight
    return {word: tuple(spoken.items()) for word, spoken in weights.items()}


@cache
def _shared() -> frozenset[str]:
    """Words of both packs ("menu", "curp"): they say nothing about the language."""
    domain = _domain()
    return frozenset(domain[PACKS[0]] & domain[PACKS[1]])


@cache
def _stems() -> dict[str, str]:
    """Stem -> the only language that has it."""
    domain = _domain()
    return {word[:-1]: code for code, words in domain.items() for word in words - domain[_other_pack(code)] if word[-1] == "*"}


@cache
def _domain() -> dict[str, set[str]]:
    """Pack -> the words and stems of the thesaurus in that language; names of places say nothing about the language."""
    words: dict[str, set[str]] = {code: set() for code in PACKS}
    for concept, spoken in load().items():
        if concept not in _NAMES:
            for code, forms in spoken.items():
                words[code].update(_bare(word) for form in forms for word in form.split() if len(word) > 2)
    return words


def _other_pack(code: str) -> str:
    return PACKS[1 - PACKS.index(code)]
