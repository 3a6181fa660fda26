"""Where she says that she is: states and cities in her words, however she writes them.

spaCy's phrase matcher over a blank pipeline finds the names, longest first; before it, a word that belongs to no name is read as
the name's word that it sounds like or is a slip of (`faro_text`). Where she was asked for a place, a word one letter away from a
long name counts too. Each message is read in a memory zone of its own: nothing that she writes stays in spaCy's vocabulary.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from faro_text.concepts import PLAIN, Concepts
from faro_text.normalise import normalise

if TYPE_CHECKING:
    from spacy.matcher import Matcher, PhraseMatcher

# Words that no place is misspelt as.
_NOT_PLACES = """
pueblo pueblos medida medidas perdida herida cancion colina tabaco sonar sueño altas reina reyes morena morenos señora amarra
victima frontera guerrera guerreros leones juez jueces colonia merienda
"""


_GUESSED_FROM = 6  # letters: shorter names are a letter away from too many words


class Named(NamedTuple):
    """Words `start` to `end` (exclusive) name these places: several where the name is shared, in the order of the directory."""

    start: int
    end: int
    places: tuple[str, ...]


class PlaceFinder:
    """Every way of writing every place, ready to read messages."""

    def __init__(self, names: Mapping[str, Sequence[str]]) -> None:
        import spacy  # only who reads messages waits for it and bears its memory
        from spacy.matcher import Matcher, PhraseMatcher
        from spacy.tokens import Doc

        self._doc = Doc
        self._pipeline = spacy.blank("xx")
        self._named: dict[str, tuple[str, ...]] = {}
        for place, forms in names.items():
            for form in dict.fromkeys(map(normalise, forms)):
                self._named[form] = (*self._named.get(form, ()), place)
        self._names, self._nearly = PhraseMatcher(self._pipeline.vocab), Matcher(self._pipeline.vocab)
        for form in self._named:
            self._names.add(form, [Doc(self._pipeline.vocab, words=form.split())])
            if " " not in form and len(form) >= _GUESSED_FROM:
                self._nearly.add(form, [[{"ORTH": {"FUZZY1": form, "NOT_IN": _NOT_PLACES.split()}}]])
        words = {word for form in self._named for word in form.split()}
        self._words = Concepts.from_mapping({PLAIN: {"": _NOT_PLACES.split()}, **{word: {"": [word]} for word in words}})

    def find(self, words: Sequence[str]) -> list[Named]:
        """The places named in normalised words, in order."""
        return self._found(self._names, [self._meant(word) for word in words])

    def guess(self, words: Sequence[str]) -> list[Named]:
        """The places that a word is nearly the name of: for where a place is expected and none was found."""
        return self._found(self._nearly, words)

    def _found(self, matcher: "PhraseMatcher | Matcher", words: Sequence[str]) -> list[Named]:
        from spacy.util import filter_spans

        if not words:
            return []
        with self._pipeline.memory_zone():
            doc = self._doc(self._pipeline.vocab, words=list(words))
            return [Named(s.start, s.end, self._named[s.label_]) for s in filter_spans(matcher(doc, as_spans=True))]

    def _meant(self, word: str) -> str:
        return next((span.concept for span in self._words.spans_in([word])), word)
