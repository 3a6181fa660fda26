"""Events into messages: keys become texts in her language, offers become options. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.bundle import Bundle
from flows.model import Event, ListPlaces, Offer, Say, ShowAnswer
from integrations.channel import Message, Option


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks: one version of the content, one language, now. `address`: neutral where she asked for it."""

    bundle: Bundle
    language: str
    now: datetime
    address: str = "feminine"

    def messages(self, events: Sequence[Event]) -> tuple[Message, ...]:
        """What the spoken events say, in order. Events that say nothing are passed over."""
        return tuple(message for event in events for message in self._said(event))

    def line(self, key: str) -> Message:
        return Message(text=self.bundle.text(self.language, key, {"address": self.address}))

    def _said(self, event: Event) -> tuple[Message, ...]:
        match event:
            case Say():
                named = {"at": self.bundle.library.moment(self.language, event.at, self.now)} if event.at else {}
                text = self.bundle.text(self.language, event.key, {"address": self.address, **named, **event.args})
                return (Message(text=text, options=self._options(event.offers)),)
            case ShowAnswer():
                return self._answer(event)
            case ListPlaces():
                return self._places(event)
            case _:
                return ()

    def _answer(self, event: ShowAnswer) -> tuple[Message, ...]:
        view = self.bundle.library.answer(self.language, event.answer, self.now.date())
        onward = (*((f"answer:{answer}", label) for answer, label in view.choices), *view.next)
        if event.offers:
            options = self._options(event.offers, {f"@{event.answer}": dict(onward)})
        else:
            options = tuple(Option(token=token, label=label) for token, label in onward)
        *first, last = view.blocks
        return (*(Message(text=block) for block in first), Message(text=last, options=options))

    def _places(self, event: ListPlaces) -> tuple[Message, ...]:
        library = self.bundle.library
        views = library.places_near(self.language, event.kinds, event.place, event.location, self.now.date())
        text = "\n\n".join("\n".join((view.name, *view.lines)) for view in views) or library.no_places(self.language)
        return (Message(text=text, options=self._options(event.offers)),)

    def _options(self, offers: Sequence[Offer], onward: Mapping[str, Mapping[str, str]] | None = None) -> tuple[Option, ...]:
        """Offers as options. A label `@ANSWER` is the one that this answer gives the token."""
        named = onward or {}
        return tuple(
            Option(
                token=offer.token,
                label=named[offer.label][offer.token]
                if offer.label in named
                else self.bundle.text(self.language, offer.label, offer.args),
            )
            for offer in offers
        )
