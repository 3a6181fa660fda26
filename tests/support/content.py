"""A small sound content folder that a test can spoil or extend."""

import copy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

READ_ON = "2026-11-21"

PHONE: dict[str, Any] = {
    "id": "care-line",
    "topic": "health",
    "statement": {"es": "Llama al {value}, es gratis.", "en": "Call {value}, it is free."},
    "values": [{"phone": "800 911 7877"}],
    "kind": "contact",
    "jurisdiction": "federal",
    "source": {"title": "A page of the service", "url": "https://example.org/line", "date": "2026-10"},
    "read_on": READ_ON,
    "confidence": "high",
    "show": "yes",
}
DEADLINE: dict[str, Any] = {
    **PHONE,
    "id": "time-limit",
    "topic": "asylum",
    "statement": {"es": "El plazo es de {value} días.", "en": "The time limit is {value} days."},
    "say": {"es": "{value} días", "en": "{value} days"},
    "values": [{"deadline": 30, "unit": "working_days"}],
    "kind": "law",
}
THROUGH: dict[str, Any] = {
    **{key: value for key, value in DEADLINE.items() if key not in ("say", "values")},
    "id": "through",
    "statement": {"es": "Pide en {fact:care-line}.", "en": "Ask {fact:care-line}."},
}
"""A fact that quotes another, the care line."""
ALWAYS: list[dict[str, Any]] = [
    {**PHONE, "id": "emergency-911", "values": [{"short_code": "911"}]},
    {**PHONE, "id": "women-line-079", "values": [{"short_code": "079", "option": 1}]},
    {**PHONE, "id": "linea-de-la-vida", "values": [{"phone": "800 911 2000"}]},
]
SHELTER: dict[str, Any] = {
    "id": "house-tapachula",
    "name": "Casa de prueba",
    "kind": "shelter",
    "coverage": "local",
    "state": "Chiapas",
    "city": "Tapachula",
    "address": "Calle de prueba 1",
    "phones": ["962 625 4812"],
    "languages": ["es"],
    "cost": "free",
    "accepts": {"children": "yes", "teenage_sons": "no"},
    "topics": ["shelter"],
    "source": {"title": "A page of the house", "date": "2026-10"},
    "read_on": READ_ON,
    "confidence": "high",
    "show": "yes",
}
PLACES: list[dict[str, Any]] = [
    {
        "id": "st-chiapas",
        "kind": "state",
        "name": "Chiapas",
        "state": "Chiapas",
        "lat": 16.75,
        "lon": -93.11,
        "aliases": ["chapas"],
    },
    {
        "id": "tapachula",
        "kind": "city",
        "name": "Tapachula",
        "state": "Chiapas",
        "lat": 14.905,
        "lon": -92.263,
        "aliases": ["tapachula", "tapa"],
    },
    {"id": "tuxtla", "kind": "city", "name": "Tuxtla Gutiérrez", "state": "Chiapas", "lat": 16.75, "lon": -93.11},
    {"id": "tijuana", "kind": "city", "name": "Tijuana", "state": "Baja California", "lat": 32.514, "lon": -117.038},
    {
        "id": "juarez-chih",
        "kind": "city",
        "name": "Ciudad Juárez",
        "state": "Chihuahua",
        "lat": 31.69,
        "lon": -106.42,
        "aliases": ["juarez"],
    },
    {
        "id": "juarez-nl",
        "kind": "city",
        "name": "Juárez",
        "state": "Nuevo León",
        "lat": 25.65,
        "lon": -100.09,
        "aliases": ["juarez"],
    },
]


def fact(base: Mapping[str, Any] = PHONE, **changes: Any) -> dict[str, Any]:
    """A fact record with some keys changed; None removes one."""
    changed = {**copy.deepcopy(dict(base)), **changes}
    return {key: value for key, value in changed.items() if value is not None}


def answer(name: str = "asylum", **changes: Any) -> dict[str, Any]:
    return {"id": name, "title": "Title", "blocks": ["Llega a tiempo: {fact:time-limit}."], **changes}


class Folder:
    """A content folder on disk. Every method writes a file and gives the folder back."""

    def __init__(self, root: Path, ours: Path = Path("content")) -> None:
        self.root = root
        self.facts([PHONE, DEADLINE, *ALWAYS])
        self.services([SHELTER])
        self.write("directory/places.yml", PLACES)
        self.copy(ours / "hours.yml", "hours.yml")
        for language in ("es", "en"):
            self.write(f"{language}/texts/core.yml", {"menu.person": "Una persona"})
            self.answers([answer()], language=language)
            for file in ("words.yml", "lint.yml"):
                self.copy(ours / language / file, f"{language}/{file}")

    def write(self, name: str, data: Any) -> "Folder":
        return self.text(name, yaml.safe_dump(data, allow_unicode=True, sort_keys=False))

    def text(self, name: str, text: str) -> "Folder":
        file = self.root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return self

    def copy(self, source: Path, name: str) -> "Folder":
        return self.text(name, source.read_text(encoding="utf-8"))

    def facts(self, records: list[dict[str, Any]]) -> "Folder":
        return self.write("facts/all.yml", records)

    def services(self, records: list[dict[str, Any]]) -> "Folder":
        return self.write("directory/services.yml", records)

    def answers(
        self, records: list[dict[str, Any]], *, language: str = "es", topic: str = "asylum", tone: str = "information"
    ) -> "Folder":
        head = {"topic": topic, "tone": tone, "jurisdiction": "federal", "reviewed": {"on": READ_ON, "by": ""}}
        return self.write(f"{language}/answers/{topic}.yml", {**head, "answers": records})

    def both(self, records: list[dict[str, Any]], *, tone: str = "information") -> "Folder":
        """The same answers in Spanish and English."""
        return self.answers(records, tone=tone).answers(records, language="en", tone=tone)
