"""Every setting stands in docs/settings.md, and nothing else does."""

import re
from pathlib import Path

from bot.settings import Settings

DOC = Path(__file__).parents[2] / "docs" / "settings.md"


def test_every_setting_is_documented() -> None:
    documented = set(re.findall(r"FARO_[A-Z_]+", DOC.read_text()))
    real = {f"FARO_{name.upper()}" for name in Settings.model_fields}
    assert real - documented == set(), "settings without a line in docs/settings.md"
    assert documented - real == set(), "lines in docs/settings.md without a setting"
