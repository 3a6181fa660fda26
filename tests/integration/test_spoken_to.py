"""She is spoken to in the feminine, and without gender once she asks."""

from bot.runtime import Runtime
from integrations.channel import Choice
from tests.support.world import Phone


async def what_is_said(her: Phone) -> str:
    await her.sends_body(Choice(token="flow:lgbtiq", label="x"))
    shown = await her.answers()
    return "\n".join(m.text for m in await her.taps("Ver mi caso", shown))


async def test_neutral_words_begin_when_she_asks_and_end_when_she_asks(rt: Runtime, phone: Phone) -> None:
    assert "bienvenida" in await what_is_said(phone)
    await phone.sends_body(Choice(token="flow:language", label="x"))
    asked = await phone.answers()
    await phone.taps("Háblame sin género", asked)
    assert "bienvenida" not in await what_is_said(phone)
    await phone.sends_body(Choice(token="flow:language", label="x"))
    await phone.taps("Háblame en femenino", await phone.answers())
    assert "bienvenida" in await what_is_said(phone)
