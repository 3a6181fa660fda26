"""The few wordings that the library itself adds, by language (`content/<language>/words.yml`)."""

from string import Formatter
from typing import Annotated, Self, get_args

from pydantic import AfterValidator, StringConstraints, model_validator

from content.facts import Line, Record
from content.hours import Lane


def _holds(*wanted: str) -> AfterValidator:
    """What a wording has to hold, and nothing else that is filled in."""

    def check(text: str) -> str:
        try:
            found = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
        except ValueError:
            found = set()
        if found != set(wanted):
            raise ValueError(f"does not hold {' and '.join(f'{{{name}}}' for name in wanted)}: write each of them, and no other")
        return text

    return AfterValidator(check)


_Lane = Annotated[Line, _holds("spans", "city")]


class PlaceWords(Record):
    """How a language speaks of a service.

    Attributes:
        kinds: name of each kind of service.
        who: the people a service may or may not receive (trans_women, no_papers, teenage_sons, children).
        receives, refuses, ask_first: `{who}` stands in them; ask_first is said of what is not known.
        none: said when nothing may be shown for a place.
    """

    kinds: dict[str, Line]
    national: Line
    statewide: Line
    secret: Line
    no_address: Line
    who: dict[str, Line]
    receives: Line
    refuses: Line
    ask_first: Line
    free: Line
    phone: Line
    whatsapp: Line
    hours: Line
    away: Line
    none: Line


class HourWords(Record):
    """How a language says when somebody reads again.

    Attributes:
        today, tomorrow, weekday (within a week), date (later): `{at}` is the time of day.
        at, at_one: the time of day; at_one when it is one o'clock.
        span, days: hours on some days, and days that follow each other.
        lanes: a sentence for each lane; `{spans}` are its hours, in the time of `{city}`.
    """

    today: Annotated[Line, _holds("at")]
    tomorrow: Annotated[Line, _holds("at")]
    weekday: Annotated[Line, _holds("weekday", "at")]
    date: Annotated[Line, _holds("weekday", "day", "month", "at")]
    at: Annotated[Line, _holds("time")]
    at_one: Annotated[Line, _holds("time")]
    span: Annotated[Line, _holds("days", "start", "end")]
    days: Annotated[Line, _holds("first", "last")]
    lanes: dict[Lane, _Lane]

    @model_validator(mode="after")
    def _every_lane(self) -> Self:
        if missing := [lane for lane in get_args(Lane) if lane not in self.lanes]:
            raise ValueError(f"no words for lane {missing[0]}: say it too")
        return self


class Words(Record):
    """What the library adds to what editors wrote.

    Attributes:
        name: the language's own name.
        confirm: said after what nobody has verified yet.
        gone: said instead of an answer none of whose blocks may be said today.
        option: how a short number with an option is said; `{code}` and `{option}` stand in it.
        cautions: by name, said after the facts that bear it.
    """

    name: Line
    confirm: Line
    gone: Line
    option: Annotated[str, StringConstraints(pattern=r"\{code\}.*\{option\}")]
    cautions: dict[str, Line]
    places: PlaceWords
    hours: HourWords
