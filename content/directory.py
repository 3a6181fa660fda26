"""The directory: services near a place or a position, as they may be shown to her.

A secret place never has an address, a position or a distance (R46); what serves the whole country is said to do so; what is not
known about whom a service receives is said as "we ask first".
"""

import copy
import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import asin, cos, radians, sin, sqrt
from typing import Annotated, Literal, Self

from faro_text.normalise import normalise
from faro_text.words import bare
from pydantic import Field, StringConstraints, field_validator, model_validator

from content.facts import SHORT_CODE, Dated, Https, Id, Line, Record, dialable, standing
from content.places import PlaceFinder
from content.words import PlaceWords, Words

KINDS = (
    "shelter",
    "justice_centre",
    "prosecutor",
    "human_rights",
    "consulate",
    "legal_aid",
    "women_office",
    "children",
    "un",
    "migration_office",
    "refugee_office",
    "labour",
    "health",
    "discrimination",
)
RECEIVING = frozenset({"shelter", "justice_centre", "women_office", "health"})
"""Kinds where it matters whom they receive."""

WHO = ("trans_women", "no_papers", "teenage_sons", "children")
REACH_KM = 150.0
"""How far a local service of another state may be and still be named."""
SHOWN = 3

Latitude = Annotated[float, Field(ge=14.0, le=33.0)]  # Mexico
Longitude = Annotated[float, Field(ge=-119.0, le=-86.0)]
Position = tuple[float, float]


class Place(Record):
    """A state or city with the ways in which people write it."""

    id: Id
    kind: Literal["state", "city"]
    name: Line
    state: Line
    municipality: Line | None = None
    capital: Line | None = None
    lat: Latitude
    lon: Longitude
    aliases: tuple[Line, ...] = ()
    ambiguity: str | None = None

    @property
    def position(self) -> Position:
        return (self.lat, self.lon)

    @property
    def town(self) -> str:
        """What stands at its position: the municipality of a city, the capital of a state, each with its state."""
        return f"{self.municipality or self.capital or self.name}, {self.state}"


