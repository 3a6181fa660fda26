"""What serves now: texts, answers, flows and lexicon, loaded and checked together, replaced as a whole."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.safety import lexicon as lexicons
from content import library as libraries
from content.places import PlaceFinder
from flows import load as flow_load
from flows.problems import BrokenScripts

DEFAULT_LANGUAGE = "es"


@dataclass(frozen=True, slots=True)
class Bundle:
    """One version of everything that editors own."""

    version: str
    library: libraries.Library
    scripts: flow_load.Scripts
    lexicon: lexicons.Lexicon
    lexicon_version: str
    places: PlaceFinder

    def language(self, wanted: str | None) -> str:
        """The language pack to speak in."""
        return wanted if wanted in self.library.languages else DEFAULT_LANGUAGE

    def text(self, language: str | None, key: str, args: Mapping[str, str] | None = None) -> str:
        return self.library.text(self.language(language), key, args)


class Buttons:
    """What stands on buttons, for the flows: labels and what an answer leads to, looked up once a version."""

    def __init__(self, library: libraries.Library) -> None:
        self._library = library
        self._labels: dict[tuple[str, str], str] = {}
        self._onward: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}

    def label(self, language: str, key: str) -> str:
        if (language, key) not in self._labels:
            try:
                self._labels[language, key] = self._library.text(language, key)
            except KeyError:
                self._labels[language, key] = ""
        return self._labels[language, key]

    def follow_ups(self, language: str, answer: str) -> Sequence[tuple[str, str]]:
        if (language, answer) not in self._onward:
            try:
                view = self._library.answer(language, answer)
                onward = (*((f"answer:{other}", label) for other, label in view.choices), *view.next)
            except KeyError:
                onward = ()
            self._onward[language, answer] = onward
        return self._onward[language, answer]

    def has_text(self, key: str) -> bool:
        return self.label(DEFAULT_LANGUAGE, key) != ""

    def has_answer(self, answer: str) -> bool:
        return self._library.has_answer(answer)


def load(
    content_dir: Path,
    flows_dir: Path,
    *,
    production: bool = True,
    today: Callable[[], date] = libraries.utc_today,
    named: Mapping[str, str] | None = None,
    before: Bundle | None = None,
) -> Bundle:
    """Read everything. Raises when any part is broken; whoever serves keeps the last good bundle.

    In production no contact is said that nobody has verified (`content.facts`). `named`: what texts call the deployment's own
    (`Settings.controller`). The lexicon takes longest to build: that of
    the bundle `before` goes on serving while its files are the same.
    """
    library = libraries.load(content_dir, production=production, clock=today, named=named)
    scripts = flow_load.load(flows_dir).with_words(Buttons(library))
    if missing := flow_load.unsayable(scripts):
        raise BrokenScripts(missing)
    lexicon_version = digest(content_dir, pattern="*/safety.yml")
    same = before is not None and before.lexicon_version == lexicon_version
    return Bundle(
        version=digest(content_dir, flows_dir),
        library=library,
        scripts=scripts,
        lexicon=before.lexicon if before is not None and same else lexicons.load(content_dir),
        lexicon_version=lexicon_version,
        places=library.directory.finder,
    )


def digest(*folders: Path, pattern: str = "**/*.yml") -> str:
    """A short name of a version: changes when any of its files does."""
    seen = hashlib.sha256()
    for folder in folders:
        for file in sorted(folder.glob(pattern)):
            seen.update(f"{file.relative_to(folder)}\0".encode())
            seen.update(file.read_bytes())
    return seen.hexdigest()[:12]
