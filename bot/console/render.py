"""Templates and the interface's languages. English stands in the code; every other language is a catalogue in `locale/`.

Everything is escaped by default; nothing here marks her words as safe.
"""

import gettext
import io
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.console.unseen import pieces

_HERE = Path(__file__).parent
LOCALE = _HERE / "locale"
ZONE = ZoneInfo("America/Mexico_City")


def _catalogue(language: str) -> gettext.NullTranslations:
    file = LOCALE / f"{language}.po"
    if not file.exists():
        return gettext.NullTranslations()
    with file.open("rb") as source:
        catalog = read_po(source, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


class Pages:
    """One template environment for each language of the interface; Spanish first."""

    languages = ("es", "en")

    def __init__(self) -> None:
        self._catalogues: Mapping[str, gettext.NullTranslations] = {code: _catalogue(code) for code in self.languages}
        self._environments = {code: self._environment(code) for code in self.languages}

    def _environment(self, language: str) -> Environment:
        environment = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            extensions=["jinja2.ext.i18n"],
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.install_gettext_translations(self._catalogues[language], newstyle=True)  # type: ignore[attr-defined]
        environment.filters["clock"] = lambda at: clock_time(at, language)
        environment.filters["day"] = lambda at: day_time(at, language)
        environment.filters["lasting"] = lasting
        environment.filters["pieces"] = pieces
        environment.globals["language"] = language
        return environment

    def translate(self, language: str, text: str) -> str:
        return self._catalogues[language].gettext(text)

    def render(self, template: str, language: str, **values: object) -> str:
        return self._environments[language].get_template(template).render(**values)


def clock_time(at: datetime, language: str) -> str:
    """Hour and minute in central Mexico."""
    return format_time(at.astimezone(ZONE), "HH:mm", locale=language)


def day_time(at: datetime, language: str) -> str:
    return format_datetime(at.astimezone(ZONE), "d MMM, HH:mm", locale=language)


def moment(typed: str) -> datetime:
    """A day and time as a form gives it, in central Mexico. Raises `ValueError` for what is none, or is out of this century."""
    at = datetime.fromisoformat(typed).replace(tzinfo=ZONE)
    if not 2000 <= at.year < 2100:
        raise ValueError("out of this century")
    return at


def lasting(span: timedelta) -> str:
    """A span as people read it at a glance: 0:45, 12:05, 3 h 20, 4 d 3 h."""
    seconds = max(0, int(span.total_seconds()))
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if days:
        return f"{days} d {hours % 24} h"
    if hours:
        return f"{hours} h {minutes % 60:02d}"
    return f"{minutes}:{seconds % 60:02d}"
