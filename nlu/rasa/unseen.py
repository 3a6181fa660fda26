"""What the recipe makes of every training message when it has not learnt from it: what `bot.safety.fusion` is fitted on.

Run in this folder, after the data changed: `.venv/bin/python unseen.py OUT`. Writes one JSON line a message: its text, file,
topic and risk as labelled; `topics` and `risks` with their probabilities, the likeliest topics only, as the served model answers.
"""

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from components import linear, reading
from components.linear import Floats
from components.model import Recipe
from components.reading import Reader
from components.vocabulary import Vocabulary

ROOT = Path(__file__).resolve().parent
RANKING = 10


def main(out: str) -> None:
    began, recipe = time.monotonic(), Recipe()
    messages = [message for path in sorted((ROOT / "data").glob("*/*.yml")) for message in _messages(path)]
    reader = Reader(reading.concept_forms(ROOT.parent / "concepts"), reading.family_forms(ROOT / "families.yml"))
    read = [reader.read(message["text"]) for message in messages]
    vocabulary = Vocabulary.learn(read, recipe.weights, recipe.rarest)
    matrix = vocabulary.matrix(map(vocabulary.row, read))
    risks = linear.unseen(matrix, [message["risk"] for message in messages], recipe.risk_strength, {}, _say)
    topics = linear.unseen(matrix, [message["topic"] for message in messages], recipe.topic_strength, recipe.topic_odds, _say)
    with Path(out).open("w", encoding="utf-8") as file:
        for at, message in enumerate(messages):
            answer = message | {"topics": _named(topics, at, RANKING), "risks": _named(risks, at)}
            file.write(json.dumps(answer, ensure_ascii=False) + "\n")
    _say(f"{len(messages)} messages in {time.monotonic() - began:.0f} s")


def _messages(path: Path) -> list[dict[str, Any]]:
    blocks = yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)["nlu"]
    return [
        {
            "text": line.removeprefix("- "),
            "file": f"{path.parent.name}/{path.stem}",
            "topic": block["intent"],
            "risk": block["metadata"]["risk"],
        }
        for block in blocks
        for line in block["examples"].splitlines()
    ]


def _named(judged: tuple[Sequence[str], Floats], at: int, most: int | None = None) -> dict[str, float]:
    """The classes of one message with their probabilities, the likeliest first."""
    classes, chances = judged
    likeliest = sorted(zip(classes, chances[at], strict=True), key=lambda pair: -pair[1])[:most]
    return {name: round(float(chance), 5) for name, chance in likeliest}


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - shows its progress


if __name__ == "__main__":
    main(sys.argv[1])
