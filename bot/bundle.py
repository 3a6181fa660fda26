"""What serves now: texts, answers, flows and lexicon, loaded and checked together, replaced as a whole."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.safety import lexicon as lexicons
from content import library as libraries
from flows import load as flow_load

DEFAULT_LANGUAGE = "es"


@dataclass(frozen=True, slots=True)
class Bundle:
    """One version of everything that editors own."""

    version: str
    library: libraries.Library
    scripts: flow_load.Scripts
    lexicon: lexicons.Lexicon

    def language(self, wanted: str | None) -> str:
        """The language pack to speak in."""
        return wanted if wanted in self.library.languages else DEFAULT_LANGUAGE

    def text(self, language: str | None, key: str, args: Mapping[str, str] | None = None) -> str:
        return self.library.text(self.language(language), key, args)


def load(
    content_dir: Path, flows_dir: Path, *, production: bool = True, today: Callable[[], date] = libraries.utc_today
) -> Bundle:
    """Read everything. Raises when any part is broken; whoever serves keeps the last good bundle.

    In production no contact is said that nobody has verified (`content.facts`).
    """
    return Bundle(
        version=digest(content_dir, flows_dir),
        library=libraries.load(content_dir, production=production, clock=today),
        scripts=flow_load.load(flows_dir),
        lexicon=lexicons.load(content_dir),
    )


def digest(*folders: Path) -> str:
    """A short name of a version: changes when any file does."""
    seen = hashlib.sha256()
    for folder in folders:
        for file in sorted(folder.rglob("*.yml")):
            seen.update(f"{file.relative_to(folder)}\0".encode())
            seen.update(file.read_bytes())
    return seen.hexdigest()[:12]
