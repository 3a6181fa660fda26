"""From what was read in a message to numbers: term frequency times rarity, each block of unit length times its weight."""

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

Floats = npt.NDArray[np.float32]
Columns = npt.NDArray[np.int32]
Read = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Row:
    """One message as numbers: columns and their values."""

    columns: Columns
    values: Floats


@dataclass(frozen=True)
class Vocabulary:
    """The features worth counting, by block.

    Attributes:
        columns: block -> feature -> column.
        rarity: by column, how rare the feature is (smoothed inverse document frequency).
        weights: block -> length of its part of every row.
    """

    columns: dict[str, dict[str, int]]
    rarity: Floats
    weights: dict[str, float]

    @classmethod
    def learn(cls, messages: Sequence[Read], weights: Mapping[str, float], rarest: Mapping[str, int]) -> "Vocabulary":
        """Count features over messages; those found in fewer messages than `rarest` of their block are left out."""
        columns: dict[str, dict[str, int]] = {}
        rarity: list[float] = []
        for block in weights:
            found = Counter(feature for message in messages for feature in set(message[block]))
            kept = sorted(feature for feature, count in found.items() if count >= rarest.get(block, 1))
            columns[block] = {feature: len(rarity) + at for at, feature in enumerate(kept)}
            rarity.extend(1 + math.log((1 + len(messages)) / (1 + found[feature])) for feature in kept)
        return cls(columns, np.array(rarity, np.float32), dict(weights))

    def row(self, message: Read) -> Row:
        """A message as numbers; empty if nothing in it is known."""
        parts = [self._part(block, message[block]) for block in self.weights]
        return Row(np.concatenate([part.columns for part in parts]), np.concatenate([part.values for part in parts]))

    def _part(self, block: str, features: Sequence[str]) -> Row:
        known = self.columns[block]
        counts = Counter(known[feature] for feature in features if feature in known)
        columns = np.fromiter(counts.keys(), np.int32, len(counts))
        values = (1 + np.log(np.fromiter(counts.values(), np.float32, len(counts)))) * self.rarity[columns]
        length = float(np.sqrt(values @ values)) or 1.0
        return Row(columns, (values * (self.weights[block] / length)).astype(np.float32))

    def matrix(self, rows: Iterable[Row]) -> csr_matrix:
        """Rows as one matrix."""
        all_rows = list(rows)
        ends = np.cumsum([0, *(len(row.columns) for row in all_rows)])
        values = np.concatenate([row.values for row in all_rows])
        columns = np.concatenate([row.columns for row in all_rows])
        return csr_matrix((values, columns, ends), shape=(len(all_rows), len(self.rarity)))

    def save(self, folder: Path) -> None:
        features = {block: list(known) for block, known in self.columns.items()}
        kept = {"features": features, "weights": self.weights}
        (folder / "vocabulary.json").write_text(json.dumps(kept, ensure_ascii=False), "utf-8")
        np.save(folder / "rarity.npy", self.rarity)

    @classmethod
    def load(cls, folder: Path) -> "Vocabulary":
        kept = json.loads((folder / "vocabulary.json").read_text("utf-8"))
        columns: dict[str, dict[str, int]] = {}
        start = 0
        for block, features in kept["features"].items():
            columns[block] = {feature: start + at for at, feature in enumerate(features)}
            start += len(features)
        return cls(columns, np.load(folder / "rarity.npy"), kept["weights"])
