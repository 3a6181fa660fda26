"""The lexicon: patterns that speak of danger, read from `content/<language>/safety.yml`. Needs no model.

All languages run on every message, for messages mix them. Domain staff write the entries (`docs/lexicon.md`); every entry's
examples and counter-examples are its tests.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from faro_text.normalise import normalise
from faro_text.words import global_word

from bot.safety import context, cues
from bot.safety.cues import Cues
from bot.safety.entries import Entry, read_folder
from bot.safety.pattern import Match, Net, Variant
from bot.safety.risk import Risk
from bot.safety.thresholds import BARE_WORDS, CUE_CONCERN, CUE_DOUBT, CUE_HIGH, CUE_WORDS
from bot.safety.when import When, when

_SUPPOSABLE = frozenset(("detention", "officials", "gang", "extortion", "kidnapping", "missing", "medical", "danger", "homeless"))

_REACHES = (2, 6)  # words on either side of a match by which it is doubted or not
_BESIDE = 2  # words between a pattern and the `unless` that excuses it


@dataclass(frozen=True, slots=True)
class Hit:
    """One entry that matched. `code` names it; never the text.

    Attributes:
        weak: a hint, believed unless a model that read the message is sure of none.
        doubted: nothing else in the message speaks of danger: it asks, unless a model holds the message urgent.
        fixed: no context changes it.
    """

    code: str
    level: Risk
    kind: str
    weak: bool = False
    doubted: bool = False
    fixed: bool = False

    @property
    def alone(self) -> Risk:
        """The level that it has without a model."""
        return min(self.level, Risk.CONCERN) if self.doubted else self.level


@dataclass(frozen=True, slots=True)
class Findings:
    """All that the lexicon sees in a text.

    Attributes:
        explained: laughter, play, quotation, denial or the past account for its dark words.
        cues: probability of something urgent by its bare words.
        words: how many there are.
    """

    level: Risk = Risk.NONE
    hits: tuple[Hit, ...] = ()
    hours_since: float | None = None
    phone_held: bool = False
    leaving: bool = False
    aggressor: bool = False
    says_safe: bool = False
    question: bool = False
    minor: bool = False
    explained: bool = False
    cues: float = 0.0
    words: int = 0


@dataclass(frozen=True, slots=True)
class _Reading:
    """A message, read once: its words, its time, and the marks around what it tells."""

    words: Sequence[str]
    when: When
    spans: Mapping[str, list[Match]]

    def has(self, mark: str) -> bool:
        return f"mark:{mark}" in self.spans

    def around(self, match: Match, reach: int) -> Sequence[str]:
        """The words around a match: in a long message the rest may speak of anything."""
        return self.words[max(0, match.start - reach) : match.end + reach]

    def asserts(self, mark: str) -> bool:
        """Whether a mark stands there undenied."""
        found = self.spans.get(f"mark:{mark}", ())
        return any(match.denies or not context.negated(self.words, match.start, match.end) for match in found)

    @property
    def asks(self) -> bool:
        """Whether it asks for information."""
        return "?" in self.words or self.has("question")

    def personal(self, match: Match) -> bool:
        """Whether what matched speaks of the writer or of somebody of hers."""
        return any(word in context.FIRST_PERSON for word in self.words[max(0, match.start - 1) : match.end + 1])


def _borne_out(hits: Sequence[Hit]) -> bool:
    """Whether a threat and another harm stand in one message: what either alone might mean otherwise, both together do not."""
    kinds = {hit.kind for hit in hits if hit.level >= Risk.HIGH and not hit.weak}
    return "threats" in kinds and len(kinds) > 1


class Lexicon:
    """Every entry of every language, ready to look at messages."""

    def __init__(self, entries: Sequence[Entry], marks: Mapping[str, Sequence[Variant]], cues: Cues | None = None) -> None:
        self._cues = cues or Cues({})
        self.entries = {entry.id: entry for entry in entries}
        patterns: dict[str, Sequence[Variant]] = {f"mark:{name}": variants for name, variants in marks.items()}
        for entry in entries:
            patterns[f"is:{entry.id}"] = entry.variants
            if entry.unless:
                patterns[f"not:{entry.id}"] = entry.unless
        self._net = Net(patterns)

    def look(self, text: str) -> Findings:
        """What a message says of danger. Pure; under a millisecond."""
        normalised = normalise(text)
        reading = self._read(normalised)
        levels = self._levels(reading)
        found = [(entry, level) for entry, level in levels if level is not None]
        lowered = any(entry.level >= Risk.HIGH and (level or Risk.NONE) < Risk.HIGH for entry, level in levels)
        hits = [
            self._hit(entry, level, reading) for entry, level in sorted(found, key=lambda pair: -pair[1]) if level > Risk.NONE
        ]
        if _borne_out(hits):
            hits = [replace(hit, doubted=False) for hit in hits]
        if not lowered:  # what context has explained, the bare words shall not bring back
            hits += self._unseen(hits, reading)
        says = {word for entry, _ in found for word in entry.says}
        return Findings(
            level=max((hit.alone for hit in hits), default=Risk.NONE),
            hits=tuple(hits),
            hours_since=reading.when.hours,
            phone_held="phone_held" in says,
            leaving=global_word(text) == "exit" or "leaving" in says,
            aggressor="aggressor" in says,
            says_safe=reading.asserts("safe") or "says_safe" in says,
            question=reading.asks,
            minor="minor" in says,
            explained=(lowered or any(map(reading.has, ("laugh", "play", "quote"))))
            and all(hit.level < Risk.HIGH for hit in hits),
            cues=self._cues.urgent(reading.words),
            words=len(reading.words),
        )

    def finds(self, entry: str, text: str) -> bool:
        """Whether an entry is left standing in a message, whatever the cues say."""
        return any(found.id == entry and level is not None for found, level in self._levels(self._read(normalise(text))))

    def _read(self, normalised: str) -> _Reading:
        words = normalised.split()
        spans: dict[str, list[Match]] = {}
        for match in self._net.matches(words):
            spans.setdefault(match.key, []).append(match)
        return _Reading(words, when(normalised), spans)

    def _hit(self, entry: Entry, level: Risk, reading: _Reading) -> Hit:
        """A match as a hit, doubted where the words around it speak of no danger. Said by itself it has none around it."""
        found = reading.spans[f"is:{entry.id}"]
        around = max(self._cues.urgent(reading.around(match, reach)) for match in found for reach in _REACHES)
        bare = any(len(reading.words) - (match.end - match.start) <= BARE_WORDS for match in found)
        doubted = self._cues.known and not entry.fixed and not bare and around < CUE_DOUBT
        return Hit(f"lex:{entry.id}", level, entry.kind, entry.weak, doubted, entry.fixed)

    def _unseen(self, hits: Sequence[Hit], reading: _Reading) -> list[Hit]:
        """What the cues see and no pattern does."""
        if reading.has("laugh") or reading.has("quote") or len(reading.words) < CUE_WORDS:
            return []
        urgent = self._cues.urgent(reading.words)
        if urgent >= CUE_HIGH:
            return [Hit("cue:high", Risk.HIGH, "unclear")]
        return [Hit("cue:concern", Risk.CONCERN, "unclear", weak=True)] if urgent >= CUE_CONCERN and not hits else []

    def _levels(self, reading: _Reading) -> list[tuple[Entry, Risk | None]]:
        """Each entry that matched with the level that its context leaves, or None where nothing is left.

        A denied pattern alone is a denial: none, and so are the hints in its words. Beside any other sign it stays a concern
        (R56: only a person lowers).
        """
        judged = [(entry, *self._judge(entry, reading)) for key, entry in self.entries.items() if f"is:{key}" in reading.spans]
        denials = [match for entry, _, denied in judged if denied for match in reading.spans[f"is:{entry.id}"]]
        judged = [(e, None if e.weak and self._within(e, denials, reading) else level, denied) for e, level, denied in judged]
        others = any(level and not denied and not entry.weak for entry, level, denied in judged)
        return [(entry, Risk.CONCERN if denied and others else level) for entry, level, denied in judged]

    def _within(self, entry: Entry, denials: Sequence[Match], reading: _Reading) -> bool:
        """Whether all that matched stands in words that are denied."""
        return all(
            any(denial.start <= match.start and match.end <= denial.end for denial in denials)
            for match in reading.spans[f"is:{entry.id}"]
        )

    def _judge(self, entry: Entry, reading: _Reading) -> tuple[Risk | None, bool]:
        """The level that the context leaves to an entry, and whether it was denied."""
        found = [match for match in reading.spans[f"is:{entry.id}"] if not self._excused(entry, match, reading)]
        if entry.fixed and found:
            return self._timed(entry, reading), False
        if not found or (entry.figurative and reading.has("laugh")) or reading.has("quoting"):
            return None, False
        if reading.has("quote"):
            found = [match for match in found if reading.personal(match)]
        told = [match for match in found if match.denies or not context.negated(reading.words, match.start, match.end)]
        if not told:
            was = any(context.ended(reading.words, match.start) for match in found)
            return (Risk.CONCERN if was else None), bool(found) and not was
        if all(context.supposed(reading.words, match.start) for match in told):
            return (None if entry.kind in _SUPPOSABLE else min(entry.level, Risk.CONCERN)), False
        if reading.asks and not any(reading.personal(match) for match in told):  # about a topic, not an account
            return min(entry.level, Risk.CONCERN), False
        level = self._timed(entry, reading)
        return (min(level, Risk.CONCERN) if entry.figurative and reading.has("play") else level), False

    def _excused(self, entry: Entry, found: Match, reading: _Reading) -> bool:
        """Whether an `unless` pattern of the entry stands on or beside the match."""
        return any(
            other.start <= found.end + _BESIDE and found.start - _BESIDE <= other.end
            for other in reading.spans.get(f"not:{entry.id}", ())
        )

    def _timed(self, entry: Entry, reading: _Reading) -> Risk:
        """The level with the time that the message names: a fresh event rises, one long past falls."""
        past = reading.when.long_ago or (reading.has("past") and not reading.has("present"))
        if past and entry.level > Risk.CONCERN and not entry.lasting and not reading.has("present"):
            return Risk.CONCERN
        if entry.imminent_within and (
            reading.when.within(entry.imminent_within) or (entry.undated and reading.when.at_most is None)
        ):
            return Risk.IMMINENT
        return entry.level


def load(root: Path) -> Lexicon:
    """Read every `<language>/safety.yml` under a content folder. Raises `ContentError` at the first mistake."""
    pack = read_folder(root)
    if pack.problems:
        raise ValueError(pack.problems[0])
    return Lexicon(pack.entries, pack.marks, cues.load())


def check(root: Path) -> list[str]:
    """All that is wrong with the lexicon, as `file:line: key: what is wrong: what to do`. Runs every example."""
    pack = read_folder(root)
    if pack.problems:
        return list(pack.problems)
    lexicon = Lexicon(pack.entries, pack.marks)
    return [problem for entry in pack.entries for problem in _proved(lexicon, entry)]


def _proved(lexicon: Lexicon, entry: Entry) -> Iterator[str]:
    """What an entry's own examples show to be wrong."""
    for text in entry.examples:
        if not lexicon.finds(entry.id, text):
            yield f"{entry.place}: {entry.id}: example is not found: {text!r}: widen a pattern or drop the example"
    for text in entry.counter:
        if lexicon.finds(entry.id, text):
            yield f"{entry.place}: {entry.id}: counter-example is found: {text!r}: narrow a pattern or add unless"
