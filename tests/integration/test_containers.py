"""The containers without an engine: what the compose file names exists, and its commands work on real servers."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.support.loopback import until
from tests.support.servers import RedisServer, create_database, database_url, drop_database, free_port
from tests.support.telegram_emulator import SECRET, TOKEN, TelegramEmulator, telegram
from tests.support.world import fake_key

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]


@pytest.mark.parametrize("name", SERVICES)
def test_service_names_only_what_there_is(name: str) -> None:
    service = SERVICES[name]
    assert set(service.get("networks", ())) <= set(COMPOSE["networks"])
    assert set(service.get("depends_on", ())) <= set(SERVICES)
    for volume in service.get("volumes", ()):
        source = volume.split(":")[0]
        assert source in COMPOSE["volumes"] or (ROOT / source).exists(), volume
    build = service.get("build")
    if build:
        file = build.get("dockerfile", "Dockerfile") if isinstance(build, dict) else "Dockerfile"
        assert (ROOT / file).is_file()


def test_rasa_has_no_secrets_no_port_and_no_way_out() -> None:
    nlu = SERVICES["nlu"]
    assert "env_file" not in nlu
    assert "environment" not in nlu
    assert "ports" not in nlu
    assert nlu["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]


@pytest.mark.parametrize("file", ["Dockerfile", "nlu/rasa/Dockerfile"])
def test_image_runs_without_root_and_copies_what_exists(file: str) -> None:
    lines = (ROOT / file).read_text().splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users
    assert users[-1] not in ("root", "0")
    for line in lines:
        if line.startswith("COPY ") and "--from" not in line:
            for source in line.split()[1:-1]:
                assert list(ROOT.glob(source)), line


@contextmanager
def running(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def faro(service: str, *more: str) -> list[str]:
    """The compose file's own command of a service, run by this Python."""
    name, *arguments = SERVICES[service]["command"]
    assert name == "faro"
    return [sys.executable, "-m", "bot.cli", *arguments, *more]


def environment(database: str, keystore: str, redis: RedisServer, bot: TelegramEmulator, folder: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "FARO_ENV": SERVICES["web"]["environment"]["FARO_ENV"],
        "FARO_DATA_DIR": str(folder),
        "FARO_DATABASE_URL": database,
        "FARO_KEYSTORE_URL": keystore,
        "FARO_REDIS_URL": redis.url,
        "FARO_PUBLIC_URL": "https://faro.example",
        "FARO_SECRET_KEY": fake_key("s"),
        "FARO_ENCRYPTION_KEYS": fake_key("e"),
        "FARO_LOOKUP_KEY": fake_key("l"),
        "FARO_TELEGRAM_TOKEN": TOKEN,
        "FARO_TELEGRAM_WEBHOOK_SECRET": SECRET,
        "FARO_TELEGRAM_API_URL": bot.url,
    }


async def test_commands_of_the_containers_answer_a_message_on_postgresql_and_redis(
    postgres_server: str, redis: RedisServer, tmp_path: Path
) -> None:
    names = [await create_database(postgres_server) for _ in range(2)]
    port = free_port()
    try:
        async with telegram() as bot:
            database, keystore = (database_url(postgres_server, name) for name in names)
            settings = environment(database, keystore, redis, bot, tmp_path)
            upgraded = subprocess.run(faro("schema"), cwd=ROOT, env=settings, capture_output=True, text=True, check=False)
            assert upgraded.returncode == 0, upgraded.stderr
            with ExitStack() as stack:
                stack.enter_context(running(faro("web", "--host", "127.0.0.1", "--port", str(port)), settings))
                stack.enter_context(running(faro("worker"), settings))
                bot.server_url = f"http://127.0.0.1:{port}"
                await until("the web process is ready", lambda: is_ready(bot.server_url), seconds=60)
                await bot.brings(bot.update(message=bot.message(text="MENU")))
                await until("the worker process answers", lambda: bool(bot.texts()), seconds=60)
                assert httpx.get(f"{bot.server_url}/simulator/").status_code == 404, "no simulator in production"
    finally:
        for name in names:
            await drop_database(postgres_server, name)


def is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/readyz", timeout=2).status_code == 200
    except httpx.HTTPError:
        return False
