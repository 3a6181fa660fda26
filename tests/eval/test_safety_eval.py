"""The floors of the safety net on held-out messages; every urgent message that got nothing is named."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.safety.risk import Risk
from tests.support import safety_eval
from tests.support.rasa_server import RasaServer
from tests.support.safety_eval import Case

FLOORS: dict[str, Any] = yaml.safe_load((Path(__file__).with_name("safety_floors.yml")).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def without_nlu() -> list[Case]:
    return safety_eval.judge_all(safety_eval.FIRST, safety_eval.without_nlu)


@pytest.mark.parametrize("language", safety_eval.LANGUAGES)
def test_lexicon_alone_holds_its_floors(without_nlu: list[Case], language: str) -> None:
    missed = [c.id for c in without_nlu if c.language == language and c.risk in safety_eval.URGENT and c.given is Risk.NONE]
    assert below(without_nlu, language, "without_nlu") == [], f"urgent answered with none: {missed}"


@pytest.mark.parametrize("language", safety_eval.LANGUAGES)
def test_held_out_sets_are_large_enough_to_judge_by(language: str) -> None:
    assert len(safety_eval.read("neutral", language)) >= 1000
    assert len(safety_eval.read("contrast", language)) >= 300


def below(cases: list[Case], language: str, stage: str) -> list[str]:
    """The rows of the table that miss their floor."""
    table, floors = safety_eval.table(cases, language), FLOORS[stage][language]
    low = [f"{row} {table[row]} < {floor}" for row, floor in floors["at_least"].items() if table[row].share < floor]
    high = [f"{row} {table[row]} > {floor}" for row, floor in floors["at_most"].items() if table[row].share > floor]
    return low + high


@pytest.mark.rasa
async def test_whole_net_holds_its_floors(rasa: RasaServer) -> None:
    cases = await safety_eval.judged((*safety_eval.FIRST, *safety_eval.LATER), rasa.url)
    missed = [c.id for c in cases if c.risk in safety_eval.URGENT and c.given is Risk.NONE]
    stages = {"with_nlu": safety_eval.FIRST, **{source: (source,) for source in safety_eval.LATER}}
    low = [
        f"{stage} {language}: {row}"
        for stage, sources in stages.items()
        for language in safety_eval.LANGUAGES
        for row in below([case for case in cases if case.source in sources], language, stage)
    ]
    assert low == [], f"urgent answered with none: {missed}"
