"""Learns the weights of `cues.json` and `fusion.json` anew, after the NLU has been trained. Takes about two minutes.

    (cd nlu/rasa && .venv/bin/python unseen.py ../../var/unseen.jsonl) && python -m bot.safety.fit content var/unseen.jsonl

The fusion learns from answers of machines that had not seen the message, so that it trusts them as far as they deserve with
messages nobody has seen: `unseen.py` gives those of the NLU; the cues are learnt by folds here.
"""

import json
import math
import sys
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.safety import cues, fusion
from bot.safety.cues import Cues
from bot.safety.entries import read_folder
from bot.safety.lexicon import Lexicon
from nlu.understanding import Understanding

_URGENT = frozenset(("high", "imminent"))
_FOLDS = 3
_PASSES = 30
_RIDGE = 1.0
_WEIGHT_OF_IMMINENT = 2.0
"""An imminent message counts as two: it is the worst to miss."""
_TRAPS = "traps"
"""In the name of files of harmless messages full of dark words. Single words cannot tell these from accounts: cues that learnt
from them would doubt the accounts."""

Rows = Sequence[Mapping[str, float]]


def main(content: str, unseen: str) -> None:
    messages = [json.loads(line) for line in Path(unseen).read_text(encoding="utf-8").splitlines()]
    cues.LEARNT.write_text(json.dumps(_cues(messages), ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    pairs = list(_read(messages, Path(content)))
    rows, weights = [read for _, read in pairs], [_weight(message) for message, _ in pairs]
    urgent = [message["risk"] in _URGENT for message, _ in pairs]
    clear = [message["risk"] != "concern" for message, _ in pairs]  # a concern is neither urgent nor quiet
    learnt = {
        "urgent": learn(rows, urgent, [weight * known for weight, known in zip(weights, clear, strict=True)]),
        "danger": learn(rows, [message["risk"] != "none" for message, _ in pairs], weights),
    }
    fitted = f"{len(pairs)} training messages, answers out of fold; python -m bot.safety.fit"
    fusion.LEARNT.write_text(json.dumps({"fitted": fitted, "weights": learnt}, indent=1) + "\n", encoding="utf-8")


def _weight(message: Mapping[str, Any]) -> float:
    return _WEIGHT_OF_IMMINENT if message["risk"] == "imminent" else 1.0


def _cues(messages: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    return cues.learn((m["text"], m["risk"] in _URGENT) for m in messages if m["risk"] != "concern" and not _fools(m))


def _fools(message: Mapping[str, Any]) -> bool:
    return _TRAPS in message["file"] and message["risk"] == "none"


def _read(messages: Sequence[Mapping[str, Any]], content: Path) -> Iterator[tuple[Mapping[str, Any], Mapping[str, float]]]:
    """Each message with its readings, taken by cues that have not learnt from it."""
    pack = read_folder(content)
    for fold in range(_FOLDS):
        others = [m for m in messages if _fold(m["text"]) != fold]
        lex = Lexicon(pack.entries, pack.marks, Cues(_cues(others)))
        for message in messages:
            if _fold(message["text"]) == fold:
                yield message, fusion.readings(lex.look(message["text"]), _understood(message))


def _fold(text: str) -> int:
    return zlib.crc32(text.encode()) % _FOLDS


def _understood(message: Mapping[str, Any]) -> Understanding:
    topics = tuple(message["topics"].items())
    likeliest, confidence = topics[0]
    return Understanding(likeliest, confidence, topics, message["risks"])


def learn(rows: Rows, truths: Sequence[bool], weights: Sequence[float]) -> dict[str, float]:
    """Logistic regression by coordinate descent, each weight kept on its side of zero (`fusion.SIGNS`)."""
    columns = {"": [1.0] * len(rows), **{name: [row[name] for row in rows] for name in fusion.SIGNS}}
    learnt, totals = dict.fromkeys(columns, 0.0), [0.0] * len(rows)
    for _ in range(_PASSES):
        for name, column in columns.items():
            step = _newton(column, totals, truths, weights, learnt[name] if name else 0.0)
            moved = learnt[name] + step
            if name and moved * fusion.SIGNS[name] < 0:
                step, moved = -learnt[name], 0.0
            learnt[name] = moved
            totals = [total + step * value for total, value in zip(totals, column, strict=True)]
    return {name: round(weight, 4) for name, weight in learnt.items()}


def _newton(
    column: Sequence[float], totals: Sequence[float], truths: Sequence[bool], weights: Sequence[float], now: float
) -> float:
    """The best step along one weight, from the slope and the curve of the loss."""
    slope, curve = -_RIDGE * now, _RIDGE
    for value, total, truth, weight in zip(column, totals, truths, weights, strict=True):
        if value and weight:
            said = 1 / (1 + math.exp(-total))
            slope += weight * value * (truth - said)
            curve += weight * value * value * said * (1 - said)
    return slope / curve


if __name__ == "__main__":
    main(*sys.argv[1:])