class Service(Dated):
    """One service. `accepts` holds only what is known; `coverage` is whom it serves, wherever its door is."""

    id: Id
    name: Line
    kind: str
    coverage: Literal["local", "state", "national"]
    state: Line
    city: Line | None = None
    municipality: Line | None = None
    address: Line | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None
    phones: tuple[Line, ...] = ()
    whatsapp: tuple[Line, ...] = ()
    email: Line | None = None
    url: Https | None = None
    hours: Line | None = None
    languages: tuple[Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")], ...] = ()
    cost: Literal["free", "unknown", "paid"] = "unknown"
    accepts: Mapping[Literal["trans_women", "no_papers", "teenage_sons", "children"], Literal["yes", "no"]] = Field(
        default_factory=dict
    )
    secret: bool = False
    topics: tuple[str, ...] = ()

    @field_validator("kind")
    @classmethod
    def _known_kind(cls, kind: str) -> str:
        if kind not in KINDS:
            raise ValueError(f"no kind {kind}: use one of {', '.join(KINDS)}")
        return kind

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.secret and (self.address or self.lat is not None or self.lon is not None):
            raise ValueError("a secret place has an address or position: remove them, its address is never sent (R46)")
        if (self.lat is None) != (self.lon is None):
            raise ValueError("half a position: give lat and lon or neither")
        for number in (*self.phones, *self.whatsapp):
            if not SHORT_CODE.fullmatch(number):
                dialable(number)
        return self


@dataclass(frozen=True, slots=True)
class PlaceView:
    """A service as she sees it: its name and what there is to say, a line each, in her language."""

    id: str
    name: str
    lines: tuple[str, ...]


class Directory:
    """Places and services. Pure: the day and the environment are given."""

    def __init__(self, places: Mapping[str, Place], services: Mapping[str, Service]) -> None:
        self.places, self.services = dict(places), dict(services)
        self._cities = {(bare(p.name), p.state): p.position for p in self.places.values() if p.kind == "city"}

    def with_services(self, services: Mapping[str, Service]) -> "Directory":
        """This directory with other services; the places stay."""
        other = copy.copy(self)
        other.services = dict(services)
        return other

    @cached_property
    def finder(self) -> PlaceFinder:
        """Names of places in messages. An alias list says which forms are safe; without one the name is."""
        return PlaceFinder({place.id: place.aliases or (place.name,) for place in self.places.values()})

    def find(self, words: str) -> tuple[Place, ...]:
        """The places that a text names: more than one when it may mean several, none when it names none.

        Ids parted by `|`, or words: the longest name among them counts.
        """
        ids = words.split("|")
        if all(place in self.places for place in ids):
            return tuple(self.places[place] for place in ids)
        said = normalise(words).split()
        named = self.finder.find(said) or self.finder.guess(said)
        longest = max(named, key=lambda name: name.end - name.start, default=None)
        return tuple(self.places[place] for place in longest.places) if longest else ()

    def near(
        self,
        kinds: Sequence[str],
        place: str | None,
        location: Position | None,
        today: datetime.date,
        *,
        production: bool,
        limit: int = SHOWN,
    ) -> tuple[tuple[Service, float | None], ...]:
        """Services that may be shown today with their distance in km where it may be known, nearest first.

        A shared position outweighs a name. Where a name may mean several places, what is near any of them is given. Without
        either, only what serves the whole country.
        """
        targets = [] if location or not place else list(self.find(place))
        centres = [location] if location else [target.position for target in targets]
        states = {self._nearest(location).state} if location and self.places else {target.state for target in targets}
        found: list[tuple[tuple[int, float], Service, float | None]] = []
        for service in self.services.values():
            if service.kind in kinds and standing(service, "contact", today, production=production).refused is None:
                rank = self._rank(service, centres, states)
                if rank is not None:
                    found.append((rank, service, None if service.secret else rank[1]))
        found.sort(key=lambda item: (item[0], item[1].id))
        return tuple((service, km if km is not None and km < 1000 else None) for _, service, km in found[:limit])

    def _rank(self, service: Service, centres: Sequence[Position], states: set[str]) -> tuple[int, float] | None:
        """(0, km) local with a position, (1, ) elsewhere in the state, (2, ) national; None when out of reach."""
        if service.coverage == "national":
            return (2, 1e6)
        at = self._position(service)
        km = min((distance(at, centre) for centre in centres), default=1e6) if at else 1e6
        if service.state in states:
            return (0, km) if service.coverage == "local" and km <= REACH_KM else (1, km)
        return (0, km) if service.coverage == "local" and km <= REACH_KM else None

    def _position(self, service: Service) -> Position | None:
        if service.lat is not None and service.lon is not None:
            return (service.lat, service.lon)
        return next(
            (
                self._cities[bare(name), service.state]
                for name in (service.city, service.municipality)
                if name and (bare(name), service.state) in self._cities
            ),
            None,
        )

    def nearest(self, location: Position) -> tuple[Place, float]:
        """The place that is closest to a position, and how many kilometres away, as the crow flies."""
        place = self._nearest(location)
        return place, distance(place.position, location)

    def _nearest(self, location: Position) -> Place:
        return min(self.places.values(), key=lambda place: distance(place.position, location))

    def waiting(self, today: datetime.date) -> int:
        """How many services wait for a person to verify them before production may send them."""
        return sum(
            standing(s, "contact", today, production=True).refused is not None
            for s in self.services.values()
            if s.show != "internal"
        )


def view(service: Service, km: float | None, words: Words, *, confirm: bool) -> PlaceView:
    """A service in a language. `confirm`: nobody has verified it yet."""
    lines = [*_lines(service, km, words.places), *([words.confirm] if confirm else [])]
    return PlaceView(service.id, service.name, tuple(lines))


def _lines(service: Service, km: float | None, words: PlaceWords) -> Iterator[str]:
    kind = words.kinds[service.kind]
    match service.coverage:
        case "national":
            yield f"{kind}. {words.national}"
        case "state":
            yield f"{kind}. {words.statewide.format(state=service.state)}"
        case _:
            yield f"{kind}. {service.state if service.secret or not service.city else f'{service.city}, {service.state}'}"
    if service.secret:
        yield words.secret
    elif service.address:
        yield service.address
    elif not (service.phones or service.whatsapp or service.url):
        yield words.no_address
    if km is not None:
        yield words.away.format(km=max(1, round(km)))
    if service.phones:
        yield words.phone.format(phone=", ".join(service.phones))
    if service.whatsapp:
        yield words.whatsapp.format(phone=", ".join(service.whatsapp))
    if service.url and not service.phones and not service.whatsapp:
        yield service.url
    if service.hours:
        yield words.hours.format(hours=service.hours)
    if service.cost == "free":
        yield words.free
    if service.kind in RECEIVING:
        yield from _receives(service, words)


def _receives(service: Service, words: PlaceWords) -> Iterator[str]:
    for wanted, form in (("yes", words.receives), ("no", words.refuses), (None, words.ask_first)):
        who = [words.who[group] for group in WHO if service.accepts.get(group) == wanted]  # type: ignore[call-overload]
        if who:
            yield form.format(who=", ".join(who))


def distance(one: Position, other: Position) -> float:
    """Kilometres between two positions on the globe (haversine)."""
    (lat1, lon1), (lat2, lon2) = ((radians(a), radians(b)) for a, b in (one, other))
    half = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371.0 * asin(sqrt(half))
