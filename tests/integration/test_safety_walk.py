"""Danger through the whole walk: what she gets, which case opens, and what silence does."""

import pytest

from bot import housekeeping
from bot.runtime import Runtime
from bot.safety.risk import Risk
from integrations.channel import Media, MediaKind
from tests.support.world import HandClock, KnowsOnly, Phone


async def test_disclosure_gets_lines_and_an_urgent_case_in_the_same_turn(rt: Runtime, phone: Phone) -> None:
    texts = await phone.says("anoche mi esposo me golpeo otra vez y hoy me escondio el telefono")
    case = await phone.case()
    assert any("079" in text for text in texts)
    assert case is not None
    assert (case.lane, Risk(case.risk)) == ("urgent", Risk.HIGH)


async def test_hint_gets_one_question_and_silence_opens_a_case_in_ten_minutes(
    rt: Runtime, phone: Phone, clock: HandClock
) -> None:
    texts = await phone.says("ya no se que hacer con el cuando toma")
    assert texts[0].startswith("Aquí puedes hablar con calma")
    assert await phone.case() is None
    clock.forward(minutes=9)
    await housekeeping.open_unanswered(rt)
    assert await phone.case() is None
    clock.forward(minutes=2)
    await housekeeping.open_unanswered(rt)
    case = await phone.case()
    assert case is not None
    assert (case.lane, Risk(case.risk)) == ("listen", Risk.CONCERN)
    assert await phone.answers() == [], "nobody writes to her first"


async def test_answer_to_the_question_leaves_no_case_behind(rt: Runtime, phone: Phone, clock: HandClock) -> None:
    await phone.sends("ya no se que hacer con el cuando toma")
    asked = await phone.answers()
    await phone.taps("Estoy a salvo", asked)
    clock.forward(minutes=30)
    await housekeeping.open_unanswered(rt)
    assert await phone.case() is None


async def test_locked_in_gets_one_neutral_line_and_numbers_only_after_one(rt: Runtime, phone: Phone) -> None:
    first = await phone.says("me tienen encerrada con llave y candado no puedo salir")
    assert first == ["Recibimos tu mensaje. ¿Te mando la información? 1 sí, 2 no"]
    case = await phone.case()
    assert case is not None
    assert "phone_held" in case.flags
    assert any("911" in text for text in await phone.says("1"))


@pytest.mark.parametrize("text", ["salir ya llego", "borra todo ahi viene"])
async def test_leaving_is_answered_with_nothing_and_a_case(rt: Runtime, phone: Phone, text: str) -> None:
    assert await phone.says(text) == []
    case = await phone.case()
    assert case is not None
    assert "left" in case.flags


async def test_voice_note_opens_a_listen_case(rt: Runtime, phone: Phone) -> None:
    await phone.sends_body(Media(media=MediaKind.VOICE, handle="h"))
    texts = [m.text for m in await phone.answers()]
    case = await phone.case()
    assert texts[0].startswith("No pude abrirlo")
    assert case is not None
    assert case.lane == "listen"


async def test_calm_question_with_a_hint_is_answered_and_asked_how_she_is(rt: Runtime, phone: Phone) -> None:
    nlu = KnowsOnly()
    rt.nlu = nlu
    text = "como registro a mi hija? ya no se que hacer con el cuando toma"
    nlu.learn(text, "birth_registration")
    texts = await phone.says(text)
    assert any(said.startswith("Aquí puedes hablar con calma") for said in texts[1:])
    assert "regist" in texts[0].casefold()


async def test_detained_relative_gets_lines_and_the_practical_answer(rt: Runtime, phone: Phone) -> None:
    nlu = KnowsOnly()
    rt.nlu = nlu
    text = "detuvieron a mi hermano en la estacion migratoria de tapachula, que hago"
    nlu.learn(text, "detention")
    texts = await phone.says(text)
    answer = rt.bundle.library.answer("es", "detention", rt.clock().date()).blocks[0]
    assert answer in texts
    assert any("911" in said for said in texts[: texts.index(answer)])


async def test_exit_in_the_same_breath_as_danger_sends_no_number_and_opens_a_case(rt: Runtime, phone: Phone) -> None:
    await phone.sends("me esta pegando", "SALIR")
    assert [m.text for m in await phone.answers()] == ["Listo."]
    case = await phone.case()
    assert case is not None
    assert Risk(case.risk) is Risk.IMMINENT
    assert (await phone.conversation()).exited_at is not None


async def test_words_after_an_exit_are_heard_again(rt: Runtime, phone: Phone) -> None:
    await phone.sends("SALIR", "me esta pegando")
    assert any("911" in m.text for m in await phone.answers())
