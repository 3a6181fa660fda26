"""Words that speak for or against danger, weighed: what is left to go by when the NLU is down and no pattern matches.

A linear model over single words and pairs of neighbours, learnt from the training messages (`nlu/rasa/data`), urgent against
none. It is read from `cues.json` beside this file, which `bot.safety.fit` writes anew.
Standard library only, so that it works wherever the lexicon does.
"""

import itertools
import json
import math
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from faro_text.normalise import MARKS, normalise

LEARNT = Path(__file__).with_name("cues.json")
_EPOCHS = 12
_RATE = 0.3
_DECAY = 2e-5
_RARE = 2
_SMALL = 0.04
_URGENT_SHARE = 0.27
"""What the probabilities assume, whatever the mix of the training messages: more calm ones must not hush the cues."""


class Cues:
    """The weights, ready to weigh a message."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self._weights = weights

    @property
    def known(self) -> bool:
        """Whether there are any."""
        return bool(self._weights)

    def urgent(self, words: Sequence[str]) -> float:
        """Probability, 0 to 1, that normalised words tell of something urgent. 0 where no word is known."""
        known = [self._weights[f] for f in features(words) if f in self._weights]
        if not known:
            return 0.0
        total = self._weights.get("", 0.0) + sum(known) / math.sqrt(len(known))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def load(path: Path = LEARNT) -> Cues:
    """No file, no cues: the lexicon works without."""
    return Cues(json.loads(path.read_text(encoding="utf-8")) if path.exists() else {})


def features(words: Sequence[str]) -> set[str]:
    plain = [word for word in words if word not in MARKS]
    return {*plain, *(f"{a} {b}" for a, b in itertools.pairwise(plain))}


def learn(messages: Iterable[tuple[str, bool]], seed: int = 7) -> dict[str, float]:
    """Weights by logistic regression with AdaGrad. `messages`: (text, whether it is urgent)."""
    rows = [(features(normalise(text).split()), urgent) for text, urgent in messages]
    counts = Counter(feature for row, _ in rows for feature in row)
    kept = [(sorted(f for f in row if counts[f] >= _RARE), urgent) for row, urgent in rows]
    weights, squares, order = {"": 0.0}, {"": 1.0}, random.Random(seed)  # noqa: S311 - a shuffle, no secret
    for _ in range(_EPOCHS):
        order.shuffle(kept)
        for row, urgent in kept:
            _step(weights, squares, row, urgent)
    share = sum(urgent for _, urgent in kept) / len(kept)
    weights[""] += math.log(_URGENT_SHARE / (1 - _URGENT_SHARE)) - math.log(share / (1 - share))
    return {f: round(w, 2) for f, w in sorted(weights.items()) if abs(w) >= _SMALL or not f}


def _step(weights: dict[str, float], squares: dict[str, float], row: Sequence[str], urgent: bool) -> None:
    scale = 1 / math.sqrt(len(row) or 1)
    total = weights[""] + scale * sum(weights.get(f, 0.0) for f in row)
    error = float(urgent) - 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
    for feature, size in [("", 1.0), *((f, scale) for f in row)]:
        weight = weights.get(feature, 0.0)
        slope = error * size - _DECAY * weight
        squares[feature] = squares.get(feature, 1.0) + slope * slope
        weights[feature] = weight + _RATE * slope / math.sqrt(squares[feature])
