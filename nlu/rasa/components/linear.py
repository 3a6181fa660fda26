"""A linear classifier whose probabilities mean what they say.

One support vector machine a class, on sparse features; a second, small model turns their scores into probabilities. It learns
from scores of messages that the machines had not seen (out of fold), so it cannot be fooled by what they know by heart.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits

from components.vocabulary import Floats, Row

Progress = Callable[[str], None]
Numbers = npt.NDArray[np.int64]
Fold = tuple[Numbers, Numbers]
Odds = Mapping[str, float]
"""Class -> how many times likelier it is than among the rows (1 unless named)."""

FOLDS = 2
"""Two, for then the machines of the folds take as long as the one that learns from everything, beside it on the other core."""
SEED = 20
_CLOSE_ENOUGH = 0.01  # a hundred times closer takes a fifth longer and is right as often


@dataclass(frozen=True)
class Linear:
    """A trained classifier.

    Attributes:
        classes: their names, in the order of every answer.
        weights: feature x class.
        bias: one a class.
        mixing: class x class, from scores to the logits of probabilities.
        offset: one a class, added to those.
    """

    classes: tuple[str, ...]
    weights: Floats
    bias: Floats
    mixing: Floats
    offset: Floats

    def probabilities(self, row: Row) -> Floats:
        """Calibrated probability of each class; they sum to 1."""
        scores = row.values @ self.weights[row.columns] + self.bias
        logits = scores @ self.mixing + self.offset
        odds: Floats = np.exp(logits - logits.max())
        return odds / odds.sum()

    def save(self, folder: Path, name: str) -> None:
        parts = {"bias": self.bias, "mixing": self.mixing, "offset": self.offset, "classes": np.array(self.classes)}
        np.savez_compressed(folder / f"{name}.npz", weights=self.weights.astype(np.float16), **parts)

    @classmethod
    def load(cls, folder: Path, name: str) -> "Linear":
        with np.load(folder / f"{name}.npz") as kept:
            numbers = (np.ascontiguousarray(kept[part], np.float32) for part in ("weights", "bias", "mixing", "offset"))
            return cls(tuple(map(str, kept["classes"])), *numbers)


def train(matrix: csr_matrix, labels: Sequence[str], strength: float, odds: Odds, progress: Progress) -> Linear:
    """Learn classes from rows. `strength`: how closely to follow the rows (the machines' C)."""
    classes, numbers = np.unique(np.array(labels), return_inverse=True)
    folds = _folds(numbers)
    machine, *apart = _machines(matrix, numbers, [np.arange(len(numbers)), *(seen for seen, _ in folds)], strength)
    scores = _unseen_scores(matrix, numbers, folds, apart, progress)
    calibrated = _calibrated(scores, classes[numbers], odds)
    progress(reliability_line(calibrated.predict_proba(scores), numbers))
    scaler, logistic = calibrated[0], calibrated[1]
    mixing = logistic.coef_ / scaler.scale_
    return Linear(
        tuple(map(str, classes)),
        np.ascontiguousarray(machine.coef_.T, np.float32),
        machine.intercept_.astype(np.float32),
        np.ascontiguousarray(mixing.T, np.float32),
        (logistic.intercept_ - mixing @ scaler.mean_).astype(np.float32),
    )


def unseen(
    matrix: csr_matrix, labels: Sequence[str], strength: float, odds: Odds, progress: Progress
) -> tuple[list[str], Floats]:
    """The classes, and of each row their probabilities as machines say that have not learnt from it."""
    classes, numbers = np.unique(np.array(labels), return_inverse=True)
    folds = _folds(numbers)
    scores = _unseen_scores(matrix, numbers, folds, _machines(matrix, numbers, [seen for seen, _ in folds], strength), progress)
    return list(map(str, classes)), _calibrated(scores, classes[numbers], odds).predict_proba(scores).astype(np.float32)


def _folds(numbers: Numbers) -> list[Fold]:
    """Which rows to learn from and which to judge, so that each is judged once."""
    return list(StratifiedKFold(FOLDS, shuffle=True, random_state=SEED).split(np.zeros(len(numbers)), numbers))


def _machines(matrix: csr_matrix, numbers: Numbers, parts: Sequence[Numbers], strength: float) -> list[LinearSVC]:
    """One machine a part of the rows, each in a process of its own: in one process they would share their random numbers."""
    fits = (delayed(_machine)(matrix[rows], numbers[rows], strength) for rows in parts)
    machines: list[LinearSVC] = Parallel(n_jobs=-1, mmap_mode="c")(fits)
    return machines


def _machine(matrix: csr_matrix, numbers: Numbers, strength: float) -> LinearSVC:
    return LinearSVC(C=strength, tol=_CLOSE_ENOUGH, random_state=SEED).fit(matrix, numbers)


def _unseen_scores(
    matrix: csr_matrix, numbers: Numbers, folds: Sequence[Fold], machines: Sequence[LinearSVC], progress: Progress
) -> Floats:
    """Out of fold: what each row's classes score with machines that learnt from the other folds."""
    scores = np.zeros((len(numbers), int(numbers.max()) + 1), np.float32)
    for turn, ((_, held), machine) in enumerate(zip(folds, machines, strict=True), 1):
        scores[held] = machine.decision_function(matrix[held])
        progress(f"  fold {turn} of {FOLDS}: {(scores[held].argmax(1) == numbers[held]).mean():.3f} right")
    return scores


def _calibrated(scores: Floats, labels: npt.NDArray[np.str_], odds: Odds) -> Pipeline:
    """From scores to probabilities. In one thread: sums in another order would make another model of the same messages."""
    logistic = LogisticRegression(C=1.0, max_iter=1000)
    with threadpool_limits(1):
        calibrated = make_pipeline(StandardScaler(), logistic).fit(scores, labels)
    logistic.intercept_ += np.log([odds.get(str(name), 1.0) for name in logistic.classes_])
    return calibrated


def reliability_line(probabilities: npt.NDArray[np.float64], truth: npt.NDArray[np.int64]) -> str:
    """How sure it said it was, and how often it was right, in five bands."""
    sure, right = probabilities.max(1), probabilities.argmax(1) == truth
    bands = np.minimum((sure * 5).astype(int), 4)
    said = [f"{sure[bands == band].mean():.2f}->{right[bands == band].mean():.2f}" for band in range(5) if (bands == band).any()]
    return "  sure -> right: " + ", ".join(said)
