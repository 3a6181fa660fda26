"""From the words she uses to the concepts they stand for, whatever the language, the region or the spelling.

A form is one or more words; `golpe*` stands for every word that begins so. What no form spells is tried by its sound, and then,
for words of six letters or more, as a slip: one letter missing or too many, two swapped, e for i, o for u, or another vowel at
the end. Anything else makes other words ("pagaron", "pegaron"). The longest form wins and forms do not overlap; a form may
belong to several concepts. Forms never reach across a mark.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from faro_text.normalise import normalise
from faro_text.sounds import sounds

Forms = Mapping[str, Sequence[str]]
"""Language -> forms."""

PLAIN = "_plain"
"""Words that are no concept and must not be taken for a misspelt one."""

_LIKE_FROM = 4
_SLIP_FROM = 6
_STEM_FROM = 3
_VOWELS = set("aeiou")
_ALIKE = (set("ei"), set("ou"))


@dataclass(frozen=True, slots=True)
class Span:
    """A concept and where it stands: words `start` to `end` (exclusive) of the normalised message, marks counted."""

    concept: str
    start: int
    end: int


@dataclass(slots=True)
class _Node:
    """A place in the tree of forms: what may follow, and the concepts of the form that ends here."""

    following: dict[str, "_Node"] = field(default_factory=dict)
    concepts: tuple[str, ...] = ()


class Concepts:
    """A thesaurus, ready to read messages."""

    def __init__(self, forms: Iterable[tuple[str, str]]) -> None:
        self._root = _Node()
        self._by_sound: dict[str, str] = {}
        self._by_slip: dict[str, tuple[str, ...]] = {}
        self._stems: dict[str, str] = {}
        self._stem_sounds: dict[str, str] = {}
        self._words: set[str] = set()
        for concept, form in forms:
            self._add(concept, form)
        self._index_likeness()

    @classmethod
    def from_mapping(cls, thesaurus: Mapping[str, Forms]) -> "Concepts":
        """From concept id -> language -> forms, as in `nlu/concepts/*.yml`."""
        return cls((concept, form) for concept, spoken in thesaurus.items() for forms in spoken.values() for form in forms)

    def of(self, text: str) -> tuple[str, ...]:
        """Concept ids of a message, in order; one that comes twice is named twice."""
        return tuple(span.concept for span in self.spans(text))

    def spans(self, text: str) -> tuple[Span, ...]:
        """The concepts of a message with their places in `normalise(text).split()`."""
        return self.spans_in(normalise(text).split())

    def spans_in(self, words: Sequence[str]) -> tuple[Span, ...]:
        """As `spans`, of words that are normalised already."""
        readings = [self._readings(word) for word in words]
        spans: list[Span] = []
        start = 0
        while start < len(words):
            end, concepts = self._longest(self._root, readings, start)
            spans.extend(Span(concept, start, end) for concept in concepts)
            start = max(end, start + 1)
        return tuple(spans)

    def _add(self, concept: str, form: str) -> None:
        node = self._root
        for word in _words_of(form):
            if word.endswith("*"):
                self._stems[word[:-1]] = word
            else:
                self._words.add(word)
            node = node.following.setdefault(word, _Node())
        if concept != PLAIN and concept not in node.concepts:
            node.concepts = (*node.concepts, concept)

    def _index_likeness(self) -> None:
        for word in sorted(self._words):
            sound = sounds(word)
            if len(word) >= _LIKE_FROM:
                self._by_sound.setdefault(sound, word)
            if len(word) >= _SLIP_FROM:
                for shorter in {sound, *_one_less(sound)}:
                    self._by_slip[shorter] = (*self._by_slip.get(shorter, ()), word)
        self._stem_sounds = {
            sound: form for stem, form in self._stems.items() if len(sound := sounds(stem)) > _LIKE_FROM and stem[-1] != stem[-2]
        }

    def _readings(self, word: str) -> tuple[str, ...]:
        """The words and stems of the forms that `word` may stand for."""
        found = [self._stems[word[:n]] for n in range(len(word), _STEM_FROM - 1, -1) if word[:n] in self._stems]
        if word in self._words:
            return (word, *found)
        if found or len(word) < _LIKE_FROM or not word.isalpha():
            return tuple(found)
        like = self._like(sounds(word), len(word))
        return (like,) if like else ()

    def _like(self, sound: str, length: int) -> str | None:
        if sound in self._by_sound:
            return self._by_sound[sound]
        for n in range(len(sound), _LIKE_FROM, -1):
            if sound[:n] in self._stem_sounds:
                return self._stem_sounds[sound[:n]]
        if length < _SLIP_FROM:
            return None
        near = (word for shorter in (sound, *_one_less(sound)) for word in self._by_slip.get(shorter, ()))
        return next((word for word in near if _is_slip(sound, sounds(word))), None)

    def _longest(self, node: _Node, readings: Sequence[tuple[str, ...]], at: int) -> tuple[int, tuple[str, ...]]:
        """Where the longest form from `at` ends, and its concepts; `at` and none if no form starts here."""
        best: tuple[int, tuple[str, ...]] = (at, node.concepts)
        if at < len(readings):
            for reading in readings[at]:
                following = node.following.get(reading)
                if following:
                    deeper = self._longest(following, readings, at + 1)
                    if deeper[1] and deeper[0] > best[0]:
                        best = deeper
        return best


def _words_of(form: str) -> list[str]:
    """A form's words, read as messages are; the star of a stem stays."""
    words: list[str] = []
    for part in form.split():
        read = normalise(part.rstrip("*")).split() if part.endswith("*") else [part]
        words.extend([*read[:-1], read[-1] + "*"] if part.endswith("*") else read)
    if any(word.endswith("*") for word in words):
        return words
    return normalise(form).split()


def _is_slip(one: str, other: str) -> bool:
    """Whether two sounds that are one letter apart are a likely slip: not another first letter, not another consonant."""
    if one[:1] != other[:1]:
        return False
    if len(one) != len(other):
        return True
    apart = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    if len(apart) == 2:
        return apart[0] == apart[1][::-1]
    at_end = one[:-2] == other[:-2] and set(apart[0]) <= _VOWELS
    return len(apart) == 1 and (at_end or set(apart[0]) in _ALIKE)


def _one_less(word: str) -> list[str]:
    return [word[:n] + word[n + 1 :] for n in range(1, len(word))]
