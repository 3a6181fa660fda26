"""The privacy notice names who answers for her data, as the deployment says it."""

from pathlib import Path

import pytest

from bot import doctor
from bot.runtime import Runtime
from tests.support.world import HandClock, KnowsOnly, Phone, fake_settings, open_runtime

NAMED = {"controller_name": "Casa de Prueba", "controller_contact": "datos@faro.example"}


async def notice(rt: Runtime) -> str:
    nlu = KnowsOnly()
    nlu.learn("quien lee esto", "privacy")
    rt.nlu = nlu
    return "\n".join(await Phone(rt).says("quien lee esto"))


@pytest.mark.parametrize(
    ("named", "said"),
    [
        (NAMED, "Responde por tus datos: Casa de Prueba. Para verlos, corregirlos o borrarlos: datos@faro.example."),
        ({}, "Responde por tus datos: la organización que atiende este chat. Para verlos, corregirlos o borrarlos: pide aquí"),
    ],
)
async def test_notice_says_who_answers_and_where_to_ask(tmp_path: Path, named: dict[str, str], said: str) -> None:
    async with open_runtime(fake_settings(tmp_path, **named), HandClock()) as rt:
        assert said in await notice(rt)


@pytest.mark.parametrize(("named", "told"), [({}, True), (NAMED, False)])
async def test_doctor_says_that_nobody_is_named(tmp_path: Path, named: dict[str, str], told: bool) -> None:
    async with open_runtime(fake_settings(tmp_path, **named), HandClock()) as rt:
        lines = [str(finding) for finding in await doctor.examine(rt)]
    assert any("FARO_CONTROLLER_NAME" in line for line in lines) is told
