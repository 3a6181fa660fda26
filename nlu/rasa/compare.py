"""Figures behind docs/adr/0002: the learning curve, what each kind of feature is worth, other classifiers on the same rows.

Run in this folder: `.venv/bin/python compare.py curve|features|classifiers|rasa MODEL`. `rasa` judges a model that Rasa trained
from another configuration. Accuracy is on the held-out topics of tests/eval, an acceptable second topic counted; with `folds`
also cross-validated on the training data.
"""

import asyncio
import json
import logging
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from components import reading
from components.model import Example, Recipe
from components.reading import Reader
from components.vocabulary import Vocabulary
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.naive_bayes import ComplementNB
from sklearn.svm import LinearSVC

ROOT = Path(__file__).resolve().parent
HELD_OUT = ROOT.parents[1] / "tests" / "eval"
SEED = 20
SIZES = (225, 450, 900, 1_800, 3_600, 7_200, 14_400)
CHOSEN = "LinearSVC C=0.4 (chosen)"
CLASSIFIERS: dict[str, Callable[[], Any]] = {
    CHOSEN: lambda: LinearSVC(C=0.4, tol=0.01, random_state=SEED),
    "LinearSVC C=0.2": lambda: LinearSVC(C=0.2, tol=0.01, random_state=SEED),
    "LinearSVC C=0.8": lambda: LinearSVC(C=0.8, tol=0.01, random_state=SEED),
    "LinearSVC balanced": lambda: LinearSVC(C=0.4, tol=0.01, class_weight="balanced", random_state=SEED),
    "ComplementNB": lambda: ComplementNB(alpha=0.1),
    "LogisticRegression C=4": lambda: LogisticRegression(C=4, max_iter=200),
}


def main() -> int:
    what = {"curve": curve, "features": features, "classifiers": classifiers, "rasa": rasa}
    if len(sys.argv) < 2 or sys.argv[1] not in what:
        print(__doc__)  # noqa: T201
        return 2
    what[sys.argv[1]](*sys.argv[2:])
    return 0


def curve() -> None:
    """Accuracy on held-out messages, from 225 training messages over all topics to all of them."""
    task = Task(Recipe())
    order = list(range(len(task.examples)))
    random.Random(SEED).shuffle(order)  # noqa: S311 - an order, not a secret
    for size in (*(size for size in SIZES if size < len(order)), len(order)):
        task.held_out(f"{size} messages", CLASSIFIERS[CHOSEN](), order[:size])


def features() -> None:
    """What is lost without one kind of feature."""
    weights = Recipe().weights
    for left_out in (None, "concepts", "families", "letters", "words"):
        kept = {block: weight for block, weight in weights.items() if block != left_out}
        task = Task(replace(Recipe(), weights=kept))
        task.both(f"without {left_out}" if left_out else "all", CLASSIFIERS[CHOSEN])
    task = Task(replace(Recipe(), weights={"words": 1.0, "letters": 1.0}))
    task.both("without concepts and families", CLASSIFIERS[CHOSEN])


def classifiers() -> None:
    """Other classifiers on the same rows."""
    task = Task(Recipe())
    for name, make in CLASSIFIERS.items():
        task.both(name, make)


def rasa(model: str) -> None:
    """A model that Rasa trained from another configuration, asked one message at a time."""
    from rasa.core.agent import Agent
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.ERROR)  # at DEBUG, its default here, Rasa prints every message
    agent = Agent.load(model)
    began = time.perf_counter()
    for code, rows in held_out().items():
        given = [asyncio.run(agent.parse_message(row["text"]))["intent"]["name"] for row in rows]
        _say(f"  {code} {_accuracy(rows, given):.3f}")
    _say(f"  {(time.perf_counter() - began) * 1000 / sum(map(len, held_out().values())):.1f} ms a message, in process")


class Task:
    """Every training message and every held-out one, read and counted by one recipe."""

    def __init__(self, recipe: Recipe) -> None:
        reader = Reader(reading.concept_forms(ROOT.parent / "concepts"), reading.family_forms(ROOT / "families.yml"))
        self.examples = list(training())
        self.topics = np.array([example.topic for example in self.examples])
        read = [reader.read(example.text) for example in self.examples]
        vocabulary = Vocabulary.learn(read, recipe.weights, recipe.rarest)
        self.rows = vocabulary.matrix(map(vocabulary.row, read))
        self.held = {
            code: (rows, vocabulary.matrix(vocabulary.row(reader.read(row["text"])) for row in rows))
            for code, rows in held_out().items()
        }

    def held_out(self, name: str, machine: Any, chosen: Sequence[int] | None = None) -> None:
        chosen = list(range(len(self.examples))) if chosen is None else chosen
        began = time.perf_counter()
        machine.fit(self.rows[chosen], self.topics[chosen])
        took = time.perf_counter() - began
        reached = {code: _accuracy(rows, machine.predict(matrix)) for code, (rows, matrix) in self.held.items()}
        _say(
            f"{name:34} held out: " + "  ".join(f"{code} {share:.3f}" for code, share in reached.items()) + f"  fit {took:.0f} s"
        )

    def both(self, name: str, make: Callable[[], Any]) -> None:
        folds = StratifiedKFold(5, shuffle=True, random_state=SEED).split(np.zeros(len(self.topics)), self.topics)
        right = [
            (make().fit(self.rows[seen], self.topics[seen]).predict(self.rows[unseen]) == self.topics[unseen]).mean()
            for seen, unseen in folds
        ]
        self.held_out(f"{name}  folds: {np.mean(right):.3f}", make())


def training() -> Iterator[Example]:
    for path in sorted((ROOT / "data").glob("*/*.yml")):
        for block in yaml.load(path.read_text("utf-8"), yaml.CSafeLoader)["nlu"]:
            for line in block["examples"].splitlines():
                yield Example(line.removeprefix("- "), block["intent"], block["metadata"]["risk"])


def held_out() -> dict[str, list[dict[str, Any]]]:
    return {
        f"{source}.{code}": [json.loads(line) for line in (HELD_OUT / f"{source}.{code}.jsonl").read_text("utf-8").splitlines()]
        for source in ("topics", "second", "third", "fourth")
        for code in ("es", "en")
    }


def _accuracy(rows: Sequence[dict[str, Any]], given: Sequence[str]) -> float:
    return sum(topic in (row["topic"], *row["also"]) for row, topic in zip(rows, given, strict=True)) / len(rows)


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - figures on a terminal


if __name__ == "__main__":
    sys.exit(main())
