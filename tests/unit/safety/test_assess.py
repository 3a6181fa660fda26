"""The union of lexicon, model, topic and conversation."""

import pytest

from bot.safety.assess import assess
from bot.safety.lexicon import Findings, Hit
from bot.safety.risk import Risk
from nlu.understanding import NotUnderstood, Understanding

DOWN = NotUnderstood("down")
STRONG = Findings(Risk.HIGH, (Hit("lex:a", Risk.HIGH, "physical"),), cues=0.5)
DOUBTED = Findings(Risk.CONCERN, (Hit("lex:a", Risk.HIGH, "physical", doubted=True),))
LONG = Findings(words=20)
HINT = Findings(Risk.CONCERN, (Hit("lex:h", Risk.CONCERN, "distress", weak=True),))


def reads(topic: str = "partner_violence", confidence: float = 0.5, **risk: float) -> Understanding:
    return Understanding(topic, confidence, ((topic, confidence),), risk)


CALM = reads("education", none=0.999, concern=0.001)


def test_lexicon_alone_decides_when_the_nlu_is_down() -> None:
    assert assess(STRONG, DOWN, {}, ()).level is Risk.HIGH
    assert assess(DOUBTED, DOWN, {}, ()).level is Risk.CONCERN


def test_model_alone_escalates_what_no_pattern_sees() -> None:
    seen = assess(LONG, reads(none=0.02, high=0.13, imminent=0.85), {}, ())
    assert (seen.level, seen.reasons, seen.kinds) == (Risk.IMMINENT, ("model:imminent",), ("physical",))


def test_model_sure_of_none_takes_a_pattern_down_to_a_question_but_never_to_none() -> None:
    assert assess(STRONG, CALM, {}, ()).level is Risk.CONCERN


def test_sure_pattern_escalates_where_the_model_only_wavers() -> None:
    assert assess(STRONG, reads(none=0.5, concern=0.35, high=0.15), {}, ()).level is Risk.HIGH


def test_model_sure_of_none_lets_a_hint_go() -> None:
    assert assess(HINT, CALM, {}, ()).level is Risk.NONE
    assert assess(HINT, reads(none=0.6, concern=0.3, high=0.1), {}, ()).level is Risk.CONCERN


def test_model_bears_out_a_doubted_pattern() -> None:
    assert assess(DOUBTED, reads(none=0.2, high=0.7, imminent=0.1), {}, ()).level is Risk.HIGH


def test_doubted_pattern_only_asks_where_the_model_sees_little() -> None:
    assert assess(DOUBTED, reads("work", none=0.9, concern=0.07, high=0.03), {}, ()).level is Risk.CONCERN


def test_fixed_pattern_stands_whatever_the_model_says() -> None:
    found = Findings(Risk.CONCERN, (Hit("lex:f", Risk.CONCERN, "aggressor", fixed=True),))
    assert assess(found, CALM, {}, ()).level is Risk.CONCERN


def test_pattern_in_everyday_talk_needs_a_surer_model() -> None:
    found = Findings(Risk.HIGH, STRONG.hits, cues=0.5, words=20)
    seen = {"none": 0.5, "concern": 0.2, "high": 0.3}
    assert assess(found, reads("work", **seen), {}, ()).level is Risk.HIGH
    assert assess(found, reads("out_of_scope", **seen), {}, ()).level is Risk.CONCERN


def test_few_words_without_a_pattern_need_a_surer_model() -> None:
    seen = reads("partner_violence", none=0.2, high=0.6, imminent=0.2)
    assert assess(LONG, seen, {}, ()).level is Risk.HIGH
    assert assess(Findings(words=5), seen, {}, ()).level is Risk.CONCERN
    assert assess(Findings(Risk.HIGH, (STRONG.hits[0],), words=5), seen, {}, ()).level is Risk.HIGH


@pytest.mark.parametrize("unread", ["voice", "image", "unsupported"])
def test_what_cannot_be_read_is_a_concern(unread: str) -> None:
    seen = assess(Findings(), DOWN, {}, (unread,))
    assert (seen.level, seen.reasons) == (Risk.CONCERN, (f"unreadable:{unread}",))


def test_language_without_a_pack_is_a_concern() -> None:
    assert assess(Findings(), DOWN, {}, (), "ht").level is Risk.CONCERN


def test_kinds_come_most_pressing_first() -> None:
    found = Findings(Risk.HIGH, (Hit("lex:a", Risk.HIGH, "control"), Hit("lex:b", Risk.HIGH, "strangulation")))
    assert assess(found, DOWN, {}, ()).kinds == ("strangulation", "control")
