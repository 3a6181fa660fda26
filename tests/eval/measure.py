"""How well messages are understood that no training has seen: figures, without an opinion on them."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from nlu.client import RasaClient
from nlu.language import detect
from nlu.understanding import NotUnderstood, Understanding
from tests.support.safety_eval import Rate

SETS = Path(__file__).parent
LANGUAGES = ("es", "en")
TOPIC_SETS = ("topics.es", "topics.en", "second.es", "second.en", "third.es", "third.en", "fourth.es", "fourth.en")
"""The first pair by the hands that wrote other sets too, looked at in total while choosing; the others later, by other hands."""
READ_AGAIN = ("topics.es", "topics.en")
"""Sets that two readers have labelled again without seeing the labels (`readers_*.jsonl`)."""
_BANDS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.01)

Known = dict[str, Understanding | NotUnderstood]


@dataclass(frozen=True, slots=True)
class Heard:
    """A held-out message and what the NLU made of it."""

    id: str
    text: str
    language: str
    topic: str
    also: tuple[str, ...]
    traits: tuple[str, ...]
    given: str
    confidence: float

    @property
    def right(self) -> bool:
        """Whether a fair reader would accept the topic that was given."""
        return self.given == self.topic or self.given in self.also

    @property
    def counted(self) -> str:
        """The topic given, an acceptable second one counted as the first."""
        return self.topic if self.right else self.given


def rows(source: str) -> list[dict[str, Any]]:
    """The messages of one held-out file (`topics.es`)."""
    return [json.loads(line) for line in (SETS / f"{source}.jsonl").read_text("utf-8").splitlines() if line.strip()]


def ask(url: str, texts: Iterable[str]) -> Known:
    """What the served model makes of each text, asked one at a time."""

    async def answers() -> Known:
        client = RasaClient(url, deadline=30.0)
        try:
            return {text: await client.understand(text) for text in dict.fromkeys(texts)}
        finally:
            await client.close()

    return asyncio.run(answers())


def readers(code: str) -> dict[str, dict[str, list[str]]]:
    """By message: the topics and the risks that the blind readers gave it."""
    return {row["id"]: row for row in rows(f"readers_{code}")}


def agreement(source: str, what: Literal["topic", "risk"]) -> Rate:
    """How often a blind reader gave a message a label that its author accepts. Nothing can be surer than people are."""
    read, labelled = readers(source[-2:]), rows(source)
    accepted = {row["id"]: {row[what], *(row["also"] if what == "topic" else ())} for row in labelled}
    given = [(label, row["id"]) for row in labelled for label in read[row["id"]][f"{what}s"]]
    return Rate(sum(label in accepted[of] for label, of in given), len(given))


def accepted(heard: Sequence[Heard], code: str) -> Rate:
    """Accuracy where a topic counts too that every blind reader chose first."""
    read = readers(code)
    return Rate(sum(one.right or set(read[one.id]["topics"]) == {one.given} for one in heard), len(heard))


def hear(source: str, known: Known) -> list[Heard]:
    return [_heard(row, known[row["text"]]) for row in rows(source)]


def _heard(row: dict[str, Any], answer: Understanding | NotUnderstood) -> Heard:
    topic, confidence = (answer.topic, answer.confidence) if isinstance(answer, Understanding) else ("", 0.0)
    return Heard(
        row["id"], row["text"], row["language"], row["topic"], tuple(row["also"]), tuple(row["traits"]), topic, confidence
    )


def accuracy(heard: Sequence[Heard]) -> Rate:
    return Rate(sum(one.right for one in heard), len(heard))


def recall(heard: Sequence[Heard], topic: str) -> Rate:
    """Of the messages of a topic, how many were given it or an acceptable second one."""
    return accuracy([one for one in heard if one.topic == topic])


def precision(heard: Sequence[Heard], topic: str) -> Rate:
    """Of the messages that were given a topic, how many deserve it."""
    return accuracy([one for one in heard if one.given == topic])


def macro_f1(heard: Sequence[Heard]) -> float:
    """Mean over the topics of the harmonic mean of precision and recall."""
    topics = sorted({one.topic for one in heard})
    return sum(_f1(heard, topic) for topic in topics) / len(topics)


def _f1(heard: Sequence[Heard], topic: str) -> float:
    both = sum(one.counted == topic and one.topic == topic for one in heard)
    either = sum(one.counted == topic for one in heard) + sum(one.topic == topic for one in heard)
    return 2 * both / either if either else 0.0


def confusions(heard: Sequence[Heard]) -> list[tuple[str, str, int]]:
    """Pairs of topics taken for each other: meant, given, how often; the most frequent first."""
    pairs = Counter((one.topic, one.given) for one in heard if not one.right)
    return [(meant, given, count) for (meant, given), count in pairs.most_common()]


def by_trait(heard: Sequence[Heard]) -> dict[str, Rate]:
    traits = sorted({trait for one in heard for trait in one.traits})
    return {trait: accuracy([one for one in heard if trait in one.traits]) for trait in traits}


def reliability(heard: Sequence[Heard]) -> list[tuple[float, float, float, Rate]]:
    """For bands of confidence: from, to, mean confidence, how often right."""
    bands = [(low, high, [one for one in heard if low <= one.confidence < high]) for low, high in pairwise(_BANDS)]
    return [(low, high, sum(one.confidence for one in band) / len(band), accuracy(band)) for low, high, band in bands if band]


def urgency(answer: Understanding | NotUnderstood) -> float:
    """The trained risk model's probability that a message is high or imminent; 0 without an answer."""
    return answer.risk["high"] + answer.risk["imminent"] if isinstance(answer, Understanding) else 0.0


def urgent_from(code: str, known: Known, threshold: float) -> dict[str, Rate]:
    """What the risk model alone would escalate from a threshold on: of the urgent, and of each kind of quiet messages."""
    quiet = {
        source: [row for row in rows(f"{source}.{code}") if row["risk"] == "none"] for source in ("topics", "traps", "neutral")
    }
    urgent = [row for source in ("topics", "urgent") for row in rows(f"{source}.{code}") if row["risk"] in ("high", "imminent")]
    groups = {"urgent": urgent, "imminent": [row for row in urgent if row["risk"] == "imminent"], **quiet}
    return {
        name: Rate(sum(urgency(known[row["text"]]) >= threshold for row in group), len(group)) for name, group in groups.items()
    }


def language(sets: Sequence[str]) -> Rate:
    """How often the language of a message of three words or more is told."""
    asked = [row for source in sets for row in rows(source) if len(row["text"].split()) >= 3]
    told: Callable[[dict[str, Any]], bool] = lambda row: detect(row["text"], row.get("known")) == row["language"]  # noqa: E731
    return Rate(sum(map(told, asked)), len(asked))
