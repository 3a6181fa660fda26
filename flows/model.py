"""What the engine is given and what it reports. Plain values; the engine has no world of its own.

Texts are named by key; what they say lives in `content/`. A token of an option is `<step>:<value>`, where step is a short
digest of the place in the conversation that offered it, so that a tap on an old button is known to be old.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

State = dict[str, Any]
"""Small, versioned JSON. Only the engine reads it; everybody else stores it."""


@dataclass(frozen=True, slots=True)
class Given:
    """One turn's input.

    Attributes:
        text: all she wrote in this turn, messages joined by a newline, normalised only by trimming; "" if nothing.
        choice: token of a tapped button or row, if she tapped one.
        location: (latitude, longitude) if she shared one.
        unreadable: kinds of what came that cannot be read (voice, image, video, sticker, contact_card, unsupported ...).
        word: the global word of the contract that the whole message is, in English lower case
            (menu, help, exit, delete, spanish, english); else None.
        topic, confidence, ranking: of the NLU; topic None while it is down.
        entities: kind -> value, the last one of each kind (place, country, hours_ago, child_age, document).
        risk: this turn's level, as the taxonomy writes it.
    """

    text: str = ""
    choice: str | None = None
    location: tuple[float, float] | None = None
    unreadable: tuple[str, ...] = ()
    word: str | None = None
    topic: str | None = None
    confidence: float = 0.0
    ranking: tuple[tuple[str, float], ...] = ()
    entities: Mapping[str, str] = field(default_factory=dict)
    risk: str = "none"


@dataclass(frozen=True, slots=True)
class World:
    """What the engine may know of the world around it.

    Attributes:
        now: aware, UTC.
        languages: the language packs there are.
        operators: whether somebody is on shift now.
        reads_again: lanes that are outside their stated hours, and when these begin again.
        first_contact: she has never been answered before.
        consent: whether she agreed to keeping.
    """

    now: datetime
    language: str
    languages: tuple[str, ...]
    channel: str
    operators: bool = False
    first_contact: bool = False
    consent: bool = False
    may_write: str = "unknown"
    reads_again: Mapping[str, datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Offer:
    """A choice beneath a text: its token and the key of its label. `@ANSWER` is the label that this answer gives the token."""

    token: str
    label: str
    args: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Say:
    """A text by key. `at` is a moment that it names as `{at}`."""

    key: str
    args: Mapping[str, str] = field(default_factory=dict)
    offers: tuple[Offer, ...] = ()
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ShowAnswer:
    """An answer of the library by id, with every choice beneath it; without any, the answer's own choices are shown."""

    answer: str
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True)
class ListPlaces:
    """Services of the directory near a place or position."""

    kinds: tuple[str, ...]
    place: str | None = None
    location: tuple[float, float] | None = None
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A person is needed. `lane`: urgent, listen, legal. `reason` is a short code."""

    lane: str
    reason: str
    risk: str = "none"


@dataclass(frozen=True, slots=True)
class Remember:
    """Something about the contact that the application keeps: language, address (feminine or neutral), consent, may_write,
    write_when, phone_shared, phone_held, code_word, wipe, check_in (ISO time), erase, feedback. `value` is short; a code word
    is sealed before it is stored."""

    what: str
    value: str


@dataclass(frozen=True, slots=True)
class Leave:
    """She leaves. `quiet`: nothing at all is sent until she writes again."""

    quiet: bool = True


Event = Say | ShowAnswer | ListPlaces | OpenCase | Remember | Leave


@dataclass(frozen=True, slots=True)
class Step:
    """The engine's answer: the new state, what happened, and whether it now waits for an answer of hers."""

    state: State
    events: tuple[Event, ...]
    awaiting: bool = False
