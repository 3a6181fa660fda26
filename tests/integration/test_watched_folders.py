"""Editing content and flows under a running service: valid changes serve, broken ones change nothing and are shown."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot import check_in, health, script_versions, watch, worker
from bot.housekeeping import HOUSEKEEPING
from bot.runtime import Runtime
from bot.settings import Settings
from bot.storage.tables import OutboxEntry, ScriptVersion
from integrations.channel import Message
from tests.support.world import HandClock, KnowsOnly, Phone, fake_settings, open_runtime

ROOT = Path(__file__).parents[2]


@pytest.fixture
def settings(tmp_path: Path, database_settings: dict[str, Any]) -> Settings:
    """A service whose content and flows may be edited."""
    for name, source in (("content", ROOT / "content"), ("flows", ROOT / "flows" / "scripts")):
        shutil.copytree(source, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "*.py"))
    folders = {"content_dir": tmp_path / "content", "flows_dir": tmp_path / "flows"}
    return fake_settings(tmp_path / "data", **folders, **database_settings)


@pytest.fixture
async def rt(settings: Settings, clock: HandClock) -> AsyncIterator[Runtime]:
    async with open_runtime(settings, clock) as opened:
        nlu = KnowsOnly()
        nlu.learn("como registro a mi bebe", "birth_registration")
        opened.nlu = nlu
        await watch.follow(opened)
        yield opened


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def script(rt: Runtime) -> Path:
    return rt.settings.flows_dir / "birth_registration.yml"


async def asked_where(phone: Phone) -> list[Message]:
    """In the middle of the flow about births, asked where the child was born."""
    await phone.sends("como registro a mi bebe")
    return await phone.taps("Ver mi caso", await phone.answers())


async def test_flow_edited_under_a_live_conversation_serves_others_and_breaks_nothing(rt: Runtime, phone: Phone) -> None:
    question = await asked_where(phone)
    edit(
        script(rt), "value: mexico, label: birth_registration.mexico_label", "value: here, label: birth_registration.mexico_label"
    )
    await watch.follow(rt)
    assert rt.content_error is None
    answered = await phone.taps("En México", question)
    assert "certificado" in answered[-1].text, "she goes on with the version she began on"
    other = Phone(rt, "phone-2")
    tokens = [option.token for message in await asked_where(other) for option in message.options]
    assert any(token.endswith(":here") for token in tokens), "somebody new gets the edited one"


async def test_process_that_starts_after_the_edit_knows_the_older_version(
    rt: Runtime, phone: Phone, settings: Settings, clock: HandClock
) -> None:
    question = await asked_where(phone)
    edit(script(rt), "value: mexico,", "value: here,")
    async with open_runtime(settings, clock) as fresh:
        await watch.follow(fresh)
        later = Phone(fresh)
        later._seen = phone._seen
        answered = await later.taps("En México", question)
    assert "certificado" in answered[-1].text


async def test_broken_script_changes_nothing_and_is_shown_with_its_line(rt: Runtime, phone: Phone) -> None:
    version = rt.bundle.version
    edit(script(rt), "do: answer", "do: sing")
    await watch.follow(rt)
    content = (await health.readiness(rt))["parts"]["content"]
    assert content["state"] == "degraded"
    assert content["error"].startswith("flows/birth_registration.yml:5: steps.answer: unknown kind of step: ")
    assert rt.bundle.version == version
    assert len(await asked_where(phone)) == 1


async def test_broken_text_changes_nothing_and_is_shown(rt: Runtime) -> None:
    version = rt.bundle.version
    edit(rt.settings.content_dir / "es" / "texts" / "core.yml", "exit.done:", "exit.done")
    await watch.follow(rt)
    assert rt.content_error is not None
    assert "es/texts/core.yml:" in rt.content_error
    assert rt.bundle.version == version


async def test_flow_that_says_what_nobody_wrote_is_refused(rt: Runtime) -> None:
    edit(script(rt), "text: birth_registration.where", "text: birth_registration.unwritten")
    await watch.follow(rt)
    assert rt.content_error is not None
    assert rt.content_error.startswith(
        "flows/birth_registration.yml:10: steps.where: text birth_registration.unwritten is missing"
    )


async def test_change_that_is_taken_back_is_well_again(rt: Runtime) -> None:
    edit(script(rt), "do: answer", "do: sing")
    await watch.follow(rt)
    edit(script(rt), "do: sing", "do: answer")
    await watch.follow(rt)
    assert rt.content_error is None


async def test_mended_change_serves(rt: Runtime, phone: Phone) -> None:
    edit(rt.settings.content_dir / "es" / "texts" / "core.yml", "Puedo orientarte sobre esto.", "Te oriento en esto.")
    edit(script(rt), "do: answer", "do: sing")
    await watch.follow(rt)
    edit(script(rt), "do: sing", "do: answer")
    await watch.follow(rt)
    assert (await phone.says("MENU"))[0].startswith("Te oriento en esto.")


async def test_every_process_follows_within_five_seconds(rt: Runtime) -> None:
    assert any(job is watch.follow for _, job, _ in HOUSEKEEPING)
    async with worker.watching(rt):
        version = rt.bundle.version
        edit(script(rt), "value: mexico,", "value: here,")
        start = time.monotonic()
        for _ in range(400):
            if rt.bundle.version != version:
                break
            await asyncio.sleep(0.05)
    assert rt.bundle.version != version
    assert time.monotonic() - start <= 5


async def test_versions_are_let_go_when_no_conversation_can_be_on_them(rt: Runtime, clock: HandClock) -> None:
    edit(script(rt), "value: mexico,", "value: here,")
    await watch.follow(rt)
    current = len(rt.bundle.scripts.flows)
    assert await count(rt) == current + 1
    clock.now += script_versions.KEPT + timedelta(hours=2)
    await watch.follow(rt)
    assert await count(rt) == current
    assert rt.bundle.scripts.old == {}


async def test_hours_edited_under_a_running_service_are_said_and_broken_ones_change_nothing(rt: Runtime, phone: Phone) -> None:
    assert "El equipo no tiene aquí un horario fijo." in await phone.says("horario")
    file = rt.settings.content_dir / "hours.yml"
    stated = "lanes:\n  listen:\n    - {days: [monday, tuesday, wednesday], from: '09:00', to: '18:00'}\n"
    edit(file, "lanes: {}", stated)
    await watch.follow(rt)
    assert rt.content_error is None
    said = "El equipo lee aquí de lunes a miércoles, de 9 de la mañana a 6 de la tarde (hora de Ciudad de México)."
    assert said in await phone.says("¿Qué horario tienen?")
    edit(file, "'18:00'", "'28:00'")
    await watch.follow(rt)
    assert rt.content_error is not None
    assert "hours.yml" in rt.content_error
    assert said in await phone.says("HORARIO")


async def count(rt: Runtime) -> int:
    async with rt.database.read() as session:
        return len((await session.scalars(select(ScriptVersion.digest))).all())


async def test_what_she_said_about_writing_is_kept_and_her_code_word_sealed(rt: Runtime, phone: Phone) -> None:
    await phone.sends("MENU")
    shown = await phone.answers()
    for label in (
        "Sobre este chat",
        "Cuidar este contacto",
        "Alguien más lo ve",
        "Sí, es seguro",
        "Por la noche",
        "Poner una palabra",
    ):
        shown = await phone.taps(label, shown)
    assert not any("colibri" in text for text in await phone.says("colibri"))
    row = await phone.conversation()
    assert (row.may_write, row.write_when, row.phone_shared) == ("yes", "evening", "shared")
    assert row.code_word_enc is not None
    assert b"colibri" not in row.code_word_enc
    key = await rt.keys.get(row.id)
    assert key.open(row.code_word_enc, "conversations", row.id, "code_word") == "colibri"


async def plans(phone: Phone) -> None:
    """She walks the safety plan to its end and asks to be written to tomorrow."""
    await phone.sends("MENU")
    shown = await phone.answers()
    steps = ["Mi seguridad", "Plan para cuidarme", "Sí, empezar", *["Siguiente"] * 5, "Escríbanme luego", "Sí, es seguro"]
    for label in steps:
        shown = await phone.taps(label, shown)


async def test_check_in_is_one_neutral_line_at_its_time(rt: Runtime, phone: Phone, clock: HandClock) -> None:
    await plans(phone)
    await check_in.send_due(rt)
    assert await phone.answers() == []
    clock.forward(hours=24, minutes=1)
    await check_in.send_due(rt)
    await check_in.send_due(rt)
    assert [message.text for message in await phone.answers()] == ["Hola, ¿cómo vas? Escribe cuando quieras."]


async def test_check_in_is_taken_back_when_she_leaves(rt: Runtime, phone: Phone, clock: HandClock) -> None:
    await plans(phone)
    await phone.says("SALIR")
    clock.forward(hours=25)
    await check_in.send_due(rt)
    async with rt.database.read() as session:
        kinds = (await session.scalars(select(OutboxEntry.kind).where(OutboxEntry.state == "queued"))).all()
    assert kinds == []
