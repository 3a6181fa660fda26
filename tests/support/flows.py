"""Small scripts for tests of the flow language, written as an editor writes them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows import engine, load
from flows.load import Scripts
from flows.model import Event, Given, Say, State, Step, World

NOW = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)

WORLD = World(now=NOW, language="es", languages=("es", "en"), channel="whatsapp", operators=True, consent=True)

REQUIRED = {
    name: f"flow: {name}\nsteps:\n  only:\n    do: ask\n    text: {name}.only\n    choices:\n"
    f"      - {{value: one, label: {name}.one, to: done}}\n  done:\n    do: back\n"
    for name in load.REQUIRED
}
"""The flows that every set of scripts has, at their smallest."""


class SpokenKeys:
    """Content whose labels say their own key, so that a test can type them."""

    def __init__(self, follow_ups: Mapping[str, Sequence[tuple[str, str]]] | None = None) -> None:
        self._follow_ups = follow_ups or {}

    def label(self, language: str, key: str) -> str:
        return key.replace(".", " ").replace("_", " ")

    def follow_ups(self, language: str, answer: str) -> Sequence[tuple[str, str]]:
        return self._follow_ups.get(answer, ())

    def has_answer(self, answer: str) -> bool:
        return True

    def has_text(self, key: str) -> bool:
        return True


def write(folder: Path, **scripts: str) -> Path:
    """A folder of scripts: the required ones and these."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in {**REQUIRED, **scripts}.items():
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    return folder


def scripts_of(folder: Path, follow_ups: Mapping[str, Sequence[tuple[str, str]]] | None = None, **scripts: str) -> Scripts:
    return load.load(write(folder, **scripts)).with_words(SpokenKeys(follow_ups))


@dataclass
class Chat:
    """A conversation with the engine alone. The world stands still unless a test moves it."""

    scripts: Scripts
    world: World = WORLD
    state: State = field(default_factory=dict)
    last: Step | None = None

    def gives(self, given: Given, **world: Any) -> tuple[Event, ...]:
        self.world = replace(self.world, **world)
        self.last = engine.advance(self.scripts, self.state, given, self.world)
        self.state = self.last.state
        return self.last.events

    def says(self, text: str = "", topic: str | None = None, confidence: float = 0.9, **more: Any) -> tuple[Event, ...]:
        return self.gives(Given(text=text, topic=topic, confidence=confidence if topic else 0.0, **more))

    def taps(self, value: str) -> tuple[Event, ...]:
        """Tap the choice of this value among those that stand."""
        assert self.last is not None
        offered = [token for token, _ in self.last.state.get("offered", [])]
        token = next(token for token in offered if token == value or token.endswith(f":{value}"))
        return self.gives(Given(choice=token))


def keys(events: Iterable[Event]) -> list[str]:
    """What was said, by key."""
    return [event.key for event in events if isinstance(event, Say)]
