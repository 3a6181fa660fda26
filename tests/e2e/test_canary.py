"""No words in logs: a real service at its most talkative, canary strings through every channel and into every mishap, then a
search of all that it wrote: its output, its files, its figures, and Rasa's output (R35).
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.log import ALLOWED
from tests.support.loopback import Fault, until
from tests.support.rasa_server import RasaServer
from tests.support.servers import free_port
from tests.support.telegram_emulator import SECRET, TelegramEmulator, telegram
from tests.support.telegram_emulator import TOKEN as TELEGRAM_TOKEN
from tests.support.twilio_emulator import ACCOUNT, SENDER, TwilioEmulator, signed, twilio
from tests.support.twilio_emulator import TOKEN as TWILIO_TOKEN
from tests.support.world import fake_key

NUMBER = "525599887766"
CHAT = 7_755_331_199
SIMULATED = "canary-simulated-phone"  # stands in the simulated phone's own table
PUBLIC = "https://faro.example"
WORDS = [f"canario{number:02}zxqv" for number in range(40)]
SECRETS = [TWILIO_TOKEN, TELEGRAM_TOKEN, SECRET, fake_key("s"), fake_key("e"), fake_key("l")]


class Words:
    """Hands out the canaries, each for one place."""

    def __init__(self) -> None:
        self.used: list[str] = []

    def __call__(self) -> str:
        word = WORDS[len(self.used)]
        self.used.append(word)
        return word


@pytest.fixture
async def whatsapp() -> AsyncIterator[TwilioEmulator]:
    async with twilio() as emulator:
        yield emulator


@pytest.fixture
async def bot() -> AsyncIterator[TelegramEmulator]:
    async with telegram() as emulator:
        yield emulator


def environment(folder: Path, whatsapp: TwilioEmulator, bot: TelegramEmulator, rasa: RasaServer) -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("FARO_")},
        "FARO_ENV": "development",
        "FARO_LOG_LEVEL": "DEBUG",
        "FARO_DATA_DIR": str(folder),
        "FARO_SECRET_KEY": fake_key("s"),
        "FARO_ENCRYPTION_KEYS": fake_key("e"),
        "FARO_LOOKUP_KEY": fake_key("l"),
        "FARO_PUBLIC_URL": PUBLIC,
        "FARO_TWILIO_ACCOUNT_SID": ACCOUNT,
        "FARO_TWILIO_AUTH_TOKEN": TWILIO_TOKEN,
        "FARO_TWILIO_SENDER": SENDER,
        "FARO_TWILIO_API_URL": whatsapp.url,
        "FARO_TELEGRAM_TOKEN": TELEGRAM_TOKEN,
        "FARO_TELEGRAM_WEBHOOK_SECRET": SECRET,
        "FARO_TELEGRAM_API_URL": bot.url,
        "FARO_RASA_URL": rasa.url,
        "FARO_BURST_WAIT": "0",
        "PYTHONASYNCIODEBUG": "1",
    }


@asynccontextmanager
async def service(env: dict[str, str], written: Path) -> AsyncIterator[str]:
    """`faro web --with-worker` as a process, all its output in one file."""
    port = free_port()
    with written.open("wb") as output:
        upgrade = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.cli", "db", "upgrade", env=env, stdout=output, stderr=output
        )
        assert await upgrade.wait() == 0
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.cli", "web", "--port", str(port), "--with-worker", env=env, stdout=output, stderr=output
        )
        url = f"http://127.0.0.1:{port}"
        try:
            await until("the service listens", lambda: answers(url), 60)
            yield url
        finally:
            process.terminate()
            await process.wait()


async def answers(url: str) -> bool:
    async with httpx.AsyncClient(trust_env=False) as http:
        try:
            return (await http.get(f"{url}/readyz")).status_code == 200
        except httpx.HTTPError:
            return False


async def everything_she_may_send(url: str, whatsapp: TwilioEmulator, bot: TelegramEmulator, word: Words) -> None:
    """Every kind of body through every channel: what is risk, what is not, what cannot be read."""
    hers = {"From": f"whatsapp:+{NUMBER}", "WaId": NUMBER, "ProfileName": word()}
    await whatsapp.brings(Body=f"hola {word()}", **hers)
    await whatsapp.brings(Body=f"anoche mi marido me pego {word()}", **hers)
    file = {"NumMedia": "1", "MediaUrl0": f"https://api.twilio.com/{word()}", "MediaContentType0": "image/jpeg"}
    await whatsapp.brings(Body=word(), **file, **hers)
    await whatsapp.brings(Latitude="19.4", Longitude="-99.1", Label=word(), **hers)
    await whatsapp.brings(ButtonPayload=word(), ButtonText=word(), **hers)
    person = {"id": CHAT, "is_bot": False, "first_name": word(), "username": word()}
    contents: list[dict[str, Any]] = [
        {"text": f"me quiere matar {word()}"},
        {"text": word()},
        {"caption": word(), "photo": [{"file_id": word(), "file_unique_id": "u", "width": 1, "height": 1}]},
        {"contact": {"phone_number": NUMBER, "first_name": word()}},
        {"text": "/start " + word()},
    ]
    for content in contents:
        await bot.brings(bot.update(message=bot.message(chat=CHAT, **{**content, "from": person})))
    await bot.brings(bot.update(**bot.tap(word())))
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=60) as http:
        for text in (f"quiero ver el menu {word()}", f"ya no quiero vivir {word()}", "BORRAR", "sí", f"hola otra vez {word()}"):
            body = {"kind": "text", "text": text}
            await http.post("/simulator/send", json={"id": word_id(), "address": SIMULATED, "body": body})


_ids = iter(range(1000))


def word_id() -> str:
    return f"m{next(_ids)}"


async def everything_that_may_go_wrong(url: str, whatsapp: TwilioEmulator, bot: TelegramEmulator, word: Words) -> None:
    """What is refused, broken, or answered with an error that quotes her."""
    whatsapp.faults.add(Fault("POST Messages", 400, 21211, says=f"The 'To' number +{NUMBER} is not valid {word()}"))
    bot.faults.add(Fault("sendMessage", 400, says=f"Bad Request: {word()}"))
    await whatsapp.brings(Body=f"menu {word()}", From=f"whatsapp:+{NUMBER}", WaId=NUMBER)
    await bot.brings(bot.update(message=bot.message(chat=CHAT, text=f"menu {word()}")))
    await whatsapp.brings(Body=word(), signature="wrong")
    await bot.brings(bot.update(message=bot.message(chat=CHAT, text=word())), secret="wrong" + word())
    await bot.brings({"update_id": word()})
    broken = {"MessageSid": word(), "From": word()}
    await whatsapp.post("/webhooks/whatsapp", broken, signed(f"{PUBLIC}/webhooks/whatsapp", broken))
    async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=60) as http:
        await http.get(f"/{word()}", params={"q": word()}, headers={"X-Canary": word()})
        await http.post("/simulator/send", content=b"{" + word().encode())
        await http.post("/console/sign-in", data={"email": f"{word()}@faro.example", "password": word(), "code": word()})


async def quiet(whatsapp: TwilioEmulator, bot: TelegramEmulator) -> None:
    """Wait until nothing more is sent for a while."""
    state = {"sent": -1, "since": 0.0}

    def settled() -> bool:
        now, sent = asyncio.get_running_loop().time(), len(whatsapp.calls) + len(bot.sent)
        if sent != state["sent"]:
            state.update(sent=sent, since=now)
        return sent > 0 and now - state["since"] > 2

    await until("everything is answered", settled, 60)


@pytest.mark.rasa
async def test_no_canary_is_written_anywhere(
    tmp_path: Path, whatsapp: TwilioEmulator, bot: TelegramEmulator, rasa: RasaServer
) -> None:
    data, written, word = tmp_path / "data", tmp_path / "output.txt", Words()
    async with service(environment(data, whatsapp, bot, rasa), written) as url:
        whatsapp.server_url = bot.server_url = url
        await everything_she_may_send(url, whatsapp, bot, word)
        await everything_that_may_go_wrong(url, whatsapp, bot, word)
        await quiet(whatsapp, bot)
        async with httpx.AsyncClient(base_url=url, trust_env=False, timeout=60) as http:
            figures = "".join([(await http.get(path)).text for path in ("/metrics", "/readyz", "/healthz")])
    said = written.read_text()
    assert "turn_taken" in said, "the service worked and spoke"
    assert bot.sent, "she was answered"
    canaries = [*word.used, NUMBER, NUMBER[2:], str(CHAT), *SECRETS]
    places = {"output": said, "figures": figures, "Rasa": rasa.output()}
    found = [(place, canary) for place, text in places.items() for canary in (*canaries, SIMULATED) if canary in text]
    found += [(path.name, canary) for path, text in files(data) for canary in canaries if canary.encode() in text]
    assert found == []
    assert strange_keys(said) == set()


def files(folder: Path) -> list[tuple[Path, bytes]]:
    """Every file of the service: databases, their write-ahead logs, whatever else it left."""
    found = [(path, path.read_bytes()) for path in folder.rglob("*") if path.is_file()]
    assert any(path.name.startswith("faro.sqlite3") for path, _ in found)
    return found


def strange_keys(said: str) -> set[str]:
    """Keys of log lines beyond what a line may carry; each line is JSON."""
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    return {key for line in lines for key in line} - ALLOWED
