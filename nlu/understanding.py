"""What the NLU made of a message: plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Entity:
    """Something a flow can use.

    Attributes:
        kind: place, country, hours_ago, child_age, document.
        value: canonical value: a place id, an ISO 3166 code, hours as a decimal number, years, a document id.
    """

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a message says.

    Attributes:
        topic: the likeliest topic of the taxonomy.
        confidence: calibrated probability of that topic, 0 to 1.
        ranking: the likeliest topics, best first, with their probabilities.
        risk: calibrated probability of each level (none, concern, high, imminent); empty if the model has none.
        entities: what flows can use, in order of appearance.
    """

    topic: str
    confidence: float
    ranking: tuple[tuple[str, float], ...] = ()
    risk: Mapping[str, float] = field(default_factory=dict)
    entities: tuple[Entity, ...] = ()


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """The NLU gave nothing. `reason`: down, timeout, bad_answer, empty."""

    reason: str
