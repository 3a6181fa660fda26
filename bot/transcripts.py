"""Conversations as readable files, replayed against the flows that serve. Behind `faro flow test` and the tests.

A file is a heading, settings and turns:

    # Asks about asylum, in time
    language: es
    channel: whatsapp
    operators: yes
    hours: closed

    > como pido refugio
    = asylum 0.95 place=tapachula
    < (answer asylum)
      [Ver mi caso] [Hablar con alguien]

    > [Ver mi caso]
    < Vamos paso a paso. ¿Ya estás en México?
      [Sí, ya estoy] [Todavía no] [Hablar con alguien]

`hours: closed`: outside the hours of every lane.

`>` is she: words, a tap on a `[button]` shown so far, `(voice)` or another kind that cannot be read, `(location 14.9 -92.3)`.
`=` is what the language model heard: a topic, its probability, entities; without it, it is down; `risk=concern` what the safety
net sees in it. `~ 3 days` lets time pass.
`<` is us, buttons beneath; `!` is what happens unseen. Texts stand as the editor wrote them, facts as `{fact:id}`; an answer and
a list of places stand by name, since they have tests of their own.
"""

import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from faro_text.words import global_word

from bot.safety.risk import Risk, RiskAssessment
from bot.speech import speak
from content import forms, loading
from flows.load import Scripts
from flows.model import Event, Given, Leave, ListPlaces, Offer, OpenCase, Remember, Say, ShowAnswer, World

START = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
_RISKS = tuple(risk.word for risk in Risk)
Sources = Mapping[str, Mapping[str, str]]
"""Texts by language and key, as they were written."""


class BadTranscript(Exception):
    """A transcript that cannot be replayed. Its text is one line: `file:line: what: what to do`."""


