"""The main job on real parts: her words through a provider's webhook, the trained model, the scripts, the provider's request."""

from pathlib import Path

import pytest

from nlu.client import RasaClient
from tests.support.loopback import until
from tests.support.rasa_server import RasaServer
from tests.support.served import served
from tests.support.telegram_emulator import telegram, telegram_settings
from tests.support.twilio_emulator import twilio, twilio_settings
from tests.support.world import HandClock, fake_settings, open_runtime

pytestmark = pytest.mark.rasa


async def test_question_about_refuge_on_whatsapp_is_answered_in_spanish_with_a_list(
    tmp_path: Path, clock: HandClock, rasa: RasaServer
) -> None:
    async with twilio(clock) as provider, open_runtime(fake_settings(tmp_path, **twilio_settings(provider.url)), clock) as rt:
        rt.nlu = RasaClient(rasa.url)
        async with served(rt) as provider.server_url:
            assert (await provider.brings(Body="como pido refugio en mexico")).status_code == 200
            await until("the answer and the notice arrive", lambda: "SALIR" in "".join(provider.texts()))
    assert "COMAR" in provider.texts()[0]
    offered = [message for message in provider.sent if message.options]
    assert [message.kind for message in offered] == ["twilio/list-picker"]
    assert "Dónde se pide" in [label for label, _ in offered[0].options]


async def test_question_about_a_birth_on_telegram_is_answered_in_english_with_buttons(
    tmp_path: Path, clock: HandClock, rasa: RasaServer
) -> None:
    async with telegram() as bot, open_runtime(fake_settings(tmp_path, **telegram_settings(bot.url)), clock) as rt:
        rt.nlu = RasaClient(rasa.url)
        async with served(rt) as bot.server_url:
            answer = await bot.brings(bot.update(message=bot.message(text="how do I register my baby?")))
            assert answer.status_code == 200
            await until("the answer and the notice arrive", lambda: "EXIT" in "".join(bot.texts()))
    assert "register your baby" in bot.texts()[0]
    assert "Talk to a person" in [label for label, _ in bot.buttons()]
