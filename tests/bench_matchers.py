"""The lexicon's own matcher beside spaCy's, on the same patterns and messages: docs/adr/0004. `python -m tests.bench_matchers`.

Each is measured in a process of its own, so that neither pays for the other's memory.
"""

import argparse
import json
import re
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import spacy
from faro_text.normalise import normalise
from spacy.matcher import Matcher
from spacy.tokens import Doc

from bot.safety.entries import Pack, read_folder
from bot.safety.pattern import STOPS, Gap, Net, Reader, Variant

ROOT = Path(__file__).resolve().parents[1]
MESSAGES = 400
Find = Callable[[str], frozenset[str]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("only", nargs="?", choices=("own", "spacy"), help="measure one, as JSON")
    only = parser.parse_args().only
    if only:
        _say(json.dumps(_measured({"own": _own, "spacy": _spacy}[only])))
        return
    figures = {name: json.loads(_alone(name)) for name in ("own", "spacy")}
    for name, figure in figures.items():
        took = f"{figure['ms']:.3f} ms median, {figure['p95']:.3f} ms p95"
        _say(f"{name:6} {took}, {figure['mb']:.0f} MB, built in {figure['built']:.1f} s")
    pairs = list(zip(figures["own"]["found"], figures["spacy"]["found"], strict=True))
    _say(f"{sum(own == other for own, other in pairs)} of {len(pairs)} messages: the same patterns found")


def _alone(name: str) -> str:
    command = [sys.executable, "-m", "tests.bench_matchers", name]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def _measured(build: Callable[[dict[str, Sequence[Variant]]], Find]) -> dict[str, Any]:
    pack = read_folder(ROOT / "content")
    patterns = _patterns(pack)
    texts = _texts(pack)
    before, began = _resident_mb(), time.perf_counter()
    find = build(patterns)
    built = time.perf_counter() - began
    found, taken = [], []
    for text in texts:
        began = time.perf_counter()
        keys = find(text)
        taken.append((time.perf_counter() - began) * 1000)
        found.append(sorted(keys))
    taken.sort()
    return {
        "ms": statistics.median(taken),
        "p95": taken[int(len(taken) * 0.95)],
        "mb": _resident_mb() - before,
        "built": built,
        "found": found,
    }


def _patterns(pack: Pack) -> dict[str, Sequence[Variant]]:
    """As `Lexicon` gives them to its net."""
    marks: dict[str, Sequence[Variant]] = {f"mark:{name}": variants for name, variants in pack.marks.items()}
    entries = {f"is:{entry.id}": entry.variants for entry in pack.entries}
    return marks | entries | {f"not:{entry.id}": entry.unless for entry in pack.entries if entry.unless}


def _texts(pack: Pack) -> list[str]:
    """Every example and counter-example, and training messages spread over all topics."""
    told = [text for entry in pack.entries for text in (*entry.examples, *entry.counter)]
    files = sorted((ROOT / "nlu" / "rasa" / "data").glob("*/*.yml"))
    training = [text for file in files for text in re.findall(r"^    - (.*)$", file.read_text("utf-8"), re.M)]
    return told + training[:: max(1, len(training) // MESSAGES)]


def _own(patterns: dict[str, Sequence[Variant]]) -> Find:
    net = Net(patterns)
    return lambda text: frozenset(match.key for match in net.matches(normalise(text).split()))


def _spacy(patterns: dict[str, Sequence[Variant]]) -> Find:
    """One Matcher over a blank pipeline's vocabulary, on words read in the same way."""
    vocab = spacy.blank("xx").vocab
    reader = Reader({w for variants in patterns.values() for v in variants for p in v if not isinstance(p, Gap) for w in p})
    matcher = Matcher(vocab)
    for key, variants in patterns.items():
        matcher.add(key, [_tokens(variant, reader) for variant in variants])

    def find(text: str) -> frozenset[str]:
        words = reader.read(normalise(text).split())
        return frozenset(vocab.strings[key] for key, _, _ in matcher(Doc(vocab, words=words))) if words else frozenset()

    return find


def _tokens(variant: Variant, reader: Reader) -> list[dict[str, Any]]:
    tokens: list[dict[str, Any]] = []
    for piece in variant:
        if isinstance(piece, Gap):
            tokens += [{"ORTH": {"NOT_IN": list(STOPS)}, "OP": "?"}] * piece.most
        else:
            tokens.append({"ORTH": {"IN": reader.closed(piece)}})
    return tokens


def _resident_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _say(text: str) -> None:
    print(text)


if __name__ == "__main__":
    main()
