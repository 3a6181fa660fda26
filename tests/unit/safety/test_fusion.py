"""Everything that speaks of danger, weighed together; and how the weights are learnt."""

import pytest

from bot.safety import fusion
from bot.safety.fit import learn
from bot.safety.fusion import SIGNS, fuse, odds, readings
from bot.safety.lexicon import Findings, Hit
from bot.safety.risk import Risk
from nlu.understanding import Understanding

CALM = Understanding("education", 0.9, (("education", 0.9),), {"none": 0.95, "concern": 0.03, "high": 0.02, "imminent": 0.0})
GRAVE = Understanding("danger_now", 0.9, (("danger_now", 0.9),), {"none": 0.02, "concern": 0.03, "high": 0.1, "imminent": 0.85})
PATTERN = Hit("lex:a", Risk.HIGH, "physical")


def quiet_row(**read: float) -> dict[str, float]:
    return dict.fromkeys(SIGNS, 0.0) | read


@pytest.mark.parametrize("of", ["urgent", "danger"])
def test_every_weight_pushes_the_way_its_reading_speaks(of: str) -> None:
    weights = fusion.WEIGHTS[of]
    assert set(weights) == {"", *SIGNS}
    assert [name for name, sign in SIGNS.items() if weights[name] * sign < 0] == []


def test_pattern_raises_what_the_model_says() -> None:
    without, beside = fuse(Findings(), CALM), fuse(Findings(Risk.HIGH, (PATTERN,)), CALM)
    assert beside.urgent > without.urgent
    assert beside.danger > without.danger


def test_model_and_pattern_together_are_surer_than_either() -> None:
    found = Findings(Risk.HIGH, (PATTERN,))
    assert fuse(found, GRAVE).urgent > max(fuse(Findings(), GRAVE).urgent, fuse(found, CALM).urgent)


def test_what_explains_dark_words_lowers() -> None:
    assert fuse(Findings(explained=True), GRAVE).urgent < fuse(Findings(), GRAVE).urgent


def test_cues_are_no_pattern() -> None:
    read = readings(Findings(Risk.HIGH, (Hit("cue:high", Risk.HIGH, "unclear"),), cues=0.99), CALM)
    assert (read["pattern_strong"], read["only_words"]) == (0.0, 0.0)
    assert read["cues"] > 0


def test_certainty_is_bounded() -> None:
    assert -odds(0.0) == odds(1.0) == 7.0


def test_weights_are_learnt_from_what_tells_apart() -> None:
    rows = [quiet_row(model_urgent=1.0), quiet_row(model_urgent=-1.0)] * 20
    weights = learn(rows, [True, False] * 20, [1.0] * 40)
    assert weights["model_urgent"] > 1.0
    assert weights["asks"] == 0.0


def test_weight_is_never_learnt_against_its_sign() -> None:
    rows = [quiet_row(pattern_strong=1.0), quiet_row()] * 20
    assert learn(rows, [False, True] * 20, [1.0] * 40)["pattern_strong"] == 0.0


def test_message_without_weight_teaches_nothing() -> None:
    rows = [quiet_row(model_urgent=1.0), quiet_row(model_urgent=-1.0), quiet_row(model_urgent=-5.0)]
    assert learn(rows, [True, False, True], [1.0, 1.0, 0.0]) == learn(rows[:2], [True, False], [1.0, 1.0])
