"""The components by themselves, in Rasa's environment: `.venv/bin/python -m unittest discover tests` in `nlu/rasa`."""

import random
import tempfile
import unittest
from pathlib import Path

import numpy as np
from components import model
from components.classifier import _example
from components.model import Example, Model, Recipe
from components.reading import MAX_WORDS, Reader
from components.vocabulary import Vocabulary
from rasa.shared.nlu.training_data.message import Message

CONCEPTS = [("hit", "pega*"), ("hit", "hits"), ("partner", "marido"), ("partner", "husband")]
FAMILIES = [("paper", "papel*"), ("paper", "documents")]
EXAMPLES = [
    *(
        Example(f"mi marido me pega {when}", "partner_violence", "high")
        for when in ("hoy", "ayer", "siempre", "mucho", "otra vez")
    ),
    *(Example(f"hola {who}", "greet", "none") for who in ("amiga", "señora", "a todas", "buenas", "que tal")),
    *(Example(f"mis papeles {how}", "regularization", "concern") for how in ("no llegan", "tardan", "vencen", "faltan", "donde")),
]


def _train(examples: list[Example]) -> Model:
    return model.train(examples, CONCEPTS, FAMILIES, Recipe(rarest={}), lambda _: None)


class Reading(unittest.TestCase):
    def test_both_languages_share_their_concepts(self) -> None:
        reader = Reader(CONCEPTS, FAMILIES)
        spanish, english = reader.read("mi marido me pega"), reader.read("my husband hits me")
        self.assertEqual(spanish["concepts"], english["concepts"])
        self.assertIn("partner hit", spanish["concepts"])

    def test_text_without_words_has_no_features(self) -> None:
        for text in ("", " \n", "\u202e\u200f", "\ud800"):
            self.assertEqual([feature for block in Reader(CONCEPTS, FAMILIES).read(text).values() for feature in block], [])

    def test_endless_message_is_read_to_a_bound(self) -> None:
        words = Reader(CONCEPTS, FAMILIES).read("ya no puedo mas " * 5_000)["words"]
        self.assertLess(len(words), 2 * MAX_WORDS)


class Counting(unittest.TestCase):
    def setUp(self) -> None:
        self.messages = [{"words": ["uno", "dos"]}, {"words": ["dos", "tres"]}]
        self.vocabulary = Vocabulary.learn(self.messages, {"words": 0.5}, {})

    def test_block_has_the_length_of_its_weight(self) -> None:
        self.assertAlmostEqual(float(np.linalg.norm(self.vocabulary.row({"words": ["uno", "dos"]}).values)), 0.5, places=5)

    def test_unknown_words_count_nothing(self) -> None:
        self.assertEqual(len(self.vocabulary.row({"words": ["cuatro"]}).columns), 0)

    def test_rare_features_are_left_out(self) -> None:
        self.assertEqual(list(Vocabulary.learn(self.messages, {"words": 1.0}, {"words": 2}).columns["words"]), ["dos"])


class Learning(unittest.TestCase):
    def test_probabilities_of_topics_and_risks_sum_to_one(self) -> None:
        for text in ("mi marido me pega", "", "algo que nadie dijo"):
            for answer in _train(EXAMPLES).understand(text):
                self.assertAlmostEqual(sum(answer.values()), 1.0, places=5)

    def test_what_was_learnt_in_spanish_serves_in_english(self) -> None:
        topics, risks = _train(EXAMPLES).understand("my husband hits me")
        self.assertEqual(max(topics, key=topics.__getitem__), "partner_violence")
        self.assertEqual(max(risks, key=risks.__getitem__), "high")

    def test_order_of_the_examples_changes_nothing(self) -> None:
        shuffled = random.Random(1).sample(EXAMPLES, len(EXAMPLES))
        self.assertEqual(_train(EXAMPLES).understand("hola mi marido"), _train(shuffled).understand("hola mi marido"))

    def test_loaded_model_answers_like_the_one_that_was_saved(self) -> None:
        learnt = _train(EXAMPLES)
        with tempfile.TemporaryDirectory() as folder:
            learnt.save(Path(folder))
            loaded = Model.load(Path(folder))
        for kept, given in zip(learnt.understand("mis papeles"), loaded.understand("mis papeles"), strict=True):
            for name, chance in kept.items():
                self.assertAlmostEqual(given[name], chance, places=2)

    def test_topic_with_higher_odds_is_given_more_often(self) -> None:
        even = model.train(EXAMPLES, CONCEPTS, FAMILIES, Recipe(rarest={}, topic_odds={}), lambda _: None)
        leaning = model.train(EXAMPLES, CONCEPTS, FAMILIES, Recipe(rarest={}, topic_odds={"greet": 3.0}), lambda _: None)
        before, after = (learnt.understand("mis papeles")[0]["greet"] for learnt in (even, leaning))
        self.assertAlmostEqual(after / (1 - after), 3 * before / (1 - before), places=4)

    def test_message_without_a_risk_stops_the_training(self) -> None:
        with self.assertRaisesRegex(ValueError, "of greet has no risk"):
            _example(Message({"text": "hola", "intent": "greet"}))


if __name__ == "__main__":
    unittest.main()
