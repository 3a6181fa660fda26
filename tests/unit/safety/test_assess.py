"""The union of lexicon, model, topic and conversation."""

import pytest

from bot.safety.assess import assess
from bot.safety.lexicon import Findings, Hit
from bot.safety.risk import Risk
from nlu.understanding import NotUnderstood, Understanding

DOWN = NotUnderstood("down")
STRONG = Findings(Risk.HIGH, (Hit("lex:a", Risk.HIGH, "physical"),))
DOUBTED = Findings(Risk.CONCERN, (Hit("lex:a", Risk.HIGH, "physical", doubted=True),))
HINT = Findings(Risk.CONCERN, (Hit("lex:h", Risk.CONCERN, "distress", weak=True),))


def reads(topic: str = "partner_violence", confidence: float = 0.5, **risk: float) -> Understanding:
    return Understanding(topic, confidence, ((topic, confidence),), risk)


def test_lexicon_alone_decides_when_the_nlu_is_down() -> None:
    assert assess(STRONG, DOWN, {}, ()).level is Risk.HIGH
    assert assess(DOUBTED, DOWN, {}, ()).level is Risk.CONCERN


def test_model_alone_escalates_what_no_pattern_sees() -> None:
    seen = assess(Findings(), reads(none=0.05, high=0.2, imminent=0.75), {}, ())
    assert (seen.level, seen.reasons, seen.kinds) == (Risk.IMMINENT, ("model:imminent",), ("physical",))


def test_model_sure_of_none_takes_a_pattern_down_to_a_question_but_never_to_none() -> None:
    assert assess(STRONG, reads(none=0.999), {}, ()).level is Risk.CONCERN


def test_model_sure_of_none_lets_a_hint_go() -> None:
    assert assess(HINT, reads(none=0.95), {}, ()).level is Risk.NONE
    assert assess(HINT, reads(none=0.6, concern=0.3), {}, ()).level is Risk.CONCERN


def test_model_bears_out_a_doubted_pattern() -> None:
    assert assess(DOUBTED, reads(none=0.6, high=0.2), {}, ()).level is Risk.HIGH


def test_everyday_talk_needs_a_surer_model() -> None:
    assert assess(Findings(), reads("out_of_scope", none=0.5, high=0.5), {}, ()).level is Risk.CONCERN
    assert assess(Findings(), reads("out_of_scope", none=0.05, high=0.95), {}, ()).level is Risk.HIGH


@pytest.mark.parametrize("unread", ["voice", "image", "unsupported"])
def test_what_cannot_be_read_is_a_concern(unread: str) -> None:
    seen = assess(Findings(), DOWN, {}, (unread,))
    assert (seen.level, seen.reasons) == (Risk.CONCERN, (f"unreadable:{unread}",))


def test_language_without_a_pack_is_a_concern() -> None:
    assert assess(Findings(), DOWN, {}, (), "ht").level is Risk.CONCERN


def test_kinds_come_most_pressing_first() -> None:
    found = Findings(Risk.HIGH, (Hit("lex:a", Risk.HIGH, "control"), Hit("lex:b", Risk.HIGH, "strangulation")))
    assert assess(found, DOWN, {}, ()).kinds == ("strangulation", "control")
