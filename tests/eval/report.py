"""`make eval`: how well it understands and what it misses, on messages no training has seen. Exit 1 below the floors."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from tests.eval import measure
from tests.eval.measure import LANGUAGES, Heard
from tests.support import rasa_server, safety_eval

FLOORS: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "topic_floors.yml").read_text("utf-8"))
_SAFETY_SETS = (*safety_eval.FIRST, *safety_eval.LATER)
_PAIRS = 25
_THRESHOLDS = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


def main() -> int:
    """Exit status: 0 every floor of understanding is reached, 1 not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rasa", help="URL of a model that is served already; without it the trained one is served here")
    parser.add_argument("--show", action="store_true", help="print the texts of what was missed")
    given = parser.parse_args()
    if given.rasa:
        return _report(given.rasa, given.show)
    with rasa_server.served() as server:
        return _report(server.url, given.show)


def _report(url: str, show: bool) -> int:
    texts = [row["text"] for source in _SAFETY_SETS for code in LANGUAGES for row in measure.rows(f"{source}.{code}")]
    known = measure.ask(url, texts)
    heard = {source: measure.hear(source, known) for source in measure.TOPIC_SETS}
    _say("# Topics, on messages never trained on, with 95 % intervals")
    for source in measure.TOPIC_SETS:
        _say("\n".join(_of_set(source, heard[source])))
    _say("\n".join(_read_again(heard)))
    every = [one for source in measure.TOPIC_SETS for one in heard[source]]
    for code in LANGUAGES:
        _say(f"== all sets, {code}: accuracy {measure.accuracy([one for one in every if one.language == code])}")
    _say("\n".join([*_per_topic(every), *_pairs(every), *_reliability(every), *_elsewhere(known)]))
    _say("# Language, of messages of three words or more")
    _say(f"  {measure.language(measure.TOPIC_SETS)}")
    _say("# The trained risk model alone: share escalated when high + imminent reaches a threshold")
    for code in LANGUAGES:
        _say("\n".join(_of_risk(code, known)))
    _say("# Safety: lexicon, risk model and topic together")
    _say(safety_eval.report(safety_eval.judge_all(_SAFETY_SETS, known.__getitem__), show))
    return _verdict(heard)


def _of_set(source: str, heard: list[Heard]) -> Iterator[str]:
    yield f"== {source}"
    yield f"  accuracy             {measure.accuracy(heard)}"
    yield f"  macro-F1             {measure.macro_f1(heard):.3f}"
    yield f"  out_of_scope recall  {measure.recall(heard, 'out_of_scope')}"
    for trait, rate in measure.by_trait(heard).items():
        yield f"    {trait:18} {rate}"


def _read_again(heard: dict[str, list[Heard]]) -> Iterator[str]:
    yield "== read again by two readers who did not see the labels"
    for source in measure.READ_AGAIN:
        yield f"  {source}: accepted by the author or by both readers  {measure.accepted(heard[source], source[-2:])}"
        yield f"    a reader's topic is accepted by the author  {measure.agreement(source, 'topic')}"
        yield f"    a reader's risk is the author's             {measure.agreement(source, 'risk')}"


def _per_topic(heard: list[Heard]) -> Iterator[str]:
    yield "== per topic: precision, recall"
    for topic in sorted({one.topic for one in heard}):
        yield f"  {topic:20} {measure.precision(heard, topic)!s:36} {measure.recall(heard, topic)}"


def _pairs(heard: list[Heard]) -> Iterator[str]:
    yield "== most often confused: meant, given"
    for meant, given, count in measure.confusions(heard)[:_PAIRS]:
        yield f"  {count:3} {meant} -> {given}"


def _reliability(heard: list[Heard]) -> Iterator[str]:
    yield "== reliability: band of confidence, its mean, how often right"
    for low, high, mean, rate in measure.reliability(heard):
        yield f"  {low:.1f}-{min(high, 1.0):.1f}  {mean:.2f}  {rate}"


def _elsewhere(known: measure.Known) -> Iterator[str]:
    yield "== topics in the sets made for risk"
    for source in ("urgent", "traps", "contrast"):
        for code in LANGUAGES:
            yield f"  {source}.{code:3} {measure.accuracy(measure.hear(f'{source}.{code}', known))}"


def _of_risk(code: str, known: measure.Known) -> Iterator[str]:
    yield f"== {code}: threshold, of urgent, of imminent, of none among topics, traps, neutral"
    for threshold in _THRESHOLDS:
        shares = measure.urgent_from(code, known, threshold)
        yield f"  {threshold:.2f}  " + "  ".join(f"{rate.share:.3f}" for rate in shares.values())


def _verdict(heard: dict[str, list[Heard]]) -> int:
    reached = {
        (source, name): value
        for source in measure.TOPIC_SETS
        for name, value in (
            ("accuracy", measure.accuracy(heard[source]).share),
            ("macro_f1", measure.macro_f1(heard[source])),
            ("out_of_scope_recall", measure.recall(heard[source], "out_of_scope").share),
        )
    }
    below = [
        f"{source} {name}: {value:.3f}, floor {FLOORS[source][name]}"
        for (source, name), value in reached.items()
        if value < FLOORS[source][name]
    ]
    _say("# Floors: " + ("below " + "; ".join(below) if below else "all reached"))
    return 1 if below else 0


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - a report on a terminal


if __name__ == "__main__":
    sys.exit(main())
