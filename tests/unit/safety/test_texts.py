"""The safety texts themselves: short, neutral at first sight, and every one that the net may say exists."""

import re
from pathlib import Path

import pytest
import yaml

from bot.safety import reply, told

CONTENT = Path(__file__).resolve().parents[3] / "content"
TEXTS = {
    language: yaml.safe_load((CONTENT / language / "texts" / "safety.yml").read_text(encoding="utf-8"))
    for language in ("es", "en")
}
LOUD = re.compile(
    r"violen|golp|agres|abus|viola|matar|muer|suicid|secuest|amenaz|hit|beat|rape|kill|abuse|violence|threat|danger|peligro"
)
PHONE = re.compile(r"\b\d{3,}\b")


def _said() -> set[str]:
    source = "".join(Path(module.__file__ or "").read_text(encoding="utf-8") for module in (reply, told))
    return set(re.findall(r'"(safety\.\w+)"', source)) | {f"safety.{kind}" for kind in told._LINES}


@pytest.mark.parametrize("language", TEXTS)
def test_every_text_that_may_be_said_is_there_and_no_other(language: str) -> None:
    assert set(TEXTS[language]) == _said()


@pytest.mark.parametrize("language", TEXTS)
def test_texts_begin_neutrally_shout_nothing_and_quote_their_numbers(language: str) -> None:
    for key, text in TEXTS[language].items():
        assert not LOUD.search(text[:40].casefold()), key
        assert "!" not in text, key
        assert not PHONE.search(re.sub(r"\{[^}]*\}", "", text)), f"{key}: numbers come from facts"
