"""Four workers in four processes on one PostgreSQL and one Redis: every message answered once, each conversation in order."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from bot.hub import make_hub
from bot.inbox import accept
from bot.runtime import Runtime, utc_now
from integrations.channel import ChannelName, Inbound, Text
from tests.support.loopback import until
from tests.support.servers import RedisServer, postgres_url
from tests.support.world import fake_key

CONVERSATIONS, MESSAGES = 8, 12
WORDS = ("MENU", "ENGLISH", "quiero saber algo de mi hija", "ESPAÑOL")


@contextlib.contextmanager
def workers(count: int, environment: dict[str, str]) -> Iterator[list[subprocess.Popen[bytes]]]:
    command = [sys.executable, "-c", "from bot.cli import main; import sys; sys.argv = ['faro', 'worker']; main()"]
    processes = [
        subprocess.Popen(command, env=environment, cwd=Path(__file__).parents[2], stderr=subprocess.DEVNULL) for _ in range(count)
    ]
    try:
        yield processes
    finally:
        for process in processes:
            process.kill()
            process.wait()


def environment_of(rt: Runtime, redis: RedisServer, folder: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "FARO_ENV": "development",
        "FARO_DATA_DIR": str(folder),
        "FARO_DATABASE_URL": rt.settings.database,
        "FARO_REDIS_URL": redis.url,
        "FARO_SECRET_KEY": fake_key("s"),
        "FARO_ENCRYPTION_KEYS": fake_key("e"),
        "FARO_LOOKUP_KEY": fake_key("l"),
    }


@pytest.mark.parametrize("database_settings", ["postgresql"], indirect=True)
async def test_four_workers_answer_every_message_once_and_in_order(
    rt: Runtime, redis: RedisServer, tmp_path: Path, database_settings: dict[str, Any]
) -> None:
    rt.hub = make_hub(redis.url)
    with workers(4, environment_of(rt, redis, tmp_path)):
        for number in range(MESSAGES):
            for contact in range(CONVERSATIONS):
                text = Text(text=WORDS[(number + contact) % len(WORDS)])
                message = Inbound(ChannelName.SIMULATOR, f"{contact}:{number}", f"phone-{contact}", (text,))
                await accept(rt.database, rt.keys, message, rt.glance, utc_now(), 0.0)
            await rt.hub.publish("inbox")
        connection = await asyncpg.connect(postgres_url(database_settings["database_url"]))

        async def all_sent() -> bool:
            waiting = await connection.fetchval("SELECT count(*) FROM inbox WHERE state <> 'done'")
            unsent = await connection.fetchval("SELECT count(*) FROM outbox WHERE state <> 'sent'")
            return bool(waiting == 0 and unsent == 0)

        await until("every message is answered", all_sent, seconds=60)
        turns_out_of_order = await connection.fetchval(
            "SELECT count(*) FROM inbox a JOIN inbox b ON a.conversation_id = b.conversation_id AND a.id < b.id "
            "WHERE a.finished_at > b.finished_at"
        )
        sent_out_of_order = await connection.fetchval(
            "SELECT count(*) FROM outbox a JOIN outbox b ON a.conversation_id = b.conversation_id AND a.id < b.id "
            "WHERE a.sent_at > b.sent_at"
        )
        entries = await connection.fetchval("SELECT count(*) FROM outbox")
        delivered = await connection.fetchval("SELECT count(*) FROM simulated_messages")
        await connection.close()
    await rt.hub.close()
    assert (turns_out_of_order, sent_out_of_order) == (0, 0)
    assert entries == delivered


@pytest.mark.parametrize("database_settings", ["postgresql"], indirect=True)
async def test_redis_killed_while_working_loses_nothing_and_is_taken_up_again(
    rt: Runtime, redis: RedisServer, tmp_path: Path, database_settings: dict[str, Any]
) -> None:
    with workers(1, environment_of(rt, redis, tmp_path)):
        connection = await asyncpg.connect(postgres_url(database_settings["database_url"]))

        async def send(number: int) -> None:
            message = Inbound(ChannelName.SIMULATOR, f"m{number}", "phone-1", (Text(text="MENU"),))
            await accept(rt.database, rt.keys, message, rt.glance, utc_now(), 0.0)

        async def answered(number: int) -> bool:
            return bool(await connection.fetchval("SELECT count(*) FROM inbox WHERE state = 'done'") >= number)

        await send(1)
        await until("a message is answered", lambda: answered(1), seconds=30)
        redis.kill()
        await send(2)
        await until("a message is answered without Redis", lambda: answered(2), seconds=30)
        redis.start()
        await send(3)
        await until("a message is answered with Redis back", lambda: answered(3), seconds=30)
        await connection.close()