@dataclass(slots=True)
class Turn:
    """One message of hers, with what should follow.

    Attributes:
        heard: lines that speak for her and for the language model, as written.
        expected: the lines that follow, as written.
    """

    line: int
    heard: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Transcript:
    path: Path
    head: list[str]
    settings: dict[str, str]
    turns: list[Turn]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a replay said: for checks beyond the words."""

    event: Say | ShowAnswer | ListPlaces
    labels: tuple[str, ...]
    text: str


@dataclass(slots=True)
class Replay:
    """A transcript replayed: the file as it would be written now, every message shown, every state left behind."""

    written: str
    shown: list[Shown] = field(default_factory=list)
    states: list[dict[str, Any]] = field(default_factory=list)


def read(path: Path) -> Transcript:
    """Raises `BadTranscript`."""
    found = Transcript(path, [], {}, [])
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        text = line.strip()
        if text.startswith(("> ", "~ ")):
            if not found.turns or found.turns[-1].expected or any(h.startswith(">") for h in found.turns[-1].heard):
                found.turns.append(Turn(number))
            found.turns[-1].heard.append(text)
        elif text.startswith("= ") and found.turns:
            found.turns[-1].heard.append(text)
        elif text and found.turns:
            found.turns[-1].expected.append(line.rstrip())
        elif text:
            _setting(found, number, line.rstrip())
    return found


def _setting(found: Transcript, number: int, line: str) -> None:
    found.head.append(line)
    if line.startswith("#"):
        return
    name, colon, value = line.partition(":")
    if not colon or name not in ("language", "channel", "operators", "hours", "first", "may_write", "consent"):
        raise BadTranscript(f"{found.path}:{number}: neither a setting nor a turn: begin her lines with `> `")
    found.settings[name] = value.strip()


def replay(scripts: Scripts, sources: Sources, transcript: Transcript) -> Replay:
    """Play a transcript, the state saved and loaded again between turns. Raises `BadTranscript`."""
    stage = _Stage(scripts, sources, transcript)
    for turn in transcript.turns:
        stage.play(turn)
    return Replay("\n".join(stage.lines).rstrip() + "\n", stage.shown, stage.states)


def difference(transcript: Transcript, replayed: Replay) -> str:
    """What an editor sees when a conversation has changed; "" when it has not."""
    was = transcript.path.read_text(encoding="utf-8")
    lines = difflib.unified_diff(was.splitlines(), replayed.written.splitlines(), "as written", "as it is now", lineterm="", n=4)
    return "\n".join(lines)


class _Stage:
    """A replay under way."""

    def __init__(self, scripts: Scripts, sources: Sources, transcript: Transcript) -> None:
        self.scripts, self.sources, self.transcript = scripts, sources, transcript
        said = transcript.settings
        self.world = World(
            now=START,
            language=said.get("language", "es"),
            languages=tuple(sources),
            channel=said.get("channel", "whatsapp"),
            operators=said.get("operators", "yes") == "yes",
            first_contact=said.get("first", "no") == "yes",
            consent=said.get("consent", "no") == "yes",
            may_write=said.get("may_write", "unknown"),
            reads_again=dict.fromkeys(("listen", "legal"), START + timedelta(days=1)) if said.get("hours") == "closed" else {},
        )
        self.state, self.episode, self.address = "{}", "{}", "feminine"
        self.offers: list[tuple[str, str]] = []
        self.lines: list[str] = [*transcript.head]
        self.shown: list[Shown] = []
        self.states: list[dict[str, Any]] = []

    def play(self, turn: Turn) -> None:
        self.world = replace(self.world, now=self.world.now + timedelta(minutes=1))
        given = self._given(turn)
        seen = RiskAssessment(Risk.of(given.risk))
        said = speak(self.scripts, json.loads(self.state), json.loads(self.episode), seen, given, given, self.world)
        self.state, self.episode = json.dumps(said.step.state), json.dumps(said.safe.episode)
        self.states.append(said.step.state)
        events = said.events
        self._follow(events)
        self.lines += ["", *turn.heard, *(line for event in events for line in self._lines(event))]
        if said.safe.case is not None:
            wanted = said.safe.case
            self.lines.append(f"! case: {wanted.lane}, {' '.join((*wanted.reasons, *wanted.flags))}, {wanted.risk.word}")

    def _follow(self, events: Iterable[Event]) -> None:
        """What the application would do about it before the next turn."""
        world = replace(self.world, first_contact=False)
        for event in events:
            if isinstance(event, Remember) and event.what == "language":
                world = replace(world, language=event.value)
            elif isinstance(event, Remember) and event.what == "address":
                self.address = event.value
            elif isinstance(event, Remember) and event.what == "may_write":
                world = replace(world, may_write=event.value)
            elif isinstance(event, Remember) and event.what == "consent":
                world = replace(world, consent=True)
        self.world = world

    def _given(self, turn: Turn) -> Given:
        given = Given()
        for line in turn.heard:
            sign, rest = line[0], line[2:].strip()
            if sign == "~":
                self.world = replace(self.world, now=self.world.now + self._span(turn, rest))
            elif sign == "=":
                given = self._understood(turn, given, rest)
            else:
                given = self._sent(turn, given, rest)
        return given

    def _span(self, turn: Turn, text: str) -> timedelta:
        match = re.fullmatch(r"(\d+) (minute|hour|day)s?", text)
        if match is None:
            raise BadTranscript(f"{self.transcript.path}:{turn.line}: not a span of time: write it like `~ 3 days`")
        return timedelta(**{match[2] + "s": int(match[1])})

    def _understood(self, turn: Turn, given: Given, text: str) -> Given:
        words = text.split()
        entities = dict(word.split("=", 1) for word in words if "=" in word)
        risk = entities.pop("risk", "none")
        if risk not in _RISKS:
            raise BadTranscript(f"{self.transcript.path}:{turn.line}: no risk {risk}: use one of {', '.join(_RISKS)}")
        plain = [word for word in words if "=" not in word]
        ranking = tuple((topic, 0.3 / (index + 1)) for index, topic in enumerate(plain[1:]) if topic.isidentifier())
        try:
            confidence = next((float(word) for word in plain[1:] if not word.isidentifier()), 0.2 if ranking else 0.95)
        except ValueError:
            raise BadTranscript(f"{self.transcript.path}:{turn.line}: not a topic and a probability: {text}") from None
        topic = plain[0] if plain else None
        own = ((topic, confidence),) if topic else ()
        return replace(given, topic=topic, confidence=confidence, ranking=(*own, *ranking), entities=entities, risk=risk)

    def _sent(self, turn: Turn, given: Given, text: str) -> Given:
        if text.startswith("[") and text.endswith("]"):
            label = text[1:-1]
            token = next((token for token, shown in reversed(self.offers) if shown == label), None)
            if token is None:
                raise BadTranscript(f"{self.transcript.path}:{turn.line}: no button [{label}] was shown: copy one that was")
            return replace(given, choice=token)
        if place := re.fullmatch(r"\(location (-?[\d.]+) (-?[\d.]+)\)", text):
            return replace(given, location=(float(place[1]), float(place[2])))
        if thing := re.fullmatch(r"\((\w+)\)", text):
            return replace(given, unreadable=(thing[1],))
        return replace(given, text=text, word=global_word(text))

    def _lines(self, event: Event) -> Iterator[str]:
        match event:
            case Say():
                first, *more = self._text(event.key).split("\n")
                yield f"< {first}"
                yield from (f"  {line}" for line in more)
                yield from self._buttons(event, event.offers, self._text(event.key))
            case ShowAnswer():
                yield f"< (answer {event.answer})"
                yield from self._buttons(event, event.offers, "")
            case ListPlaces():
                near = event.place or ("shared location" if event.location else "anywhere")
                yield f"< (places {', '.join(event.kinds)}; near: {near})"
                yield from self._buttons(event, event.offers, "")
            case OpenCase():
                yield f"! case: {event.lane}, {event.reason}, {event.risk}"
            case Remember():
                yield f"! remembers: {event.what}" + ("" if event.what == "code_word" else f" {event.value}")
            case Leave():
                yield "! she left"

    def _buttons(self, event: Say | ShowAnswer | ListPlaces, offers: tuple[Offer, ...], text: str) -> Iterator[str]:
        """The flow's own choices; what an answer itself leads to is the answer's business."""
        own = [(offer.token, self._text(offer.label)) for offer in offers if not offer.label.startswith("@")]
        self.offers += own
        labels = [self._label(offer) for offer in offers]
        self.shown.append(Shown(event, tuple(labels), text))
        if own:
            yield "  " + " ".join(f"[{label}]" for _, label in own)

    def _label(self, offer: Offer) -> str:
        if offer.label.startswith("@"):
            return dict(self.scripts.words.follow_ups(self.world.language, offer.label[1:])).get(offer.token, "")
        return self._text(offer.label)

    def _text(self, key: str) -> str:
        """As the editor wrote it, in the form of address that she asked for."""
        text = self.sources[self.world.language][key]
        return forms.format_forms(self.world.language, text, {"address": self.address}, strict=False) if "{ $" in text else text


def sources_of(content_dir: Path) -> Sources:
    return loading.read(content_dir).texts
