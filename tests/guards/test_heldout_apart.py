"""No held-out message stands in the training data, word for word or nearly: what was trained on proves nothing."""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest
import yaml
from faro_text.normalise import MARKS, normalise

ROOT = Path(__file__).resolve().parents[2]
HELD_OUT = sorted((ROOT / "tests" / "eval").glob("*.*.jsonl"))
TRAINING = sorted((ROOT / "nlu" / "rasa" / "data").glob("*/*.yml"))

_LENGTH = 4
_NEAR = 0.72
"""Share of letter groups in common from which two messages count as nearly the same."""

_SHORT = 16
"""Characters below which only the same text counts: of "ya llego" and "gracias" there are few ways to say it."""

_ONE_WORD_TOPICS = frozenset(
    {"greet", "thanks", "goodbye", "affirm", "deny", "menu", "human", "language", "quick_exit", "delete_data"}
)


def _plain(text: str) -> str:
    return " ".join(word for word in normalise(text).split() if word not in MARKS)


def _groups(text: str) -> frozenset[str]:
    return frozenset(text[at : at + _LENGTH] for at in range(len(text) - _LENGTH + 1))


@pytest.fixture(scope="module")
def training() -> list[tuple[str, str]]:
    """Topic and plain text of every training message."""
    blocks = [block for path in TRAINING for block in yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)["nlu"]]
    return [
        (block["intent"], _plain(line[2:]))
        for block in blocks
        for line in block["examples"].splitlines()
        if line.startswith("- ")
    ]


@pytest.mark.parametrize("file", HELD_OUT, ids=lambda path: path.name)
def test_held_out_texts_are_not_trained_on(file: Path, training: list[tuple[str, str]]) -> None:
    trained = {text for topic, text in training if topic not in _ONE_WORD_TOPICS or len(text) > _SHORT}
    same = [row["id"] for row in _rows(file) if _plain(row["text"]) in trained]
    assert not same, f"{file.name}: in the training data too: {' '.join(same)}"


def test_held_out_texts_have_no_near_twin_in_training(training: list[tuple[str, str]]) -> None:
    index = _Index(text for _, text in training)
    twins = [f"{file.name} {row['id']}" for file in HELD_OUT for row in _rows(file) if index.has_twin(_plain(row["text"]))]
    assert not twins, f"nearly the same in the training data: {', '.join(twins)}"


def _rows(file: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]


class _Index:
    """Finds texts that share many letter groups. Two near twins share one of their rarest groups, so only those are kept."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = [_groups(text) for text in dict.fromkeys(texts) if len(text) > _SHORT]
        self._common = Counter(group for groups in self._texts for group in groups)
        self._by_group: dict[str, list[int]] = defaultdict(list)
        for number, groups in enumerate(self._texts):
            for group in self._rarest(groups):
                self._by_group[group].append(number)

    def has_twin(self, text: str) -> bool:
        if len(text) <= _SHORT:
            return False
        groups = _groups(text)
        near = {number for group in self._rarest(groups) for number in self._by_group.get(group, ())}
        return any(len(groups & self._texts[n]) >= _NEAR * len(groups | self._texts[n]) for n in near)

    def _rarest(self, groups: frozenset[str]) -> list[str]:
        enough = len(groups) - math.ceil(_NEAR * len(groups)) + 1
        return sorted(groups, key=lambda group: (self._common[group], group))[:enough]
