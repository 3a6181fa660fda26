"""Everything learnt, without Rasa: a message in, probabilities of its topics and risks out."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from components import linear
from components.linear import Linear, Progress
from components.reading import Forms, Reader
from components.vocabulary import Vocabulary


@dataclass(frozen=True, order=True)
class Example:
    """A labelled message."""

    text: str
    topic: str
    risk: str


@dataclass(frozen=True)
class Recipe:
    """How to train.

    Attributes:
        weights: kind of feature -> its length in a message's row.
        rarest: kind of feature -> in how many messages a feature must occur to count (1 unless named).
        topic_strength: how closely the topics follow the examples.
        risk_strength: how closely the risks do.
        topic_odds: topic -> how many times likelier it is than among the examples. Everyday talk has no end and no examples are
            enough: what is like nothing known is rather that than a question about her papers.
    """

    weights: dict[str, float] = field(default_factory=lambda: {"words": 1.4, "letters": 1.0, "concepts": 0.6, "families": 1.0})
    rarest: dict[str, int] = field(default_factory=lambda: {"letters": 2, "concepts": 2, "families": 2})
    topic_strength: float = 0.4
    risk_strength: float = 0.2
    topic_odds: dict[str, float] = field(default_factory=lambda: {"out_of_scope": 2.0})


@dataclass(frozen=True)
class Model:
    reader: Reader
    vocabulary: Vocabulary
    topics: Linear
    risks: Linear

    def understand(self, text: str) -> tuple[dict[str, float], dict[str, float]]:
        """Calibrated probabilities of the topics and of the risks."""
        row = self.vocabulary.row(self.reader.read(text))
        return _named(self.topics, self.topics.probabilities(row)), _named(self.risks, self.risks.probabilities(row))

    def save(self, folder: Path) -> None:
        """Everything that is needed to read and judge, into a folder: no file of the repository is needed again."""
        (folder / "forms.json").write_text(json.dumps(self.reader.forms, ensure_ascii=False), "utf-8")
        self.vocabulary.save(folder)
        self.topics.save(folder, "topics")
        self.risks.save(folder, "risks")

    @classmethod
    def load(cls, folder: Path) -> "Model":
        forms = json.loads((folder / "forms.json").read_text("utf-8"))
        reader = Reader([tuple(pair) for pair in forms["concepts"]], [tuple(pair) for pair in forms["families"]])
        return cls(reader, Vocabulary.load(folder), Linear.load(folder, "topics"), Linear.load(folder, "risks"))


def train(examples: Sequence[Example], concepts: Forms, families: Forms, recipe: Recipe, progress: Progress) -> Model:
    """Learn from examples. The same examples give the same model, in whatever order the files were found."""
    examples = sorted(examples)
    reader = Reader(concepts, families)
    progress(f"Reading {len(examples)} messages")
    read = [reader.read(example.text) for example in examples]
    vocabulary = Vocabulary.learn(read, recipe.weights, recipe.rarest)
    matrix = vocabulary.matrix(map(vocabulary.row, read))
    progress(f"Topics, from {matrix.shape[1]} features")
    topics = linear.train(matrix, [example.topic for example in examples], recipe.topic_strength, recipe.topic_odds, progress)
    progress("Risks")
    risks = linear.train(matrix, [example.risk for example in examples], recipe.risk_strength, {}, progress)
    return Model(reader, vocabulary, topics, risks)


def _named(classifier: Linear, probabilities: linear.Floats) -> dict[str, float]:
    return {name: float(chance) for name, chance in zip(classifier.classes, probabilities, strict=True)}
