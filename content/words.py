"""The few wordings that the library itself adds, by language (`content/<language>/words.yml`)."""

from typing import Annotated

from pydantic import StringConstraints

from content.facts import Line, Record


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
