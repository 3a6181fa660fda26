"""The one component of the pipeline: reads a message once, says its topic and its risk.

Topic goes where Rasa puts it (`intent`, `intent_ranking`); risk is a property of the parse answer beside them: the calibrated
probability of none, concern, high and imminent. It decides nothing: what follows from a probability is the application's.
"""

from pathlib import Path
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components import model, reading
from components.model import Example, Model, Recipe

_ROOT = Path(__file__).resolve().parents[1]


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicAndRisk(GraphComponent, IntentClassifier):
    """Trained on intents with `metadata: {risk: ...}` beside them."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Paths are relative to the Rasa project; `ranking` is how many topics the answer lists."""
        return {"concepts": "../concepts", "families": "families.yml", "ranking": 10}

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource, learnt: Model | None = None) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._learnt = learnt

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> "TopicAndRisk":
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> "TopicAndRisk":
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, Model.load(folder))

    def train(self, training_data: TrainingData) -> Resource:
        """Learn from every message that has a topic. Raises `ValueError` when one has no risk."""
        examples = [_example(message) for message in training_data.intent_examples if message.get(TEXT)]
        concepts = reading.concept_forms(_ROOT / self._config["concepts"])
        families = reading.family_forms(_ROOT / self._config["families"])
        self._learnt = model.train(examples, concepts, families, Recipe(), _say)
        with self._storage.write_to(self._resource) as folder:
            self._learnt.save(folder)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            self._understand(message)
        return messages

    def _understand(self, message: Message) -> None:
        assert self._learnt is not None, "Rasa asks only what was trained or loaded"  # noqa: S101
        topics, risks = self._learnt.understand(message.get(TEXT) or "")
        ranking = sorted(({"name": name, "confidence": chance} for name, chance in topics.items()), key=_least_likely)
        message.set(INTENT, ranking[0], add_to_output=True)
        message.set("intent_ranking", ranking[: self._config["ranking"]], add_to_output=True)
        message.set("risk", risks, add_to_output=True)


def _example(message: Message) -> Example:
    label = ((message.get("metadata") or {}).get("intent") or {}).get("risk")
    if label not in ("none", "concern", "high", "imminent"):
        raise ValueError(f"a training message of {message.get(INTENT)} has no risk: give its block `metadata: {{risk: ...}}`")
    return Example(message.get(TEXT), message.get(INTENT), label)


def _least_likely(ranked: dict[str, Any]) -> tuple[float, str]:
    return -ranked["confidence"], ranked["name"]


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - training shows its progress
