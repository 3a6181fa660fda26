"""One lone message, as the contract names it."""

import re
from pathlib import Path

from bot.safety import lexicon
from bot.safety.understand import judge
from nlu.understanding import NotUnderstood, Understanding

CONTENT = Path(__file__).resolve().parents[3] / "content"


def test_answer_has_the_keys_of_the_contract_and_never_the_text() -> None:
    text = "mi esposo me golpeo anoche y hoy me escondio el telefono"
    answer = judge(lexicon.load(CONTENT), text, NotUnderstood("down"))
    assert list(answer) == ["language", "topic", "confidence", "risk", "signals"]
    assert (answer["language"], answer["topic"], answer["confidence"], answer["risk"]) == ("es", None, 0, "high")
    assert "nlu_down" in answer["signals"]
    assert all(re.fullmatch(r"[a-z_]+(:[\w-]+)?", signal) for signal in answer["signals"])


def test_topic_and_confidence_come_from_the_nlu() -> None:
    known = Understanding("asylum", 0.97123, (("asylum", 0.97123),), {"none": 0.99, "concern": 0.01})
    answer = judge(lexicon.load(CONTENT), "como pido refugio en mexico", known)
    assert (answer["topic"], answer["confidence"], answer["risk"]) == ("asylum", 0.9712, "none")
