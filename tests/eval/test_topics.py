"""The one model of the run, served as in production, understands held-out messages at least as well as the floors say."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.eval import measure
from tests.eval.measure import TOPIC_SETS, Heard
from tests.support.rasa_server import RasaServer

FLOORS: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "topic_floors.yml").read_text("utf-8"))

pytestmark = pytest.mark.rasa


@pytest.fixture(scope="module")
def heard(rasa: RasaServer) -> dict[str, list[Heard]]:
    known = measure.ask(rasa.url, [row["text"] for source in TOPIC_SETS for row in measure.rows(source)])
    return {source: measure.hear(source, known) for source in TOPIC_SETS}


@pytest.mark.parametrize("source", TOPIC_SETS)
def test_unseen_messages_reach_the_floor_of_topic_accuracy(heard: dict[str, list[Heard]], source: str) -> None:
    assert measure.accuracy(heard[source]).share >= FLOORS[source]["accuracy"]


@pytest.mark.parametrize("source", TOPIC_SETS)
def test_rare_topics_reach_the_floor_of_macro_f1(heard: dict[str, list[Heard]], source: str) -> None:
    assert measure.macro_f1(heard[source]) >= FLOORS[source]["macro_f1"]


@pytest.mark.parametrize("source", TOPIC_SETS)
def test_what_is_out_of_scope_is_told_apart(heard: dict[str, list[Heard]], source: str) -> None:
    assert measure.recall(heard[source], "out_of_scope").share >= FLOORS[source]["out_of_scope_recall"]


def test_language_of_three_words_or_more_is_told() -> None:
    assert measure.language(TOPIC_SETS).share >= FLOORS["language"]
