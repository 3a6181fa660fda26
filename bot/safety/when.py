"""When it happened, as far as a message says: for the 72 h, 120 h and 7 day windows, and for what is long past."""

import re
from dataclasses import dataclass

_HOURS = {
    **dict.fromkeys(("minuto", "minutos", "min", "mins", "minute", "minutes"), 1 / 60),
    **dict.fromkeys(("hora", "horas", "hrs", "hr", "hour", "hours"), 1.0),
    **dict.fromkeys(("dia", "dias", "day", "days", "noche", "noches", "night", "nights"), 24.0),
    **dict.fromkeys(("semana", "semanas", "week", "weeks"), 168.0),
    **dict.fromkeys(("mes", "meses", "month", "months"), 730.0),
    **dict.fromkeys(("año", "años", "ano", "anos", "year", "years", "yrs"), 8766.0),
}
_NUMBERS = {
    **dict.fromkeys(("un", "una", "uno", "a", "an", "one"), 1.0),
    **dict.fromkeys(("dos", "two", "couple", "par"), 2.0),
    **dict.fromkeys(("tres", "three", "few", "unos", "unas"), 3.0),
    **dict.fromkeys(("cuatro", "four"), 4.0),
    **dict.fromkeys(("cinco", "five"), 5.0),
    **dict.fromkeys(("seis", "six"), 6.0),
    **dict.fromkeys(("siete", "seven", "varios", "varias", "several", "muchos", "many"), 7.0),
    **dict.fromkeys(("ocho", "eight"), 8.0),
    **dict.fromkeys(("nueve", "nine"), 9.0),
    **dict.fromkeys(("diez", "ten"), 10.0),
    **dict.fromkeys(("quince", "fifteen"), 15.0),
    **dict.fromkeys(("veinte", "twenty"), 20.0),
}
_UNIT = "|".join(sorted(_HOURS, key=len, reverse=True))
_NUMBER = r"\d+|" + "|".join(sorted(_NUMBERS, key=len, reverse=True))
_AGO = re.compile(
    rf"(?<!desde )\bhace (?:como |unos |unas |casi |ya |mas de |apenas )?(?P<es_n>{_NUMBER}) (?P<es_u>{_UNIT})\b(?! que\b)"
    rf"|\b(?P<en_n>{_NUMBER})(?: of)? (?P<en_u>{_UNIT}) ago\b"
)
_NAMED: tuple[tuple[re.Pattern[str], float], ...] = tuple(
    (re.compile(rf"\b(?:{words})\b"), hours)
    for words, hours in (
        (r"ahorita|ahora mismo|hace (?:un )?rat(?:o|ito)|hace poco|acaban? de|acabo de|recien|just|right now|a while ago", 1.0),
        (r"hoy|esta mañana|esta tarde|en la mañana|esta madrugada|today|this morning|this afternoon|tonight", 6.0),
        (r"anoche|ayer en la noche|ayer por la noche|last night|last nite", 14.0),
        (r"antier|anteayer|antes de ayer|antenoche|antiayer|antiyer|anteanoche|day before yesterday|night before last", 48.0),
        (r"ayer|yesterday", 24.0),
    )
)  # fmt: skip
_WEEK = re.compile(
    r"\b(?:el|este|desde el|fue|on|this|last|since) (?:lunes|martes|miercoles|jueves|viernes|sabado|domingo|monday|tuesday"
    r"|wednesday|thursday|friday|saturday|sunday)\b|\besta semana\b|\bthis week\b|\bestos dias\b"
    r"|\b(?:el|este|this|last) (?:fin de semana|finde|weekend)\b"
)
_LONG_AGO = re.compile(
    r"\bhace (?:ya )?(?:mucho|muchos años|tiempo|años)\b|\b(?:long time|long|years) ago\b"
    r"|\b(?:de|cuando era|cuando estaba|era yo) (?:niña|chica|chiquita|pequeña|nena|joven|muchacha|cipota|patoja)\b"
    r"|\ben mi (?:infancia|niñez)\b|\bcuando (?:yo )?tenia (?:como )?(?:\d+|\w+) años\b"
    r"|\b(?:as|when i was) an? (?:child|kid|girl)\b"
    r"|\bwhen i was (?:little|small|young|\d+)\b|\bmy childhood\b|\bgrowing up\b"
)
LONG = 2200.0
"""Hours after which something is long past: three months."""


@dataclass(frozen=True, slots=True)
class When:
    """What a message says of the time of an event.

    Attributes:
        hours: hours since then, if it can be told.
        at_most: it was not longer ago than this many hours, if that is all that can be told.
        long_ago: it says that it was more than three months ago.
    """

    hours: float | None = None
    at_most: float | None = None
    long_ago: bool = False

    def within(self, hours: float) -> bool:
        """Whether it may have been in the last so many hours."""
        known = self.hours if self.hours is not None else self.at_most
        return known is not None and known <= hours


def when(normalised: str) -> When:
    """Read the time from `faro_text.normalise` text. The most recent time named counts."""
    told = [_ago(match) for match in _AGO.finditer(normalised)]
    named = [hours for pattern, hours in _NAMED if pattern.search(normalised)]
    hours = min((*told, *named), default=None)
    long_ago = bool(_LONG_AGO.search(normalised)) or any(h >= LONG for h in told)
    if hours is not None and hours >= LONG:
        return When(long_ago=True)
    at_most = 168.0 if hours is None and _WEEK.search(normalised) else hours
    return When(hours, at_most, long_ago and hours is None)


def _ago(match: re.Match[str]) -> float:
    number, unit = match["es_n"] or match["en_n"], match["es_u"] or match["en_u"]
    return (_NUMBERS[number] if number in _NUMBERS else float(number[:4])) * _HOURS[unit]
