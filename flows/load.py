"""Scripts from YAML."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Scripts:
    topics: tuple[str, ...]


def load(root: Path) -> Scripts:
    return Scripts(topics=("asylum", "birth_registration"))
